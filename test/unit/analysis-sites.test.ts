import { describe, expect, it } from 'vitest';
import { nearby } from '../../src/analysis/near.ts';
import { classifyGuests, siteCounts, siteRule } from '../../src/analysis/sites.ts';
import { type Cell, orthorhombicCell } from '../../src/core/cell.ts';
import type { Frame } from '../../src/core/frame.ts';
import { capacityPerGuest } from '../../src/core/units.ts';

const a = 2.46;
const b = a * Math.sqrt(3);
const cell: Cell = orthorhombicCell(8 * a, 5 * b, 40);

/** Graphene in the rectangular cell, shifted in the plane, at height z; `site` gives the type of each carbon. */
function sheet(z: number, shift = 0, site: (x: number, y: number) => number = () => 0): number[] {
  const rows: number[] = [];
  for (let i = 0; i < 8; i++) {
    for (let j = 0; j < 5; j++) {
      for (const [u, v] of [
        [0, 0],
        [0, 1 / 3],
        [0.5, 0.5],
        [0.5, 5 / 6],
      ] as const) {
        const [x, y] = [(i + u) * a, (j + v) * b + shift];
        rows.push(x, y, z, site(x, y));
      }
    }
  }
  return rows;
}

const host = (rows: number[]): Frame => ({ cell, species: ['C:basal', 'C:zigzag'], rows: Float64Array.from(rows) });
const guests = (xyz: number[][]): Frame => ({
  cell,
  species: ['Na'],
  rows: Float64Array.from(xyz.flatMap(([x, y, z]) => [x!, y!, z!, 0])),
});
const rule = siteRule(4.95);
const classify = (g: Frame, h: Frame) => classifyGuests(g, h, nearby(h, 4), rule);
const hollow = (i: number, j: number): [number, number] => [i * a, (j + 2 / 3) * b];

describe('classifyGuests', () => {
  it('calls a guest above one sheet a surface guest, for lithium, sodium and potassium heights', () => {
    const h = host(sheet(10));
    for (const height of [1.75, 2.3, 2.8])
      expect(classify(guests([[...hollow(3, 2), 10 + height]]), h)).toEqual(['surface']);
  });

  it('calls the middle of a gallery interlayer in every stacking, and a wall of a wide slit not', () => {
    for (const spacing of [3.7, 4.21, 5.3]) {
      for (const shift of [0, b / 3, (2 * b) / 3, 0.4]) {
        const h = host([...sheet(10), ...sheet(10 + spacing, shift)]);
        expect(classify(guests([[...hollow(3, 2), 10 + spacing / 2]]), h)).toEqual(['interlayer']);
      }
    }
    const slit = host([...sheet(10), ...sheet(17)]);
    expect(classify(guests([[...hollow(3, 2), 12.3]]), slit)).toEqual(['surface']);
  });

  it('calls a guest an edge guest when its nearest carbon is an edge, even in a gallery', () => {
    const edgeRow = (x: number): number => (x < 2 * a ? 1 : 0);
    const h = host([...sheet(10, 0, edgeRow), ...sheet(14.2, 0, edgeRow)]);
    expect(
      classify(
        guests([
          [...hollow(0, 2), 12.1],
          [...hollow(5, 2), 12.1],
        ]),
        h,
      ),
    ).toEqual(['edge', 'interlayer']);
  });

  it('calls metal pore, also at the wall, but not a single layer', () => {
    const metal: number[][] = [];
    // bcc (110) layers, lattice constant 4.23 Å: rectangular cell 4.23 × 5.98, two atoms, layers 2.99 apart
    for (let layer = 0; layer < 4; layer++) {
      for (let i = 0; i < 4; i++) {
        for (let j = 0; j < 3; j++) {
          const shift = layer % 2 === 0 ? 0 : 5.982 / 2;
          metal.push(
            [i * 4.23, j * 5.982 + shift, 12.9 + 2.991 * layer],
            [(i + 0.5) * 4.23, (j + 0.5) * 5.982 + shift, 12.9 + 2.991 * layer],
          );
        }
      }
    }
    const h = host(sheet(10));
    const thick = classify(guests(metal), h);
    const interior = metal
      .map(([x, y], i) => ({ i, inside: x! > 3 && x! < 13 && y! > 5 && y! < 14 }))
      .filter((m) => m.inside);
    expect(new Set(interior.map(({ i }) => thick[i]))).toEqual(new Set(['pore']));
    const edgy = classify(guests(metal), host(sheet(10, 0, () => 1)));
    expect(new Set(interior.map(({ i }) => edgy[i]))).toEqual(new Set(['pore']));
    const single = classify(guests(metal.slice(0, 24)), h);
    expect(new Set(single)).toEqual(new Set(['surface']));
  });

  it('calls a guest far from any carbon pore', () => {
    expect(classify(guests([[3, 3, 25]]), host(sheet(10)))).toEqual(['pore']);
  });
});

describe('siteCounts', () => {
  it('averages classes over snapshots and turns them into capacity', () => {
    const h = host([...sheet(10), ...sheet(14.2)]);
    const mass = 320 * 12.011;
    const on: number[] = [...hollow(3, 2), 16.6];
    const between: number[] = [...hollow(3, 2), 12.1];
    const point = {
      branch: 'discharge' as const,
      voltage: 0.1,
      counts: Float64Array.of(1, 2),
      energies: Float64Array.of(0, 0),
      moves: {},
      snapshots: [guests([between]), guests([between, on])],
    };
    const [at] = siteCounts([{ replica: 0, host: h, guest: 'Na', temperature: 300, points: [point] }], rule);
    expect(at!.counts.interlayer).toEqual({ value: 1, error: 0, unit: '1' });
    expect(at!.counts.surface).toEqual({ value: 0.5, error: 0.5, unit: '1' });
    expect(at!.counts.edge.value).toBe(0);
    expect(at!.capacities.surface.value).toBeCloseTo((0.5 * capacityPerGuest) / mass, 9);
    expect(
      siteCounts([{ replica: 0, host: h, guest: 'Na', temperature: 300, points: [{ ...point, snapshots: [] }] }], rule),
    ).toEqual([]);
  });
});
