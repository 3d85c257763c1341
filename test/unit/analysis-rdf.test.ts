import { describe, expect, it } from 'vitest';
import { guestGuestRdf, guestHostRdf, pairRdfs } from '../../src/analysis/rdf.ts';
import { cellFromMatrix, cubicCell, orthorhombicCell } from '../../src/core/cell.ts';
import type { Frame } from '../../src/core/frame.ts';

const a = 4.23;

function bcc(repeats: number): Frame {
  const rows: number[] = [];
  for (let i = 0; i < repeats; i++)
    for (let j = 0; j < repeats; j++)
      for (let k = 0; k < repeats; k++)
        rows.push(i * a, j * a, k * a, 0, (i + 0.5) * a, (j + 0.5) * a, (k + 0.5) * a, 0);
  return { cell: cubicCell(repeats * a), species: ['Na'], rows: Float64Array.from(rows) };
}

const neighborsWithin = (rdf: { r: readonly number[]; neighbors: readonly number[] }, r: number): number =>
  rdf.neighbors[rdf.r.findLastIndex((x) => x < r)]!;

describe('guestGuestRdf', () => {
  it('counts 8 and 6 neighbours in the first shells of bcc, then 12', () => {
    const rdf = guestGuestRdf([{ host: bcc(1), snapshots: [bcc(3)] }])!;
    const nn = (Math.sqrt(3) / 2) * a;
    expect(neighborsWithin(rdf, nn - 0.2)).toBe(0);
    expect(neighborsWithin(rdf, (nn + a) / 2)).toBeCloseTo(8, 9);
    expect(neighborsWithin(rdf, (a + Math.SQRT2 * a) / 2)).toBeCloseTo(14, 9);
    expect(neighborsWithin(rdf, Math.SQRT2 * a + 0.3)).toBeCloseTo(26, 9);
    expect(rdf.error.every((e) => e === null)).toBe(true);
  });

  it('puts the height of a shell where its definition puts it', () => {
    const { r, g } = guestGuestRdf([{ host: bcc(1), snapshots: [bcc(3)] }])!;
    const k = r.findIndex((x) => Math.abs(x - (Math.sqrt(3) / 2) * a) < 0.05);
    const shell = ((4 * Math.PI) / 3) * ((r[k]! + 0.05) ** 3 - (r[k]! - 0.05) ** 3);
    expect(g[k]).toBeCloseTo((8 * (3 * a) ** 3) / (53 * shell), 9);
  });

  it('needs two guests and a periodic cell', () => {
    const one: Frame = { cell: cubicCell(20), species: ['Na'], rows: Float64Array.of(0, 0, 0, 0) };
    expect(guestGuestRdf([{ host: bcc(1), snapshots: [one] }])).toBeUndefined();
    const open: Frame = { ...one, cell: orthorhombicCell(20, 20, 20, [true, true, false]), rows: new Float64Array(8) };
    expect(() => guestGuestRdf([{ host: open, snapshots: [open] }])).toThrow('must be periodic');
  });
});

describe('guestHostRdf', () => {
  it('counts the four carbons around an interstitial', () => {
    // one guest in the middle of each bcc cell face has 2 + 4 host atoms at a/2 and a/√2
    const guest: Frame = { cell: cubicCell(3 * a), species: ['Na'], rows: Float64Array.of(a / 2, a / 2, 0, 0) };
    const rdf = guestHostRdf([{ host: bcc(3), snapshots: [guest, guest] }])!;
    expect(neighborsWithin(rdf, 0.6 * a)).toBeCloseTo(2, 9);
    expect(neighborsWithin(rdf, 0.8 * a)).toBeCloseTo(6, 9);
    expect(rdf.error.every((e) => e === 0)).toBe(true);
  });
});

describe('pairRdfs', () => {
  it('agrees with the guests of a snapshot, typed or not, wrapped or not', () => {
    const frame = bcc(3);
    const [like] = pairRdfs([frame]);
    const { pair, ...rdf } = like!;
    expect(pair).toEqual(['Na', 'Na']);
    expect(rdf.r).toEqual(guestGuestRdf([{ host: frame, snapshots: [frame] }])!.r);
    rdf.g.forEach((g, k) => {
      expect(g).toBeCloseTo(guestGuestRdf([{ host: frame, snapshots: [frame] }])!.g[k]!, 9);
    });
    const typed: Frame = {
      ...frame,
      species: ['Na:a', 'Na:b'],
      rows: frame.rows.map((x, k) => (k % 4 === 3 ? (k >> 2) % 2 : x + (k % 8 === 0 ? 3 * a : 0))),
    };
    expect(neighborsWithin(pairRdfs([typed])[0]!, (a + Math.SQRT2 * a) / 2)).toBeCloseTo(14, 9);
  });

  it('counts unlike neighbours of a salt structure in a sheared cell that is shorter than the range', () => {
    // CsCl: eight unlike neighbours at √3/2 a, six like ones at a; b shifted by a whole a is the same crystal
    const salt: Frame = {
      cell: cellFromMatrix([a, 0, 0, a, a, 0, 0, -a, a]),
      species: ['Na', 'K'],
      rows: Float64Array.of(0, 0, 0, 0, a / 2, a / 2, a / 2, 1),
    };
    const rdfs = pairRdfs([salt]);
    // one atom of an element is no pair of its own kind: N − 1 = 0 partners
    expect(rdfs.map(({ pair }) => pair.join('-'))).toEqual(['Na-K']);
    expect(neighborsWithin(rdfs[0]!, a)).toBeCloseTo(8, 9);
    expect(neighborsWithin(rdfs[0]!, 1.8 * a)).toBeCloseTo(8 + 24, 9);
  });
});
