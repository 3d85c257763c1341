import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import * as h5 from 'h5wasm/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RandomStream } from '../../src/core/random.ts';
import { appendH5md, createH5md, type H5mdDescription, type MotionFrame } from '../../src/io/h5md.ts';
import { readH5md } from '../../src/io/h5md-read.ts';
import { motionOf, motionSince, observablesOf, observableUnits } from '../../src/trajectory/motion.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cardhouse-h5md-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const n = 7;
const description: H5mdDescription = {
  creator: { name: 'Cardhouse', version: '0.0.0' },
  species: ['C:basal', 'Na'],
  kinds: Int32Array.from({ length: n }, (_, i) => (i < 4 ? 0 : 1)),
  masses: Float64Array.from({ length: n }, (_, i) => (i < 4 ? 12.011 : 22.98976928)),
  periodic: [true, true, false],
  forces: true,
  observables: observableUnits,
  parameters: { spec: 'steps: 10\nname: "ü"' },
};

function frame(step: number): MotionFrame {
  const random = new RandomStream('frame', step);
  const rows = (fourth: (i: number) => number): Float64Array =>
    Float64Array.from({ length: 4 * n }, (_, k) => (k % 4 === 3 ? fourth(k >> 2) : 1e3 * random.normal()));
  return {
    step,
    time: 0.5 * step,
    cell: Float64Array.of(10 + step, 0, 0, -5, 8.6, 0, 0, 0, 30),
    positions: rows((i) => description.kinds[i]!),
    velocities: rows((i) => description.masses[i]!),
    forces: rows(() => 0),
  };
}

const sample = (step: number) =>
  observablesOf({ temperature: step, pressure: -step, potential: 2 * step, kinetic: 3, conserved: 4, volume: 5 });

describe('H5MD', () => {
  it('gives back every bit of what was written', async () => {
    const path = join(folder, 'round.h5');
    const writer = await createH5md(h5, path, description);
    for (let k = 0; k < 40; k++) {
      writer.appendObservables(10 * k, 5 * k, sample(10 * k));
      if (k % 2 === 0) writer.appendFrame(frame(10 * k));
    }
    expect([writer.frames, writer.samples]).toEqual([20, 40]);
    writer.close();
    const { frames, series, ...rest } = await readH5md(h5, path);
    expect(frames).toEqual(Array.from({ length: 20 }, (_, k) => frame(20 * k)));
    expect(rest).toEqual({ ...description, velocities: true, storage: 'f64' });
    expect(series.step).toEqual(Float64Array.from({ length: 40 }, (_, k) => 10 * k));
    expect(series.time).toEqual(Float64Array.from({ length: 40 }, (_, k) => 5 * k));
    expect(series.values['pressure']).toEqual(Float64Array.from({ length: 40 }, (_, k) => -10 * k));
    const later = motionSince(motionOf(await readH5md(h5, path, { fromStep: 100, every: 2 })), 100);
    expect(later.frames.map((one) => one.step)).toEqual([200, 240, 280, 320, 360]);
    expect(later.thermo.time[0]).toBe(100);
    expect(later.thermo.temperature.length).toBe(20);
  });

  it('has the structure that H5MD 1.1 asks for', async () => {
    const path = join(folder, 'structure.h5');
    const writer = await createH5md(h5, path, description);
    writer.appendObservables(0, 0, sample(0));
    writer.appendFrame(frame(0));
    writer.close();
    const file = new h5.File(path, 'r');
    const attribute = (at: string, name: string): unknown => (file.get(at) as h5.Group).attrs[name]?.value;
    expect(attribute('h5md', 'version')).toEqual(Int32Array.of(1, 1));
    expect(attribute('h5md/creator', 'name')).toBe('Cardhouse');
    expect(attribute('h5md/author', 'name')).toBe('unknown');
    expect(attribute('h5md/modules/units', 'version')).toEqual(Int32Array.of(1, 0));
    expect(attribute('particles/all/box', 'dimension')).toEqual(Int32Array.of(3));
    expect(attribute('particles/all/box', 'boundary')).toEqual(['periodic', 'periodic', 'none']);
    for (const [name, unit] of [
      ['position', 'Angstrom'],
      ['velocity', 'Angstrom fs-1'],
      ['force', 'eV Angstrom-1'],
    ] as const) {
      expect((file.get(`particles/all/${name}/value`) as h5.Dataset).shape).toEqual([1, n, 3]);
      expect(attribute(`particles/all/${name}/value`, 'unit')).toBe(unit);
      expect(attribute(`particles/all/${name}/time`, 'unit')).toBe('fs');
      expect((file.get(`particles/all/${name}/step`) as h5.Dataset).value).toEqual(BigInt64Array.of(0n));
    }
    expect((file.get('particles/all/box/edges/value') as h5.Dataset).shape).toEqual([1, 3, 3]);
    expect((file.get('particles/all/species') as h5.Dataset).shape).toEqual([n]);
    expect((file.get('observables/temperature/value') as h5.Dataset).shape).toEqual([1]);
    expect(attribute('observables/temperature/value', 'unit')).toBe('K');
    file.close();
  });

  it('forgets what came after the checkpoint and goes on from there', async () => {
    const path = join(folder, 'resumed.h5');
    const whole = join(folder, 'whole.h5');
    const write = (writer: Awaited<ReturnType<typeof createH5md>>, from: number, to: number): void => {
      for (let step = from; step < to; step += 10) {
        writer.appendObservables(step, step / 2, sample(step));
        if (step % 30 === 0) writer.appendFrame(frame(step));
      }
      writer.close();
    };
    write(await createH5md(h5, whole, description), 0, 900);
    write(await createH5md(h5, path, description), 0, 700);
    const resumed = await appendH5md(h5, path, 395);
    expect([resumed.frames, resumed.samples]).toEqual([14, 40]);
    expect(() => resumed.appendFrame(frame(390))).toThrow('got step 390 after 390');
    write(resumed, 400, 900);
    expect(await readH5md(h5, path)).toEqual(await readH5md(h5, whole));
    write(await appendH5md(h5, path, -1), 0, 900);
    expect(await readH5md(h5, path)).toEqual(await readH5md(h5, whole));
  });

  it('stores seven digits when asked to', async () => {
    const path = join(folder, 'single.h5');
    const writer = await createH5md(h5, path, { ...description, storage: 'f32', forces: false });
    writer.appendFrame(frame(3));
    writer.close();
    const { frames, storage } = await readH5md(h5, path);
    expect(storage).toBe('f32');
    const wanted = frame(3).positions;
    expect(frames[0]!.positions).toEqual(wanted.map(Math.fround));
    expect(frames[0]!.cell).toEqual(frame(3).cell);
    expect(frames[0]!.forces).toBeUndefined();
  });

  it('reads nanometres and picoseconds, and says which unit it does not know', async () => {
    const path = join(folder, 'units.h5');
    const writer = await createH5md(h5, path, { ...description, forces: false });
    writer.appendFrame(frame(3));
    writer.close();
    const relabel = (at: string, unit: string): void => {
      const file = new h5.File(path, 'a');
      const dataset = file.get(at) as h5.Dataset;
      dataset.delete_attribute('unit');
      dataset.create_attribute('unit', unit);
      file.close();
    };
    relabel('particles/all/position/value', 'nm');
    relabel('particles/all/position/time', 'ps');
    relabel('particles/all/velocity/value', 'nm ps-1');
    const [read] = (await readH5md(h5, path)).frames;
    const wanted = frame(3);
    expect(read!.time).toBe(1000 * wanted.time);
    expect(read!.positions[4]).toBeCloseTo(10 * wanted.positions[4]!, 9);
    expect(read!.velocities![5]).toBeCloseTo(0.01 * wanted.velocities![5]!, 12);
    relabel('particles/all/box/edges/value', 'furlong');
    await expect(readH5md(h5, path)).rejects.toThrow('edges/value has the unit "furlong"; wanted one of Angstrom, nm');
  });

  it('refuses what is no trajectory, in one line', async () => {
    const text = join(folder, 'text.h5');
    writeFileSync(text, 'not HDF5');
    const empty = join(folder, 'empty.h5');
    new h5.File(empty, 'w').close();
    await expect(readH5md(h5, text)).rejects.toThrow(/text\.h5: cannot be opened as HDF5 \(.*\); wanted an H5MD file$/);
    await expect(readH5md(h5, join(folder, 'none.h5'))).rejects.toThrow('No such file');
    await expect(readH5md(h5, empty)).rejects.toThrow('got no /particles/all/position');
    await expect(appendH5md(h5, empty)).rejects.toThrow('got no /particles/all/position');
    await expect(createH5md(h5, join(folder, 'no', 'where.h5'), description)).rejects.toThrow('cannot be written');
    const writer = await createH5md(h5, join(folder, 'short.h5'), description);
    expect(() => writer.appendFrame({ ...frame(0), velocities: new Float64Array(8) })).toThrow(
      'has 2 rows of velocity, wanted 7',
    );
    writer.close();
  });

  it('keeps every flushed frame when its writer is killed', async () => {
    const path = join(folder, 'killed.h5');
    const script = join(folder, 'writer.mts');
    const source = (name: string): string => JSON.stringify(resolve(name));
    writeFileSync(
      script,
      `import { writeSync } from 'node:fs';
import * as h5 from ${source('node_modules/h5wasm/dist/node/hdf5_hl.js')};
import { createH5md } from ${source('src/io/h5md.ts')};
const n = 500;
const writer = await createH5md(h5, ${JSON.stringify(path)}, {
  creator: { name: 'test', version: '0' }, species: ['C'], kinds: new Int32Array(n), masses: new Float64Array(n).fill(12),
  periodic: [true, true, true], observables: { temperature: 'K', pressure: 'eV Angstrom-3' },
});
const cell = Float64Array.of(9, 0, 0, 0, 9, 0, 0, 0, 9);
for (let step = 1; ; step++) {
  const rows = new Float64Array(4 * n).fill(step);
  writer.appendObservables(step, step, { temperature: step, pressure: -step });
  writer.appendFrame({ step, time: step, cell, positions: rows, velocities: rows });
  writeSync(1, step + '\\n');
}`,
    );
    for (const patience of [15, 60, 160]) {
      const child = spawn(process.execPath, ['--import', 'tsx', script], { stdio: ['ignore', 'pipe', 'inherit'] });
      let said = '';
      child.stdout.on('data', (data) => (said += String(data)));
      const gone = new Promise((closed) => child.on('close', closed));
      await Promise.race([gone, new Promise((started) => child.stdout.once('data', started))]);
      await new Promise((passed) => setTimeout(passed, patience));
      child.kill('SIGKILL');
      await gone;
      const flushed = Number(said.trim().split('\n').at(-1));
      expect(flushed).toBeGreaterThan(0);

      const { frames, series } = await readH5md(h5, path);
      expect(frames.length).toBeGreaterThanOrEqual(flushed);
      expect(series.step.length).toBeGreaterThanOrEqual(flushed);
      for (const { step, time, positions, velocities } of frames) {
        expect(time).toBe(step);
        expect([Math.min(...velocities!.filter((_, k) => k % 4 < 3)), positions[0], positions[4 * 499 + 2]]).toEqual([
          step,
          step,
          step,
        ]);
      }
      expect(series.values['pressure']!.every((p, k) => p === -(k + 1))).toBe(true);

      const resumed = await appendH5md(h5, path, flushed - 1);
      expect([resumed.frames, resumed.samples]).toEqual([flushed - 1, flushed - 1]);
      resumed.close();
      expect(readFileSync(path).length).toBeGreaterThan(0);
    }
  });
});
