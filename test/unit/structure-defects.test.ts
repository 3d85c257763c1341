import { describe, expect, it } from 'vitest';
import { measureBonding } from '../../src/analysis/bonding.ts';
import { findBonds } from '../../src/analysis/bonds.ts';
import { countRings } from '../../src/analysis/rings.ts';
import { orthorhombicCell } from '../../src/core/cell.ts';
import { atomCount, composition, densityOf, type Frame, selectAtoms, speciesAt } from '../../src/core/frame.ts';
import { neighborList } from '../../src/core/neighbors.ts';
import { RandomStream } from '../../src/core/random.ts';
import { findBridges } from '../../src/structure/cross-links.ts';
import { graphene } from '../../src/structure/crystal.ts';
import { chooseVacancies, turnBonds } from '../../src/structure/defects.ts';
import { strongShare } from '../../src/structure/finish-edges.ts';
import { buildHardCarbon } from '../../src/structure/hard-carbon.ts';
import { heldAtoms } from '../../src/structure/held.ts';
import type { HardCarbonRecipe } from '../../src/structure/recipe.ts';
import { terminate } from '../../src/structure/terminations.ts';

const random = (seed: number | string) => new RandomStream(seed);
const sheet = graphene(14, 8, 15);
const frameOf = (points: readonly (readonly number[])[], edge = [40, 40, 40]): Frame => ({
  cell: orthorhombicCell(edge[0]!, edge[1]!, edge[2]!),
  species: ['C'],
  rows: Float64Array.from(points.flatMap(([x, y, z]) => [x!, y!, z!, 0])),
});

/** [N] bonds from each atom to the nearest of some atoms; 99 where no way leads. */
function bondsFrom(frame: Frame, sources: readonly number[]): Int32Array {
  const { start, index } = neighborList(frame, 1.85);
  const steps = new Int32Array(atomCount(frame)).fill(99);
  for (const i of sources) steps[i] = 0;
  for (const queue = [...sources]; queue.length > 0; ) {
    const i = queue.shift()!;
    for (const j of index.subarray(start[i], start[i + 1])) {
      if (steps[j]! <= steps[i]! + 1) continue;
      steps[j] = steps[i]! + 1;
      queue.push(j);
    }
  }
  return steps;
}

/** Atoms with fewer than three bonds. */
function edgesOf(frame: Frame): number[] {
  const { start } = neighborList(frame, 1.85);
  return [...Array(atomCount(frame)).keys()].filter((i) => start[i + 1]! - start[i]! < 3);
}

/** The 24 carbons of coronene around (x, y, z). */
function coronene([x, y, z] = [20, 20, 20] as readonly number[]): number[][] {
  const a = 1.42 * Math.sqrt(3);
  const points: number[][] = [];
  for (let i = -3; i <= 3; i++) {
    for (let j = -3; j <= 3; j++) {
      for (const side of [0, 1]) {
        // the middle of a hexagon is the origin
        const q = [a * (i + 0.5 * j), 1.42 * (1.5 * j + 1 + side)] as const;
        if (Math.hypot(q[0], q[1]) < 4) points.push([q[0] + x!, q[1] + y!, z!]);
      }
    }
  }
  return points;
}

/** Zigzag ribbons along x, edges straight up and down, one edge atom every 2.46 Å on either side. */
function ribbonsFacing(gap: number, shift = 0): { frame: Frame; domain: Int32Array; height: number; cells: number } {
  const cells = 8;
  const flat = graphene(cells, 3, 15);
  const height = 3 * 4.26 - 1.42;
  const n = atomCount(flat);
  const rows = new Float64Array(8 * n);
  rows.set(flat.rows);
  rows.set(flat.rows, 4 * n);
  for (let i = n; i < 2 * n; i++) {
    rows[4 * i] = rows[4 * i]! + shift;
    rows[4 * i + 1] = rows[4 * i + 1]! + height + gap;
  }
  const cell = orthorhombicCell(flat.cell.matrix[0]!, 2 * height + gap + 12, 15);
  return {
    frame: { cell, species: ['C'], rows },
    domain: Int32Array.from({ length: 2 * n }, (_, i) => +(i >= n)),
    height,
    cells,
  };
}

describe('vacancies', () => {
  it.each([1, 3, 6])('%i in graphene: as many as asked, three bare carbons and three lost hexagons each', (count) => {
    const { alive, beside, count: taken } = chooseVacancies(sheet, count, random(count));
    const left = selectAtoms(sheet, (i) => alive[i] === 1);
    expect(taken).toBe(count);
    expect(atomCount(left)).toBe(atomCount(sheet) - count);
    expect(new Set(beside).size).toBe(3 * count);
    expect(beside.every((i) => alive[i] === 1)).toBe(true);
    expect(edgesOf(left).length).toBe(3 * count);
    const { count: rings } = countRings(findBonds(left).bonds);
    expect(rings[6]).toBe(atomCount(sheet) / 2 - 3 * count);
    expect(rings[5]! + rings[7]!).toBe(0);
  });

  it('are isolated: more than four bonds apart, and fewer than asked where the sheet is full', () => {
    const { alive, count } = chooseVacancies(sheet, 400, random('full'));
    const gone = [...alive.keys()].filter((i) => !alive[i]);
    expect(gone.length).toBe(count);
    expect(count).toBeGreaterThan(8);
    for (const i of gone) {
      const steps = bondsFrom(sheet, [i]);
      for (const j of gone) if (j !== i) expect(steps[j]).toBeGreaterThan(4);
    }
  });

  it('stay inside: every atom within two bonds of a missing one had its three bonds', () => {
    const { frame } = ribbonsFacing(6);
    const { alive, count } = chooseVacancies(frame, 100, random('inside'));
    expect(count).toBeGreaterThan(2);
    const steps = bondsFrom(frame, edgesOf(frame));
    for (const [i, stays] of alive.entries()) if (!stays) expect(steps[i]).toBeGreaterThan(2);
    expect(chooseVacancies(frameOf(coronene()), 1, random(1)).count).toBe(0);
    expect(chooseVacancies(sheet, 0, random(1))).toEqual({ alive: new Uint8Array(448).fill(1), beside: [], count: 0 });
  });
});

describe('Stone–Wales defects', () => {
  it.each([1, 2, 4])('%i: two pentagons and two heptagons each in place of four hexagons', (asked) => {
    for (let seed = 0; seed < 4; seed++) {
      const { frame, atoms } = turnBonds(sheet, asked, random(`turn/${seed}`));
      const count = atoms.length / 2;
      expect(count).toBe(asked);
      const { count: rings } = countRings(findBonds(frame).bonds);
      expect([...rings].slice(3, 9)).toEqual([0, 0, 2 * count, atomCount(sheet) / 2 - 4 * count, 2 * count, 0]);
      const { values } = measureBonding(frame);
      expect(values.edgeShare!.value).toBe(0);
      expect(values.sp2Share!.value).toBe(1);
    }
  });

  it('keep the turned bond at 1.42 Å, its neighbours at 1.51 Å, and all atoms in the plane', () => {
    const { frame } = turnBonds(sheet, 2, random('lengths'));
    const { rows } = neighborList(frame, 1.85);
    const lengths = [...rows.keys()].filter((k) => k % 4 === 3).map((k) => rows[k]!);
    const strained = lengths.filter((r) => Math.abs(r - 1.42) > 1e-6);
    // four bonds around each defect, listed from both ends
    expect(strained.length).toBe(2 * 4 * 2);
    // the ends of the turned bond lie 1/2 bond beside its middle, their new neighbours 1 bond on and √3/2 beside
    const wanted = 1.42 * Math.hypot(1, Math.sqrt(3) / 2 - 0.5);
    for (const r of strained) expect(r).toBeCloseTo(wanted, 6);
    for (let i = 0; i < atomCount(frame); i++) expect(frame.rows[4 * i + 2]).toBeCloseTo(sheet.rows[2]!, 9);
  });

  it('find no place at an edge', () => {
    expect(turnBonds(frameOf(coronene()), 1, random(1)).atoms).toEqual([]);
    expect(turnBonds(sheet, 0, random(1)).frame).toBe(sheet);
  });
});

describe('bridges', () => {
  it('join every pair of edge carbons that face each other at 2.6 Å, half way', () => {
    const { frame, domain, height, cells } = ribbonsFacing(2.6);
    const bridges = findBridges(frame, domain, random('facing'));
    expect(bridges.length).toBe(cells);
    const ends = bridges.flatMap((bridge) => bridge.ends);
    expect(new Set(ends).size).toBe(2 * cells);
    for (const {
      ends: [i, j],
      position,
    } of bridges) {
      expect(domain[i]).not.toBe(domain[j]);
      expect(position[1]).toBeCloseTo(height + 1.3, 9);
      expect(position[0]).toBeCloseTo(frame.rows[4 * i]!, 9);
      expect(position[2]).toBeCloseTo(7.5, 9);
    }
  });

  it('join each edge carbon once, and keep 1.9 Å from all others, where edges face gaps', () => {
    const { frame, domain, cells } = ribbonsFacing(2.6, 1.23);
    const bridges = findBridges(frame, domain, random('gaps'));
    expect(bridges.length).toBeGreaterThan(cells / 3);
    expect(new Set(bridges.flatMap(({ ends }) => ends)).size).toBe(2 * bridges.length);
    const n = atomCount(frame);
    const rows = new Float64Array(4 * (n + bridges.length));
    rows.set(frame.rows);
    bridges.forEach(({ position }, b) => {
      rows.set(position, 4 * (n + b));
    });
    const near = neighborList({ ...frame, rows }, 1.9);
    bridges.forEach(({ ends }, b) => {
      expect([...near.index.subarray(near.start[n + b], near.start[n + b + 1])].sort()).toEqual([...ends].sort());
    });
  });

  it('need two domains, edges 2.2 to 3 Å apart, and edges that point at each other', () => {
    const { frame, domain } = ribbonsFacing(2.6);
    expect(findBridges(frame, new Int32Array(domain.length), random(1))).toEqual([]);
    for (const gap of [2.1, 3.05]) {
      const other = ribbonsFacing(gap);
      expect(findBridges(other.frame, other.domain, random(1))).toEqual([]);
    }
    // two flakes one above the other: edges 2.6 Å apart, missing bonds at right angles to the way between
    const stacked = frameOf([...coronene([20, 20, 20]), ...coronene([20, 20, 22.6])]);
    const layers = Int32Array.from({ length: 48 }, (_, i) => +(i >= 24));
    expect(findBridges(stacked, layers, random(1))).toEqual([]);
  });

  it('leave out a place that another atom crowds', () => {
    const { frame, domain, height, cells } = ribbonsFacing(2.6);
    const rows = Float64Array.from([...frame.rows, 0.3, height + 1.3, 7.5 + 1.7, 0]);
    const bridges = findBridges({ ...frame, rows }, Int32Array.from([...domain, 2]), random(1));
    expect(bridges.length).toBe(cells - 1);
    expect(bridges.some(({ position }) => Math.abs(position[0]) < 0.1)).toBe(false);
  });

  it('are counted in a built carbon: all that were asked, and the atoms are as many as asked', () => {
    const recipe: HardCarbonRecipe = {
      ...{ la: 15, lc: 7.5, d002: 3.7, density: 1.3, atoms: 900, seed: 1 },
      ...{ edges: { strong: 0.2 }, crossLinks: 1, route: 'grains' },
    };
    const { frame, domain } = buildHardCarbon(recipe);
    expect(Math.abs(atomCount(frame) / 900 - 1)).toBeLessThan(0.004);
    const { start, index } = neighborList(frame, 1.6);
    let joined = 0;
    for (let i = 0; i < atomCount(frame); i++) {
      for (const j of index.subarray(start[i], start[i + 1])) if (domain[j] !== domain[i]) joined++;
    }
    expect(joined).toBeGreaterThan(20);
  });
});

describe('terminations', () => {
  const flake = frameOf(coronene());
  const rim = edgesOf(flake);

  it.each([
    ['H', 1.1],
    ['O', 1.23],
  ] as const)('%s: one on every edge carbon of coronene, %f Å outward, in the plane', (element, length) => {
    expect(atomCount(flake)).toBe(24);
    expect(rim.length).toBe(12);
    const { frame, crowded } = terminate(flake, element, rim);
    expect(crowded).toBe(0);
    expect(atomCount(frame)).toBe(36);
    rim.forEach((c, k) => {
      const a = 24 + k;
      expect(speciesAt(frame, a)).toBe(element);
      const bond = [0, 1, 2].map((axis) => frame.rows[4 * a + axis]! - frame.rows[4 * c + axis]!);
      expect(Math.hypot(...bond)).toBeCloseTo(length, 2);
      expect(Math.hypot(...bond)).toBeGreaterThanOrEqual(1.1);
      expect(bond[2]).toBe(0);
      const { start, rows } = neighborList(flake, 1.6);
      for (let p = start[c]!; p < start[c + 1]!; p++) {
        const dot = [0, 1, 2].reduce((sum, axis) => sum + bond[axis]! * rows[4 * p + axis]!, 0);
        // sp²: 120° to both bonds
        expect(dot / Math.hypot(...bond) / 1.42).toBeCloseTo(-0.5, 6);
      }
    });
  });

  it('skip sites where another atom is in the way, and say how many', () => {
    const c = rim[0]!;
    const out = [0, 1].map((axis) => flake.rows[4 * c + axis]! - 20);
    const scale = 2.2 / Math.hypot(...out);
    const blocked = frameOf([
      ...coronene(),
      [flake.rows[4 * c]! + out[0]! * scale, flake.rows[4 * c + 1]! + out[1]! * scale, 20],
    ]);
    const { frame, crowded } = terminate(blocked, 'H', rim);
    expect(crowded).toBe(1);
    expect(atomCount(frame)).toBe(25 + 11);
    const { start, index, rows } = neighborList(frame, 1.3);
    // the bond to its own carbon is the only contact below 1.3 Å that a hydrogen has
    for (let h = 25; h < 36; h++) {
      expect(start[h + 1]! - start[h]!).toBe(1);
      expect(rim).toContain(index[start[h]!]);
      expect(rows[4 * start[h]! + 3]).toBeCloseTo(1.1, 2);
    }
  });

  it('do not put two hydrogens on one place where edges face each other', () => {
    const { frame, cells } = ribbonsFacing(2.6);
    const all = terminate(frame, 'H', edgesOf(frame));
    // 2.6 − 2 · 1.1 Å would be left between the hydrogens of the gap: one of each pair
    expect(all.crowded).toBe(cells);
    expect(terminate(frame, 'H', []).frame).toBe(frame);
  });
});

describe('edges as asked', () => {
  const usual: HardCarbonRecipe = {
    ...{ la: 15, lc: 7.5, d002: 3.7, density: 1.1, atoms: 900, seed: 3 },
    edges: { strong: 0, hydrogen: 0.12 },
  };
  const counts = (frame: Frame) => Object.fromEntries(composition(frame));
  const strongOf = (frame: Frame) =>
    [...Array(atomCount(frame)).keys()].filter((i) => speciesAt(frame, i).includes('strong'));

  it('the share of strong edges is what hydrogen leaves, and never less than oxygen takes', () => {
    expect(strongShare({ strong: 0.15 }, 200, 1000)).toBe(0.15);
    expect(strongShare({ strong: 0.15, hydrogen: 0.05 }, 200, 1000)).toBeCloseTo(0.75, 12);
    expect(strongShare({ strong: 0.15, hydrogen: 0.3 }, 200, 1000)).toBe(0);
    expect(strongShare({ strong: 0.15, hydrogen: 0.2, oxygen: 0.02 }, 200, 1000)).toBeCloseTo(0.1, 12);
    expect(strongShare({ strong: 0.3 }, 0, 1000)).toBe(0);
  });

  it('implied hydrogen: H/C measured is the one asked to the nearest atom', () => {
    const { frame } = buildHardCarbon(usual);
    const got = measureBonding(frame).values.hydrogenPerCarbon!.value;
    expect(Math.abs(got - 0.12)).toBeLessThanOrEqual(0.5 / atomCount(frame) + 1e-12);
  });

  it('explicit hydrogen and oxygen: as many as asked less the crowded, 1.10 and 1.23 Å out; mass and density hold', () => {
    const edges = { strong: 0, hydrogen: 0.12, oxygen: 0.03, explicit: true };
    const { frame, domain, measured } = buildHardCarbon({ ...usual, edges });
    const found: Record<string, number> = {};
    for (let i = 0; i < atomCount(frame); i++) {
      const element = speciesAt(frame, i).split(':')[0]!;
      found[element] = (found[element] ?? 0) + 1;
      expect(domain[i]! < 0).toBe(element !== 'C');
    }
    expect(measured['atoms']!.value).toBe(found['C']);
    expect(found['H']! / found['C']!).toBeGreaterThan(0.9 * 0.12);
    expect(found['H']! / found['C']!).toBeLessThanOrEqual(0.12 + 0.5 / 900);
    expect(found['O']! / found['C']!).toBeGreaterThan(0.8 * 0.03);
    expect(found['O']! / found['C']!).toBeLessThanOrEqual(0.03 + 0.5 / 900);
    // hydrogens that found no room weigh a twelfth of a carbon each
    expect(Math.abs(densityOf(frame) / 1.1 - 1)).toBeLessThan(0.007);
    expect(neighborList(frame, 1.1).index.length).toBe(0);
  });

  it('carbons beside vacancies are strong and carry no hydrogen, whatever share is', () => {
    const recipe = { ...usual, defects: { vacancies: 0.005 }, atoms: 1000 };
    for (const edges of [{ strong: 0 }, { strong: 0, hydrogen: 0.14, explicit: true }]) {
      const { frame, defects, warnings } = buildHardCarbon({ ...recipe, edges });
      const bare = defects.besideVacancy;
      expect(warnings).toEqual([]);
      expect(bare.length).toBe(3 * 5);
      const strong = strongOf(frame);
      for (const i of bare) expect(speciesAt(frame, i)).toBe('C:vacancy');
      expect(counts(frame)['C:vacancy']).toBe(15);
      if (edges.hydrogen === undefined) expect(strong.length).toBe(0);
      const carbons = Object.entries(counts(frame)).reduce((sum, [name, n]) => sum + (name.startsWith('C') ? n : 0), 0);
      expect(Math.abs(carbons / 1000 - 1)).toBeLessThan(0.004);
      const { start, index } = neighborList(frame, 1.3);
      for (const i of bare)
        for (const j of index.subarray(start[i], start[i + 1])) expect(speciesAt(frame, j)).not.toBe('H');
    }
  });
});

describe('held atoms', () => {
  /** Held by the definition, from distances in bonds: two and more from edges, four and more from strained bonds. */
  function byDistance(frame: Frame): Uint8Array {
    const { start, rows } = neighborList(frame, 1.85);
    const strained = [...Array(atomCount(frame)).keys()].filter((i) => {
      for (let p = start[i]!; p < start[i + 1]!; p++) if (Math.abs(rows[4 * p + 3]! - 1.42) > 0.03) return true;
      return false;
    });
    const edge = bondsFrom(frame, edgesOf(frame));
    const defect = bondsFrom(frame, strained);
    return Uint8Array.from(edge, (steps, i) => (steps >= 2 && defect[i]! >= 4 ? 1 : 0));
  }
  const held = (frame: Frame) => heldAtoms(frame).reduce((sum, h) => sum + h, 0);

  it('are all of graphene, and of coronene the six in the middle', () => {
    expect(held(sheet)).toBe(atomCount(sheet));
    const flake = frameOf(coronene());
    const still = heldAtoms(flake);
    const middle = [...still.keys()].filter((i) => still[i]);
    expect(middle.length).toBe(6);
    for (const i of middle)
      expect(Math.hypot(flake.rows[4 * i]! - 20, flake.rows[4 * i + 1]! - 20)).toBeCloseTo(1.42, 6);
  });

  it('of a ribbon: all but the outermost two rows on either side', () => {
    const { frame, cells } = ribbonsFacing(6);
    // each row across has one atom per cell; edge carbons and those bonded to them are free
    expect(held(frame)).toBe(atomCount(frame) - 2 * 2 * 2 * cells);
  });

  it('around a Stone–Wales defect: none within three bonds of its six atoms', () => {
    const { frame } = turnBonds(sheet, 1, random('held'));
    const still = heldAtoms(frame);
    expect(still).toEqual(byDistance(frame));
    const free = [...still.keys()].filter((i) => !still[i]);
    expect(free.length).toBeGreaterThan(6 + 8 + 8);
    expect(free.length).toBeLessThan(60);
  });

  it('around a vacancy: all but the three bare carbons and the six bonded to them', () => {
    const { alive } = chooseVacancies(sheet, 1, random('held'));
    const frame = selectAtoms(sheet, (i) => alive[i] === 1);
    expect(held(frame)).toBe(atomCount(frame) - 9);
  });

  it('of a built carbon with bridges, vacancies, turned bonds and bent sheets: exactly those the distances say', () => {
    const { frame } = buildHardCarbon({
      ...{ la: 20, lc: 7.5, d002: 3.7, density: 1.2, atoms: 1200, seed: 5, edges: { strong: 0.15 }, route: 'grains' },
      ...{ crossLinks: 0.5, curvatureRadius: 30, defects: { vacancies: 0.003, stoneWales: 0.002 } },
    });
    const still = heldAtoms(frame);
    expect(still).toEqual(byDistance(frame));
    const share = still.reduce((sum, h) => sum + h, 0) / still.length;
    expect(share).toBeGreaterThan(0.2);
    expect(share).toBeLessThan(0.7);
  });
});
