/** The reference evaluator against itself: forces and virial are derivatives of the energy, and the energy has its symmetries. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellFromMatrix } from '../../src/core/cell.ts';
import { atomCount, type Frame } from '../../src/core/frame.ts';
import { neighborList } from '../../src/core/neighbors.ts';
import { RandomStream } from '../../src/core/random.ts';
import { evaluate } from '../../src/model/evaluate.ts';
import type { EmbeddedTerm, Model } from '../../src/model/model.ts';
import { tableValue } from '../../src/model/table.ts';
import { shippedModel, switchedModel } from '../conformance/models.ts';
import { keepsItsSymmetries } from './symmetries.ts';

type Kind = 'lone' | 'dimer' | 'film' | 'cluster' | 'crowd';

/** spacing: distance of neighbours in the metal or liquid, Å */
const cases = [
  { name: 'na-carbon, linear', spacing: 3.66 },
  { name: 'na-carbon, smooth', spacing: 3.66 },
  { name: 'li-carbon', spacing: 3.02 },
  { name: 'li-carbon, bare', spacing: 3.02 },
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

/** u of the switch, not cut at 0 and 1, and ρ of every guest, straight from the tables; both 1 where the model has none. */
function fieldsOf(model: Model, frame: Frame): { u: number[]; rho: number[] } {
  const term = model.terms.find((one): one is EmbeddedTerm => one.form === 'embedded');
  const { start, index, rows } = neighborList(frame, model.cutoff);
  const u: number[] = [];
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
    u.push(
      term
        ? (term.chargeSwitch!.nSwitch[0]! - n) / (term.chargeSwitch!.nSwitch[0]! - term.chargeSwitch!.nStart[0]!)
        : 1,
    );
    rho.push(term ? density : 1);
  }
  return { u, rho };
}

/** False within a hair of n = n_switch, where the slope of a linear switch jumps, and of ρ = 0, where it has no bound. */
const smooth = ({ u, rho }: { u: number[]; rho: number[] }): boolean =>
  u.every((x) => Math.abs(x) > 1e-3) && rho.every((x) => x === 0 || x > 1e-5);

const energy = (model: Model, frame: Frame): number => evaluate(model, frame).energy;

const given = fc.record({
  kind: fc.constantFrom<Kind>('lone', 'dimer', 'film', 'cluster', 'crowd'),
  periodic: fc.boolean(),
  seed: fc.integer({ min: 0, max: 1e6 }),
});
const settings = { seed: 20261120, numRuns: 40 } as const;

describe.each(cases)('$name', ({ name, spacing }) => {
  const model = switchedModel(name);
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
      s.push(...fieldsOf(model, frame).u);
    });
    expect(s.some((x) => x >= 1)).toBe(true);
    if (model.terms[0]!.form === 'embedded') {
      expect(s.filter((x) => x > 0.02 && x < 0.98).length).toBeGreaterThan(5);
      expect(s.some((x) => x < 0)).toBe(true);
    }
  });

  keepsItsSymmetries(model, each);
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
