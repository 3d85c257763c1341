import { describe, expect, it } from 'vitest';
import { findPores } from '../../src/analysis/pores.ts';
import { measurePorosity } from '../../src/analysis/porosity.ts';
import { SpecError } from '../../src/core/errors.ts';
import { atomCount, densityOf, type Frame } from '../../src/core/frame.ts';
import { RandomStream } from '../../src/core/random.ts';
import { mean, standardError } from '../../src/core/statistics.ts';
import { checkRecipe } from '../../src/structure/check-recipe.ts';
import { buildHardCarbon } from '../../src/structure/hard-carbon.ts';
import { joinDomains } from '../../src/structure/packing.ts';
import { channelsBetween, type Pore, placePores } from '../../src/structure/pores.ts';
import type { HardCarbonRecipe, PoreRecipe } from '../../src/structure/recipe.ts';

const usual = { la: 15, lc: 7.5, d002: 3.7, density: 1.1, atoms: 2000, seed: 1, edges: { strong: 0.15 } } as const;
const porous = (pores: PoreRecipe, changes: Partial<HardCarbonRecipe> = {}): HardCarbonRecipe => ({
  ...usual,
  ...changes,
  pores,
});
/** Radius of nitrogen, Å. */
const nitrogen = 1.82;
/** The grid of the instruments, coarser than their own, Å. */
const spacing = 0.5;

type Point = readonly [number, number, number];
const apart = (a: Point, b: Point, edge: number) =>
  Math.hypot(...a.map((x, k) => x - b[k]! - edge * Math.round((x - b[k]!) / edge)));

/** Points of a grid in the cube, and how the free ones among them hang together: the void found a second way. */
interface Flood {
  /** piece of the point at a place, −1 where it is not free */
  readonly pieceAt: (at: Point) => number;
  /** largest number of independent directions in which one piece goes round the box, 0 … 3 */
  readonly ways: number;
}

/** Walks from point to point, keeping count of the boxes crossed: a point reached again another number of boxes on is a way round. */
function flood(
  edge: number,
  spheres: readonly { readonly at: Point; readonly radius: number }[],
  free: boolean,
): Flood {
  const n = Math.round(edge / 0.6);
  const h = edge / n;
  const covered = new Uint8Array(n ** 3);
  const fold = (i: number) => ((i % n) + n) % n;
  for (const { at, radius } of spheres) {
    const [x, y, z] = at.map((c) => c / h) as [number, number, number];
    const r = radius / h;
    for (let i = Math.ceil(x - r); i <= x + r; i++)
      for (let j = Math.ceil(y - r); j <= y + r; j++)
        for (let k = Math.ceil(z - r); k <= z + r; k++)
          if ((i - x) ** 2 + (j - y) ** 2 + (k - z) ** 2 < r * r) covered[(fold(i) * n + fold(j)) * n + fold(k)] = 1;
  }
  const piece = new Int32Array(n ** 3).fill(-1);
  const boxes = new Int8Array(3 * n ** 3);
  const open = free ? 0 : 1;
  let pieces = 0;
  let ways = 0;
  for (let seed = 0; seed < n ** 3; seed++) {
    if (covered[seed] !== open || piece[seed]! >= 0) continue;
    const found = new Map<string, number[]>();
    piece[seed] = pieces;
    for (const stack = [seed]; stack.length > 0; ) {
      const g = stack.pop()!;
      const at = [Math.floor(g / (n * n)), Math.floor(g / n) % n, g % n];
      for (let axis = 0; axis < 3; axis++) {
        for (const step of [-1, 1]) {
          const next = [...at];
          next[axis]! += step;
          const q = (fold(next[0]!) * n + fold(next[1]!)) * n + fold(next[2]!);
          if (covered[q] !== open) continue;
          const crossed = [0, 1, 2].map((k) => boxes[3 * g + k]! + (k === axis ? Math.floor(next[k]! / n) : 0));
          if (piece[q]! < 0) {
            piece[q] = pieces;
            boxes.set(crossed, 3 * q);
            stack.push(q);
          } else {
            const jump = crossed.map((c, k) => c - boxes[3 * q + k]!);
            if (jump.some((c) => c !== 0)) found.set(jump.join(), jump);
          }
        }
      }
    }
    ways = Math.max(ways, rankOf([...found.values()]));
    pieces++;
  }
  return {
    pieceAt: (at) => {
      const [i, j, k] = at.map((c) => fold(Math.round(c / h))) as [number, number, number];
      return piece[(i * n + j) * n + k]!;
    },
    ways,
  };
}

/** 3 when some three of the vectors span space, 2 when some two span a plane, … */
function rankOf(vectors: readonly (readonly number[])[]): number {
  const cross = (a: readonly number[], b: readonly number[]) => [
    a[1]! * b[2]! - a[2]! * b[1]!,
    a[2]! * b[0]! - a[0]! * b[2]!,
    a[0]! * b[1]! - a[1]! * b[0]!,
  ];
  let rank = vectors.length > 0 ? 1 : 0;
  for (const a of vectors) {
    for (const b of vectors) {
      const normal = cross(a, b);
      if (normal.every((x) => x === 0)) continue;
      rank = Math.max(rank, 2);
      if (vectors.some((c) => c.reduce((dot, x, k) => dot + x * normal[k]!, 0) !== 0)) return 3;
    }
  }
  return rank;
}

const carbonsOf = ({ rows }: Frame): Point[] =>
  Array.from({ length: rows.length / 4 }, (_, i) => [rows[4 * i]!, rows[4 * i + 1]!, rows[4 * i + 2]!] as const);

describe('closed pores', () => {
  for (const [diameter, atoms, density] of [
    [8, 2000, 1.3],
    [11, 2500, 1.1],
    [16, 3500, 1.1],
  ] as const) {
    const { frame, pores } = buildHardCarbon(porous({ diameter, kind: 'closed' }, { atoms, density, seed: 2 }));
    const edge = frame.cell.matrix[0]!;

    it(`${diameter} Å: the box has the atoms and the density asked`, () => {
      expect(Math.abs(atomCount(frame) / atoms - 1)).toBeLessThan(0.004);
      expect(Math.abs(densityOf(frame) / density - 1)).toBeLessThan(0.005);
    });

    it(`${diameter} Å: between two pores is a wall of a sheet, 3.4 Å from surface to surface`, () => {
      expect(pores.length).toBeGreaterThan(1);
      for (const [a, pore] of pores.entries()) {
        expect(pore.diameter).toBe(diameter);
        for (const other of pores.slice(0, a))
          expect(apart(pore.centre, other.centre, edge)).toBeGreaterThanOrEqual(diameter + 3.4 - 1e-9);
      }
    });

    it(`${diameter} Å: no carbon reaches into a pore with its van der Waals sphere`, () => {
      for (const { centre } of pores) {
        const nearest = Math.min(...carbonsOf(frame).map((at) => apart(at, centre, edge)));
        expect(nearest).toBeGreaterThanOrEqual(diameter / 2 + 1.7 - 1e-9);
      }
    });

    it(`${diameter} Å: the most frequent pore measured is the one asked, within 10 %`, () => {
      const { values } = measurePorosity(frame, { spacing, probes: [] });
      expect(Math.abs(values['poreDiameterMode']!.value / diameter - 1)).toBeLessThan(0.1);
      expect(values['largestSphere']!.value).toBeGreaterThan(diameter - 0.1);
    });

    if (diameter > 8) continue;
    it(`${diameter} Å: nitrogen finds no way out of any, nor from one to another`, () => {
      const found = findPores(frame, nitrogen, { spacing });
      expect(found.length).toBeGreaterThanOrEqual(pores.length);
      expect(found.some(({ open }) => open)).toBe(false);
      const atomSpheres = carbonsOf(frame).map((at) => ({ at, radius: 1.7 + nitrogen }));
      const { pieceAt, ways } = flood(edge, atomSpheres, true);
      const pieces = pores.map(({ centre }) => pieceAt(centre));
      expect(pieces.every((piece) => piece >= 0)).toBe(true);
      expect(new Set(pieces).size).toBe(pores.length);
      expect(ways).toBe(0);
    });
  }

  it('have the volume asked, where one is asked beside the density', () => {
    const volume = 0.1;
    const { pores, frame } = buildHardCarbon(
      porous({ diameter: 8, kind: 'closed', volume }, { atoms: 1500, density: 1.05 }),
    );
    const one = (Math.PI / 6) * 8 ** 3;
    const wanted = (volume * 1.05 * frame.cell.volume) / one;
    expect(Math.abs(pores.length - wanted)).toBeLessThanOrEqual(0.5);
    expect(Math.abs(densityOf(frame) / 1.05 - 1)).toBeLessThan(0.005);
  });
});

describe('open pores', () => {
  const { frame, pores } = buildHardCarbon(porous({ diameter: 11, kind: 'open' }, { atoms: 2500, density: 1 }));
  const edge = frame.cell.matrix[0]!;

  it('are as wide as asked, and the box has the atoms and the density asked', () => {
    expect(Math.abs(atomCount(frame) / 2500 - 1)).toBeLessThan(0.004);
    expect(Math.abs(densityOf(frame) - 1)).toBeLessThan(0.005);
    for (const { centre } of pores) {
      const nearest = Math.min(...carbonsOf(frame).map((at) => apart(at, centre, edge)));
      expect(nearest).toBeGreaterThanOrEqual(11 / 2 + 1.7 - 1e-9);
    }
  });

  it('let nitrogen through the box in three directions', () => {
    const found = findPores(frame, nitrogen, { spacing });
    const largest = found[0]!;
    expect(largest.open).toBe(true);
    const rest = found.slice(1).reduce((volume, pore) => volume + pore.volume, 0);
    expect(rest).toBeLessThan(0.1 * largest.volume);
    const atomSpheres = carbonsOf(frame).map((at) => ({ at, radius: 1.7 + nitrogen }));
    const { pieceAt, ways } = flood(edge, atomSpheres, true);
    expect(new Set(pores.map(({ centre }) => pieceAt(centre))).size).toBe(1);
    expect(ways).toBe(3);
  });

  it('percolate at their necks: 4.5 Å when nothing else is said', () => {
    const { values } = measurePorosity(frame, { spacing, probes: [] });
    expect(values['percolationDiameter']!.value).toBeGreaterThan(4.5 - values['percolationDiameter']!.error!);
  });
});

describe('channels', () => {
  const edge = 30;
  const poreAt = (centre: Point): Pore => ({ centre, diameter: 4, cost: 0 });

  /** Expects pores and channels to be one piece that goes round the box in three directions. */
  function expectNetwork(pores: readonly Pore[]) {
    const channels = channelsBetween(pores, 3, edge);
    const beads = channels.flatMap(({ from, to, diameter }) =>
      Array.from({ length: 61 }, (_, k) => ({
        at: from.map((x, axis) => x + (k / 60) * (to[axis]! - x)) as unknown as Point,
        radius: diameter / 2,
      })),
    );
    const spheres = [...beads, ...pores.map(({ centre, diameter }) => ({ at: centre, radius: diameter / 2 }))];
    const { pieceAt, ways } = flood(edge, spheres, false);
    expect(new Set(pores.map(({ centre }) => pieceAt(centre))).size).toBe(1);
    expect(ways).toBe(3);
    return channels.length;
  }

  it.each([1, 2, 3, 6, 15])('join %i pores wherever they are, in three directions', (count) => {
    for (let seed = 0; seed < 3; seed++) {
      const random = new RandomStream(`channels/${seed}`);
      const place = () => edge * random.uniform();
      // a tree and three ways round: no channel more than it takes
      expect(expectNetwork(Array.from({ length: count }, () => poreAt([place(), place(), place()])))).toBe(count + 2);
    }
  });

  it('join rows of pores that go round the box already, each in the same direction', () => {
    const rows = [5, 20].flatMap((x) => [0, 6, 12, 18, 24].map((z) => poreAt([x, x, z])));
    expectNetwork(rows);
  });
});

describe('diameters', () => {
  it('are normal around the mean with the spread asked, in steps of a quarter Å', () => {
    const empty = joinDomains([], 44);
    const asked: PoreRecipe = { diameter: 6, spread: 0.8, kind: 'open' };
    const pores = placePores(empty, asked, 150, () => false, new RandomStream('diameters'));
    const d = pores.map(({ diameter }) => diameter);
    expect(d.length).toBe(150);
    expect(Math.abs(mean(d) - 6) / standardError(d)).toBeLessThan(4);
    const squares = d.map((each) => (each - 6) ** 2);
    // rounding to 0.25 Å adds 0.25²/12
    expect(Math.abs(mean(squares) - 0.8 ** 2 - 0.25 ** 2 / 12) / standardError(squares)).toBeLessThan(4);
    expect(d.every((each) => Number.isInteger(4 * each))).toBe(true);
    expect(placePores(empty, asked, 150, (placed) => placed.length === 7, new RandomStream(1)).length).toBe(7);
  });

  it('keep their own walls where they differ', () => {
    const edge = 34;
    const pores = placePores(
      joinDomains([], edge),
      { diameter: 7, spread: 1.5, kind: 'closed' },
      12,
      () => false,
      new RandomStream('walls'),
    );
    expect(new Set(pores.map(({ diameter }) => diameter)).size).toBeGreaterThan(4);
    for (const [a, p] of pores.entries())
      for (const q of pores.slice(0, a))
        expect(apart(p.centre, q.centre, edge)).toBeGreaterThanOrEqual((p.diameter + q.diameter) / 2 + 3.4 - 1e-9);
  });
});

describe('a box too small for one pore', () => {
  it('is built without, and says so', () => {
    const recipe = porous({ diameter: 8, kind: 'closed' }, { density: 1.43, atoms: 500 });
    const { pores, warnings, frame } = buildHardCarbon(recipe);
    expect(pores).toEqual([]);
    expect(warnings[0]).toMatch(
      /^no pore was carved: one of 8 Å takes more atoms than 1\.43 g\/cm³ leave to be taken from 500/,
    );
    expect(Math.abs(densityOf(frame) / 1.43 - 1)).toBeLessThan(0.012);
  });
});

describe('seeds', () => {
  it('the same seed gives the same bytes, another seed other pores', () => {
    const small = porous({ diameter: 7, spread: 0.5, kind: 'open' }, { lc: 3.7, atoms: 500, density: 0.7 });
    const [a, again, b] = ['a', 'a', 'b'].map((seed) => buildHardCarbon({ ...small, seed }));
    expect(again!.frame.rows).toEqual(a!.frame.rows);
    expect(again!.pores).toEqual(a!.pores);
    expect(b!.pores).not.toEqual(a!.pores);
    expect(new Set(a!.pores.map(({ diameter }) => diameter)).size).toBeGreaterThan(1);
  });
});

describe('pores that cannot be are refused before work starts', () => {
  const started: number[] = [];
  const build = (recipe: HardCarbonRecipe) => buildHardCarbon(recipe, { onProgress: (done) => started.push(done) });

  it.each<[string, HardCarbonRecipe, string]>([
    [
      'closed pores that would take more than spheres can fill',
      porous({ diameter: 8, kind: 'closed' }, { density: 0.6 }),
      'recipe.pores.kind must be open for pores of 8 Å that take 56 % of the box',
    ],
    [
      'closed pores of a volume that leaves no walls',
      porous({ diameter: 4, kind: 'closed', volume: 0.15 }, { density: 0.7 }),
      'recipe.pores.kind must be open for pores of 4 Å that take 11 % of the box: closed ones, a sheet apart, take at most 9 %',
    ],
    [
      'a volume beside a density that make the carbon denser than graphite',
      porous({ diameter: 10, kind: 'open', volume: 0.5 }),
      'recipe.density must be at most 0.',
    ],
    [
      'a density that leaves no room for pores',
      porous({ diameter: 8, kind: 'open' }, { density: 1.45 }),
      'recipe.density must be at most 1.',
    ],
    [
      'pores wider than half the box',
      porous({ diameter: 20, kind: 'closed' }),
      'recipe.pores.diameter must be 3 to 16.',
    ],
    ['no volume', porous({ diameter: 8, kind: 'open', volume: 0 }), 'recipe.poreVolume must be above 0 cm³/g, got 0'],
    ['channels wider than pores', porous({ diameter: 8, kind: 'open', neck: 9 }), 'recipe.pores.neck must be 2 to 8 Å'],
    [
      'pores on the route of cards',
      porous({ diameter: 8, kind: 'open' }, { route: 'cards' }),
      'recipe.pores must not be given on the route "cards"',
    ],
  ])('%s', (_what, recipe, message) => {
    expect(() => build(recipe)).toThrow(SpecError);
    expect(() => build(recipe)).toThrow(message);
    expect(started).toEqual([]);
  });

  it.each([
    porous({ diameter: 8, kind: 'open' }, { density: 1.45 }),
    porous({ diameter: 10, kind: 'open', volume: 0.5 }),
    porous({ diameter: 8, kind: 'open', volume: 0.5 }, { density: 1.3 }),
  ])('the density that is named instead is allowed, and is the nearest', (recipe) => {
    let message = '';
    try {
      checkRecipe(recipe);
    } catch (error) {
      message = (error as Error).message;
    }
    const density = Number(/density must be at most ([\d.]+)/.exec(message)![1]);
    checkRecipe({ ...recipe, density });
    expect(() => checkRecipe({ ...recipe, density: density + 0.05 })).toThrow('recipe.density must be at most');
  });
});
