import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { SpecError } from '../../src/core/errors.ts';
import { atomCount, densityOf, type Frame } from '../../src/core/frame.ts';
import { neighborList } from '../../src/core/neighbors.ts';
import { mean } from '../../src/core/statistics.ts';
import { highestDensity } from '../../src/structure/check-recipe.ts';
import { buildHardCarbon, checkRecipe, type HardCarbon } from '../../src/structure/hard-carbon.ts';
import type { HardCarbonRecipe } from '../../src/structure/recipe.ts';
import { crystalIn } from '../../src/study/crystal-fields.ts';
import { crystalOf } from '../../src/study/md-start.ts';
import { parseRecipe } from '../../src/study/recipe-fields.ts';

const usual: HardCarbonRecipe = {
  la: 25,
  lc: 11,
  d002: 3.75,
  density: 1.3,
  atoms: 2000,
  seed: 'test',
  edges: { strong: 0.15 },
};

/** Pairs nearer than a distance, as [i, j, r]. */
function pairs(frame: Frame, distance: number): [number, number, number][] {
  const { start, index, rows } = neighborList(frame, distance);
  return Array.from({ length: atomCount(frame) }, (_, i) =>
    Array.from({ length: start[i + 1]! - start[i]! }, (_, k): [number, number, number] => {
      const p = start[i]! + k;
      return [i, index[p]!, rows[4 * p + 3]!];
    }),
  ).flat();
}

/** Stack axes of the domains, from two bonds at one of their basal carbons. */
function axes({ frame, domain }: HardCarbon): [number, number, number][] {
  const { start, rows } = neighborList(frame, 1.85);
  return [...new Set(domain)].map((d) => {
    const i = domain.findIndex((other, a) => other === d && frame.rows[4 * a + 3] === 0);
    const [p, q] = [4 * start[i]!, 4 * (start[i]! + 1)];
    const [ax, ay, az, bx, by, bz] = [rows[p]!, rows[p + 1]!, rows[p + 2]!, rows[q]!, rows[q + 1]!, rows[q + 2]!];
    const [x, y, z] = [ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx];
    const norm = Math.hypot(x, y, z);
    return [x / norm, y / norm, z / norm];
  });
}

describe('hard carbon at densities from open to dense', () => {
  for (const density of [0.8, 1.3, 1.5, 1.7]) {
    const recipe = { ...usual, density };
    const carbon = buildHardCarbon(recipe);
    const { frame, domain, measured } = carbon;

    it(`${density} g/cm³: has the density and the number of atoms asked`, () => {
      expect(Math.abs(densityOf(frame) / density - 1)).toBeLessThan(0.005);
      expect(Math.abs(atomCount(frame) / recipe.atoms - 1)).toBeLessThan(0.02);
      expect(measured['density']!.value).toBe(densityOf(frame));
      expect(measured['atoms']!.value).toBe(atomCount(frame));
      expect(domain.length).toBe(atomCount(frame));
    });

    it(`${density} g/cm³: every position is a number in the box`, () => {
      const edge = frame.cell.matrix[0]!;
      for (let k = 0; k < frame.rows.length; k++) {
        if (k % 4 === 3) continue;
        expect(frame.rows[k]! >= 0 && frame.rows[k]! < edge).toBe(true);
      }
    });

    it(`${density} g/cm³: nothing overlaps; bonds are those of flat graphene, two or three per carbon`, () => {
      const bonds = new Int32Array(domain.length);
      for (const [i, j, r] of pairs(frame, 2.6)) {
        expect(domain[i]).toBe(domain[j]);
        if (r > 1.85) continue;
        expect(r).toBeCloseTo(1.42, 6);
        bonds[i]!++;
      }
      expect(Math.min(...bonds)).toBe(2);
      expect(Math.max(...bonds)).toBe(3);
    });

    it(`${density} g/cm³: every sheet is one flake of hexagons without holes`, () => {
      const { start, index } = neighborList(frame, 1.85);
      const bonded = (i: number) => index.subarray(start[i], start[i + 1]);
      const seen = new Uint8Array(domain.length);
      let flakes = 0;
      for (let i = 0; i < domain.length; i++) {
        if (seen[i]) continue;
        flakes++;
        for (const stack = [i]; stack.length > 0; ) {
          const a = stack.pop()!;
          if (seen[a]) continue;
          seen[a] = 1;
          stack.push(...bonded(a));
        }
      }
      expect(flakes).toBe(measured['sheets']!.value);
      // Euler: bonds − atoms + flakes rings close a planar graph; all of them are hexagons when there is no hole
      let hexagons = 0;
      const walk = (path: number[]): void => {
        for (const next of bonded(path.at(-1)!)) {
          if (path.length === 6 && next === path[0]) hexagons += 0.5;
          else if (path.length < 6 && next > path[0]! && !path.includes(next)) walk([...path, next]);
        }
      };
      for (let i = 0; i < domain.length; i++) walk([i]);
      expect(hexagons).toBe(index.length / 2 - domain.length + flakes);
    });

    it(`${density} g/cm³: says what it measured`, () => {
      const contacts = pairs(frame, 3.4).filter(([i, j]) => domain[i] !== domain[j]);
      const shortest = contacts.reduce((least, [, , r]) => Math.min(least, r), Number.POSITIVE_INFINITY);
      if (density > 1) expect(measured['closestContact']!.value).toBeCloseTo(shortest, 9);
      expect(measured['closestContact']!.value).toBeGreaterThanOrEqual(2.6);
      const edge = frame.rows.filter((kind, k) => k % 4 === 3 && kind > 0).length;
      expect(measured['edgeShare']!.value).toBeCloseTo(edge / domain.length, 12);
      expect(measured['strongShare']!.value).toBeCloseTo(0.15, 2);
      expect(measured['la']!.value / 25).toBeCloseTo(1, 1);
      expect(measured['la']!.error).toBeGreaterThan(0);
      expect(measured['domains']!.value).toBe(new Set(domain).size);
    });
  }

  it('leaves more pores the less dense it is, never more than the room beside the stacks', () => {
    const porosity = [0.8, 1.3, 1.7].map(
      (density) => buildHardCarbon({ ...usual, density }).measured['porosity']!.value,
    );
    expect(porosity[0]).toBeGreaterThan(porosity[1]! + 0.1);
    expect(porosity[1]).toBeGreaterThan(porosity[2]! + 0.03);
    expect(porosity[0]).toBeLessThan(1 - 0.8 / 2.03);
  });
});

describe('seeds', () => {
  const small = { ...usual, la: 15, lc: 7, density: 1.2, atoms: 800 };

  it('the same seed gives the same bytes, another seed another carbon', () => {
    const [a, again, b] = ['a', 'a', 'b'].map((seed) => buildHardCarbon({ ...small, seed }));
    expect(again!.frame.rows).toEqual(a!.frame.rows);
    expect(again!.domain).toEqual(a!.domain);
    expect(again!.measured).toEqual(a!.measured);
    expect(b!.frame.rows).not.toEqual(a!.frame.rows);
  });

  it('domains of different replicas point in unrelated directions', () => {
    const replicas = Array.from({ length: 8 }, (_, seed) => axes(buildHardCarbon({ ...small, seed })));
    const cosines: number[] = [];
    replicas.forEach((mine, r) => {
      for (const others of replicas.slice(r + 1)) {
        for (const u of mine) for (const v of others) cosines.push((u[0] * v[0] + u[1] * v[1] + u[2] * v[2]) ** 2);
      }
    });
    // ⟨P₂⟩ = 0 for unrelated axes; the D axes of a replica enter D times each, so D·R/2 pairs of axes are independent
    const independent = replicas.reduce((sum, mine) => sum + mine.length, 0) / 2;
    expect(independent).toBeGreaterThan(15);
    expect(Math.abs(1.5 * mean(cosines) - 0.5)).toBeLessThan(4 * Math.sqrt(1 / 5 / independent));
  });
});

describe('what cannot be built is refused before work starts', () => {
  const refused: [string, Partial<HardCarbonRecipe>, string][] = [
    ['a negative density', { density: -1 }, 'recipe.density must be 0.1 to 1.707 g/cm³, got -1'],
    ['no density', { density: Number.NaN }, 'recipe.density must be'],
    ['a density of graphite', { density: 2.2 }, 'recipe.density must be at most 1.707 g/cm³ for domains of la 25 Å'],
    ['a density that wide spacings cannot have', { density: 1.7, d002: 4.2 }, 'recipe.density must be at most 1.5'],
    ['a negative diameter', { la: -25 }, 'recipe.la must be 8 to 500 Å, got -25'],
    ['sheets nearer than graphite', { d002: 2.5 }, 'recipe.d002 must be 3.3 to 4.5 Å, got 2.5'],
    ['no height', { lc: 0 }, 'recipe.lc must be'],
    ['half an atom', { atoms: 2000.5 }, 'recipe.atoms must be a whole number, got 2000.5'],
    ['more strong edges than edges', { edges: { strong: 1.2 } }, 'recipe.edges.strong must be 0 to 1, got 1.2'],
    ['no seed', { seed: Number.NaN }, 'recipe.seed must be a text or a number'],
    ['a box narrower than a domain', { la: 60 }, 'recipe.atoms must be at least 14079, so that the box is as wide'],
  ];
  for (const [what, change, message] of refused) {
    it(what, () => {
      expect(() => buildHardCarbon({ ...usual, ...change })).toThrow(SpecError);
      expect(() => buildHardCarbon({ ...usual, ...change })).toThrow(message);
    });
  }

  it('names the path it was given', () => {
    expect(() => checkRecipe({ ...usual, la: 0 }, 'host.recipe')).toThrow('host.recipe.la must be');
  });

  it('allows what the errors name: the least box and the highest density', () => {
    checkRecipe({ ...usual, la: 60, atoms: 14079 });
    const density = Math.floor(1000 * highestDensity({ ...usual, la: 15 })) / 1000;
    const { frame } = buildHardCarbon({ ...usual, la: 15, density, atoms: 1000 });
    expect(Math.abs(densityOf(frame) / density - 1)).toBeLessThan(0.005);
  });
});

describe('telling', () => {
  it('reports progress up to 1', () => {
    const shares: number[] = [];
    buildHardCarbon({ ...usual, la: 15, atoms: 600, density: 1.4 }, { onProgress: (done) => shares.push(done) });
    expect(shares.length).toBeGreaterThan(10);
    expect(shares.every((share, k) => share >= (shares[k - 1] ?? 0))).toBe(true);
    expect(shares.at(-1)).toBe(1);
  });

  it('warns when the sheets cannot have the size asked', () => {
    // 863 atoms of 45 Å sheets (607 each) make two of 37.9 Å; 8000 of 25 Å sheets (187 each) make 43 of 24.9 Å
    const { warnings, measured } = buildHardCarbon({ ...usual, la: 45, lc: 3.75, density: 0.15, atoms: 863 });
    expect(measured['la']!.value).toBeCloseTo(45 * Math.sqrt(863 / 2 / 607.2), 0);
    expect(warnings.join()).toMatch(/la 3.\.. Å, asked were 45 Å/);
    expect(buildHardCarbon({ ...usual, density: 0.8, atoms: 8000 }).warnings).toEqual([]);
  });
});

describe('shipped recipes', () => {
  const folder = new URL('../../models/structures/', import.meta.url);
  for (const file of readdirSync(folder)) {
    it(`${file} can be built, and says what it stands for`, () => {
      const recipe = JSON.parse(readFileSync(new URL(file, folder), 'utf8'));
      expect(recipe.about.length).toBeGreaterThan(20);
      expect(recipe.cite.length).toBeGreaterThan(20);
      const crystal = crystalIn(recipe, file);
      if (crystal) expect(atomCount(crystalOf(crystal))).toBe(4 * crystal.cells[0] * crystal.cells[1] * crystal.layers);
      else checkRecipe({ ...parseRecipe(recipe, file), seed: 1 }, file);
    });
  }
});
