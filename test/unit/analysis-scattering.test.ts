import { describe, expect, it } from 'vitest';
import { debyeScattering } from '../../src/analysis/debye.ts';
import { formFactor } from '../../src/analysis/form-factors.ts';
import { leastSquares, propagate } from '../../src/analysis/least-squares.ts';
import { pairHistogram } from '../../src/analysis/pair-histogram.ts';
import { measureScattering, patternOf } from '../../src/analysis/scattering.ts';
import { cubicCell, orthorhombicCell } from '../../src/core/cell.ts';
import { elements } from '../../src/core/elements.ts';
import { ModelError, SpecError } from '../../src/core/errors.ts';
import type { Frame } from '../../src/core/frame.ts';
import { RandomStream } from '../../src/core/random.ts';
import { graphite } from '../../src/structure/crystal.ts';

const open = [false, false, false] as const;

/** Points without any order. */
function gas(atoms: number, edge: number, seed: string): Frame {
  const random = new RandomStream(seed);
  const rows = Float64Array.from({ length: 4 * atoms }, (_, k) => (k % 4 === 3 ? 0 : edge * random.uniform()));
  return { cell: cubicCell(edge), species: ['C'], rows };
}

describe('form factor', () => {
  const electrons = {
    H: 1,
    He: 2,
    Li: 3,
    Be: 4,
    B: 5,
    C: 6,
    N: 7,
    O: 8,
    F: 9,
    Na: 11,
    Al: 13,
    Si: 14,
    P: 15,
    S: 16,
    Ar: 18,
    K: 19,
    Fe: 26,
  };

  it('counts the electrons in forward direction', () => {
    for (const [element, z] of Object.entries(electrons)) {
      expect(Math.abs(formFactor(element)(0) - z), element).toBeLessThan(0.01);
    }
    expect(Math.abs(formFactor('Mg')(0) - 12)).toBeLessThan(0.015);
  });

  it('follows the tabulated values (International Tables C, table 6.1.1.1)', () => {
    // sin θ / λ = 0.1, 0.3, 0.5, 1.0 Å⁻¹
    const tables = { C: [5.126, 2.502, 1.685, 1.114], O: [7.25, 4.089, 2.338, 1.377], Na: [9.76, 6.881, 4.29, 1.784] };
    for (const [element, values] of Object.entries(tables)) {
      [0.1, 0.3, 0.5, 1].forEach((s, k) => {
        expect(Math.abs(formFactor(element)(4 * Math.PI * s) - values[k]!), `${element} ${s}`).toBeLessThan(0.02);
      });
    }
  });

  it('falls with q, and knows every element that has a mass here', () => {
    for (const element of Object.keys(elements)) {
      const f = formFactor(element);
      for (let q = 0; q < 12; q += 0.5) expect(f(q + 0.5), `${element} at ${q}`).toBeLessThan(f(q));
    }
  });

  it('takes a species for its element, and refuses what is none', () => {
    expect(formFactor('C:zigzag-H')(1.7)).toBe(formFactor('C')(1.7));
    expect(() => formFactor('X')).toThrow(ModelError);
  });
});

describe('Debye sum', () => {
  it('is exact for two atoms', () => {
    const r = 2.37;
    const pair: Frame = {
      cell: orthorhombicCell(9, 9, 9, open),
      species: ['C', 'O'],
      rows: Float64Array.of(1, 1, 1, 0, 1, 1, 1 + r, 1),
    };
    const q = [0.5, 1.7, 3, 7.5];
    const { intensity } = debyeScattering(pairHistogram(pair), q);
    q.forEach((one, k) => {
      const [c, o] = [formFactor('C')(one), formFactor('O')(one)];
      expect(intensity[k]).toBeCloseTo((c * c + o * o + (2 * c * o * Math.sin(one * r)) / (one * r)) / 2, 9);
    });
  });

  it('is the square of all electrons at q → 0 for a cluster', () => {
    const { cell, ...rest } = gas(50, 12, 'cluster');
    const { intensity } = debyeScattering(
      pairHistogram({ ...rest, cell: orthorhombicCell(...cell.heights, open) }),
      [1e-3],
    );
    expect(intensity[0]! / (50 * formFactor('C')(0) ** 2)).toBeCloseTo(1, 3);
  });

  it('is 1 over f² for an ideal gas in a box', () => {
    const s = [1, 2, 3, 4, 5, 6].map(
      (k) => patternOf(pairHistogram(gas(3000, 34, `gas ${k}`), { rMax: 34 })).structureFactor,
    );
    const points = s[0]!.length;
    // away from small q the speckle of six boxes averages over all q
    const mean = s.flatMap((row) => row.slice(70)).reduce((sum, v) => sum + v, 0) / (6 * (points - 70));
    expect(Math.abs(mean - 1)).toBeLessThan(0.01);
    for (const row of s) for (const v of row.slice(170)) expect(Math.abs(v - 1)).toBeLessThan(0.35);
  });

  it('does not mind where a box begins, how it is turned, or in which order atoms come', () => {
    const frame = gas(400, 18, 'moved');
    const n = 400;
    const turned = new Float64Array(4 * n);
    for (let i = 0; i < n; i++) {
      const j = (i * 7 + 3) % n;
      const [x, y, z] = [0, 1, 2].map((k) => frame.rows[4 * j + k]!) as [number, number, number];
      turned.set([y + 5.3, z - 41, x + 0.9, 0], 4 * i);
    }
    const q = [1, 2.5, 4];
    const a = debyeScattering(pairHistogram(frame, { rMax: 18 }), q).intensity;
    const b = debyeScattering(pairHistogram({ ...frame, rows: turned }, { rMax: 18 }), q).intensity;
    q.forEach((_, k) => {
      expect(Math.abs(a[k]! - b[k]!)).toBeLessThan(2e-3);
    });
  });
});

describe('least squares', () => {
  it('finds an exponential, with the error the noise gives it', () => {
    const random = new RandomStream('exponential');
    const ranges = [
      { start: 1, low: 0, high: 10 },
      { start: 0.2, low: 0.01, high: 5 },
    ];
    const noise = 0.05;
    const found = Array.from({ length: 60 }, () => {
      const y = Float64Array.from({ length: 40 }, (_, k) => {
        const bump = Math.sqrt(-2 * Math.log(1 - random.uniform())) * Math.cos(2 * Math.PI * random.uniform());
        return 3 * Math.exp(-0.7 * 0.1 * k) + noise * bump;
      });
      const fit = leastSquares(([a, b]) => y.map((v, k) => a! * Math.exp(-b! * 0.1 * k) - v), ranges);
      return { rate: fit.parameters[1]!, error: propagate(fit, noise ** 2, ranges, (p) => p[1]!)! };
    });
    const mean = found.reduce((sum, { rate }) => sum + rate, 0) / 60;
    const spread = Math.sqrt(found.reduce((sum, { rate }) => sum + (rate - mean) ** 2, 0) / 59);
    const error = found.reduce((sum, one) => sum + one.error, 0) / 60;
    expect(Math.abs(mean - 0.7)).toBeLessThan(4 * (spread / Math.sqrt(60)));
    expect(spread / error).toBeGreaterThan(0.7);
    expect(spread / error).toBeLessThan(1.4);
  });

  it('stays within its bounds', () => {
    const fit = leastSquares(([a]) => Float64Array.of(a! - 5), [{ start: 1, low: 0, high: 2 }]);
    expect(fit.parameters[0]).toBe(2);
  });
});

describe('graphite', () => {
  const measured = measureScattering(graphite(1, 1, 2));
  const { '2θ (°)': angle, intensity } = measured.curves['xrd']! as Record<string, readonly number[]>;
  const top = (low: number, high: number): number =>
    angle!.reduce(
      (best, a, k) => (a > low && a < high && (best < 0 || intensity![k]! > intensity![best]!) ? k : best),
      -1,
    );

  it('has its lines where they belong (Cu Kα, a 2.46 Å, c 6.71 Å)', () => {
    // (100) is weak and stands on the foot of (101), which a sum up to 80 Å does not part from it
    const lines = { 26.6: [20, 32], 42.4: [41, 43.4], 44.6: [43.6, 46], 54.8: [53, 57], 77.7: [76, 79] } as const;
    for (const [position, [low, high]] of Object.entries(lines)) {
      expect(Math.abs(angle![top(low, high)]! - Number(position)), position).toBeLessThan(
        position === '42.4' ? 0.4 : 0.12,
      );
    }
  });

  it('has no intensity below zero, in a narrow cell and in a wide box', () => {
    const wide = measureScattering(graphite(10, 6, 8));
    expect(wide.notes.join()).toMatch(/order has no end in this box/);
    for (const { curves } of [measured, wide]) {
      const values = (curves['xrd'] as Record<string, readonly number[]>)['intensity']!;
      // bins of 0.01 Å cost half a per cent where every shell is sharp; without the weight of a grain it is a quarter
      expect(Math.min(...values)).toBeGreaterThan(-0.01 * Math.max(...values));
    }
  });

  it('reads the spacing of the crystal, and says that its size is that of the sum', () => {
    expect(Math.abs(measured.values['d002']!.value / 3.354 - 1)).toBeLessThan(0.003);
    expect(Math.abs(measured.values['twoTheta002']!.value - 26.58)).toBeLessThan(0.06);
    expect(measured.notes.join()).toMatch(/cell of a crystal/);
    expect(measured.notes.join()).toMatch(/higher than this box can show/);
    expect(measured.curves['saxs']).toBeUndefined();
  });

  it('has three neighbours at 1.42 Å', () => {
    expect(measured.values['coordinationRdf']!.value).toBeCloseTo(3, 10);
    expect(measured.values['bondLengthRdf']!.value).toBeCloseTo(1.42, 2);
    const { 'g(r)': g, 'neighbours nearer': near } = measured.curves['rdf']! as Record<string, readonly number[]>;
    expect(Math.max(...g!)).toBeGreaterThan(10);
    // 3 at 1.42, 6 at 2.46, 3 at 2.84 Å
    expect(near![Math.round(2.95 / 0.05)]).toBeCloseTo(12, 10);
  });
});

describe('the instrument', () => {
  it('leaves out lines that are not there, and says so', () => {
    const { values, notes, curves } = measureScattering(gas(1500, 28, 'no lines'));
    for (const key of ['d002', 'lcScherrer', 'laScherrer', 'rValue']) expect(values[key], key).toBeUndefined();
    expect(notes.join()).toMatch(/no \(002\) line/);
    expect(notes.join()).toMatch(/no \(10\) line/);
    expect(Object.keys(curves)).toEqual(['xrd', 'structureFactor', 'rdf', 'saxs']);
  });

  it('says of every number what it is, and shows every curve whole', () => {
    const { values, curves } = measureScattering(graphite(8, 5, 6));
    expect(Object.keys(values).length).toBeGreaterThan(5);
    for (const [key, { definition, value }] of Object.entries(values)) {
      expect(definition.length, key).toBeGreaterThan(40);
      expect(Number.isFinite(value), key).toBe(true);
    }
    for (const [key, curve] of Object.entries(curves)) {
      expect(new Set(Object.values(curve).map((column) => column.length)).size, key).toBe(1);
      for (const column of Object.values(curve)) expect(column.every(Number.isFinite), key).toBe(true);
    }
  });

  it('reports progress from start to end', () => {
    const shares: number[] = [];
    measureScattering(gas(500, 20, 'progress'), { onProgress: (share) => shares.push(share) });
    expect(shares.at(-1)).toBe(1);
    expect(shares.every((share, k) => k === 0 || share >= shares[k - 1]!)).toBe(true);
  });

  it('refuses a slab', () => {
    expect(() =>
      measureScattering({ ...gas(10, 9, 'slab'), cell: orthorhombicCell(9, 9, 9, [true, true, false]) }),
    ).toThrow(SpecError);
  });
});
