/**
 * The WebAssembly force field against the reference evaluator: every form, every kind of frame, lists that are kept and renewed,
 * restarts, and teams of workers.
 *
 * What limits the agreement, and so the tolerances:
 * - pair and embedded kernels look functions up by r² on a table of their own where that follows the model's table to 5e-8 eV/Å
 *   (`bitsFor`), else on the model's own knots: then only rounding is left.
 * - the bond-order kernel tabulates f_C f_R, f_C f_A and f_C on 256 rows over the 2D in which f_C falls. There f_C'''' is
 *   ½ (π/2D)⁴ = 6000 Å⁻⁴ in carbon: slopes are off by up to h³f''''/125 = 8e-8 /Å times some eV for every bond that is being cut.
 *   Thrown atoms have many of those, sheets have none and are held to 1e-8.
 * - the neural and the interlayer kernel compute the formulas themselves: what is left is rounding.
 */
import { existsSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { type Cell, cellFromMatrix, cubicCell } from '../../src/core/cell.ts';
import { BackendError, ModelError, PhysicsError } from '../../src/core/errors.ts';
import type { Frame } from '../../src/core/frame.ts';
import { RandomStream } from '../../src/core/random.ts';
import { referenceForceField } from '../../src/engine/force-field.ts';
import { type WasmForceField, type WasmForceOptions, wasmForceField } from '../../src/engine/wasm-forces.ts';
import { evaluate } from '../../src/model/evaluate.ts';
import type { Model } from '../../src/model/model.ts';
import { type Answer, type Deviation, deviation, type ForceCase, forceCases, rattled } from './force-frames.ts';
import { lennardJonesModel } from './models.ts';

const cases = forceCases();
const caseNamed = (name: string): ForceCase => cases.find((one) => one.name === name)!;

const open: WasmForceField[] = [];

/** A force field that is disposed of after the test. */
async function fieldOf(model: Model, frame: Frame, options: WasmForceOptions = {}): Promise<WasmForceField> {
  const field = await wasmForceField(model, frame, options);
  open.push(field);
  return field;
}

afterEach(() => {
  for (const field of open.splice(0)) field.dispose();
});

const copy = ({ energy, forces, virial }: Answer): Answer => ({
  energy,
  forces: forces.slice(),
  virial: virial.slice(),
});

/** Limits of a deviation: energies in eV, forces relative to the largest (or to 1 eV/Å), virial to the largest (or to 1 eV per atom). */
type Limits = Pick<Deviation, 'energy' | 'atom' | 'forceRelative' | 'virial'>;

function limitsOf({ form, name }: ForceCase): Limits {
  const limits = { energy: 1e-9, atom: 1e-9, forceRelative: 1e-7, virial: 1e-7 };
  if (form === 'neural') return { energy: 1e-12, atom: 1e-11, forceRelative: 1e-11, virial: 1e-11 };
  // published tables keep their own knots
  if (name.startsWith('eam/')) return { energy: 1e-12, atom: 1e-11, forceRelative: 1e-11, virial: 1e-11 };
  // tables of bonds follow to 1e-8, those of the pair term beside them to 5e-8 of each pair
  if (form === 'bond-order' && name !== 'toy.tersoff') return { ...limits, forceRelative: 5e-8, virial: 5e-8 };
  // toy.tersoff falls over up to 1.4 Å: its knots are 4.7 times as far apart as carbon's, and energies err as their fourth power
  if (name === 'toy.tersoff') return { ...limits, atom: 5e-9 };
  return limits;
}

function expectWithin(found: Deviation, limits: Limits): void {
  for (const key of ['energy', 'atom', 'forceRelative', 'virial'] as const) {
    expect(found[key], key).toBeLessThan(limits[key]);
  }
}

describe.each(cases)('$name', (one) => {
  const { form, name, model, frames, matter } = one;
  const limits = limitsOf(one);

  it.each(frames)('$what: energies, forces and virial of the reference', async ({ frame }) => {
    const reference = referenceForceField(model, frame);
    reference.compute(frame.cell);
    const field = await fieldOf(model, frame);
    field.compute(frame.cell);
    expectWithin(deviation(field, reference), limits);
    // rows of atoms add up to the whole
    const sum = field.forces.reduce((all, u, k) => (k % 4 === 3 ? all + u : all), 0);
    expect(Math.abs(sum - field.energy)).toBeLessThan(1e-12 * (1 + Math.abs(sum)) * field.count);
  });

  it('ordinary matter: energies, forces and virial of the reference', async () => {
    const reference = referenceForceField(model, matter);
    reference.compute(matter.cell);
    const field = await fieldOf(model, matter);
    field.compute(matter.cell);
    const sheets = form === 'interlayer' || name.startsWith('carbon');
    expectWithin(deviation(field, reference), sheets ? { ...limits, forceRelative: 1e-8, virial: 1e-8 } : limits);
  });

  it('lists that are kept for many steps, in a cell that changes, leave nothing out', async () => {
    const kept = await fieldOf(model, matter);
    const fresh = await fieldOf(model, matter);
    const steps = 100;
    walk(one, steps, name, (positions, cell) => {
      kept.positions.set(positions);
      kept.compute(cell);
      fresh.positions.set(positions);
      fresh.relist({ positions, cell: cell.matrix });
      fresh.compute(cell);
      const { energy, atom, forceRelative, virial } = deviation(kept, fresh);
      expect(Math.max(energy, atom, forceRelative, virial)).toBeLessThan(1e-11);
    });
    expect(kept.listings).toBeGreaterThan(2);
    expect(kept.listings).toBeLessThan(steps / 2);
    expect(fresh.listings).toBe(steps);
  });

  it('restarts from what lists were made of with the same bytes', async () => {
    const field = await fieldOf(model, matter);
    let since = 0;
    let other: WasmForceField | null = null;
    let cellThen: Cell | null = null;
    const states: { positions: Float64Array; cell: Cell }[] = [];
    walk(one, 60, `restart ${name}`, (positions, cell) => {
      states.push({ positions: positions.slice(), cell });
    });
    for (const { positions, cell } of states) {
      const before = field.listings;
      field.positions.set(positions);
      field.compute(cell);
      if (field.listings > before) since = 0;
      if (!other && ++since > 1) {
        // lists are a step old, the cell is another one by now
        cellThen = cell;
        expect([...field.listedAt()!.cell]).not.toEqual([...cell.matrix]);
        other = await fieldOf(model, rattled(matter, 0.3, 'elsewhere'));
        other.positions.set(positions);
        other.relist(field.listedAt()!);
        other.compute(cell);
      } else if (other) {
        other.positions.set(positions);
        other.compute(cell);
      }
      if (other) expectSameBytes(other, field);
    }
    expect(cellThen).not.toBeNull();
    // both have made lists anew since
    expect(other!.listings).toBeGreaterThan(1);
  });
});

function expectSameBytes(found: Answer, wanted: Answer): void {
  expect(Object.is(found.energy, wanted.energy)).toBe(true);
  expect(found.forces.every((f, k) => Object.is(f, wanted.forces[k]))).toBe(true);
  expect(found.virial.every((w, k) => Object.is(w, wanted.virial[k]))).toBe(true);
}

/**
 * Atoms go their own ways while the cell is squeezed and sheared with them in it; every fifth step the cell alone changes. Where
 * bonds are left out of a term they must last: atoms tremble about places that drift, and are squeezed less.
 */
function walk(
  { model: { terms }, matter: { cell, rows } }: Pick<ForceCase, 'model' | 'matter'>,
  steps: number,
  seed: string,
  visit: (positions: Float64Array, cell: Cell) => void,
): void {
  const random = new RandomStream(`walk ${seed}`);
  const bound = terms.some((term) => 'exclusion' in term && term.exclusion !== null);
  const [memory, stride, squeeze] = bound ? [0.95, 0.0156, 0.05] : [1, 0.05, 0.12];
  const offset = new Float64Array(rows.length);
  const strain = new Float64Array(9);
  const extra = new Float64Array(9);
  const drift = random.direction().map((x) => 0.03 * x);
  for (let step = 0; step < steps; step++) {
    for (let k = 0; k < offset.length; k++) {
      if (k % 4 < 3) offset[k] = memory * offset[k]! + stride * random.normal();
    }
    for (let k = 0; k < 9; k++) strain[k] = 0.98 * strain[k]! + 0.002 * random.normal();
    if (step % 5 === 4) for (let k = 0; k < 9; k++) extra[k] = 0.001 * random.normal();
    const now = strain.map((x, k) => (k % 4 === 0 ? x - (squeeze * step) / steps : x));
    const whole = now.map((x, k) => x + extra[k]!);
    const deform = (x: Float64Array, at: number, b: number, by: Float64Array): number =>
      x[at + b]! + x[at]! * by[b]! + x[at + 1]! * by[3 + b]! + x[at + 2]! * by[6 + b]!;
    const positions = rows.map((s, k) =>
      k % 4 === 3 ? s : deform(rows, k - (k % 4), k % 4, now) + offset[k]! + step * drift[k % 4]!,
    );
    const matrix = cell.matrix.map((_, k) => deform(cell.matrix, k - (k % 3), k % 3, whole));
    visit(positions, cellFromMatrix(matrix, cell.periodic));
  }
}

describe('a pair just outside the lists', () => {
  // a truncated pair jumps by 0.2 meV where it begins
  const model = lennardJonesModel({ 'Ar-Ar': [0.0104, 3.4] }, { kind: 'truncate', to: 8 }, 2);
  const start = cellFromMatrix([30, 0, 0, 4, 28, 0, -3, 5, 31]);
  const skin = 0.6;

  it.each([
    { what: 'that come together', strain: 0, approach: 1.5 },
    { what: 'that are squeezed together with the cell', strain: 0.2, approach: 0 },
    { what: 'that do both', strain: 0.1, approach: 0.8 },
    { what: 'that are sheared and turned', strain: -0.2, approach: 0.3 },
  ])('two atoms $what are listed in time', async ({ strain, approach }) => {
    const random = new RandomStream(`pair ${strain}`);
    const field = await fieldOf(model, { cell: start, species: ['Ar'], rows: new Float64Array(8) }, { skin });
    let met = 0;
    for (let trial = 0; trial < 60; trial++) {
      const u = random.direction();
      const distance = (8 + skin) * (1 + 1e-3 * random.uniform());
      // one of the two may stand beyond a periodic face
      const place = [0, 1, 2].map(() => 60 * random.uniform());
      const rows = Float64Array.of(...place, 0, ...place.map((x, k) => x + distance * u[k]!), 0);
      const tensor = Float64Array.from({ length: 9 }, (_, k) => {
        const along = -u[k % 3]! * u[Math.floor(k / 3)]!;
        return strain < 0 ? 0.4 * strain * random.normal() + 0.05 * along : strain * along;
      });
      field.positions.set(rows);
      field.relist({ positions: rows, cell: start.matrix });
      for (let step = 1; step <= 24; step++) {
        const t = step / 24;
        const bent = (x: Float64Array, at: number, b: number): number =>
          x[at + b]! + t * (x[at]! * tensor[b]! + x[at + 1]! * tensor[3 + b]! + x[at + 2]! * tensor[6 + b]!);
        const cell = cellFromMatrix(start.matrix.map((_, k) => bent(start.matrix, k - (k % 3), k % 3)));
        const positions = rows.map((x, k) =>
          k % 4 === 3 ? x : bent(rows, k - (k % 4), k % 4) + (k < 4 ? 0.5 : -0.5) * t * approach * u[k % 4]!,
        );
        field.positions.set(positions);
        field.compute(cell);
        const { energy } = evaluate(model, { cell, species: ['Ar'], rows: positions });
        expect(Math.abs(field.energy - energy)).toBeLessThan(1e-9);
        if (energy !== 0) met++;
      }
    }
    expect(met).toBeGreaterThan(60);
  });
});

describe('pairs nearer than any table', () => {
  it.each(['Lennard-Jones, two species, taper', 'eam/fs, two species'])(
    '%s: finite, and pushed apart',
    async (name) => {
      const { model } = caseNamed(name);
      const cell = cellFromMatrix([20, 0, 0, 0, 20, 0, 0, 0, 20]);
      const field = await fieldOf(model, {
        cell,
        species: [model.species[0]!],
        rows: Float64Array.of(5, 5, 5, 0, 5.5, 5, 5, 0),
      });
      let above = Number.NEGATIVE_INFINITY;
      for (const r of [0.5, 0.3, 0.1, 0.01]) {
        field.positions[4] = 5 + r;
        field.compute(cell);
        expect(field.energy).toBeGreaterThan(above);
        expect(field.forces[4]!).toBeGreaterThan(0);
        expect(field.forces[4]!).toBeLessThan(1e4);
        above = field.energy;
      }
    },
  );
});

const workerUrl = new URL('../../dist/engine/forces/force-worker.js', import.meta.url);

/** Why workers cannot be tried, or null. */
function workersMissing(): string | null {
  if (!existsSync(workerUrl)) return `${workerUrl.pathname} is not there: npm run build`;
  // workers run the kernels that were built with them, the calling thread those of the source
  const kernels = (path: string): string | undefined =>
    /[A-Za-z0-9+/]{999,}/.exec(readFileSync(new URL(path, import.meta.url), 'utf8'))?.[0];
  const same = kernels('../../dist/generated/forces-wasm.js') === kernels('../../src/generated/forces-wasm.ts');
  return same ? null : 'dist is of another source: npm run build';
}

const missing = workersMissing();

describe.skipIf(missing)(missing ? `workers (${missing})` : 'workers', () => {
  const run = async (one: ForceCase, workers: number): Promise<Answer[]> => {
    const field = await fieldOf(one.model, one.matter, { workers, workerUrl });
    const answers: Answer[] = [];
    walk(one, 12, `workers ${one.name}`, (positions, cell) => {
      field.positions.set(positions);
      field.compute(cell);
      answers.push(copy(field));
    });
    expect(field.listings).toBeGreaterThan(1);
    field.dispose();
    return answers;
  };

  it.each([
    'Lennard-Jones, two species, taper',
    'eam/fs, two species',
    'na-carbon',
    'carbon',
    'two-nep4-zbl.txt',
    'carbon-kc',
  ])('%s: one, two and three agree, and repeat themselves to the bit', async (name) => {
    const one = caseNamed(name);
    const alone = await run(one, 1);
    for (const workers of [2, 3]) {
      const [first, second] = [await run(one, workers), await run(one, workers)];
      first.forEach((answer, k) => {
        expectSameBytes(second[k]!, answer);
        const { energy, atom, forceRelative, virial } = deviation(answer, alone[k]!);
        expect(Math.max(energy, atom, forceRelative, virial)).toBeLessThan(1e-10);
      });
    }
  });

  it('more of them than atoms', async () => {
    const { model, frames } = caseNamed('carbon');
    for (const what of ['one atom alone', 'two atoms, small cell']) {
      const { frame } = frames.find((one) => one.what === what)!;
      const [alone, three] = [await fieldOf(model, frame), await fieldOf(model, frame, { workers: 3, workerUrl })];
      for (const field of [alone, three]) field.compute(frame.cell);
      expect(deviation(three, alone).forceRelative).toBeLessThan(1e-12);
      expect(deviation(three, alone).energy).toBeLessThan(1e-12);
    }
  });

  it('restart as one does', async () => {
    const one = caseNamed('carbon');
    const { model, matter } = one;
    const [field, other] = [
      await fieldOf(model, matter, { workers: 2, workerUrl }),
      await fieldOf(model, rattled(matter, 0.3, 'elsewhere'), { workers: 2, workerUrl }),
    ];
    walk(one, 4, 'restart', (positions, cell) => {
      field.positions.set(positions);
      field.compute(cell);
    });
    const cell = cellFromMatrix(matter.cell.matrix.map((x) => 1.001 * x));
    field.compute(cell);
    other.positions.set(field.positions);
    other.relist(field.listedAt()!);
    other.compute(cell);
    expectSameBytes(other, field);
  });
});

describe('errors', () => {
  const argon = lennardJonesModel({ 'Ar-Ar': [0.0104, 3.4] }, { kind: 'taper', from: 6, to: 8 }, 2);
  const pairOf = (...species: string[]): Frame => ({
    cell: cellFromMatrix([20, 0, 0, 0, 20, 0, 0, 0, 20]),
    species,
    rows: Float64Array.from(species.flatMap((_, i) => [5 + 4 * i, 5, 5, i])),
  });

  it('a species that the model does not know', async () => {
    await expect(wasmForceField(argon, pairOf('Ar', 'Kr'))).rejects.toThrow(ModelError);
    await expect(wasmForceField(argon, pairOf('Ar', 'Kr'))).rejects.toThrow(/Kr.*lennard-jones/);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('an atom at %d, at the start and later', async (nowhere) => {
    const frame = pairOf('Ar', 'Ar');
    for (const before of [0, 1]) {
      const field = await fieldOf(argon, frame);
      for (let k = 0; k < before; k++) field.compute(frame.cell);
      field.positions[5] = nowhere;
      expect(() => field.compute(frame.cell)).toThrow(PhysicsError);
      expect(() => field.compute(frame.cell)).toThrow(/atom 2 /);
    }
  });

  it('more atoms within a bond than the kernel holds, and two atoms on one point', async () => {
    const { model, matter } = caseNamed('carbon-tersoff-1989');
    const crowd: Frame = { cell: cubicCell(1), species: matter.species, rows: Float64Array.of(0.2, 0.3, 0.4, 0) };
    for (const [edge, crowded] of [
      [0.7, false],
      [0.5, true],
    ] as const) {
      const cell = cubicCell(edge);
      const field = await fieldOf(model, { ...crowd, cell });
      if (crowded) expect(() => field.compute(cell)).toThrow(/crowd/);
      else expect(() => field.compute(cell)).not.toThrow();
    }
    const same: Frame = { cell: cubicCell(20), species: matter.species, rows: Float64Array.of(1, 2, 3, 0, 1, 2, 3, 0) };
    const field = await fieldOf(model, same);
    expect(() => field.compute(same.cell)).toThrow(PhysicsError);
  });

  it('a worker that cannot be started', async () => {
    const gone = new URL('./no-such-worker.js', import.meta.url);
    const { model, matter } = caseNamed('carbon');
    await expect(fieldOf(model, matter, { workers: 2, workerUrl: gone })).rejects.toThrow(BackendError);
  }, 40_000);

  it('disposing twice does nothing', async () => {
    const field = await fieldOf(argon, pairOf('Ar', 'Ar'));
    field.dispose();
    expect(() => field.dispose()).not.toThrow();
  });
});
