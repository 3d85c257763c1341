import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../src/core/random.ts';
import { mean, standardError } from '../../src/core/statistics.ts';
import { drawSheets, turbostraticDomain } from '../../src/structure/domain.ts';
import { arealDensity } from '../../src/structure/sheet.ts';
import { centreOfSheets, drawStacks, meanSheets, type Stacks } from '../../src/structure/stacks.ts';

const sheetsOf = ({ stacks }: Stacks) => stacks.map(({ sheets }) => sheets.length);
const sum = (values: readonly number[]) => values.reduce((total, x) => total + x, 0);

/** Σ w x / Σ w and its standard error, from the residuals w (x − x̄). */
function weighted(x: readonly number[], w: readonly number[]): { value: number; error: number } {
  const value = sum(x.map((each, k) => w[k]! * each)) / sum(w);
  const residuals = x.map((each, k) => w[k]! * (each - value));
  return { value, error: (standardError(residuals) * x.length) / sum(w) };
}

describe('mean number of sheets', () => {
  it.each([1, 1.2, 1.5, 2, 2.4, 2.97, 3, 3.5, 7.25])(
    'x = %f: two neighbouring heights of that mean have the mass-weighted mean x exactly',
    (x) => {
      const n = meanSheets(3.7 * x, 3.7);
      // stacks of m and m + 1 sheets, share q of the taller: ⟨n⟩ = m + q, ⟨n²⟩ = m² + q (2m + 1)
      const m = Math.floor(n + 1e-12);
      const q = n - m;
      expect((m * m + q * (2 * m + 1)) / n).toBeCloseTo(x, 9);
    },
  );

  it('is one for anything lower than a sheet, and never above lc / d002: tall stacks weigh more', () => {
    expect(meanSheets(1, 3.7)).toBe(1);
    for (let lc = 3.7; lc < 30; lc += 0.31) expect(meanSheets(lc, 3.7)).toBeLessThanOrEqual(lc / 3.7 + 1e-12);
  });

  it('goes over into the sharp heights where the spread vanishes', () => {
    for (const lc of [4, 7.5, 9.25, 11]) expect(centreOfSheets(lc, 3.7, 1e-4)).toBeCloseTo(meanSheets(lc, 3.7), 3);
  });

  it('is (x + √(x² − 4 (σ² + 1/6))) / 2 for tall stacks: whole numbers add the variance 1/6 to the spread', () => {
    // ⟨n²⟩/⟨n⟩ = c + (σ² + 1/6)/c = x
    for (const [lc, spread] of [
      [40, 4],
      [60, 8],
    ] as const) {
      const [x, s] = [lc / 3.6, spread / 3.6];
      expect(centreOfSheets(lc, 3.6, spread)).toBeCloseTo((x + Math.sqrt(x * x - 4 * (s * s + 1 / 6))) / 2, 3);
    }
  });
});

describe('drawn stacks', () => {
  const usual = { la: 25, lc: 11, d002: 3.7, atoms: 400_000 };
  const sharp = drawStacks(usual, new RandomStream('sharp'));

  it('hold the atoms asked: σ π/4 Σ (width · diameter)² over all sheets', () => {
    for (const spread of [{}, { la: 4 }, { lc: 3 }, { la: 3, lc: 3, d002: 0.1 }]) {
      for (const atoms of [700, 20_000]) {
        const { stacks, diameter } = drawStacks({ ...usual, atoms, spread }, new RandomStream('atoms'));
        const area = sum(stacks.map(({ sheets, width }) => sheets.length * (Math.PI / 4) * (width * diameter) ** 2));
        expect(arealDensity * area).toBeCloseTo(atoms, 6);
      }
    }
  });

  it('without a spread: heights of two neighbouring numbers, one diameter, one spacing', () => {
    expect(new Set(sheetsOf(sharp))).toEqual(new Set([2, 3]));
    expect(new Set(sharp.stacks.map(({ width }) => width))).toEqual(new Set([1]));
    expect(new Set(sharp.stacks.flatMap(({ gaps }) => gaps))).toEqual(new Set([3.7]));
    for (const { sheets, gaps } of sharp.stacks) expect(gaps.length).toBe(sheets.length - 1);
    expect(sharp.diameter).toBeCloseTo(25, 2);
    // one stack more or less decides the last digits
    expect((3.7 * sum(sheetsOf(sharp).map((n) => n * n))) / sum(sheetsOf(sharp))).toBeCloseTo(11, 2);
  });

  it.each([
    [11, 1],
    [11, 3],
    [11, 5.5],
    [5, 1.5],
    [20, 4],
  ])('lc %f ± %f Å: the mass-weighted mean is the one asked', (lc, spread) => {
    const n = sheetsOf(drawStacks({ ...usual, lc, spread: { lc: spread } }, new RandomStream('heights')));
    const { value, error } = weighted(n, n);
    expect(Math.abs(3.7 * value - lc) / (3.7 * error)).toBeLessThan(4);
    expect(3.7 * error).toBeLessThan(0.03 * lc);
    expect(Math.min(...n)).toBeGreaterThanOrEqual(1);
  });

  it('lc: the spread of tall stacks is the one asked, and 1/6 for the whole numbers', () => {
    const n = sheetsOf(drawStacks({ ...usual, lc: 36, d002: 3.6, spread: { lc: 5.4 } }, new RandomStream('spread')));
    const squares = n.map((each) => (each - mean(n)) ** 2);
    expect(Math.abs(mean(squares) - 1.5 ** 2 - 1 / 6) / standardError(squares)).toBeLessThan(4);
  });

  it('la: discs of normal widths whose mass-weighted mean ⟨D³⟩/⟨D²⟩ is the one asked', () => {
    const { stacks, diameter } = drawStacks({ ...usual, lc: 3.7, spread: { la: 3.5 } }, new RandomStream('widths'));
    const d = stacks.map(({ width }) => width * diameter);
    const { value, error } = weighted(
      d,
      d.map((each) => each ** 2),
    );
    expect(Math.abs(value - 25) / error).toBeLessThan(4);
    expect(error).toBeLessThan(0.1);
    const squares = d.map((each) => (each - mean(d)) ** 2);
    expect(Math.abs(Math.sqrt(mean(squares)) - 3.5)).toBeLessThan(4 * (standardError(squares) / 7));
  });

  it('la: no disc is less than half or more than 1.6 times the mean, however wide the spread', () => {
    const { stacks } = drawStacks({ ...usual, spread: { la: 10 } }, new RandomStream('wide'));
    const widths = stacks.map(({ width }) => width);
    expect(Math.min(...widths)).toBe(0.5);
    expect(Math.max(...widths)).toBe(1.6);
  });

  it('d002: normal gaps around the mean, none below 3.2 Å', () => {
    const gaps = drawStacks({ ...usual, spread: { d002: 0.12 } }, new RandomStream('gaps')).stacks.flatMap(
      (stack) => stack.gaps,
    );
    expect(Math.abs(mean(gaps) - 3.7) / standardError(gaps)).toBeLessThan(4);
    const squares = gaps.map((gap) => (gap - 3.7) ** 2);
    expect(Math.abs(mean(squares) - 0.12 ** 2) / standardError(squares)).toBeLessThan(4);
    const near = drawStacks({ ...usual, d002: 3.4, spread: { d002: 0.3 } }, new RandomStream('near'));
    expect(Math.min(...near.stacks.flatMap((stack) => stack.gaps))).toBe(3.2);
  });

  it('depend on the seed alone, and are one stack at least', () => {
    const draw = (seed: string) =>
      drawStacks({ ...usual, atoms: 3000, spread: { la: 2, lc: 2 } }, new RandomStream(seed));
    expect(draw('a')).toEqual(draw('a'));
    expect(draw('a')).not.toEqual(draw('b'));
    expect(drawStacks({ ...usual, atoms: 60 }, new RandomStream(1)).stacks.length).toBe(1);
  });
});

describe('bent domains', () => {
  const draws = drawSheets(4, new RandomStream('bend'));
  const spacings = [3.4, 3.7, 3.9];
  const flat = turbostraticDomain(30, spacings, draws);
  const heights = [-5.5, -2.1, 1.6, 5.5];

  for (const [radius, direction] of [
    [18, 0],
    [25, 0.7],
    [60, 2.5],
  ] as const) {
    const bent = turbostraticDomain(30, spacings, draws, { radius, direction });

    it(`radius ${radius} Å: bonds keep their length within 0.5 %`, () => {
      expect(bent.bonds).toEqual(flat.bonds);
      let strained = 0;
      bent.bonds.forEach((j, k) => {
        if (j < 0) return;
        const i = Math.floor(k / 3);
        const r = Math.hypot(...[0, 1, 2].map((axis) => bent.body[3 * i + axis]! - bent.body[3 * j + axis]!));
        expect(Math.abs(r / 1.42 - 1)).toBeLessThan(0.005);
        if (Math.abs(r / 1.42 - 1) > 1e-5) strained++;
      });
      // a chord is shorter than its arc: a test of flat sheets would see nothing
      expect(strained).toBeGreaterThan(100);
    });

    it(`radius ${radius} Å: sheets are cylinders about one axis, as far apart along their normal as they were`, () => {
      for (let i = 0; i < bent.sheet.length; i++) {
        const [x, y, z] = [bent.body[3 * i]!, bent.body[3 * i + 1]!, bent.body[3 * i + 2]!];
        const across = Math.cos(direction) * x + Math.sin(direction) * y;
        expect(Math.hypot(across, radius - z)).toBeCloseTo(radius - heights[bent.sheet[i]!]!, 9);
        // lengths along the axis stay
        const along = (body: Float64Array) =>
          -Math.sin(direction) * body[3 * i]! + Math.cos(direction) * body[3 * i + 1]!;
        expect(along(bent.body)).toBeCloseTo(along(flat.body), 9);
      }
    });
  }

  it('are flat where the radius is long: height u²/2R', () => {
    const bent = turbostraticDomain(30, spacings, draws, { radius: 1e6, direction: 1 });
    bent.body.forEach((x, k) => {
      expect(Math.abs(x - flat.body[k]!)).toBeLessThan((15 ** 2 / 2e6) * 1.01);
    });
    expect(bent.radial).toEqual(flat.radial);
  });
});
