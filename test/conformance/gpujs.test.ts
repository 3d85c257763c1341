/**
 * What gpu.js sums against the reference: points of a host, forces of pairs, Widom averages, the host map. Its tables are made from the
 * model by a route of their own, so agreement says something of the tables of all other backends too.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cellFromMatrix, orthorhombicCell } from '../../src/core/cell.ts';
import type { Frame } from '../../src/core/frame.ts';
import { RandomStream } from '../../src/core/random.ts';
import { boltzmann } from '../../src/core/units.ts';
import type { GpuJs } from '../../src/engine/gpujs/device.ts';
import { gpuJsHostMap } from '../../src/engine/gpujs/host-map.ts';
import { gpuJsForces, gpuJsHost } from '../../src/engine/gpujs/points.ts';
import { widomMap } from '../../src/engine/gpujs/widom.ts';
import { compileGuest } from '../../src/engine/guest-tables.ts';
import { GuestState } from '../../src/engine/state.ts';
import { evaluate } from '../../src/model/evaluate.ts';
import type { Model } from '../../src/model/model.ts';
import { testGpuJs } from '../gpujs.ts';
import { sheetsHost } from './hosts.ts';
import { lennardJonesModel, shippedModel, switchedModel } from './models.ts';

let gpujs: GpuJs;
let missing = '';
beforeAll(async () => {
  const found = await testGpuJs();
  if (typeof found === 'string') missing = found;
  else gpujs = found;
});
afterAll(async () => {
  await gpujs?.close();
});

const host = sheetsHost(7, 4, [1, 5.2], 17.1);
const plain: Frame = { ...host, species: ['C'], rows: host.rows.map((x, k) => (k % 4 === 3 ? 0 : x)) };
const pairs = lennardJonesModel(
  { 'Na-Na': [0.02, 3.3], 'Na-C': [0.003, 3.2], 'C-C': [0.003, 3.4] },
  { kind: 'truncate', to: 8 },
  1.7,
);

/** n points in and around the box. */
function scattered(n: number, { cell }: Frame, seed: string): Float64Array {
  const random = new RandomStream(seed);
  return Float64Array.from({ length: 4 * n }, (_, k) =>
    k % 4 === 3 ? 0 : (3 * random.uniform() - 1) * cell.matrix[4 * (k % 4)]!,
  );
}

/** What the readable chain says a first guest costs. */
function lone(model: Model, guest: string, frame: Frame, points: Float64Array): number[] {
  const state = new GuestState(compileGuest(model, guest, frame.species), frame);
  return Array.from({ length: points.length / 4 }, (_, i) => {
    const at = state.wrap(points[4 * i]!, points[4 * i + 1]!, points[4 * i + 2]!);
    return state.propose(-1, at)?.energy ?? Number.POSITIVE_INFINITY;
  });
}

describe('points of a host', () => {
  it.for([
    { title: 'na-carbon', guest: 'Na' },
    { title: 'li-carbon, bare', guest: 'Li' },
    { title: 'k-carbon', guest: 'K' },
    { title: 'na-carbon-pair', guest: 'Na' },
  ])('$title: the energies of the reference', async ({ title, guest }, { skip }) => {
    if (missing) return skip(missing);
    const model = switchedModel(title);
    const field = gpuJsHost(gpujs, model, guest, host);
    const points = scattered(800, host, title);
    const found = await field.energies(points);
    field.destroy();
    const wanted = lone(model, guest, host, points);
    let compared = 0;
    found.forEach((u, i) => {
      expect(Number.isFinite(u), `point ${i}`).toBe(Number.isFinite(wanted[i]!));
      // f32 of a wall of many eV says nothing
      if (!(wanted[i]! < 3)) return;
      expect(Math.abs(u - wanted[i]!)).toBeLessThan(2e-5);
      compared++;
    });
    expect(compared).toBeGreaterThan(200);
  });

  it('guests of a pair model in the host are felt too', async ({ skip }) => {
    if (missing) return skip(missing);
    const guests = Float64Array.of(4, 4, 12, 0, 9, 11, 11, 0, 14, 6, 12.5, 0);
    const filled: Frame = {
      ...plain,
      species: ['C', 'Na'],
      rows: Float64Array.of(...plain.rows, ...guests.map((x, k) => (k % 4 === 3 ? 1 : x))),
    };
    const points = scattered(400, host, 'filled');
    const field = gpuJsHost(gpujs, pairs, 'Na', filled);
    const found = await field.energies(points);
    const state = new GuestState(compileGuest(pairs, 'Na', ['C']), plain);
    state.place(guests);
    state.refresh();
    found.forEach((u, i) => {
      const at = state.wrap(points[4 * i]!, points[4 * i + 1]!, points[4 * i + 2]!);
      const wanted = state.propose(-1, at)?.energy ?? Number.POSITIVE_INFINITY;
      if (wanted < 3 || u < 3) expect(Math.abs(u - wanted)).toBeLessThan(2e-5);
    });
    field.destroy();
  });
});

it('forces and energies of pairs in small, skewed and open cells', async ({ skip }) => {
  if (missing) return skip(missing);
  const random = new RandomStream('pairs');
  const rows = Float64Array.from({ length: 4 * 64 }, (_, k) => {
    const i = k >> 2;
    const site = [i & 3, (i >> 2) & 3, i >> 4][k % 4];
    return site === undefined ? i % 2 : 3.5 * site + 0.8 * random.uniform();
  });
  const cells = [
    orthorhombicCell(14, 14, 14),
    cellFromMatrix([14, 0, 0, 5, 15, 0, -4, 3, 14.5]),
    orthorhombicCell(15, 14, 40, [true, true, false]),
    orthorhombicCell(14, 14, 14, [false, false, false]),
  ];
  for (const cell of cells) {
    const frame: Frame = { cell, species: ['Na', 'C'], rows };
    const wanted = evaluate(pairs, frame);
    const found = await gpuJsForces(gpujs, pairs, frame);
    const largest = wanted.forces.reduce((most, f) => Math.max(most, Math.abs(f)), 0);
    expect(Math.abs(found.energy - wanted.energy) / 64).toBeLessThan(1e-6);
    found.forces.forEach((f, k) => {
      expect(Math.abs(f - wanted.forces[k]!)).toBeLessThan(1e-5 * largest);
    });
    expect(largest).toBeGreaterThan(0.1);
  }
});

it('a Widom map is the mean of Boltzmann factors over the same points, and its voxels are those of the grid', async ({
  skip,
}) => {
  if (missing) return skip(missing);
  const model = switchedModel('k-carbon');
  const temperature = 400;
  const map = await widomMap(gpujs, model, 'K', host, { temperature, spacing: 2.2 });
  const [nx, ny, nz] = map.shape;
  const edges = [0, 4, 8].map((k) => host.cell.matrix[k]!);
  const points: number[] = [];
  for (let i = 0; i < 2 * nx; i++)
    for (let j = 0; j < 2 * ny; j++)
      for (let k = 0; k < 2 * nz; k++)
        points.push(
          ((i + 0.5) * edges[0]!) / (2 * nx),
          ((j + 0.5) * edges[1]!) / (2 * ny),
          ((k + 0.5) * edges[2]!) / (2 * nz),
          0,
        );
  const energies = lone(model, 'K', host, Float64Array.from(points));
  const kT = boltzmann * temperature;
  const lowest = Math.min(...energies);
  const lnMean =
    Math.log(energies.reduce((sum, u) => sum + Math.exp((lowest - u) / kT), 0) / energies.length) - lowest / kT;
  expect(map.lnHenry.value).toBeCloseTo(lnMean, 3);
  expect(map.excessPotential.value).toBeCloseTo(-kT * lnMean, 4);
  expect(map.lowest).toBeCloseTo(lowest, 5);
  const [i, j, k] = [2, 3, nz - 3];
  const own = [0, 1].flatMap((a) =>
    [0, 1].flatMap((b) => [0, 1].map((c) => energies[((2 * i + a) * 2 * ny + 2 * j + b) * 2 * nz + 2 * k + c]!)),
  );
  const wanted = -kT * Math.log(own.reduce((sum, u) => sum + Math.exp(-u / kT), 0) / 8);
  expect(map.excess[(i * ny + j) * nz + k]).toBeCloseTo(wanted, 4);
});

it('a host map goes through the exact sums at its knots, and near them in between', async ({ skip }) => {
  if (missing) return skip(missing);
  const state = new GuestState(compileGuest(pairs, 'Na', ['C']), plain);
  const map = await gpuJsHostMap(gpujs, pairs, 'Na', plain, 0.6);
  const random = new RandomStream('knots');
  const points = scattered(800, plain, 'map');
  // the first half are knots, some of them outside the box
  for (let a = 0; a < 4 * 400; a++) {
    const edge = plain.cell.matrix[4 * (a % 4)]!;
    if (a % 4 < 3) points[a] = (edge * (random.integer(3 * map.shape[a % 4]!) - map.shape[a % 4]!)) / map.shape[a % 4]!;
  }
  const read = await map.read(points);
  const found = { knots: { compared: 0, worst: 0, squares: 0 }, between: { compared: 0, worst: 0, squares: 0 } };
  for (let i = 0; i < 800; i++) {
    const exact = state.hostField(...state.wrap(points[4 * i]!, points[4 * i + 1]!, points[4 * i + 2]!));
    if (!exact || exact[0] > 0) continue;
    const own = found[i < 400 ? 'knots' : 'between'];
    own.compared++;
    own.squares += (read[2 * i]! - exact[0]) ** 2;
    own.worst = Math.max(own.worst, Math.abs(read[2 * i]! - exact[0]), Math.abs(read[2 * i + 1]! - exact[1]));
  }
  expect(Math.min(found.knots.compared, found.between.compared)).toBeGreaterThan(80);
  expect(found.knots.worst).toBeLessThan(1e-5);
  // knots this far apart follow a wall badly, a well of 0.1 eV to a tenth
  expect(Math.sqrt(found.between.squares / found.between.compared)).toBeLessThan(0.05);
});

describe('refuses by name', () => {
  it('terms that are no sums of radial functions, guests of an embedded model in the host, boxes without a volume', async ({
    skip,
  }) => {
    if (missing) return skip(missing);
    const box = (species: string): Frame => ({
      cell: orthorhombicCell(12, 12, 12),
      species: [species],
      rows: Float64Array.of(1, 1, 1, 0),
    });
    await expect(gpuJsForces(gpujs, shippedModel('carbon-tersoff-1989'), box('C'))).rejects.toThrow(
      /carbon-tersoff-1989: forces needs a term that is of form bond-order/,
    );
    await expect(gpuJsForces(gpujs, shippedModel('na-carbon'), box('Na'))).rejects.toThrow(/pair models only/);
    expect(() => gpuJsHost(gpujs, shippedModel('na-carbon'), 'Na', box('Na'))).toThrow(/take the guests out/);
    const open = { ...box('C'), cell: orthorhombicCell(12, 12, 12, [true, true, false]) };
    await expect(widomMap(gpujs, shippedModel('na-carbon'), 'Na', open, { temperature: 300 })).rejects.toThrow(
      /periodic box/,
    );
  });
});
