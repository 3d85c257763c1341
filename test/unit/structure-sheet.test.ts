import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../src/core/random.ts';
import { drawSheets, turbostraticDomain } from '../../src/structure/domain.ts';
import { arealDensity, equivalentDiameter, type Flake, grapheneDisc, pruneFlakes } from '../../src/structure/sheet.ts';
import { sheetCount } from '../../src/structure/stacks.ts';

const atomsOf = (flake: Flake) => flake.xy.length / 2;
const bondsAt = (flake: Flake, i: number) => [0, 1, 2].map((b) => flake.bonds[3 * i + b]!).filter((j) => j >= 0);

/** Discs of one diameter, cut at many random centres. */
function discs(diameter: number, count: number): Flake[] {
  const random = new RandomStream('discs');
  return Array.from({ length: count }, () => grapheneDisc(diameter, [random.uniform(), random.uniform()]));
}

describe('graphene disc', () => {
  it('has the areal density of graphene, 0.3818 atoms per Å²', () => {
    expect(arealDensity).toBeCloseTo(0.3818, 4);
    for (const diameter of [25, 40, 60]) {
      const all = discs(diameter, 40);
      const mean = all.reduce((sum, flake) => sum + atomsOf(flake), 0) / all.length;
      // pruning takes a few rim atoms: the effective disc is narrower by less than 0.5 Å, whatever its size
      expect(diameter - equivalentDiameter(mean)).toBeGreaterThan(0);
      expect(diameter - equivalentDiameter(mean)).toBeLessThan(0.5);
    }
  });

  it('keeps every carbon on two or three bonds of 1.42 Å, within the disc', () => {
    for (const flake of discs(18, 20)) {
      for (let i = 0; i < atomsOf(flake); i++) {
        const bonded = bondsAt(flake, i);
        expect(bonded.length).toBeGreaterThanOrEqual(2);
        expect(Math.hypot(flake.xy[2 * i]!, flake.xy[2 * i + 1]!)).toBeLessThanOrEqual(9);
        for (const j of bonded) {
          const r = Math.hypot(flake.xy[2 * i]! - flake.xy[2 * j]!, flake.xy[2 * i + 1]! - flake.xy[2 * j + 1]!);
          expect(r).toBeCloseTo(1.42, 9);
          expect(bondsAt(flake, j)).toContain(i);
        }
      }
    }
  });

  it('has the edge share of a disc: √3 a = 4.26 Å / La if all zigzag, 6a/π = 4.70 Å / La averaged over directions', () => {
    // a straight zigzag edge has 1/a edge atoms per length, a chiral one 2/(√3 a)·cos(angle to armchair); mean × 3/π
    const a = 1.42 * Math.sqrt(3);
    for (const diameter of [25, 40, 60]) {
      const all = discs(diameter, 40);
      let edge = 0;
      let atoms = 0;
      for (const flake of all) {
        for (let i = 0; i < atomsOf(flake); i++) if (bondsAt(flake, i).length < 3) edge++;
        atoms += atomsOf(flake);
      }
      const la = equivalentDiameter(atoms / all.length);
      expect((edge / atoms) * la).toBeGreaterThan(0.98 * 4.26);
      expect((edge / atoms) * la).toBeLessThan(1.12 * 4.26);
      expect(((edge / atoms) * la) / ((6 * a) / Math.PI)).toBeCloseTo(1, 1);
    }
  });
});

describe('pruning', () => {
  // benzene 0–5 with a tail 6–7 on atom 0, and a lone dimer 8–9, all on one sheet; benzene 10–15 on another
  const bonds = new Int32Array(3 * 16).fill(-1);
  const join = (i: number, j: number) => {
    for (const [p, q] of [
      [i, j],
      [j, i],
    ] as const) {
      const slot = [0, 1, 2].find((b) => bonds[3 * p + b]! < 0)!;
      bonds[3 * p + slot] = q;
    }
  };
  for (let i = 0; i < 6; i++) {
    join(i, (i + 1) % 6);
    join(10 + i, 10 + ((i + 1) % 6));
  }
  join(0, 6);
  join(6, 7);
  join(8, 9);
  const sheet = Int32Array.from({ length: 16 }, (_, i) => (i < 10 ? 0 : 1));

  it('takes tails and fragments, and leaves rings', () => {
    const alive = new Uint8Array(16).fill(1);
    pruneFlakes(bonds, sheet, alive);
    expect([...alive.keys()].filter((i) => alive[i])).toEqual([0, 1, 2, 3, 4, 5, 10, 11, 12, 13, 14, 15]);
  });

  it('takes a ring that lost an atom as a whole', () => {
    const alive = new Uint8Array(16).fill(1);
    alive[12] = 0;
    pruneFlakes(bonds, sheet, alive);
    expect([...alive.keys()].filter((i) => alive[i])).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('keeps the largest piece of a sheet only', () => {
    const alive = new Uint8Array(16).fill(1);
    pruneFlakes(bonds, new Int32Array(16), alive);
    expect(alive.reduce((sum, a) => sum + a, 0)).toBe(6);
  });
});

describe('turbostratic domain', () => {
  it('stacks round(lc / d002) sheets, at least one, d002 apart and centred', () => {
    expect(sheetCount(11, 3.75)).toBe(3);
    expect(sheetCount(1, 3.75)).toBe(1);
    const { body, sheet } = turbostraticDomain(20, 3.6, drawSheets(4, new RandomStream(1)));
    for (let i = 0; i < sheet.length; i++) expect(body[3 * i + 2]).toBeCloseTo(3.6 * (sheet[i]! - 1.5), 12);
  });

  it('turns and shifts every sheet against the others', () => {
    const draws = drawSheets(3, new RandomStream(2));
    expect(new Set(draws.map((draw) => draw.turn)).size).toBe(3);
    expect(new Set(draws.map((draw) => draw.offset.join())).size).toBe(3);
  });
});
