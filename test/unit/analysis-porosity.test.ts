import { describe, expect, it } from 'vitest';
import { readPoreSizes, sizeBin } from '../../src/analysis/pore-size.ts';
import { findPores } from '../../src/analysis/pores.ts';
import { measurePorosity } from '../../src/analysis/porosity.ts';
import { standardProbes } from '../../src/analysis/van-der-waals.ts';
import { cubicCell, orthorhombicCell } from '../../src/core/cell.ts';
import { ModelError, SpecError } from '../../src/core/errors.ts';
import type { Frame } from '../../src/core/frame.ts';
import { graphite } from '../../src/structure/crystal.ts';
import { voidShare } from '../../src/structure/voids.ts';

const atom = (cell: Frame['cell'], species = 'C'): Frame => ({
  cell,
  species: [species],
  rows: Float64Array.of(3, 4, 5, 0),
});

describe('measurePorosity', () => {
  const frame = atom(cubicCell(10));
  const shares: number[] = [];
  const result = measurePorosity(frame, { onProgress: (share) => shares.push(share) });

  it('says of every number what it is and in which unit, and gives the curve of pore sizes', () => {
    for (const [key, { value, unit, definition }] of Object.entries(result.values)) {
      expect(Number.isFinite(value), key).toBe(true);
      expect(definition.endsWith('.'), key).toBe(true);
      expect(unit, key).not.toBe('');
    }
    for (const { name, diameter } of standardProbes) {
      for (const key of [
        'centreVolume',
        'poreVolume',
        'openPoreVolume',
        'closedPoreVolume',
        'surface',
        'closedPores',
      ]) {
        expect(result.values[key + name]!.definition).toContain(`${diameter} Å`);
      }
    }
    const curve = result.curves['poreSize']!;
    const cumulative = curve['cumulative (cm³/g)']!;
    expect(cumulative.at(-1)).toBeCloseTo(result.values['poreVolume']!.value, 8);
    expect(cumulative.every((v, k) => k === 0 || v >= cumulative[k - 1]!)).toBe(true);
    const area = curve['dV/dD (cm³/g/Å)']!.reduce((a, b) => a + b * sizeBin, 0);
    expect(area).toBeCloseTo(result.values['poreVolume']!.value, 8);
    expect(curve['diameter (Å)']!.length).toBe(cumulative.length);
  });

  it('reports progress from 0 to 1 and never backwards', () => {
    expect(shares.at(-1)).toBeCloseTo(1, 12);
    expect(shares.every((s, k) => s >= 0 && s <= 1 && (k === 0 || s >= shares[k - 1]!))).toBe(true);
  });

  it('gives the same bytes for the same seed, and other points for another', () => {
    const text = (seed: number): string => JSON.stringify(measurePorosity(frame, { seed }));
    expect(text(7)).toBe(text(7));
    expect(text(7)).not.toBe(text(8));
  });

  it('has the density of what is left: mass over box, and over box less what helium fills', () => {
    const { apparentDensity, skeletalDensityHe, openPoreVolumeHe } = result.values;
    expect(apparentDensity!.value).toBeCloseTo((12.011 * 1.66053906892) / 1000, 10);
    const specific = 1 / apparentDensity!.value - openPoreVolumeHe!.value;
    expect(skeletalDensityHe!.value).toBeCloseTo(1 / specific, 8);
  });

  it('agrees with voidShare on where the middle of a probe may be', () => {
    const share = voidShare(frame, 1.7 + 1.3, 0.2).value;
    const { centreVolumeHe, apparentDensity } = result.values;
    expect(Math.abs(centreVolumeHe!.value * apparentDensity!.value - share)).toBeLessThan(0.001);
  });

  it('finds no room for a probe in graphite, and says that there is no peak', () => {
    const { values, notes } = measurePorosity(graphite(4, 2, 4));
    for (const { name } of standardProbes) {
      expect(values[`poreVolume${name}`]!.value).toBe(0);
      expect(values[`surface${name}`]!.value).toBe(0);
      expect(values[`closedPores${name}`]!.value).toBe(0);
    }
    expect(values['poreDiameterMode']).toBeUndefined();
    expect(notes.some((note) => note.includes('no peak'))).toBe(true);
    expect(values['skeletalDensityHe']!.value).toBeCloseTo(values['apparentDensity']!.value, 12);
  });

  it('ends an open direction where the atoms end, and calls what touches the end open', () => {
    const cluster = measurePorosity(atom(orthorhombicCell(30, 40, 50, [false, false, false])), { spacing: 0.1 });
    // one sphere in the cube around it
    expect(Math.abs(cluster.values['porosity']!.value - (1 - Math.PI / 6))).toBeLessThan(0.002);
    expect(cluster.values['surfaceN2']!.value).toBeCloseTo(cluster.values['openSurfaceN2']!.value, 8);
    expect(cluster.notes.some((note) => note.includes('open'))).toBe(true);
  });

  it('refuses a frame without atoms, a species without radius and a spacing that is none', () => {
    const empty: Frame = { cell: cubicCell(5), species: [], rows: new Float64Array(0) };
    expect(() => measurePorosity(empty)).toThrow(SpecError);
    expect(() => measurePorosity(atom(cubicCell(5), 'Xx'))).toThrow(ModelError);
    expect(() => measurePorosity(atom(cubicCell(5)), { spacing: 0 })).toThrow(SpecError);
    expect(() => findPores(atom(cubicCell(5)), -1)).toThrow(SpecError);
    expect(() => measurePorosity(atom(cubicCell(5), 'Xx'), { radii: { Xx: 1 } })).not.toThrow();
  });
});

describe('readPoreSizes', () => {
  const histograms = (of: (block: number, diameter: number) => number): Float64Array[] =>
    Array.from({ length: 8 }, (_, block) =>
      Float64Array.from({ length: 200 }, (_, k) => of(block, (k + 0.5) * sizeBin)),
    );
  const bell = (x: number, middle: number): number => Math.exp(-0.5 * ((x - middle) / 1.2) ** 2);

  it('finds the peak and the mean of a bell, the same in all eighths: only the bin is unsure', () => {
    const { mode, mean, modeError, meanError } = readPoreSizes(
      histograms((_, d) => bell(d, 9.03)),
      2.6,
      1,
    );
    expect(mode).toBeCloseTo(9.03, 2);
    expect(mean).toBeCloseTo(9.03, 2);
    expect(modeError).toBeCloseTo(sizeBin / Math.sqrt(12), 6);
    expect(meanError).toBeCloseTo(sizeBin / Math.sqrt(12), 6);
  });

  it('is unsure of the mean as eighths differ: their spread over √8', () => {
    const middles = [7, 8, 9, 10, 11, 8.5, 9.5, 9];
    const { mean, meanError } = readPoreSizes(
      histograms((b, d) => bell(d, middles[b]!)),
      2.6,
      1,
    );
    expect(mean).toBeCloseTo(9, 2);
    // σ of the middles with n in the denominator is 1.173; 200 drawings know an error to 5 %
    expect(Math.abs(meanError - 1.173 / Math.sqrt(8))).toBeLessThan(0.08);
  });

  it('does not take the end of a falling curve for a peak', () => {
    expect(
      readPoreSizes(
        histograms((_, d) => Math.exp(-d)),
        2.6,
        1,
      ).mode,
    ).toBeNaN();
  });
});
