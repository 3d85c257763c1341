import { describe, expect, it } from 'vitest';
import { graphiteSpacing } from '../../src/structure/crystal.ts';
import { buildHardCarbon } from '../../src/structure/hard-carbon.ts';
import type { HardCarbonRecipe } from '../../src/structure/recipe.ts';
import { type MeasuredBuild, measuredBuild, measuredCrystal } from '../../src/study/measured-build.ts';

/** Single sheets, so that there is no (002) line to wait for. */
const plain: HardCarbonRecipe = {
  ...{ la: 14, lc: 3.7, d002: 3.7, density: 0.8, atoms: 600, seed: 1, edges: { strong: 0.15 } },
};
/** Pores in so small a box run together: the most frequent sphere comes out wider than the ones that were carved. */
const porous: HardCarbonRecipe = { ...plain, density: 0.7, atoms: 700, pores: { diameter: 9, kind: 'open' } };

const row = ({ residual }: Pick<MeasuredBuild, 'residual'>, key: string) => residual.find((one) => one.key === key)!;
const misfit = ({ residual }: MeasuredBuild) =>
  Math.max(...residual.map(({ deviation, tolerance }) => Math.abs(deviation!) / tolerance));

describe('a measured carbon', () => {
  it('has a row for every number asked, judged by its tolerance; what is missed is said', async () => {
    const reference = {
      surfaceN2: { value: 1e5, unit: 'm²/g', source: 'nobody' },
      apparentDensity: { value: 0.7, unit: 'g/cm³', tolerance: 0.01 },
      colour: { value: 1, unit: '1' },
    };
    const built = (await measuredBuild(porous, { reference }))!;
    expect(built.residual.map(({ key }) => key)).toEqual(['apparentDensity', 'laScherrer', 'poreDiameterMode']);
    for (const { key, asked, measured, deviation, tolerance, within } of built.residual) {
      expect(measured!.value).toBe(built.characterization.values[key]!.value);
      expect(deviation).toBeCloseTo(measured!.value / asked.value - 1, 12);
      expect(within).toBe(Math.abs(deviation!) <= tolerance);
    }
    expect(row(built, 'apparentDensity').within).toBe(true);
    expect(row(built, 'laScherrer').note).toMatch(/^perfect stacks of the asked size read 1\d\.\d Å/);
    // the reason for the tests of refining below
    expect(row(built, 'poreDiameterMode').within).toBe(false);
    expect(built.warnings.join('\n')).toMatch(/pore diameter, most common is \d+\.\d+ Å, asked were 9 Å \(± 10 %\)/);

    expect(built.published.map(({ key, within }) => [key, within])).toEqual([
      ['surfaceN2', false],
      ['apparentDensity', true],
      ['colour', false],
    ]);
    expect(built.published[0]!.asked).toEqual({ value: 1e5, unit: 'm²/g', definition: 'nobody' });
    expect(built.published[2]!.measured).toBeNull();

    expect(built.rounds).toBe(1);
    expect(built.given).toBe(porous);
    expect(built.carbon.frame.rows).toEqual(buildHardCarbon(porous).frame.rows);
    expect(Object.keys(built.characterization.instruments).sort()).toEqual(['bonding', 'porosity', 'scattering']);

    const told: number[] = [];
    const refined = (await measuredBuild(porous, { refine: true, onProgress: (done) => told.push(done) }))!;
    expect(refined.rounds).toBeGreaterThan(1);
    expect(misfit(refined)).toBeLessThan(misfit(built));
    expect(row(refined, 'poreDiameterMode').within).toBe(true);
    // asked stays asked; what was given makes up for what was measured
    expect(row(refined, 'poreDiameterMode').asked.value).toBe(9);
    expect(refined.given.pores!.diameter).toBeLessThan(9);
    expect(refined.given.seed).toBe(porous.seed);
    expect(Object.keys(refined.characterization.instruments).sort()).toEqual(['bonding', 'porosity', 'scattering']);
    // what was given builds what was returned
    expect(refined.carbon.frame.rows).toEqual(buildHardCarbon(refined.given).frame.rows);
    expect(told.every((done, k) => done >= (told[k - 1] ?? 0) && done <= 1)).toBe(true);
  });

  it('is not refined where everything is met, hydrogen too', async () => {
    const recipe = { ...plain, edges: { strong: 0.15, hydrogen: 0.15 } };
    const built = (await measuredBuild(recipe, { refine: true }))!;
    expect(row(built, 'hydrogenPerCarbon').measured!.value).toBeCloseTo(0.15, 2);
    expect(built.residual.every(({ within }) => within)).toBe(true);
    expect(built.rounds).toBe(1);
    expect(built.given).toBe(recipe);
  });

  it('is none when it was stopped', async () => {
    expect(await measuredBuild(plain, { stopped: () => true })).toBeUndefined();
  });
});

describe('a measured crystal', () => {
  it('graphite: the spacing asked is the spacing measured, and stands beside what is published', async () => {
    const crystal = { kind: 'graphite', cells: [4, 2], layers: 4, spacing: graphiteSpacing, vacuum: 20 } as const;
    const reference = { twoTheta002: { value: 26.56, unit: '°', tolerance: 0.005 } };
    const { residual, published, frame, rounds, warnings } = await measuredCrystal(crystal, { reference });
    expect(frame.rows.length / 4).toBe(4 * 4 * 2 * 4);
    const d002 = row({ residual }, 'd002');
    expect(d002.asked.value).toBe(3.354);
    expect(Math.abs(d002.measured!.value / 3.354 - 1)).toBeLessThan(0.002);
    expect(d002.within).toBe(true);
    // Bragg: 2 asin(1.5406 / (2 · 3.354)) = 26.55° with Cu Kα1
    expect(published[0]!.within).toBe(true);
    expect([rounds, warnings]).toEqual([1, []]);
  });
});
