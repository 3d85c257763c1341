import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ModelError } from '../../src/core/errors.ts';
import { lammpsSpline } from '../../src/io/lammps-spline.ts';
import { erfc } from '../../src/model/radial/coulomb-damped.ts';
import { type Cutoff, cutoffKinds, taper, taperSlope, withCore, withCutoff } from '../../src/model/radial/cutoffs.ts';
import { lennardJonesTail } from '../../src/model/radial/lennard-jones.ts';
import { type Radial, type RadialParameters, radialNamed, radials } from '../../src/model/radial/radial.ts';

const between = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const signed = fc.oneof(between(-3, -0.01), between(0.01, 3));

/** Parameters of every registered name, in the range where it is used. */
const parameters: Record<string, fc.Arbitrary<RadialParameters>> = {
  'lennard-jones': fc.record({ epsilon: between(1e-3, 1), sigma: between(2, 4) }),
  morse: fc.record({ depth: between(0.01, 3), alpha: between(0.5, 3), re: between(1, 4) }),
  buckingham: fc.record({ a: between(1, 1e4), rho: between(0.2, 0.5), c: between(0, 100) }),
  zbl: fc.record({ z1: fc.integer({ min: 1, max: 92 }), z2: fc.integer({ min: 1, max: 92 }) }),
  yukawa: fc.record({ q: signed, lambda: between(0.5, 10) }),
  'coulomb-damped': fc.record({ q1: signed, q2: signed, alpha: between(0.1, 0.6) }),
  exponential: fc.record({ amplitude: signed, k: between(1, 12), r0: between(2, 4) }),
  'cubic-knots': fc
    .array(fc.tuple(signed, between(2, 9)), { minLength: 1, maxLength: 6 })
    .map((pairs) => ({ coefficients: pairs.map(([c]) => c), radii: pairs.map(([, r]) => r) })),
  tabulated: fc
    .tuple(between(0, 1), between(0.1, 0.8), fc.array(signed, { minLength: 5, maxLength: 12 }))
    .map(([from, step, values]) => {
      const { slope } = lammpsSpline(Float64Array.from(values), step);
      return { from, step, values, slopes: [...slope] };
    }),
};

const cutoffs: fc.Arbitrary<Cutoff | undefined> = fc.oneof(
  fc.constant(undefined),
  ...cutoffKinds.map((kind) =>
    fc.tuple(between(2, 10), between(0.1, 0.9)).map(([to, part]): Cutoff => {
      return kind === 'taper' ? { kind, from: part * to, to } : { kind, to };
    }),
  ),
);

/** five-point difference and the size of its parts, with a step that reaches over no kink */
function numericalSlope(radial: Radial, r: number): { readonly slope: number; readonly scale: number } {
  const nearest = Math.min(...(radial.kinks ?? []).map((kink) => Math.abs(r - kink)), r);
  const h = Math.min(1e-3, nearest / 4);
  const u = (x: number) => radial.value(r + x * h);
  const slope = (u(-2) - u(2) + 8 * (u(1) - u(-1))) / (12 * h);
  return { slope, scale: Math.max(Math.abs(slope), Math.abs(radial.value(r)) / r) };
}

it('has parameters to try for every registered name', () => {
  expect(Object.keys(parameters).sort()).toEqual(Object.keys(radials).sort());
});

describe.each(Object.keys(radials))('%s', (name) => {
  const cases = fc.tuple(parameters[name]!, cutoffs, between(0.6, 11));
  const built = (given: RadialParameters, cutoff: Cutoff | undefined) => {
    const bare = radialNamed(name, given);
    return { bare, radial: cutoff ? withCutoff(bare, cutoff) : bare };
  };

  it('slope = d value/dr, without and with every cutoff', () => {
    fc.assert(
      fc.property(cases, ([given, cutoff, r]) => {
        const { bare, radial } = built(given, cutoff);
        fc.pre((radial.kinks ?? []).every((kink) => Math.abs(r - kink) > 1e-3));
        const { slope, scale } = numericalSlope(radial, r);
        // a shifted function is a difference of two numbers: its rounding is theirs
        const rounding = 1e-9 * (Math.abs(bare.value(r)) + (cutoff ? Math.abs(bare.value(cutoff.to)) : 0));
        expect(Math.abs(radial.slope(r) - slope)).toBeLessThanOrEqual(1e-6 * scale + rounding);
      }),
      { seed: 3, numRuns: 400 },
    );
  });

  it('is zero at and beyond every cutoff, value and slope', () => {
    fc.assert(
      fc.property(parameters[name]!, cutoffs, between(0, 5), (given, cutoff, beyond) => {
        fc.pre(cutoff !== undefined);
        const { radial } = built(given, cutoff);
        for (const r of [cutoff!.to, cutoff!.to + beyond]) expect([radial.value(r), radial.slope(r)]).toEqual([0, 0]);
        expect(radial.kinks).toContain(cutoff!.to);
        expect(radial.kinks).toEqual([...radial.kinks!].sort((a, b) => a - b));
      }),
      { seed: 4, numRuns: 100 },
    );
  });

  it('keeps the promise of each cutoff at its end', () => {
    fc.assert(
      fc.property(parameters[name]!, between(2, 10), (given, to) => {
        const bare = radialNamed(name, given);
        fc.pre((bare.kinks ?? []).every((kink) => Math.abs(kink - to) > 1e-2));
        const inside = to * (1 - 1e-9);
        const size = Math.abs(bare.value(to)) + Math.abs(bare.slope(to));
        const near = (x: number, wanted: number) => expect(Math.abs(x - wanted)).toBeLessThanOrEqual(1e-6 * size);
        const [truncated, shifted, forceShifted] = (['truncate', 'shift', 'force-shift'] as const).map((kind) =>
          withCutoff(bare, { kind, to }),
        ) as [Radial, Radial, Radial];
        near(truncated.value(inside), bare.value(to));
        near(shifted.value(inside), 0);
        near(shifted.slope(inside), bare.slope(to));
        near(forceShifted.value(inside), 0);
        near(forceShifted.slope(inside), 0);
        expect(shifted.value(inside) - truncated.value(inside)).toBeCloseTo(-bare.value(to), 12);
      }),
      { seed: 5, numRuns: 100 },
    );
  });

  it('has a taper of continuous value, slope and curvature at both ends', () => {
    fc.assert(
      fc.property(parameters[name]!, between(3, 8), between(0.5, 2), (given, from, width) => {
        const to = from + width;
        const bare = radialNamed(name, given);
        fc.pre((bare.kinks ?? []).every((kink) => Math.abs(kink - from) > 1e-3 && Math.abs(kink - to) > 1e-3));
        const radial = withCutoff(bare, { kind: 'taper', from, to });
        expect([radial.value(from), radial.slope(from)]).toEqual([bare.value(from), bare.slope(from)]);
        const h = 1e-6;
        const curvature = (f: Radial, r: number) => (f.slope(r + h / 2) - f.slope(r - h / 2)) / h;
        const size = (r: number) => Math.abs(bare.value(r)) + Math.abs(bare.slope(r)) + Math.abs(curvature(bare, r));
        // T'' and T' grow like 60 x/w³ and x²: at a distance h of the end curvature may differ by some 1e2 h of the size
        const tolerance = 2e-3;
        for (const [end, other] of [
          [from, bare],
          [to, { value: () => 0, slope: () => 0 }],
        ] as const) {
          for (const r of [end - h, end + h]) {
            expect(Math.abs(radial.value(r) - other.value(r))).toBeLessThanOrEqual(tolerance * size(end));
            expect(Math.abs(radial.slope(r) - other.slope(r))).toBeLessThanOrEqual(tolerance * size(end));
            expect(Math.abs(curvature(radial, r) - curvature(other, r))).toBeLessThanOrEqual(tolerance * size(end));
          }
        }
      }),
      { seed: 6, numRuns: 100 },
    );
  });

  it('slope = d value/dr with a core, nothing inside it and the formula outside', () => {
    fc.assert(
      fc.property(cases, between(0.1, 5), between(0.2, 2), ([given, cutoff, r], from, width) => {
        const { bare, radial: ended } = built(given, cutoff);
        const core = { from, to: from + width };
        const radial = withCore(ended, core);
        expect(radial.kinks).toEqual(expect.arrayContaining([core.from, core.to]));
        expect(radial.kinks).toEqual([...radial.kinks!].sort((a, b) => a - b));
        for (const inside of [0, from / 2, from]) expect([radial.value(inside), radial.slope(inside)]).toEqual([0, 0]);
        for (const outside of [core.to, core.to + 1]) {
          expect([radial.value(outside), radial.slope(outside)]).toEqual([ended.value(outside), ended.slope(outside)]);
        }
        fc.pre(radial.kinks!.every((kink) => Math.abs(r - kink) > 1e-3));
        const { slope, scale } = numericalSlope(radial, r);
        const rounding = 1e-9 * (Math.abs(bare.value(r)) + (cutoff ? Math.abs(bare.value(cutoff.to)) : 0));
        expect(Math.abs(radial.slope(r) - slope)).toBeLessThanOrEqual(1e-6 * scale + rounding);
      }),
      { seed: 7, numRuns: 200 },
    );
  });
});

describe('known points', () => {
  it('Lennard-Jones: minimum −ε at 2^(1/6) σ, zero at σ', () => {
    fc.assert(
      fc.property(between(1e-3, 1), between(2, 4), (epsilon, sigma) => {
        const lj = radialNamed('lennard-jones', { epsilon, sigma });
        const bottom = 2 ** (1 / 6) * sigma;
        expect(lj.value(bottom) / epsilon).toBeCloseTo(-1, 12);
        expect((lj.slope(bottom) * sigma) / epsilon).toBeCloseTo(0, 12);
        expect(lj.value(sigma)).toBe(0);
        expect(lj.value(bottom * 1.01)).toBeGreaterThan(lj.value(bottom));
        expect(lj.value(bottom * 0.99)).toBeGreaterThan(lj.value(bottom));
      }),
      { seed: 8 },
    );
  });

  it('Lennard-Jones tail: the integral it stands for', () => {
    const fluid = { epsilon: 0.01, sigma: 3.3 };
    const lj = radialNamed('lennard-jones', fluid);
    const density = 0.02;
    // ½ ∫ 4πr² ρ U dr with r = rc/x: dr = rc/x² dx, x from 0 to 1 by the midpoint rule
    const n = 4000;
    let sum = 0;
    for (let k = 0; k < n; k++) {
      const x = (k + 0.5) / n;
      const r = 10 / x;
      sum += (2 * Math.PI * r * r * density * lj.value(r) * 10) / (x * x * n);
    }
    expect(lennardJonesTail(fluid, 10, density) / sum).toBeCloseTo(1, 6);
  });

  it('Morse: minimum −D at rₑ with curvature 2Dα²', () => {
    fc.assert(
      fc.property(between(0.01, 3), between(0.5, 3), between(1, 4), (depth, alpha, re) => {
        const morse = radialNamed('morse', { depth, alpha, re });
        expect(morse.value(re)).toBeCloseTo(-depth, 12);
        expect(morse.slope(re)).toBeCloseTo(0, 12);
        const h = 1e-5;
        const curvature = (morse.slope(re + h) - morse.slope(re - h)) / (2 * h);
        expect(curvature / (2 * depth * alpha ** 2)).toBeCloseTo(1, 6);
      }),
      { seed: 9 },
    );
  });

  it('ZBL: bare Coulomb repulsion at contact, nothing at bond length of a screened pair', () => {
    const zbl = radialNamed('zbl', { z1: 6, z2: 11 });
    expect((zbl.value(1e-7) * 1e-7) / (14.399645 * 66)).toBeCloseTo(1, 5);
    expect(zbl.value(6)).toBeLessThan(1e-2);
    // at r = a the screening is Σ cₖ e^(−dₖ) of the published coefficients
    const a = 0.4685 / (6 ** 0.23 + 11 ** 0.23);
    const screening =
      0.18175 * Math.exp(-3.1998) +
      0.50986 * Math.exp(-0.94229) +
      0.28022 * Math.exp(-0.4029) +
      0.02817 * Math.exp(-0.20162);
    expect(zbl.value(a)).toBeCloseTo((14.399645 * 66 * screening) / a, 8);
  });

  it('Yukawa, exponential and Buckingham at one length', () => {
    expect(radialNamed('yukawa', { q: 2.9, lambda: 3.5 }).value(3.5)).toBeCloseTo(2.9 / (3.5 * Math.E), 14);
    const f = radialNamed('exponential', { amplitude: 0.4, k: 5, r0: 3.7 });
    expect([f.value(3.7), f.value(7.4)]).toEqual([0.4, expect.closeTo(0.4 * Math.exp(-5), 15)]);
    const b = radialNamed('buckingham', { a: 100, rho: 0.5, c: 64 });
    expect(b.value(2)).toBeCloseTo(100 * Math.exp(-4) - 1, 13);
  });

  it('cubic knots: each knot by itself, nothing beyond the last', () => {
    const u = radialNamed('cubic-knots', { coefficients: [8, -1], radii: [4, 2] });
    expect(u.value(2)).toBe(1);
    expect(u.value(1)).toBeCloseTo(8 * 0.75 ** 3 - 0.5 ** 3, 14);
    expect([u.value(4), u.slope(4), u.value(9)]).toEqual([0, 0, 0]);
    expect(u.kinks).toEqual([2, 4]);
  });

  it('tabulated: a cubic is itself', () => {
    const f = (r: number) => r ** 3 - 2 * r;
    const knots = [1, 1.5, 2, 2.5, 3];
    const values = knots.map(f);
    const u = radialNamed('tabulated', { from: 1, step: 0.5, values, slopes: knots.map((r) => 3 * r * r - 2) });
    for (const r of [1, 1.2, 1.5, 2.7, 2.999]) {
      expect(u.value(r)).toBeCloseTo(f(r), 12);
      expect(u.slope(r)).toBeCloseTo(3 * r * r - 2, 12);
    }
    expect([u.value(0.5), u.slope(0.5)]).toEqual([f(1) - 0.5, 1]);
  });

  it('damped Coulomb: erfc to 1e-12, the bare charge at contact', () => {
    const published = [
      [0, 1],
      [0.5, 0.4795001221869535],
      [1, 0.15729920705028513],
      [1.9999, 0.004679802092970608],
      [2, 0.004677734981047266],
      [3, 2.209049699858544e-5],
      [5, 1.5374597944280349e-12],
    ] as const;
    for (const [x, y] of published) expect(erfc(x) / y).toBeCloseTo(1, 12);
    const u = radialNamed('coulomb-damped', { q1: 1, q2: -0.5, alpha: 0.2 });
    expect(u.value(1e-6) * 1e-6).toBeCloseTo(-0.5 * 14.399645, 5);
  });

  it('taper: 1, ½, 0, symmetric, slope −15/(8 w) in the middle', () => {
    expect([taper(5, 6, 8), taper(6, 6, 8), taper(7, 6, 8), taper(8, 6, 8), taper(9, 6, 8)]).toEqual([1, 1, 0.5, 0, 0]);
    expect(taperSlope(7, 6, 8)).toBe(-15 / 16);
    fc.assert(
      fc.property(between(0, 1), (x) => {
        expect(taper(6 + 2 * x, 6, 8)).toBeCloseTo(1 - x ** 3 * (10 - 15 * x + 6 * x * x), 12);
        expect(taper(6 + 2 * x, 6, 8) + taper(8 - 2 * x, 6, 8)).toBeCloseTo(1, 12);
      }),
      { seed: 10 },
    );
  });
});

describe('refusals', () => {
  const faults: readonly (readonly [() => unknown, RegExp])[] = [
    [() => radialNamed('lenard-jones', {}), /unknown radial function "lenard-jones"; did you mean "lennard-jones"\?/],
    [() => radialNamed('toString', {}), /unknown radial function "toString"/],
    [() => radials['morse']!({ depth: 1, alpha: 1 }), /morse: parameter "re" is missing \(wants depth, alpha, re\)/],
    [() => radials['lennard-jones']!({ epsilon: 1, sigm: 3 }), /unknown parameter "sigm"; did you mean "sigma"\?/],
    [() => radials['lennard-jones']!({ epsilon: 1, sigma: 0 }), /lennard-jones\.sigma must be a number > 0, got 0/],
    [() => radials['yukawa']!({ q: Number.NaN, lambda: 1 }), /yukawa\.q must be a finite number/],
    [() => radials['yukawa']!({ q: [1], lambda: 1 }), /yukawa\.q must be a finite number, got \[1\]/],
    [() => radials['cubic-knots']!({ coefficients: [], radii: [1] }), /coefficients must be a list of finite numbers/],
    [() => radials['cubic-knots']!({ coefficients: [1], radii: [1, 2] }), /1 coefficients, but 2 radii/],
    [() => radials['cubic-knots']!({ coefficients: [1], radii: [-1] }), /radii must be > 0, got -1/],
    [() => radials['tabulated']!({ from: 0, step: 1, values: [1, 2], slopes: [1] }), /as many slopes, got 2 and 1/],
  ];
  const lj = radialNamed('lennard-jones', { epsilon: 1, sigma: 1 });
  const cuts: readonly (readonly [Cutoff, RegExp])[] = [
    [{ kind: 'taper', to: 5 }, /taper to 5 Å wants 0 ≤ from < to, got from undefined/],
    [{ kind: 'taper', from: 5, to: 5 }, /wants 0 ≤ from < to/],
    [{ kind: 'shift', from: 4, to: 5 }, /cutoff kind shift has no from/],
    [{ kind: 'truncate', to: 0 }, /cutoff must end at to > 0 Å, got 0/],
    [{ kind: 'tapered' as 'taper', from: 4, to: 5 }, /got "tapered"; did you mean "taper"\?/],
  ];
  it('a core inside out', () => {
    expect(() => withCore(lj, { from: 2, to: 2 })).toThrow(/core wants 0 ≤ from < to \(Å\), got from 2 to 2/);
    expect(() => withCore(lj, { from: -1, to: 2 })).toThrow(ModelError);
    expect(() => withCore(lj, { from: 1, to: Number.NaN })).toThrow(ModelError);
  });

  it.each([...faults, ...cuts.map(([cut, message]) => [() => withCutoff(lj, cut), message] as const)])(
    '%#: a ModelError that says what is wrong',
    (attempt, message) => {
      expect(attempt).toThrow(ModelError);
      expect(attempt).toThrow(message);
    },
  );
});
