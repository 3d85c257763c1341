import { beforeAll, describe, expect, it } from 'vitest';
import { measureBonding } from '../../src/analysis/bonding.ts';
import { findBonds } from '../../src/analysis/bonds.ts';
import { countRings } from '../../src/analysis/rings.ts';
import { atomCount, densityOf, type Frame, selectAtoms, speciesAt } from '../../src/core/frame.ts';
import { neighborList } from '../../src/core/neighbors.ts';
import { carbonModel } from '../../src/generated/carbon-model.ts';
import { evaluate } from '../../src/model/evaluate.ts';
import { loadModel } from '../../src/model/load.ts';
import { buildHardCarbon, type HardCarbon } from '../../src/structure/hard-carbon.ts';
import { heldAtoms } from '../../src/structure/held.ts';
import type { HardCarbonRecipe } from '../../src/structure/recipe.ts';
import { type BuiltCarbon, buildCarbon } from '../../src/study/build-carbon.ts';

const recipe: HardCarbonRecipe = {
  ...{ route: 'grains', la: 15, lc: 7.5, d002: 3.7, density: 1.3, atoms: 1500, seed: 'relax', relax: true },
  ...{ crossLinks: 0.5, defects: { vacancies: 0.003, stoneWales: 0.003 } },
  edges: { strong: 0.15, hydrogen: 0.1 },
};
const small: HardCarbonRecipe = { ...recipe, atoms: 600, density: 1.2, edges: { strong: 0.15 } };

const isCarbon = (frame: Frame) => (i: number) => speciesAt(frame, i).startsWith('C');
const ringsOf = (frame: Frame) => countRings(findBonds(frame).bonds).count;

describe('a relaxed carbon', () => {
  let packed: HardCarbon;
  let carbon: BuiltCarbon;
  const told: [number, string][] = [];
  beforeAll(async () => {
    packed = buildHardCarbon(recipe);
    carbon = await buildCarbon(recipe, { onProgress: (done, text) => told.push([done, text]) });
  });

  it('is complete, has the atoms, the box and the domains it was packed with', () => {
    expect(carbon.complete).toBe(true);
    expect(atomCount(carbon.frame)).toBe(atomCount(packed.frame));
    expect(carbon.frame.cell).toEqual(packed.frame.cell);
    expect(carbon.domain).toEqual(packed.domain);
    expect(carbon.defects).toEqual(packed.defects);
    expect(Math.abs(densityOf(carbon.frame) / 1.3 - 1)).toBeLessThan(0.005);
    expect(carbon.frame.info).toEqual(packed.frame.info);
  });

  it('has no two atoms nearer than 1.1 Å, and none outside the box', () => {
    expect(neighborList(carbon.frame, 1.1).index.length).toBe(0);
    const edge = carbon.frame.cell.matrix[0]!;
    carbon.frame.rows.forEach((x, k) => {
      if (k % 4 < 3) expect(x >= 0 && x < edge).toBe(true);
    });
  });

  it('is sp², and keeps its six-rings', () => {
    const { values } = measureBonding(carbon.frame);
    expect(values.sp2Share!.value).toBeGreaterThan(0.95);
    expect(values.underCoordinatedShare!.value).toBeLessThan(0.005);
    const [before, after] = [ringsOf(packed.frame)[6]!, ringsOf(carbon.frame)[6]!];
    expect(before).toBeGreaterThan(300);
    expect(after).toBeGreaterThan(0.98 * before);
  });

  it('held the insides of its sheets, bit for bit, and moved the rest', () => {
    const still = heldAtoms(packed.frame);
    const edge = carbon.frame.cell.matrix[0]!;
    const moved = (i: number) =>
      Math.hypot(
        ...[0, 1, 2].map((k) => {
          const d = carbon.frame.rows[4 * i + k]! - packed.frame.rows[4 * i + k]!;
          return d - edge * Math.round(d / edge);
        }),
      );
    const share = still.reduce((sum, h) => sum + h, 0) / still.length;
    expect(carbon.measured['heldShare']!.value).toBeCloseTo(share, 12);
    expect(share).toBeGreaterThan(0.1);
    still.forEach((h, i) => {
      if (h) expect(moved(i)).toBeLessThan(1e-9);
    });
    const free = [...still.keys()].filter((i) => !still[i]).map(moved);
    expect(free.filter((d) => d > 1e-3).length / free.length).toBeGreaterThan(0.95);
    // edges settle, they do not wander off
    expect(free.filter((d) => d > 2).length / free.length).toBeLessThan(0.02);
  });

  it('has less energy than it was packed with, as the reference counts it', () => {
    const model = loadModel(carbonModel, 'carbon');
    const plain = (frame: Frame): Frame => ({
      ...frame,
      species: ['C'],
      rows: frame.rows.map((x, k) => (k % 4 === 3 ? 0 : x)),
    });
    const gained = evaluate(model, plain(carbon.frame)).energy - evaluate(model, plain(packed.frame)).energy;
    expect(gained).toBeLessThan(0);
    expect(gained / atomCount(packed.frame)).toBeCloseTo(carbon.measured['relaxationEnergy']!.value, 3);
    expect(carbon.measured['largestForce']!.value).toBeLessThan(3);
  });

  it('has its hydrogen again, counted on the edges as they came out', () => {
    const { value } = measureBonding(carbon.frame).values.hydrogenPerCarbon!;
    expect(Math.abs(value - 0.1)).toBeLessThanOrEqual(0.5 / atomCount(carbon.frame) + 1e-12);
  });

  it('tells how far it is, from 0 to 1 and never back, and what it does', () => {
    expect(told.every(([done], k) => done >= (told[k - 1]?.[0] ?? 0) && done <= 1)).toBe(true);
    const texts = new Set(told.map(([, text]) => text));
    for (const text of ['resolving contacts', 'annealing', 'relaxing']) expect(texts).toContain(text);
  });
});

describe('building', () => {
  it('gives the same bytes for the same seed, other ones for another', async () => {
    const [a, again] = [await buildCarbon(small), await buildCarbon(small)];
    expect(again.frame.rows).toEqual(a.frame.rows);
    expect(again.measured).toEqual(a.measured);
    const b = await buildCarbon({ ...small, seed: 'other' });
    expect(b.frame.rows).not.toEqual(a.frame.rows);
  });

  it('without relax gives what geometry gives', async () => {
    const { relax: _, ...unrelaxed } = small;
    const { complete, ...carbon } = await buildCarbon(unrelaxed);
    expect(complete).toBe(true);
    expect(carbon).toEqual(buildHardCarbon(unrelaxed));
  });

  it('puts explicit hydrogen and oxygen on relaxed edges', async () => {
    const edges = { strong: 0, hydrogen: 0.12, oxygen: 0.02, explicit: true };
    const { frame, domain, measured } = await buildCarbon({ ...small, edges });
    const carbons = selectAtoms(frame, isCarbon(frame));
    const count = (element: string) =>
      Array.from({ length: atomCount(frame) }, (_, i) => speciesAt(frame, i)).filter((name) => name === element).length;
    expect(Math.abs(atomCount(carbons) / 600 - 1)).toBeLessThan(0.01);
    expect(count('H')).toBeGreaterThan(0.8 * 0.12 * 600);
    expect(count('H')).toBeLessThanOrEqual(Math.ceil(0.12 * atomCount(carbons)));
    expect(count('O')).toBeGreaterThan(0.6 * 0.02 * 600);
    expect(neighborList(frame, 1.1).index.length).toBe(0);
    // one bond each, to a carbon
    const { start, index } = neighborList(frame, 1.3);
    for (let i = 0; i < atomCount(frame); i++) {
      if (isCarbon(frame)(i)) continue;
      expect(domain[i]).toBe(-1);
      expect(start[i + 1]! - start[i]!).toBe(1);
      expect(isCarbon(frame)(index[start[i]!]!)).toBe(true);
    }
    // hydrogens count in the density that was asked
    expect(Math.abs(densityOf(frame) / 1.2 - 1)).toBeLessThan(0.01);
    expect(measured['density']!.value).toBe(densityOf(frame));
  });

  it('that is stopped says so, and gives the carbon as packed', async () => {
    let asked = 0;
    const stopped = () => {
      asked++;
      return true;
    };
    const { complete, frame } = await buildCarbon(small, { stopped });
    expect(complete).toBe(false);
    expect(asked).toBe(1);
    expect(frame.rows).toEqual(buildHardCarbon(small).frame.rows);
  });
});
