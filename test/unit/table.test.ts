import { describe, expect, it } from 'vitest';
import { ModelError } from '../../src/core/errors.ts';
import { RandomStream } from '../../src/core/random.ts';
import { embeddingSlope, embeddingValue } from '../../src/model/embedded.ts';
import { withCutoff } from '../../src/model/radial/cutoffs.ts';
import { lennardJones } from '../../src/model/radial/lennard-jones.ts';
import {
  auditLimit,
  type LinearTable,
  type NamedFunction,
  type Table,
  tableFromKnots,
  tableSlope,
  tableValue,
  tabulate,
  tabulateLog,
} from '../../src/model/table.ts';

const named = (value: (x: number) => number, slope: (x: number) => number, what = 'f'): NamedFunction => ({
  what,
  value,
  slope,
});
const ljPair = lennardJones({ epsilon: 0.01, sigma: 3.3 });

/** Largest |table − f| over random points of [from, to). */
function worstError(table: Table, f: (x: number) => number, from: number, to: number): number {
  const random = new RandomStream('table points');
  let worst = 0;
  for (let i = 0; i < 20_000; i++) {
    const x = from + (to - from) * random.uniform();
    worst = Math.max(worst, Math.abs(tableValue(table, x) - f(x)));
  }
  return worst;
}

describe('accuracy of a cubic Hermite table', () => {
  it('Lennard-Jones on 2048 rows: error is h⁴ max|u⁗|/384, below 1e-9 eV from σ outwards', () => {
    const [from, to, n] = [3.3, 10, 2048];
    const h = (to - from) / n;
    const x = (k: number): number => from + k * h;
    const table = tableFromKnots(
      Float64Array.from({ length: n + 1 }, (_, k) => ljPair.value(x(k))),
      Float64Array.from({ length: n + 1 }, (_, k) => ljPair.slope(x(k))),
      h,
    );
    const worst = worstError(table, (s) => ljPair.value(from + s), 0, to - from);
    // u⁗ = 4ε [12·13·14·15 (σ/r)¹² − 6·7·8·9 (σ/r)⁶]/r⁴ is largest at r = σ
    const bound = ((h ** 4 / 384) * 0.04 * (32760 - 3024)) / 3.3 ** 4;
    expect(worst).toBeLessThan(1.001 * bound);
    expect(worst).toBeGreaterThan(0.9 * bound);
    expect(worst).toBeLessThan(1e-9);
  });

  it('halving the step divides the error by sixteen', () => {
    const errors = [256, 512, 1024].map((n) => {
      const h = 4 / n;
      const at = (f: (x: number) => number) => Float64Array.from({ length: n + 1 }, (_, k) => f(k * h));
      return worstError(tableFromKnots(at(Math.exp), at(Math.exp), h), Math.exp, 0, 4);
    });
    expect(errors[0]! / errors[1]!).toBeCloseTo(16, 0);
    expect(errors[1]! / errors[2]!).toBeCloseTo(16, 0);
  });

  it('is exact for cubics', () => {
    const value = (x: number): number => 0.3 - x * (1.1 - x * (0.7 - 0.2 * x));
    const slope = (x: number): number => -1.1 + x * (1.4 - 0.6 * x);
    const [table] = tabulate([named(value, slope)], 1, 5);
    expect(worstError(table!, value, 1, 5 - 4 / 1024)).toBeLessThan(1e-13);
    // the last knot is taken 1e-12 (1 + to) before the end, where a truncated function jumps
    expect(worstError(table!, value, 1, 5)).toBeLessThan(6e-12 * Math.abs(slope(5)));
    expect(
      worstError(tableFromKnots([0.3, value(2), value(4)], [-1.1, slope(2), slope(4)], 2), value, 0, 4),
    ).toBeLessThan(1e-14);
  });

  it('functions tabulated together share their knots, and the steepest of them decides how many', () => {
    const steep = named(
      (x) => Math.sin(60 * x),
      (x) => 60 * Math.cos(60 * x),
    );
    const gentle = named(
      (x) => x * x,
      (x) => 2 * x,
    );
    const [a, b] = tabulate([gentle, steep], 1, 5) as [LinearTable, LinearTable];
    expect([a.from, a.to, a.step, a.rows.length]).toEqual([b.from, b.to, b.step, b.rows.length]);
    expect(a.rows.length / 4).toBeGreaterThan(1024);
    expect(tabulate([gentle], 1, 5)[0]!.rows.length / 4).toBe(1024);
    expect(worstError(b, steep.value, 1, 5)).toBeLessThanOrEqual(2 * auditLimit);
  });
});

describe('slope', () => {
  const lj = withCutoff(ljPair, { kind: 'force-shift', to: 9 });
  const [linear] = tabulate([named(lj.value, lj.slope)], 2.6, 9) as [LinearTable];
  const log = tabulateLog(
    named(
      (x) => -(x ** 0.4),
      (x) => -0.4 * x ** -0.6,
    ),
  );

  it('of both kinds of table is the derivative of their value', () => {
    const random = new RandomStream('slopes');
    const difference = (table: Table, x: number, h: number): number =>
      (tableValue(table, x - 2 * h) -
        tableValue(table, x + 2 * h) +
        8 * (tableValue(table, x + h) - tableValue(table, x - h))) /
      (12 * h);
    for (let i = 0; i < 2000; i++) {
      const row = random.integer(linear.rows.length / 4);
      // five points inside one interval: the difference is exact for its cubic
      const x = linear.from + (row + 0.3 + 0.4 * random.uniform()) * linear.step;
      expect(Math.abs(tableSlope(linear, x) - difference(linear, x, 0.1 * linear.step))).toBeLessThan(
        1e-9 * (1 + Math.abs(tableSlope(linear, x))),
      );
      const y = 2 ** (-55 + random.integer(60)) * (1 + (random.integer(32) + 0.3 + 0.4 * random.uniform()) / 32);
      expect(Math.abs(tableSlope(log, y) / difference(log, y, 0.002 * y) - 1)).toBeLessThan(1e-7);
    }
  });

  it('is near that of the formula, one order worse than the value', () => {
    for (let r = 2.7; r < 8.99; r += 0.0137) expect(Math.abs(tableSlope(linear, r) - lj.slope(r))).toBeLessThan(2e-6);
  });
});

describe('ends', () => {
  it.each(['truncate', 'shift', 'force-shift'] as const)(
    '%s: exactly 0 at and beyond the end, the formula just inside',
    (kind) => {
      const radial = withCutoff(ljPair, { kind, to: 8 });
      const [table] = tabulate([named(radial.value, radial.slope)], 2.6, 8);
      for (const x of [8, 8 + 1e-12, 9, 1e6]) {
        expect(tableValue(table!, x)).toBe(0);
        expect(tableSlope(table!, x)).toBe(0);
      }
      const inside = 8 - 1e-9;
      expect(Math.abs(tableValue(table!, inside) - radial.value(inside))).toBeLessThan(1e-12);
    },
  );

  it('goes on in a straight line below the first knot', () => {
    const [table] = tabulate([named(ljPair.value, ljPair.slope)], 3, 8);
    const slope = tableSlope(table!, 3);
    expect(tableSlope(table!, 2)).toBe(slope);
    expect(tableValue(table!, 2)).toBeCloseTo(ljPair.value(3) - slope, 12);
  });

  it('a published embedding goes on linearly above its last knot', () => {
    const at = (f: (x: number) => number) => Float64Array.from({ length: 101 }, (_, k) => f(0.2 * k));
    const table = tableFromKnots(
      at((x) => x * x - 3 * x),
      at((x) => 2 * x - 3),
      0.2,
    );
    expect(embeddingValue(table, 20)).toBeCloseTo(340, 9);
    expect(embeddingValue(table, 22)).toBeCloseTo(340 + 2 * 37, 9);
    expect(embeddingSlope(table, 22)).toBeCloseTo(37, 9);
  });
});

describe('power laws of the density', () => {
  const power = named(
    (rho) => -(rho ** 0.4),
    (rho) => -0.4 * rho ** -0.6,
    'ρ^0.4',
  );

  it('on the log axis keep their relative accuracy from 1e-15 to 500', () => {
    const table = tabulateLog(power);
    const random = new RandomStream('log axis');
    // h/x ≤ 1/32 and u⁗x⁴/u = 0.4·0.6·1.6·2.6: at most 32⁻⁴ · 0.9984/384 = 2.5e-9
    for (let i = 0; i < 20_000; i++) {
      const rho = 1e-15 * 5e17 ** random.uniform();
      expect(Math.abs(tableValue(table, rho) / power.value(rho) - 1)).toBeLessThan(2.5e-9);
      expect(Math.abs(tableSlope(table, rho) / power.slope(rho) - 1)).toBeLessThan(2e-6);
    }
  });

  it('on the log axis are exact on powers of two, zero below the first, held above the last', () => {
    const table = tabulateLog(power);
    for (let e = -60; e < 10; e++) expect(tableValue(table, 2 ** e)).toBe(power.value(2 ** e));
    expect(tableValue(table, 0)).toBe(0);
    expect(tableValue(table, 2 ** -61)).toBe(0);
    expect(tableSlope(table, 2 ** -61)).toBe(0);
    expect(tableValue(table, 2 ** 11)).toBeCloseTo(power.value(2 ** 10), 6);
    expect(tableValue(table, 1e300)).toBe(tableValue(table, 2 ** 11));
  });

  it('−√ρ on equal steps of ρ is refused: its first interval alone is off by 1e-2', () => {
    const root = named(
      (rho) => -Math.sqrt(rho),
      (rho) => -0.5 / Math.sqrt(rho),
      '−√ρ',
    );
    expect(() => tabulate([root], 0, 20)).toThrow(ModelError);
    expect(() => tabulate([root], 1e-6, 20)).toThrow(/−√ρ: the table misses the formula by .* is it smooth/);
    // why: the slope at zero is infinite; with any finite one the cubic leaves the root by a good part of √h
    const h = 20 / 2048;
    const first = tableFromKnots([0, -Math.sqrt(h)], [-0.5 / Math.sqrt(h), -0.5 / Math.sqrt(h)], h);
    expect(worstError(first, root.value, 0, h)).toBeGreaterThan(1e-2);
    // the same function of √ρ is a straight line, and on the log axis it passes
    expect(
      worstError(
        tabulate(
          [
            named(
              (s) => -s,
              () => -1,
            ),
          ],
          0,
          5,
        )[0]!,
        (s) => -s,
        0,
        5,
      ),
    ).toBeLessThan(1e-11);
    expect(Math.abs(tableValue(tabulateLog(root), 1e-6) - root.value(1e-6))).toBeLessThan(1e-11);
  });
});

describe('the audit', () => {
  it('refuses a kink between knots, and says which function', () => {
    const kinked = named(
      (x) => Math.max(0, Math.PI - x),
      (x) => (x < Math.PI ? -1 : 0),
      'terms[0].pair.A-A',
    );
    expect(() => tabulate([kinked], 1, 8)).toThrow(
      /terms\[0\]\.pair\.A-A: the table misses the formula by .*limit 1e-7/,
    );
  });

  it('refuses a slope that is one percent off the derivative', () => {
    expect(() => tabulate([named(Math.sin, (x) => 1.01 * Math.cos(x))], 1, 8)).toThrow(ModelError);
  });

  it('refuses what is not finite, and says where', () => {
    expect(() =>
      tabulate(
        [
          named(
            (x) => 1 / (x - 2),
            (x) => -1 / (x - 2) ** 2,
          ),
        ],
        1,
        3,
      ),
    ).toThrow(ModelError);
    expect(() =>
      tabulate(
        [
          named(
            () => Number.NaN,
            () => 0,
            'nan',
          ),
        ],
        1,
        3,
      ),
    ).toThrow(/nan is not finite at/);
    expect(() =>
      tabulateLog(
        named(
          (x) => Math.sin(30 * x),
          (x) => 30 * Math.cos(30 * x),
        ),
      ),
    ).toThrow(ModelError);
  });
});
