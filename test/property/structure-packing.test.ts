import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../src/core/random.ts';
import { carve, orderSites, uncutDiscs } from '../../src/structure/carve.ts';
import { emptyPairList, findPairs, pairDistance } from '../../src/structure/contacts.ts';
import { drawSheets, turbostraticDomain } from '../../src/structure/domain.ts';
import { overlapForces } from '../../src/structure/overlap.ts';
import { joinDomains, type Packing, placeAll, rescale } from '../../src/structure/packing.ts';
import { relax } from '../../src/structure/relax.ts';
import { scatter } from '../../src/structure/scatter.ts';

const range = 3.3;
const seeds = fc.integer({ min: 0, max: 1e6 });
const runs = { numRuns: 25, seed: 7 };

/** Three small domains thrown into a box too small for them. */
function crowd(seed: number, edge = 20): Packing {
  const random = new RandomStream(seed);
  const p = joinDomains(
    [2, 1, 3].map((sheets) => turbostraticDomain(12, 3.5, drawSheets(sheets, random))),
    edge,
  );
  for (let d = 0; d < 3; d++) {
    p.pose.turn.set(random.quaternion(), 4 * d);
    for (let k = 0; k < 3; k++) p.pose.centre[3 * d + k] = edge * (3 * random.uniform() - 1);
  }
  placeAll(p);
  return p;
}

/** Contacts by trying all pairs and all images: the slow truth. */
function contacts(p: Packing, reach: number): string[] {
  const { edge } = p.pose;
  const found: string[] = [];
  const n = p.domain.length;
  for (let i = 0; i < n; i++) {
    for (let j = i; j < n; j++) {
      const raw = [0, 1, 2].map((k) => p.place[3 * j + k]! - p.place[3 * i + k]!);
      const folded = raw.map((x) => x - edge * Math.round(x / edge));
      const sameImage = p.domain[i] === p.domain[j] && raw.every((x, k) => Math.abs(x - folded[k]!) < 1e-9);
      if (!sameImage && Math.hypot(...folded) < reach) found.push(`${i}-${j}`);
    }
  }
  return found.sort();
}

function overlapEnergy(p: Packing): number {
  placeAll(p);
  const list = emptyPairList(p.domain.length);
  findPairs(p, range, list);
  let energy = 0;
  for (let k = 0; k < list.count; k++) energy += (1 - pairDistance(p, list.i[k]!, list.j[k]!) / range) ** 2;
  return energy;
}

describe('contacts', () => {
  it('are those found by trying all pairs, wherever domains are', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const p = crowd(seed);
        const list = emptyPairList(p.domain.length);
        findPairs(p, 3, list);
        const found = Array.from({ length: list.count }, (_, k) => {
          const [i, j] = [list.i[k]!, list.j[k]!];
          return `${Math.min(i, j)}-${Math.max(i, j)}`;
        });
        expect(found.sort()).toEqual(contacts(p, 3));
      }),
      runs,
    );
  });
});

describe('overlap energy', () => {
  it('force = −dU/dcentre and torque = −dU/dangle', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 0, max: 2 }), fc.integer({ min: 0, max: 2 }), (seed, d, axis) => {
        const p = crowd(seed);
        const list = emptyPairList(p.domain.length);
        findPairs(p, range, list);
        const force = new Float64Array(18);
        overlapForces(p, range, list, force);
        const h = 1e-5;
        const { centre, turn } = p.pose;

        const moved = (by: number) => {
          const before = centre[3 * d + axis]!;
          centre[3 * d + axis] = before + by;
          const energy = overlapEnergy(p);
          centre[3 * d + axis] = before;
          return energy;
        };
        expect(force[6 * d + axis]).toBeCloseTo((moved(-h) - moved(h)) / (2 * h), 4);

        const turned = (angle: number) => {
          const [w, x, y, z] = turn.slice(4 * d, 4 * d + 4) as unknown as [number, number, number, number];
          const [a, b, c] = [0, 1, 2].map((k) => (k === axis ? Math.sin(angle / 2) : 0)) as [number, number, number];
          const e = Math.cos(angle / 2);
          // (e, a, b, c) ⊗ (w, x, y, z): a turn in the axes of the box after the turn of the domain
          turn.set([e * w - a * x - b * y - c * z, e * x + a * w + b * z - c * y], 4 * d);
          turn.set([e * y - a * z + b * w + c * x, e * z + a * y - b * x + c * w], 4 * d + 2);
          const energy = overlapEnergy(p);
          turn.set([w, x, y, z], 4 * d);
          return energy;
        };
        expect(force[6 * d + 3 + axis]).toBeCloseTo((turned(-h) - turned(h)) / (2 * h), 3);
      }),
      runs,
    );
  });

  it('falls when domains relax, and is zero when relax says they are apart', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const p = crowd(seed, 30);
        const before = overlapEnergy(p);
        const nearest = relax(p, { range, clear: range, iterations: 200, turning: true });
        expect(overlapEnergy(p)).toBeLessThanOrEqual(before);
        if (nearest >= range) expect(contacts(p, range)).toEqual([]);
      }),
      runs,
    );
  });
});

describe('carving', () => {
  it('leaves no contact, no loose carbon and one piece per sheet, however domains overlap', () => {
    fc.assert(
      fc.property(seeds, fc.double({ min: 2.6, max: 3.3, noNaN: true }), (seed, gap) => {
        const sites = crowd(seed);
        const { atoms, trimmed } = carve(sites, orderSites(sites), gap, sites.domain.length);
        expect(contacts(atoms, gap)).toEqual([]);
        expect(trimmed).toBeCloseTo(1 - atoms.domain.length / sites.domain.length, 12);
        const { bonds, sheet } = atoms;
        const pieces = new Map<number, number>();
        const seen = new Uint8Array(sheet.length);
        for (let i = 0; i < sheet.length; i++) {
          expect([0, 1, 2].filter((b) => bonds[3 * i + b]! >= 0).length).toBeGreaterThanOrEqual(2);
          if (seen[i]) continue;
          pieces.set(sheet[i]!, (pieces.get(sheet[i]!) ?? 0) + 1);
          for (const queue = [i]; queue.length > 0; ) {
            const a = queue.pop()!;
            if (seen[a]) continue;
            seen[a] = 1;
            for (const b of bonds.subarray(3 * a, 3 * a + 3)) if (b >= 0) queue.push(b);
          }
        }
        expect([...pieces.values()].every((count) => count === 1)).toBe(true);
      }),
      runs,
    );
  });

  it('meets the number of atoms wanted within one ring of sites, where there is room', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 80, max: 150 }), (seed, wanted) => {
        const sites = crowd(seed, 60);
        const { atoms, radius } = uncutDiscs(sites, wanted);
        expect(atoms.domain.length).toBeGreaterThanOrEqual(wanted);
        expect(atoms.domain.length).toBeLessThan(wanted + 12);
        expect(radius).toBeLessThan(6.1);
      }),
      runs,
    );
  });
});

describe('scattering', () => {
  it('leaves every domain in one piece and none near another, also where the box must grow', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const p = crowd(seed);
        rescale(p.pose, 16);
        scatter(p, range, new RandomStream(seed));
        expect(contacts(p, range).filter((pair) => domainsDiffer(p, pair))).toEqual([]);
        for (let k = 0; k < p.bonds.length; k++) {
          const j = p.bonds[k]!;
          if (j < 0) continue;
          const i = Math.floor(k / 3);
          const d = [0, 1, 2].map((axis) => p.place[3 * i + axis]! - p.place[3 * j + axis]!);
          expect(Math.hypot(...d)).toBeCloseTo(1.42, 9);
        }
      }),
      runs,
    );
  });
});

function domainsDiffer(p: Packing, pair: string): boolean {
  const [i, j] = pair.split('-').map(Number) as [number, number];
  return p.domain[i] !== p.domain[j];
}
