import { describe, expect, it } from 'vitest';
import { pairHistogram } from '../../src/analysis/pair-histogram.ts';
import { reciprocalShells, reciprocalVectors } from '../../src/analysis/reciprocal.ts';
import { smallAngles } from '../../src/analysis/saxs.ts';
import { cellFromMatrix, cubicCell, orthorhombicCell } from '../../src/core/cell.ts';
import { densityOf, type Frame } from '../../src/core/frame.ts';
import { RandomStream } from '../../src/core/random.ts';

/** Atoms on a shaken lattice, kept where `solid` says so. */
function shaken(edge: number, seed: string, solid: (x: number, y: number, z: number) => boolean): Frame {
  const random = new RandomStream(seed);
  const sites = Math.round(edge / 2.1);
  const step = edge / sites;
  const rows: number[] = [];
  for (let i = 0; i < sites; i++) {
    for (let j = 0; j < sites; j++) {
      for (let k = 0; k < sites; k++) {
        const [x, y, z] = [i, j, k].map((v) => (v + 0.2 + 0.6 * random.uniform()) * step) as [number, number, number];
        if (solid(x, y, z)) rows.push(x, y, z, 0);
      }
    }
  }
  return { cell: cubicCell(edge), species: ['C'], rows: Float64Array.from(rows) };
}

/** Middles of balls that do not meet, in a box. */
function apart(count: number, edge: number, distance: number, seed: string): number[][] {
  const random = new RandomStream(seed);
  const middles: number[][] = [];
  while (middles.length < count) {
    const p = [0, 1, 2].map(() => edge * random.uniform());
    if (middles.every((o) => between(o, p, edge) > distance)) middles.push(p);
  }
  return middles;
}

const between = (a: readonly number[], b: readonly number[], edge: number): number =>
  Math.hypot(...a.map((v, k) => v - b[k]! - edge * Math.round((v - b[k]!) / edge)));

const measure = (frame: Frame) => smallAngles(frame, pairHistogram(frame, { rMax: 3 }));

describe('reciprocal vectors', () => {
  it('are all there, one of each pair, in a skewed cell', () => {
    const cell = cellFromMatrix([14, 1, -2, 5, 12, 3, -4, 6, 17]);
    const vectors = reciprocalVectors({ cell, species: ['C'], rows: new Float64Array(4) }, 3);
    // as many points of a lattice in a half ball as its volume says, up to its surface
    const expected = ((4 / 6) * Math.PI * 27 * cell.volume) / (2 * Math.PI) ** 3;
    expect(Math.abs(vectors.length / expected - 1)).toBeLessThan(0.05);
    const names = new Set(vectors.map(({ n }) => n.join()));
    for (const { n } of vectors) expect(names.has(n.map((v) => -v).join())).toBe(false);
  });

  it('a gas scatters f² at all of them, a lattice at its own only', () => {
    const random = new RandomStream('gas');
    const rows = Float64Array.from({ length: 4 * 1500 }, (_, k) => (k % 4 === 3 ? 0 : 40 * random.uniform()));
    const { intensity, vectors } = reciprocalShells(
      { cell: cubicCell(40), species: ['Na'], rows },
      { qMax: 1, width: 0.1, most: 200 },
    );
    const mean = intensity.reduce((sum, i, k) => sum + i * vectors[k]!, 0) / vectors.reduce((a, b) => a + b, 0);
    expect(Math.abs(mean / 10.3 ** 2 - 1)).toBeLessThan(0.12);
    const lattice = Float64Array.from({ length: 4 * 512 }, (_, k) =>
      k % 4 === 3 ? 0 : 5 * (Math.floor(Math.floor(k / 4) / 8 ** (k % 4)) % 8),
    );
    const shells = reciprocalShells(
      { cell: cubicCell(40), species: ['C'], rows: lattice },
      { qMax: 1.2, width: 0.05, most: 500 },
    );
    expect(Math.max(...shells.intensity)).toBeLessThan(1e-12);
  });
});

describe('spherical holes', () => {
  it.each([
    [6, 25, 80],
    [10, 8, 75],
  ])('of radius %f Å: Guinier radius √(3/5) R, porosity and surface', (radius, count, edge) => {
    const holes = apart(count, edge, 2 * radius + 2, 'holes');
    const frame = shaken(edge, 'solid', (x, y, z) => holes.every((h) => between(h, [x, y, z], edge) > radius));
    const { values, curve } = measure(frame);
    expect(Math.abs(values['saxsGuinierRadius']!.value / (Math.sqrt(0.6) * radius) - 1)).toBeLessThan(0.1);
    expect(Math.abs(values['saxsPoreDiameter']!.value / (2 * radius) - 1)).toBeLessThan(0.1);
    const porosity = (count * (4 / 3) * Math.PI * radius ** 3) / edge ** 3;
    expect(Math.abs(values['saxsPorosity']!.value / porosity - 1)).toBeLessThan(0.15);
    const surface = ((count * 4 * Math.PI * radius ** 2) / edge ** 3 / densityOf(frame)) * 1e4;
    expect(Math.abs(values['porodSurface']!.value / surface - 1)).toBeLessThan(0.25);
    // the two units of the curve differ by the density of atoms and the square of the electron's radius
    const first = curve['intensity (1/cm)']![0]! / curve['intensity (electrons²/atom)']![0]!;
    expect(first).toBeCloseTo(((frame.rows.length / 4 / edge ** 3) * 2.8179403 ** 2) / 100, 6);
  });

  it('in a row leave their distance as a peak', () => {
    const edge = 72;
    const period = 18;
    const random = new RandomStream('row');
    const off = Array.from({ length: 64 }, () => [0, 1, 2].map(() => 1.5 * (random.uniform() - 0.5)));
    const holes = off.map((shift, k) =>
      [k % 4, Math.floor(k / 4) % 4, Math.floor(k / 16)].map((v, a) => (v + 0.5) * period + shift[a]!),
    );
    const frame = shaken(edge, 'row', (x, y, z) => holes.every((h) => between(h, [x, y, z], edge) > 6));
    expect(Math.abs(measure(frame).values['saxsPeakLength']!.value / period - 1)).toBeLessThan(0.06);
  });
});

describe('without pores', () => {
  it('a solid says that there are none', () => {
    const { values, notes } = measure(shaken(50, 'full', () => true));
    expect(values['saxsGuinierRadius']).toBeUndefined();
    expect(notes.join()).toMatch(/no pores stand out/);
  });
});

describe('a ball on its own', () => {
  it('has the Guinier radius of a ball and no porosity', () => {
    const radius = 14;
    const solid = shaken(40, 'ball', (x, y, z) => Math.hypot(x - 20, y - 20, z - 20) < radius);
    const frame: Frame = { ...solid, cell: orthorhombicCell(40, 40, 40, [false, false, false]) };
    const { values } = smallAngles(frame, pairHistogram(frame));
    expect(Math.abs(values['saxsGuinierRadius']!.value / (Math.sqrt(0.6) * radius) - 1)).toBeLessThan(0.04);
    expect(values['saxsPorosity']).toBeUndefined();
  });
});
