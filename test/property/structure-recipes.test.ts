/** Whatever a recipe says within its ranges: a sound carbon as asked, or a refusal before work starts. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SpecError } from '../../src/core/errors.ts';
import { atomCount, densityOf, type Frame, speciesAt } from '../../src/core/frame.ts';
import { neighborList } from '../../src/core/neighbors.ts';
import { buildHardCarbon } from '../../src/structure/hard-carbon.ts';
import type { HardCarbonRecipe } from '../../src/structure/recipe.ts';

const between = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const sometimes = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: undefined, freq: 1 });

const plain = {
  la: between(10, 22),
  lc: between(3.5, 12),
  d002: between(3.35, 4),
  density: between(0.7, 1.5),
  atoms: fc.integer({ min: 600, max: 1500 }),
  seed: fc.integer({ min: 0, max: 1e6 }),
  spread: sometimes(fc.record({ la: between(0, 3), lc: between(0, 1.7), d002: between(0, 0.2) })),
  curvatureRadius: sometimes(between(20, 60)),
  defects: sometimes(fc.record({ vacancies: between(0, 0.006), stoneWales: between(0, 0.004) })),
  edges: fc.oneof(
    fc.record({ strong: between(0, 1) }),
    fc.record({ strong: fc.constant(0), hydrogen: between(0, 0.15), oxygen: between(0, 0.03), explicit: fc.boolean() }),
  ),
};
const cards = fc.record({ ...plain, route: fc.constant('cards' as const) });
const grains = fc.record({
  ...plain,
  route: fc.constant('grains' as const),
  pores: fc.record({
    diameter: between(5, 12),
    spread: between(0, 1.5),
    kind: fc.constantFrom('closed' as const, 'open' as const),
  }),
  crossLinks: sometimes(between(0, 1)),
});

/** What was left undefined is not there. */
const written = (recipe: object) =>
  Object.fromEntries(Object.entries(recipe).filter(([, value]) => value !== undefined)) as unknown as HardCarbonRecipe;

const carbonsOf = (frame: Frame) =>
  Array.from({ length: atomCount(frame) }, (_, i) => speciesAt(frame, i)).filter((name) => name.startsWith('C')).length;

/** How often each of the two ways was gone, so that a test of nothing but refusals is seen. */
function tried(recipes: fc.Arbitrary<object>, numRuns: number, seed: number) {
  const went = { built: 0, refused: 0 };
  fc.assert(
    fc.property(recipes, (given) => {
      const recipe = written(given);
      let started = false;
      const onProgress = () => {
        started = true;
      };
      let carbon: ReturnType<typeof buildHardCarbon>;
      try {
        carbon = buildHardCarbon(recipe, { onProgress });
      } catch (error) {
        expect(error).toBeInstanceOf(SpecError);
        expect((error as Error).message).toMatch(/^recipe\.[^\n]+$/);
        expect(started, (error as Error).message).toBe(false);
        went.refused++;
        return;
      }
      went.built++;
      const { frame, domain } = carbon;
      const edge = frame.cell.matrix[0]!;
      expect(domain.length).toBe(atomCount(frame));
      // flakes gain whole rings: in a small box those are more than 0.4 %
      const share = Math.max(0.004, 6 / recipe.atoms);
      expect(Math.abs(carbonsOf(frame) / recipe.atoms - 1)).toBeLessThanOrEqual(share);
      // hydrogen and oxygen that found no room are missing from the mass
      const lost = recipe.edges.explicit ? 0.01 : 0;
      expect(Math.abs(densityOf(frame) / recipe.density - 1)).toBeLessThan(share + 0.001 + lost);
      frame.rows.forEach((x, k) => {
        if (k % 4 < 3) expect(x >= 0 && x < edge).toBe(true);
      });
      expect(neighborList(frame, 1.1).index.length).toBe(0);
      const { start } = neighborList(frame, 1.85);
      for (let i = 0; i < atomCount(frame); i++) expect(start[i + 1]! - start[i]!).toBeLessThanOrEqual(4);
    }),
    { numRuns, seed, endOnFailure: true },
  );
  return went;
}

describe('random recipes are built as asked, or refused before work starts', () => {
  it('on the route of cards', () => {
    const { built, refused } = tried(cards, 10, 14);
    expect(built).toBeGreaterThan(4);
    expect(refused).toBeGreaterThan(0);
  });

  it('on the route of grains, with pores and bridges', () => {
    const { built, refused } = tried(grains, 18, 12);
    expect(built).toBeGreaterThan(4);
    expect(refused).toBeGreaterThan(0);
  });
});
