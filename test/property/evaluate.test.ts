/** The reference evaluator against itself: forces and virial are derivatives of the energy, and the energy has its symmetries. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellFromMatrix } from '../../src/core/cell.ts';
import { atomCount, type Frame } from '../../src/core/frame.ts';
import { neighborList } from '../../src/core/neighbors.ts';
import { RandomStream } from '../../src/core/random.ts';
import { type Evaluation, evaluate } from '../../src/model/evaluate.ts';
import type { EmbeddedTerm, Model } from '../../src/model/model.ts';
import { tableValue } from '../../src/model/table.ts';
import { shippedModel } from '../conformance/models.ts';

type Kind = 'lone' | 'dimer' | 'film' | 'cluster' | 'crowd';

/** spacing: distance of neighbours in the metal or liquid, Å */
const cases = [
  { name: 'na-carbon', spacing: 3.66 },
  { name: 'li-carbon', spacing: 3.02 },
  { name: 'k-carbon', spacing: 4.6 },
  { name: 'na-carbon-pair', spacing: 3.7 },
  { name: 'argon-carbon', spacing: 3.75 },
  { name: 'methane-carbon', spacing: 4.15 },
];

/** number of guests, and their least distance in spacings */
const guestsOf: Record<Kind, readonly [number, number]> = {
  lone: [1, 1],
  dimer: [2, 0.9],
  film: [6, 0.95],
  cluster: [9, 0.84],
  crowd: [13, 0.74],
};

/** Guests thrown together in a ball, carbons of all kinds around them, in a skewed or an open cell. */
function randomFrame(model: Model, spacing: number, kind: Kind, periodic: boolean, seed: number): Frame {
  const random = new RandomStream(`frame ${seed}`);
  const carbons = model.species.slice(1);
  const [guests, apart] = guestsOf[kind];
  const edge = spacing * (2.6 + 0.8 * random.uniform());
  const skew = (): number => 0.25 * edge * (random.uniform() - 0.5);
  const cell = cellFromMatrix(
    [edge, skew(), skew(), skew(), edge, skew(), skew(), skew(), edge],
    [periodic, periodic, periodic],
  );
  const points: number[][] = [];
  let radius = 0.6 * spacing * Math.cbrt(guests);
  const throwIn = (least: (other: number) => number, point: () => number[], species: number): void => {
    for (let attempt = 0; attempt < 400; attempt++) {
      const p = point();
      const trial: Frame = { cell, species: model.species, rows: Float64Array.from([...points.flat(), ...p, species]) };
      const { start, index, rows } = neighborList(trial, 1.1 * spacing);
      const last = points.length;
      let free = true;
      for (let e = start[last]!; e < start[last + 1]!; e++)
        free &&= rows[4 * e + 3]! > least(points[index[e]!]?.[3] ?? species);
      if (free) {
        points.push([...p, species]);
        return;
      }
      if (species === 0) radius *= 1.01;
    }
  };
  const inBall = (): number[] => random.direction().map((d) => d * radius * Math.cbrt(random.uniform()) + 0.5 * edge);
  for (let k = 0; k < guests; k++) throwIn(() => apart * spacing, inBall, 0);
  const anywhere = (): number[] => [0, 1, 2].map(() => edge * random.uniform());
  for (let k = 0; k < 10; k++)
    throwIn((other) => (other === 0 ? 0.62 * spacing : 1.4), anywhere, 1 + random.integer(carbons.length));
  return { cell, species: model.species, rows: Float64Array.from(points.flat()) };
}

/** s and ρ of every guest, straight from the tables; s = 1, ρ = 1 where the model has none. */
function fieldsOf(model: Model, frame: Frame): { s: number[]; rho: number[] } {
  const term = model.terms.find((one): one is EmbeddedTerm => one.form === 'embedded');
  const { start, index, rows } = neighborList(frame, model.cutoff);
  const s: number[] = [];
  const rho: number[] = [];
  for (let i = 0; i < atomCount(frame); i++) {
    if (frame.rows[4 * i + 3] !== 0) continue;
    let n = 0;
    let density = 0;
    for (let e = start[i]!; e < start[i + 1]!; e++) {
      if (!term || frame.rows[4 * index[e]! + 3] !== 0) continue;
      n += tableValue(term.chargeSwitch!.coordination[0]![0]!, rows[4 * e + 3]!);
      density += tableValue(term.density[0]![0]!, rows[4 * e + 3]!);
    }
    s.push(term ? 1 - n / term.chargeSwitch!.nSwitch[0]! : 1);
    rho.push(term ? density : 1);
  }
  return { s, rho };
}

/** False within a hair of s = 0, where the slope jumps, and of ρ = 0, where it has no bound. */
const smooth = ({ s, rho }: { s: number[]; rho: number[] }): boolean =>
  s.every((x) => Math.abs(x) > 1e-3) && rho.every((x) => x === 0 || x > 1e-5);

const displaced = (frame: Frame, along: ArrayLike<number>, h: number): Frame => ({
  ...frame,
  rows: frame.rows.map((x, k) => (k % 4 === 3 ? x : x + h * along[k]!)),
});

/** r → (1 + h e_a e_bᵀ) r of atoms and cell. */
function strained(frame: Frame, a: number, b: number, h: number): Frame {
  const strain = (m: Float64Array, width: number) => m.map((x, k) => (k % width === a ? x + h * m[k - a + b]! : x));
  return {
    ...frame,
    cell: cellFromMatrix(strain(frame.cell.matrix, 3), frame.cell.periodic),
    rows: strain(frame.rows, 4),
  };
}

const energy = (model: Model, frame: Frame): number => evaluate(model, frame).energy;

/** dU/dx at x = 0 by the five-point difference. */
const derivative = (u: (x: number) => number, h: number): number =>
  (u(-2 * h) - u(2 * h) + 8 * (u(h) - u(-h))) / (12 * h);

/** largest force component, for scale */
const scaleOf = ({ forces }: Evaluation): number =>
  1 + forces.reduce((worst, f, k) => (k % 4 === 3 ? worst : Math.max(worst, Math.abs(f))), 0);

function expectClose(a: ArrayLike<number>, b: ArrayLike<number>, tolerance: number): void {
  expect(a.length).toBe(b.length);
  for (let k = 0; k < a.length; k++) expect(Math.abs(a[k]! - b[k]!)).toBeLessThan(tolerance);
}

const given = fc.record({
  kind: fc.constantFrom<Kind>('lone', 'dimer', 'film', 'cluster', 'crowd'),
  periodic: fc.boolean(),
  seed: fc.integer({ min: 0, max: 1e6 }),
});
const settings = { seed: 20261120, numRuns: 40 } as const;

describe.each(cases)('$name', ({ name, spacing }) => {
  const model = shippedModel(name);
  const each = (property: (frame: Frame, random: RandomStream) => void): void =>
    fc.assert(
      fc.property(given, ({ kind, periodic, seed }) => {
        const frame = randomFrame(model, spacing, kind, periodic, seed);
        fc.pre(smooth(fieldsOf(model, frame)));
        property(frame, new RandomStream(`directions ${seed}`));
      }),
      settings,
    );

  it('is tried on ions, atoms half switched and metal, on small frames', () => {
    const s: number[] = [];
    each((frame) => {
      expect(atomCount(frame)).toBeLessThanOrEqual(30);
      expect(atomCount(frame)).toBeGreaterThan(8);
      s.push(...fieldsOf(model, frame).s);
    });
    expect(s).toContain(1);
    if (model.terms[0]!.form === 'embedded') {
      expect(s.filter((x) => x > 0.02 && x < 0.98).length).toBeGreaterThan(5);
      expect(s.some((x) => x < 0)).toBe(true);
    }
  });

  it('forces are −dU/dr', () => {
    each((frame, random) => {
      const whole = evaluate(model, frame);
      const along = (direction: Float64Array): void => {
        const slope = derivative((x) => energy(model, displaced(frame, direction, x)), 1e-4);
        const work = direction.reduce((sum, d, k) => (k % 4 === 3 ? sum : sum + d * whole.forces[k]!), 0);
        expect(Math.abs(work + slope)).toBeLessThan(1e-6 * scaleOf(whole));
      };
      // all atoms at once, along random directions, then single coordinates
      for (let k = 0; k < 3; k++) along(frame.rows.map(() => random.normal()));
      for (let k = 0; k < 6; k++) {
        const single = new Float64Array(frame.rows.length);
        single[4 * random.integer(atomCount(frame)) + random.integer(3)] = 1;
        along(single);
      }
    });
  });

  it('virial is −dU/dstrain, all nine components', () => {
    each((frame) => {
      const whole = evaluate(model, frame);
      for (let a = 0; a < 3; a++) {
        for (let b = 0; b < 3; b++) {
          const slope = derivative((x) => energy(model, strained(frame, a, b, x)), 2e-5);
          expect(Math.abs(whole.virial[3 * a + b]! + slope)).toBeLessThan(5e-6 * scaleOf(whole));
        }
      }
    });
  });

  it('forces add up to nothing, atom energies to the energy', () => {
    each((frame) => {
      const { forces, energies, energy: whole } = evaluate(model, frame);
      const total = [0, 0, 0];
      forces.forEach((f, k) => {
        if (k % 4 < 3) total[k % 4]! += f;
      });
      expectClose(total, [0, 0, 0], 1e-10 * scaleOf({ forces } as Evaluation));
      expect(Math.abs(energies.reduce((sum, u) => sum + u, 0) - whole)).toBeLessThan(1e-12 * (1 + Math.abs(whole)));
      energies.forEach((u, i) => {
        expect(forces[4 * i + 3]).toBe(u);
      });
    });
  });

  it('moving everything, or single atoms by lattice vectors, changes nothing', () => {
    each((frame, random) => {
      const whole = evaluate(model, frame);
      const shift = [5 * random.normal(), 5 * random.normal(), 5 * random.normal()];
      const m = frame.cell.matrix;
      const wide = frame.cell.periodic[0] ? 5 : 1;
      const moved = frame.rows.slice();
      for (let i = 0; i < atomCount(frame); i++) {
        const images = [0, 1, 2].map(() => random.integer(wide) - (wide >> 1));
        for (let k = 0; k < 3; k++) {
          moved[4 * i + k]! += shift[k]! + images.reduce((sum, n, row) => sum + n * m[3 * row + k]!, 0);
        }
      }
      const after = evaluate(model, { ...frame, rows: moved });
      const tolerance = 1e-9 * scaleOf(whole);
      expectClose(after.forces, whole.forces, tolerance);
      expectClose(after.virial, whole.virial, 20 * tolerance);
    });
  });

  it('turning frame and cell turns forces and virial', () => {
    each((frame, random) => {
      const [w, x, y, z] = random.quaternion();
      const turn = [
        1 - 2 * (y * y + z * z),
        2 * (x * y - w * z),
        2 * (x * z + w * y),
        2 * (x * y + w * z),
        1 - 2 * (x * x + z * z),
        2 * (y * z - w * x),
        2 * (x * z - w * y),
        2 * (y * z + w * x),
        1 - 2 * (x * x + y * y),
      ];
      const turned = (m: Float64Array, width: number): Float64Array =>
        m.map((value, k) => {
          const a = k % width;
          return a === 3 ? value : [0, 1, 2].reduce((sum, b) => sum + turn[3 * a + b]! * m[k - a + b]!, 0);
        });
      const before = evaluate(model, frame);
      const cell = cellFromMatrix(turned(frame.cell.matrix, 3), frame.cell.periodic);
      const after = evaluate(model, { ...frame, cell, rows: turned(frame.rows, 4) });
      const tolerance = 1e-9 * scaleOf(before);
      expectClose(after.forces, turned(before.forces, 4), tolerance);
      // R W Rᵀ: rows are turned, then the transpose's rows
      const transposed = (m: Float64Array): Float64Array => m.map((_, k) => m[3 * (k % 3) + Math.floor(k / 3)]!);
      expectClose(after.virial, transposed(turned(transposed(turned(before.virial, 3)), 3)), 20 * tolerance);
    });
  });

  it('the order of the atoms does not matter', () => {
    each((frame, random) => {
      const order = random.shuffle(Array.from({ length: atomCount(frame) }, (_, i) => i));
      const shuffled = (rows: Float64Array): Float64Array =>
        Float64Array.from(order.flatMap((i) => [...rows.subarray(4 * i, 4 * i + 4)]));
      const before = evaluate(model, frame);
      const after = evaluate(model, { ...frame, rows: shuffled(frame.rows) });
      expectClose(after.forces, shuffled(before.forces), 1e-10 * scaleOf(before));
      expect(Math.abs(after.energy - before.energy)).toBeLessThan(1e-11 * (1 + Math.abs(before.energy)));
    });
  });
});

describe('species', () => {
  const model = shippedModel('na-carbon');
  const frame = (...species: string[]): Frame => ({
    cell: cellFromMatrix([30, 0, 0, 0, 30, 0, 0, 0, 30]),
    species,
    rows: Float64Array.from(species.flatMap((_, i) => [10 + 2.5 * i, 10, 10, i])),
  });

  it('a plain C is basal carbon', () => {
    expect(energy(model, frame('Na', 'C'))).toBe(energy(model, frame('Na', 'C:basal')));
    expect(energy(model, frame('Na', 'C:zigzag'))).not.toBe(energy(model, frame('Na', 'C:basal')));
    expect(energy(shippedModel('na-carbon-pair'), frame('Na', 'C:zigzag'))).toBe(
      energy(shippedModel('na-carbon-pair'), frame('Na', 'C')),
    );
  });

  it('one that the model does not know is named, with its atom', () => {
    expect(() => evaluate(model, frame('Na', 'X'))).toThrow(
      /atom 2 is X, which model na-carbon does not know \(it knows Na, C:basal/,
    );
    expect(() => evaluate(model, frame('na'))).toThrow(/did you mean "Na"/);
  });
});
