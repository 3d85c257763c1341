import { describe, expect, it } from 'vitest';
import { orthorhombicCell } from '../../src/core/cell.ts';
import { atomCount, type Frame } from '../../src/core/frame.ts';
import { type NeighborList, neighborList } from '../../src/core/neighbors.ts';
import { evaluate } from '../../src/model/evaluate.ts';
import { excludedEntries } from '../../src/model/exclusion.ts';
import type { BondExclusion, Model } from '../../src/model/model.ts';
import { graphene, graphite } from '../../src/structure/crystal.ts';
import { shippedModel } from '../conformance/models.ts';

interface Listed {
  readonly list: NeighborList;
  readonly excluded: Uint8Array;
}

function listed(frame: Frame, exclusion: BondExclusion, cutoff: number, takesPart = [true]): Listed {
  const kind = Int32Array.from({ length: atomCount(frame) }, (_, i) => frame.rows[4 * i + 3]!);
  const list = neighborList(frame, cutoff);
  return { list, excluded: excludedEntries(exclusion, kind, takesPart, list) };
}

/** Distances of the excluded neighbours of atom i, sorted, to 0.01 Å. */
const distances = ({ list, excluded }: Listed, i = 0, which = 1): number[] =>
  [...list.index.keys()]
    .filter((e) => e >= list.start[i]! && e < list.start[i + 1]! && excluded[e] === which)
    .map((e) => Math.round(100 * list.rows[4 * e + 3]!) / 100)
    .sort((a, b) => a - b);

/** n atoms in a row along x, 1.4 Å apart, in a box whose length is `length` */
const chain = (n: number, length: number, periodic = true): Frame => ({
  cell: orthorhombicCell(length, 30, 30, [periodic, true, true]),
  species: ['C'],
  rows: Float64Array.from(Array.from({ length: n }, (_, i) => [1.4 * i, 0, 0, 0]).flat()),
});

describe('pairs joined by bonds', () => {
  it.each([1, 2, 3, 4])('%i bonds along a chain', (bonds) => {
    const found = listed(chain(9, 60), { bonds, length: 1.9 }, 12);
    // atom 4 is in the middle: both sides
    const reach = Array.from({ length: bonds }, (_, k) => Math.round(140 * (k + 1)) / 100).flatMap((r) => [r, r]);
    expect(distances(found, 4)).toEqual(reach);
    expect(distances(found, 0)).toEqual(reach.filter((_, k) => k % 2 === 0));
  });

  it('shells of graphene: 3 at 1.42, 6 at 2.46, 3 at 2.84 and 6 at 3.76 Å', () => {
    const shells = [1.42, 2.46, 2.84, 3.76];
    const counts = (bonds: number): number[] => {
      const found = distances(listed(graphene(5, 3, 30), { bonds, length: 1.9 }, 10));
      expect(found.every((r) => shells.includes(r))).toBe(true);
      return shells.map((shell) => found.filter((r) => r === shell).length);
    };
    expect([1, 2, 3].map(counts)).toEqual([
      [3, 0, 0, 0],
      [3, 6, 0, 0],
      [3, 6, 3, 6],
    ]);
  });

  it('images one by one: a cell smaller than the cutoff excludes what a large one does', () => {
    const small = listed(graphite(1, 1, 2), { bonds: 3, length: 1.9 }, 10);
    const large = listed(graphite(5, 3, 4), { bonds: 3, length: 1.9 }, 10);
    expect(distances(small)).toEqual(distances(large));
    expect(distances(small, 0, 0)).toEqual(distances(large, 0, 0));
    // one atom that is its own neighbour on both sides
    expect(distances(listed(chain(1, 1.4), { bonds: 3, length: 1.9 }, 7))).toEqual([1.4, 1.4, 2.8, 2.8, 4.2, 4.2]);
  });

  it('atoms of other species neither bond nor join', () => {
    const frame = chain(5, 40);
    const rows = frame.rows.slice();
    rows[4 * 2 + 3] = 1;
    const found = listed({ ...frame, species: ['C', 'H'], rows }, { bonds: 4, length: 1.9 }, 12, [true, false]);
    expect(distances(found, 0)).toEqual([1.4]);
    expect(distances(found, 2)).toEqual([]);
    expect(distances(found, 4)).toEqual([1.4]);
  });
});

describe('fragments', () => {
  const fragment = { bonds: 'fragment', length: 1.9 } as const;

  it('two molecules: all pairs within, none between, none with images', () => {
    const one = chain(4, 12);
    const frame: Frame = {
      ...one,
      rows: Float64Array.from([...one.rows, ...one.rows].map((x, k) => (k >= 16 && k % 4 === 1 ? 3.4 : x))),
    };
    const { list, excluded } = listed(frame, fragment, 14);
    for (let i = 0; i < 8; i++) {
      for (let e = list.start[i]!; e < list.start[i + 1]!; e++) {
        const j = list.index[e]!;
        const direct = [0, 1, 2].every(
          (k) => Math.abs(frame.rows[4 * j + k]! - frame.rows[4 * i + k]! - list.rows[4 * e + k]!) < 1e-9,
        );
        expect(excluded[e]).toBe(direct && i < 4 === j < 4 ? 1 : 0);
      }
    }
  });

  it('a sheet is one with its images in its plane, and not with those above', () => {
    // AB graphite with two sheets per cell, 6.7 Å high: the next sheet of the same kind is an image
    const frame = graphite(2, 1, 2);
    const { list, excluded } = listed(frame, fragment, 16);
    for (let e = 0; e < list.index.length; e++) {
      expect(excluded[e]).toBe(Math.abs(list.rows[4 * e + 2]!) < 0.1 ? 1 : 0);
    }
  });

  it('a chain that closes around the cell is endless; a lone atom is bonded to nothing', () => {
    const ring = listed(chain(3, 4.2), fragment, 9);
    expect(ring.excluded.every((x) => x === 1)).toBe(true);
    const lone = listed(chain(1, 5), fragment, 12);
    expect(lone.list.index.length).toBeGreaterThan(0);
    expect(lone.excluded.every((x) => x === 0)).toBe(true);
  });
});

describe('in a pair term', () => {
  const carbon = shippedModel('carbon');
  const only = (exclusion: BondExclusion | null): Model => ({
    ...carbon,
    terms: carbon.terms.flatMap((term) => (term.form === 'pair' ? [{ ...term, exclusion }] : [])),
  });

  it('energy is the sum over what is left', () => {
    const frame = graphite(2, 2, 2);
    const { list, excluded } = listed(frame, { bonds: 3, length: 1.95 }, carbon.cutoff);
    const all = evaluate(only(null), frame).energy;
    const left = evaluate(only({ bonds: 3, length: 1.95 }), frame).energy;
    const bare = (r: number): number => 4 * 0.00284 * ((3.4 / r) ** 12 - (3.4 / r) ** 6);
    let shells = 0;
    for (let e = 0; e < excluded.length; e++) {
      const r = list.rows[4 * e + 3]!;
      const core = r > 2.7 ? 1 : r < 2.2 ? 0 : 1 - taperAt(r);
      if (excluded[e]) shells += 0.5 * core * bare(r);
    }
    expect(all - left).toBeCloseTo(shells, 6);
    expect(left).toBeLessThan(0);
  });
});

/** 1 at 2.2 Å, 0 at 2.7 Å */
function taperAt(r: number): number {
  const x = (r - 2.2) / 0.5;
  return 1 - x ** 3 * (10 - 15 * x + 6 * x * x);
}
