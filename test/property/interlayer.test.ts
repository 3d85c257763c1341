/** The interlayer form on buckled, defective stacks: forces and virial are derivatives, and the energy has its symmetries. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellFromMatrix } from '../../src/core/cell.ts';
import { atomCount, type Frame } from '../../src/core/frame.ts';
import { neighborList } from '../../src/core/neighbors.ts';
import { RandomStream } from '../../src/core/random.ts';
import { type Evaluation, evaluate } from '../../src/model/evaluate.ts';
import { planeFades, planeVector, sheetPlanes } from '../../src/model/interlayer-plane.ts';
import { interlayerTerm, interlayerTermOf } from '../../src/model/load-interlayer.ts';
import type { Model } from '../../src/model/model.ts';
import { shippedModel } from '../conformance/models.ts';

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

const displaced = (frame: Frame, along: ArrayLike<number>, h: number): Frame => ({
  ...frame,
  rows: frame.rows.map((x, k) => (k % 4 === 3 ? x : x + h * along[k]!)),
});

/** r → (1 + h e_a e_bᵀ) r of atoms and cell. */
function strained(frame: Frame, a: number, b: number, h: number): Frame {
  const strain = (m: Float64Array, width: number) => m.map((x, k) => (k % width === a ? x + h * m[k - a + b]! : x));
  const cell = cellFromMatrix(strain(frame.cell.matrix, 3), frame.cell.periodic);
  return { ...frame, cell, rows: strain(frame.rows, 4) };
}

/** dU/dx at x = 0 by the five-point difference. */
const derivative = (u: (x: number) => number, h: number): number =>
  (u(-2 * h) - u(2 * h) + 8 * (u(h) - u(-h))) / (12 * h);

function expectClose(a: ArrayLike<number>, b: ArrayLike<number>, tolerance: number): void {
  expect(a.length).toBe(b.length);
  for (let k = 0; k < a.length; k++) expect(Math.abs(a[k]! - b[k]!)).toBeLessThan(tolerance);
}

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
  const model = modelOf(name);
  const energy = (frame: Frame): number => evaluate(model, frame).energy;

  it('forces are −dU/dr', () => {
    each((frame, random) => {
      const { forces } = evaluate(model, frame);
      const along = (direction: Float64Array): void => {
        const slope = derivative((x) => energy(displaced(frame, direction, x)), 2e-4);
        const work = direction.reduce((sum, d, k) => (k % 4 === 3 ? sum : sum + d * forces[k]!), 0);
        expect(Math.abs(work + slope)).toBeLessThan(1e-8);
      };
      for (let k = 0; k < 2; k++) along(frame.rows.map(() => 0.3 * random.normal()));
      for (let k = 0; k < 4; k++) {
        const single = new Float64Array(frame.rows.length);
        single[4 * random.integer(atomCount(frame)) + random.integer(3)] = 1;
        along(single);
      }
    });
  });

  it('virial is −dU/dstrain, all nine components; shares of atoms add up to it', () => {
    each((frame) => {
      const { virial, virials } = evaluate(model, frame, undefined, true);
      for (let a = 0; a < 3; a++) {
        for (let b = 0; b < 3; b++) {
          const slope = derivative((x) => energy(strained(frame, a, b, x)), 5e-5);
          expect(Math.abs(virial[3 * a + b]! + slope)).toBeLessThan(1e-7);
        }
      }
      const shares = virial.map((_, k) => virials!.reduce((sum, x, at) => (at % 9 === k ? sum + x : sum), 0));
      expectClose(shares, virial, 1e-12);
    });
  });

  it('forces add up to nothing', () => {
    each((frame) => {
      const total = [0, 0, 0];
      evaluate(model, frame).forces.forEach((f, k) => {
        if (k % 4 < 3) total[k % 4]! += f;
      });
      expectClose(total, [0, 0, 0], 1e-13);
    });
  });

  it('moving everything, or single atoms by lattice vectors, changes nothing', () => {
    each((frame, random) => {
      const before = evaluate(model, frame);
      const shift = [random.normal(), random.normal(), random.normal()];
      const moved = frame.rows.slice();
      for (let i = 0; i < atomCount(frame); i++) {
        const images = [0, 1, 2].map(() => random.integer(5) - 2);
        for (let k = 0; k < 3; k++) {
          moved[4 * i + k]! +=
            5 * shift[k]! + images.reduce((sum, n, row) => sum + n * frame.cell.matrix[3 * row + k]!, 0);
        }
      }
      const after = evaluate(model, { ...frame, rows: moved });
      expectClose(after.forces, before.forces, 1e-11);
      expectClose(after.virial, before.virial, 1e-10);
    });
  });

  it('turning frame and cell turns forces, also of atoms without a plane', () => {
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
      const before: Evaluation = evaluate(model, frame);
      const cell = cellFromMatrix(turned(frame.cell.matrix, 3));
      const after = evaluate(model, { ...frame, cell, rows: turned(frame.rows, 4) });
      expectClose(after.forces, turned(before.forces, 4), 1e-11);
    });
  });

  it('the order of the atoms does not matter', () => {
    each((frame, random) => {
      const order = random.shuffle(Array.from({ length: atomCount(frame) }, (_, i) => i));
      const shuffled = (rows: Float64Array): Float64Array =>
        Float64Array.from(order.flatMap((i) => [...rows.subarray(4 * i, 4 * i + 4)]));
      const before = evaluate(model, frame);
      const after = evaluate(model, { ...frame, rows: shuffled(frame.rows) });
      expectClose(after.forces, shuffled(before.forces), 1e-12);
      expect(Math.abs(after.energy - before.energy)).toBeLessThan(1e-12);
    });
  });
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
