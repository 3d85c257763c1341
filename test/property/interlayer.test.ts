/** The interlayer form on buckled, defective stacks: forces and virial are derivatives, and the energy has its symmetries. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellFromMatrix } from '../../src/core/cell.ts';
import { atomCount, type Frame } from '../../src/core/frame.ts';
import { neighborList } from '../../src/core/neighbors.ts';
import { RandomStream } from '../../src/core/random.ts';
import { planeFades, planeVector, sheetPlanes } from '../../src/model/interlayer-plane.ts';
import { interlayerTerm, interlayerTermOf } from '../../src/model/load-interlayer.ts';
import type { Model } from '../../src/model/model.ts';
import { shippedModel } from '../conformance/models.ts';
import { keepsItsSymmetries } from './symmetries.ts';

const bonded = 1.95;
const species = ['C', 'H'];
/** the published numbers with short cutoffs, so that a frame has few pairs */
const laws = {
  'kolmogorov-crespi': { z0: 3.34, c: 3.03e-3, c0: 15.71e-3, c2: 12.29e-3, c4: 4.933e-3, delta: 0.578, lambda: 3.629 },
  ilp: {
    alpha: 7.511126,
    beta: 3.205843,
    gamma: 1.235334,
    epsilon: 1e-3,
    c: 0.0375,
    d: 15.5,
    sR: 0.7954,
    rEff: 3.6814,
  },
} as const;
const hydrogen = { ...laws.ilp, alpha: 12.9, beta: 2.643, gamma: 1.02, c: 0.0253, c6: 5.69, taperFrom: 0, cutoff: 7 };
const specs = {
  'kolmogorov-crespi': {
    'C-C': { law: 'kolmogorov-crespi', ...laws['kolmogorov-crespi'], a: 0.010238, taperFrom: 6, cutoff: 8 },
  },
  ilp: {
    'C-C': { law: 'ilp', ...laws.ilp, c6: 25.7, taperFrom: 0, cutoff: 8 },
    'C-H': { law: 'ilp', ...hydrogen },
  },
} as const;

function modelOf(name: keyof typeof specs): Model {
  const spec = interlayerTerm.parse({
    form: 'interlayer',
    exclusion: { bonds: 'fragment', length: bonded },
    pairs: specs[name],
  });
  return { ...shippedModel('carbon-kc'), species, terms: [interlayerTermOf(species, spec, 'test')], cutoff: 8 };
}

const kinds = ['sheets', 'vacancies', 'ribbons', 'chain'] as const;
type Kind = (typeof kinds)[number];

/**
 * Two buckled sheets out of registry in a skewed cell: whole, with vacancies, as ribbons with hydrogen on one edge, or the upper
 * one replaced by a zigzag chain that is all but straight, and a lone atom.
 */
function randomFrame(kind: Kind, seed: number): Frame {
  const random = new RandomStream(`stack ${seed}`);
  const bond = 1.42;
  const width = bond * Math.sqrt(3);
  const [nx, ny] = [2, 2];
  const corners = [
    [0, 0],
    [width / 2, bond / 2],
    [width / 2, 1.5 * bond],
    [0, 2 * bond],
  ] as const;
  const points: number[][] = [];
  const length = 3 * bond * ny + (kind === 'ribbons' ? 9 : 0);
  const noise = (): number => 0.05 * random.normal();
  for (const layer of kind === 'chain' ? [0] : [0, 1]) {
    const shift = [layer * width * random.uniform(), layer * 3 * random.uniform()];
    const phase = 6 * random.uniform();
    for (let i = 0; i < nx; i++) {
      for (let j = 0; j < ny; j++) {
        for (const [x, y] of corners) {
          const height = 3.4 * layer + 0.25 * Math.sin((2 * Math.PI * (i * width + x)) / (nx * width) + phase);
          points.push([i * width + x + shift[0]!, 3 * bond * j + y + shift[1]!, height, 0]);
        }
        if (kind !== 'ribbons' || j > 0) continue;
        points.push([i * width + shift[0]!, shift[1]! - 1.09, 3.4 * layer, 1]);
      }
    }
  }
  if (kind === 'chain') {
    const bend = 0.05 + 0.3 * random.uniform();
    for (let k = 0; k < 4; k++) points.push([0.4 + 1.28 * k * 0.8, 0.5 + 1.28 * k * 0.6, 3.3 + bend * (k % 2), 0]);
    points.push([1, 6.5, 3.3, 0]);
  }
  const holes = kind === 'vacancies' ? 3 : 0;
  for (let k = 0; k < holes; k++) points.splice(random.integer(points.length), 1);
  const skew = (): number => 0.6 * (random.uniform() - 0.5);
  const cell = cellFromMatrix([nx * width, 0, 0, skew(), length, 0, skew(), skew(), 7.4]);
  // the cell is skewed together with what is in it, so that sheets close over its faces
  const m = cell.matrix;
  const rows = points.flatMap(([x, y, z, s]) => [
    x! + (y! * m[3]!) / length + (z! * m[6]!) / 7.4 + noise(),
    y! + (z! * m[7]!) / 7.4 + noise(),
    z! + noise(),
    s!,
  ]);
  return { cell, species, rows: Float64Array.from(rows) };
}

/** Bond lengths far from the perception limit: finite differences never cross it. */
const settled = (frame: Frame): boolean => {
  const { rows } = neighborList(frame, bonded + 0.02);
  for (let e = 3; e < rows.length; e += 4) if (Math.abs(rows[e]! - bonded) < 0.02) return false;
  return true;
};

const given = fc.record({ kind: fc.constantFrom(...kinds), seed: fc.integer({ min: 0, max: 1e6 }) });
const settings = { seed: 20261121, numRuns: 24 } as const;

function each(property: (frame: Frame, random: RandomStream, kind: Kind) => void): void {
  fc.assert(
    fc.property(given, ({ kind, seed }) => {
      const frame = randomFrame(kind, seed);
      fc.pre(settled(frame));
      property(frame, new RandomStream(`directions ${seed}`), kind);
    }),
    settings,
  );
}

it('is tried on atoms of every kind: in the sheet, at edges, on a single bond, nearly straight', () => {
  const found = { three: 0, two: 0, borrowed: 0, none: 0, fading: 0 };
  each((frame) => {
    const list = neighborList(frame, 4);
    const { holder, entries } = sheetPlanes(bonded, new Int32Array(atomCount(frame)), [true], list);
    holder.forEach((at, i) => {
      if (at < 0) found.none++;
      else if (at !== i) found.borrowed++;
      else found[entries[3 * i + 2]! < 0 ? 'two' : 'three']++;
      if (at < 0) return;
      const area = Math.hypot(...planeVector(list, { holder, entries }, at).c);
      if (area > planeFades.from && area < planeFades.to) found.fading++;
    });
  });
  for (const count of Object.values(found)) expect(count).toBeGreaterThan(4);
});

describe.each(['kolmogorov-crespi', 'ilp'] as const)('%s', (name) => {
  // forces between sheets are hundredths of an eV/Å
  keepsItsSymmetries(modelOf(name), each, 2e-4, 0.01);
});

describe('model files', () => {
  const term = (change: object, exclusion: object = {}) =>
    interlayerTermOf(
      ['C:basal', 'C:zigzag', 'Na'],
      interlayerTerm.parse({
        form: 'interlayer',
        exclusion: { bonds: 'fragment', length: bonded, ...exclusion },
        pairs: { 'C-C': { ...specs['kolmogorov-crespi']['C-C'], ...change } },
      }),
      'file: terms[1]',
    );

  it('an element applies to every species of it', () => {
    expect(term({}).law).toEqual([0, 0, -1, 0, 0, -1, -1, -1, -1]);
    expect(term({}).laws[0]).toMatchObject({ kind: 'kolmogorov-crespi', taperFrom: 6 });
  });

  it('faults are named with their path', () => {
    expect(() => term({ taperFrom: 8 })).toThrow(
      /terms\[1\]\.pairs\.C-C\.taperFrom must be below the cutoff 8 Å, got 8/,
    );
    expect(() => term({}, { length: 9 })).toThrow(/exclusion\.length must be below the cutoff 8 Å of C-C, got 9/);
    expect(() =>
      interlayerTermOf(
        ['Na'],
        { form: 'interlayer', exclusion: { bonds: 3, length: 2 }, pairs: { 'C-C': specs.ilp['C-C'] } },
        'x',
      ),
    ).toThrow(/"C-C" is not a pair of this model's elements \(Na\)/);
    const twice = { 'C-H': specs.ilp['C-H'], 'H-C': specs.ilp['C-H'] };
    expect(() =>
      interlayerTermOf(species, { form: 'interlayer', exclusion: { bonds: 3, length: 2 }, pairs: twice }, 'x'),
    ).toThrow(/H-C: the pair comes twice/);
  });
});
