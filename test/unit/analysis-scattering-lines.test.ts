import { describe, expect, it } from 'vitest';
import { fitLines } from '../../src/analysis/diffraction-lines.ts';
import { scherrer } from '../../src/analysis/line-fits.ts';
import { besselJ0, halfWidth, sheetDensity, sheetLine, stackLine } from '../../src/analysis/line-shapes.ts';
import { pairHistogram } from '../../src/analysis/pair-histogram.ts';
import { perfectStack, scherrerOfPerfectStack } from '../../src/analysis/perfect-stack.ts';
import { measureScattering, patternOf } from '../../src/analysis/scattering.ts';
import { cubicCell, orthorhombicCell } from '../../src/core/cell.ts';
import type { Frame } from '../../src/core/frame.ts';
import { RandomStream } from '../../src/core/random.ts';
import { drawSheets, turbostraticDomain } from '../../src/structure/domain.ts';

const grid = (low: number, high: number, step: number): number[] =>
  Array.from({ length: Math.round((high - low) / step) + 1 }, (_, k) => low + step * k);

/** A turbostratic stack of the builder, on its own. */
function builtStack(la: number, sheets: number, d002: number, seed: string): Frame {
  const { body } = turbostraticDomain(la, d002, drawSheets(sheets, new RandomStream(seed)));
  const rows = Float64Array.from({ length: (body.length / 3) * 4 }, (_, k) =>
    k % 4 === 3 ? 0 : body[Math.floor(k / 4) * 3 + (k % 4)]!,
  );
  return { cell: orthorhombicCell(99, 99, 99, [false, false, false]), species: ['C'], rows };
}

describe('line shapes', () => {
  it('J₀ is 1 at 0, and 0 at its zeros', () => {
    expect(besselJ0(0)).toBe(1);
    for (const zero of [2.404825558, 5.52007811, 8.653727913, 30.634606468])
      expect(Math.abs(besselJ0(zero))).toBeLessThan(2e-7);
    expect(besselJ0(1)).toBeCloseTo(0.7651976866, 6);
    expect(besselJ0(10)).toBeCloseTo(-0.2459357645, 6);
  });

  it.each([2, 3, 5, 8])('wide stacks of %i sheets give the interference function', (n) => {
    const d = 3.6;
    const q = grid(1, 2.4, 0.05);
    const found = stackLine(q, 3000)({ layers: n, spacing: d, spread: 0 });
    q.forEach((one, k) => {
      expect(Math.abs(found[k]! - Math.sin((n * one * d) / 2) ** 2 / (n * Math.sin((one * d) / 2) ** 2))).toBeLessThan(
        0.05 * n,
      );
    });
  });

  it('Scherrer with K = 0.89 reads the interference function as known: 0.89 Nd for two sheets, 1.00 Nd for many', () => {
    const q = grid(0.9, 2.6, 0.0005);
    const d = 3.6;
    for (const [n, share] of [
      [2, 0.89],
      [3, 0.955],
      [30, 1.004],
    ] as const) {
      const line = q.map((one) => Math.sin((n * one * d) / 2) ** 2 / (n * Math.sin((one * d) / 2) ** 2 + 1e-12));
      // dq/2π in place of angles: the tangent of a wide line is not its chord
      const { left, right } = halfWidth(q, line)!;
      expect((0.89 * 2 * Math.PI) / (right - left) / (n * d)).toBeCloseTo(share, 2);
      expect(Math.abs(scherrer(0.89, halfWidth(q, line)!) / (n * d) - share)).toBeLessThan(0.012);
    }
  });

  it('single discs scatter what the Debye sum of their atoms says around (10)', () => {
    const q = grid(2.5, 4, 0.05);
    const diameter = 32;
    const { structureFactor, q: all } = patternOf(pairHistogram(perfectStack(diameter, 1, 3.4)));
    const line = sheetLine(q, 1.5, 60)(diameter, 2.9493);
    const second = sheetLine(q, 6, 60)(diameter, 2.9493 * Math.sqrt(3));
    const zero = stackLine(q, diameter)({ layers: 1, spacing: 3.4, spread: 0 });
    q.forEach((one, k) => {
      const model = line[k]! + second[k]! + (2 * Math.PI * sheetDensity * zero[k]!) / one ** 2;
      const atoms = structureFactor[all.findIndex((v) => Math.abs(v - one) < 1e-9)]!;
      expect(Math.abs(model - atoms), `q ${one}`).toBeLessThan(0.15);
    });
  });
});

describe('perfect stacks', () => {
  it.each([
    [15, 3, 3.7],
    [25, 2, 3.8],
    [25, 3, 3.75],
    [40, 5, 3.5],
    [40, 8, 3.4],
  ])('of %f Å and %i sheets %f Å apart read their spacing and number of sheets', (la, sheets, d002) => {
    const { stacks, sheets: discs } = fitLines(patternOf(pairHistogram(builtStack(la, sheets, d002, 'stack'))));
    expect(Math.abs(stacks.spacing.value / d002 - 1)).toBeLessThan(0.004);
    expect(Math.abs(stacks.layers.value / sheets - 1)).toBeLessThan(0.02);
    expect(Math.abs(stacks.amplitude - 1)).toBeLessThan(0.05);
    expect(Math.abs(discs.diameter.value / la - 1)).toBeLessThan(0.09);
    expect(Math.abs(discs.g.value - 2.9493)).toBeLessThan(0.02);
  });

  it('read Scherrer sizes that do not depend on who cut the discs', () => {
    const reading = scherrerOfPerfectStack(25, 11.25, 3.75);
    const { values } = measureScattering(builtStack(25, 3, 3.75, 'cut'));
    expect(Math.abs(values['lcScherrer']!.value / reading.lc! - 1)).toBeLessThan(0.02);
    expect(Math.abs(values['laScherrer']!.value / reading.la! - 1)).toBeLessThan(0.06);
    expect(Math.abs(reading.lc! / 11.25 - 0.94)).toBeLessThan(0.02);
    expect(Math.abs(reading.la! / 25 - 1)).toBeLessThan(0.03);
    // the top of the line of a small stack leans to high q: its Bragg spacing is too small
    expect(values['d002Bragg']!.value).toBeLessThan(0.995 * 3.75);
    expect(Math.abs(values['d002']!.value / 3.75 - 1)).toBeLessThan(0.003);
  });

  it('grow in every reading when they grow, and mix between whole numbers of sheets', () => {
    const [two, between, three] = [7.5, 9.4, 11.25].map((lc) => scherrerOfPerfectStack(22, lc, 3.75).lc!) as [
      number,
      number,
      number,
    ];
    expect(between).toBeGreaterThan(two);
    expect(three).toBeGreaterThan(between);
    const wide = scherrerOfPerfectStack(45, 7.5, 3.75).la!;
    expect(wide / scherrerOfPerfectStack(22, 7.5, 3.75).la!).toBeGreaterThan(1.7);
    // Warren: 1.84 belongs to the side of the square with the area of a wide disc, 0.886 D
    expect(wide / 45).toBeGreaterThan(0.886);
    expect(wide / 45).toBeLessThan(0.96);
  });
});

/** Stacks turned at random about random points; atoms nearer than 3 Å to stacks before them are left out. */
function heap(stacks: number, edge: number, la: number, sheets: number, d002: number, seed: string): Frame {
  const random = new RandomStream(seed);
  const placed: number[] = [];
  const free = (p: readonly number[]): boolean => {
    for (let i = 0; i < placed.length; i += 4) {
      let square = 0;
      for (let k = 0; k < 3; k++) {
        const away = placed[i + k]! - p[k]!;
        square += (away - edge * Math.round(away / edge)) ** 2;
      }
      if (square < 9) return false;
    }
    return true;
  };
  for (let s = 0, tries = 0; s < stacks && tries < 300; tries++) {
    const { body } = turbostraticDomain(la, d002, drawSheets(sheets, random));
    const cosine = 2 * random.uniform() - 1;
    const sine = Math.sqrt(1 - cosine * cosine);
    const angle = 2 * Math.PI * random.uniform();
    const [c, t] = [Math.cos(angle), Math.sin(angle)];
    const middle = [0, 1, 2].map(() => edge * random.uniform());
    const kept: number[] = [];
    for (let i = 0; i < body.length; i += 3) {
      const [x, y] = [body[i]!, cosine * body[i + 1]! - sine * body[i + 2]!];
      const z = sine * body[i + 1]! + cosine * body[i + 2]!;
      const p = [c * x - t * y + middle[0]!, t * x + c * y + middle[1]!, z + middle[2]!];
      if (free(p)) kept.push(...p, 0);
      // hopeless: most of the first atoms meet others
      if (i === 600 && kept.length < 400) break;
    }
    if (kept.length / 4 < 0.8 * (body.length / 3)) continue;
    placed.push(...kept);
    s++;
  }
  return { cell: cubicCell(edge), species: ['C'], rows: Float64Array.from(placed) };
}

describe('a heap of stacks in a box', () => {
  it('reads their spacing within 1 % and their size within a tenth', () => {
    const frame = heap(8, 56, 24, 4, 3.6, 'heap');
    expect(frame.rows.length / 4).toBeGreaterThan(4000);
    const { values, notes } = measureScattering(frame);
    const perfect = scherrerOfPerfectStack(24, 4 * 3.6, 3.6);
    expect(Math.abs(values['d002']!.value / 3.6 - 1)).toBeLessThan(0.01);
    expect(Math.abs(values['lcScherrer']!.value / perfect.lc! - 1)).toBeLessThan(0.1);
    expect(Math.abs(values['laScherrer']!.value / perfect.la! - 1)).toBeLessThan(0.1);
    expect(values['rValue']!.value).toBeGreaterThan(2);
    expect(values['d002']!.error).toBeGreaterThan(0);
    expect(notes.join()).not.toMatch(/line stands out/);
  });
});
