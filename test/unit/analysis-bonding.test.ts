import { describe, expect, it } from 'vitest';
import { measureBonding } from '../../src/analysis/bonding.ts';
import type { Instrument } from '../../src/analysis/described.ts';
import { cubicCell, orthorhombicCell } from '../../src/core/cell.ts';
import type { Frame } from '../../src/core/frame.ts';
import { bcc, graphene, graphite } from '../../src/structure/crystal.ts';
import { typeCarbons } from '../../src/structure/edges.ts';
import { buildHardCarbon } from '../../src/structure/hard-carbon.ts';
import { grapheneDisc } from '../../src/structure/sheet.ts';

const open = [false, false, false] as const;

function frameOf(
  positions: readonly (readonly number[])[],
  cell = orthorhombicCell(60, 60, 60, open),
  name = 'C',
): Frame {
  return { cell, species: [name], rows: Float64Array.from(positions.flatMap(([x, y, z]) => [x!, y!, z!, 0])) };
}

const valuesOf = (frame: Frame): Record<string, number> => numbers(measureBonding(frame));
const numbers = ({ values }: Instrument): Record<string, number> =>
  Object.fromEntries(Object.entries(values).map(([key, { value }]) => [key, value]));
/** [7] rings of 3 to 9 atoms in the whole structure. */
const ringsOf = (frame: Frame): number[] =>
  measureBonding(frame).curves.rings!['rings per carbon (1)']!.map((perCarbon) =>
    Number(((perCarbon * frame.rows.length) / 4).toFixed(9)),
  );

/** The corners of a truncated icosahedron, bonds of 1.43 Å. */
function c60(): Frame {
  const g = (1 + Math.sqrt(5)) / 2;
  const corners = [
    [0, 1, 3 * g],
    [1, 2 + g, 2 * g],
    [g, 2, 2 * g + 1],
  ];
  const points = new Map<string, number[]>();
  for (const corner of corners) {
    for (let turn = 0; turn < 3; turn++) {
      for (let signs = 0; signs < 8; signs++) {
        const point = [0, 1, 2].map((k) => {
          const x = 0.715 * corner[(k + turn) % 3]!;
          return (signs >> k) & 1 && x !== 0 ? -x : x;
        });
        points.set(point.map((x) => x.toFixed(6)).join(), point);
      }
    }
  }
  return frameOf([...points.values()]);
}

/** The 24 carbons of coronene: those within 4 Å of the middle of a hexagon. */
function coronene(): Frame {
  const sheet = graphene(6, 4, 20);
  const middle = [2 * 2.459512147 + 2.459512147 / 2, 4.26 + 1.42 * 2.5 + 0];
  const points: number[][] = [];
  for (let k = 0; k < sheet.rows.length; k += 4) {
    const [x, y] = [sheet.rows[k]! - middle[0]!, sheet.rows[k + 1]! - middle[1]!];
    if (Math.hypot(x, y) < 4) points.push([x, y, 0]);
  }
  return frameOf(points);
}

/** A Stone–Wales defect: one bond of graphene turned by a right angle. */
function stoneWales(): Frame {
  const sheet = graphene(8, 5, 15);
  const rows = sheet.rows.slice();
  // the bond along y between the second and the third atom of a cell in the middle
  const [i, j] = [4 * (4 * (4 * 5 + 2) + 1), 4 * (4 * (4 * 5 + 2) + 2)];
  const middle = (rows[i + 1]! + rows[j + 1]!) / 2;
  rows[i] = rows[i]! - 0.71;
  rows[j] = rows[j]! + 0.71;
  rows[i + 1] = middle;
  rows[j + 1] = middle;
  return { ...sheet, rows };
}

/** Graphene cut open along x or y. */
function ribbon(nx: number, ny: number, cut: 'x' | 'y'): Frame {
  const sheet = graphene(nx, ny, 15);
  const [lx, ly, lz] = [sheet.cell.matrix[0]!, sheet.cell.matrix[4]!, sheet.cell.matrix[8]!];
  return { ...sheet, cell: orthorhombicCell(cut === 'x' ? lx + 10 : lx, cut === 'y' ? ly + 10 : ly, lz) };
}

describe('bonding of crystals and molecules', () => {
  it.each([
    ['graphene', graphene(8, 5, 15), 1],
    ['graphene from its smallest cell', graphene(1, 1, 15), 1],
    ['graphite', graphite(6, 4, 4), 4],
    ['graphite from its smallest cell', graphite(1, 1, 2), 2],
  ] as const)('%s: all sp², one six-ring for two atoms, no end', (_name, frame, sheets) => {
    const got = measureBonding(frame);
    expect(numbers(got)).toMatchObject({
      sp2Share: 1,
      spShare: 0,
      sp3Share: 0,
      edgeShare: 0,
      graphiticShare: 1,
      ringShare6: 1,
      fragments: sheets,
    });
    expect(got.values.sixRingsPerCarbon!.value).toBeCloseTo(0.5, 9);
    expect(got.values.bondLength!.value).toBeCloseTo(1.42, 6);
    expect(got.values.bondLengthSpread!.value).toBeCloseTo(0, 5);
    expect(got.values.bondAngle!.value).toBeCloseTo(120, 6);
    expect(got.values.laFromEdges).toBeUndefined();
    expect(got.values.fragmentDiameter).toBeUndefined();
    expect(got.notes.join()).toContain('endless');
    expect(got.notes.join()).toContain('no edge carbons');
    // nothing but six-rings: those of eight and more atoms have shortcuts
    expect(ringsOf(frame)).toEqual([0, 0, 0, frame.rows.length / 8, 0, 0, 0]);
  });

  it('diamond: all sp³, two six-rings per atom (every atom in twelve), tetrahedral angles', () => {
    const a = 3.567;
    const fcc = [
      [0, 0, 0],
      [0, 0.5, 0.5],
      [0.5, 0, 0.5],
      [0.5, 0.5, 0],
    ];
    const cell = [...fcc, ...fcc.map((p) => p.map((x) => x + 0.25))].map((p) => p.map((x) => a * x));
    const frame = frameOf(cell, cubicCell(a));
    const got = measureBonding(frame);
    expect(numbers(got)).toMatchObject({ sp3Share: 1, sp2Share: 0, edgeShare: 0, graphiticShare: 0, ringShare6: 1 });
    expect(got.values.sixRingsPerCarbon!.value).toBeCloseTo(2, 9);
    expect(got.values.bondAngle!.value).toBeCloseTo(109.4712, 3);
    expect(got.values.bondLength!.value).toBeCloseTo((a * Math.sqrt(3)) / 4, 9);
    expect(ringsOf(frame)).toEqual([0, 0, 0, 16, 0, 0, 0]);
  });

  it('C60: twelve five-rings and twenty six-rings, one piece', () => {
    const frame = c60();
    expect(frame.rows.length / 4).toBe(60);
    expect(ringsOf(frame)).toEqual([0, 0, 12, 20, 0, 0, 0]);
    const got = valuesOf(frame);
    expect(got).toMatchObject({ sp2Share: 1, edgeShare: 0, graphiticShare: 0, fragments: 1 });
    expect(got.ringShare5).toBeCloseTo(12 / 32, 9);
  });

  it('coronene: 12 edge carbons in six armchair pairs, seven six-rings, La of a disc', () => {
    const frame = coronene();
    const got = valuesOf(frame);
    expect(frame.rows.length / 4).toBe(24);
    expect(ringsOf(frame)).toEqual([0, 0, 0, 7, 0, 0, 0]);
    expect(got).toMatchObject({ sp2Share: 1, edgeShare: 0.5, armchairShare: 1, zigzagShare: 0, graphiticShare: 0.25 });
    expect(got.laFromEdges).toBeCloseTo(9.4, 1);
    expect(got.fragmentDiameter).toBeCloseTo(2 * Math.sqrt((24 * 2.62) / Math.PI), 9);
  });

  it('a Stone–Wales defect: two five-rings and two seven-rings in place of four six-rings', () => {
    const frame = stoneWales();
    expect(ringsOf(frame)).toEqual([0, 0, 2, frame.rows.length / 8 - 4, 2, 0, 0]);
    expect(valuesOf(frame).sp2Share).toBe(1);
  });

  it('a chain: sp, without rings', () => {
    const chain = Array.from({ length: 12 }, (_, i) => [1.29 * i, 0, 0]);
    const got = measureBonding(frameOf(chain, orthorhombicCell(12 * 1.29, 15, 15)));
    expect(numbers(got)).toMatchObject({ spShare: 1, sp2Share: 0, fragments: 1 });
    expect(got.values.ringShare6).toBeUndefined();
    expect(got.notes.join()).toContain('no ring');
    expect(got.values.bondAngle!.value).toBeCloseTo(180, 4);
  });

  it('ribbons have the edges they were cut to, as typeCarbons sees them', () => {
    const zigzag = valuesOf(ribbon(7, 4, 'y'));
    expect(zigzag).toMatchObject({ zigzagShare: 1, armchairShare: 0, sp2Share: 1 });
    expect(zigzag.edgeShare).toBeCloseTo(14 / 112, 12);
    const armchair = valuesOf(ribbon(5, 6, 'x'));
    expect(armchair).toMatchObject({ zigzagShare: 0, armchairShare: 1 });
    expect(armchair.edgeShare).toBeCloseTo(24 / 120, 12);
  });
});

describe('what follows from bonds', () => {
  it('La from edges is the diameter of discs, within 4 %', () => {
    for (const diameter of [25, 40, 60]) {
      const estimates: number[] = [];
      for (let k = 0; k < 12; k++) {
        const { xy } = grapheneDisc(diameter, [k / 12, (7 * k) / 12 - Math.floor((7 * k) / 12)]);
        const points = Array.from({ length: xy.length / 2 }, (_, i) => [xy[2 * i]!, xy[2 * i + 1]!, 0]);
        const got = valuesOf(frameOf(points, orthorhombicCell(100, 100, 100, open)));
        estimates.push(got.laFromEdges! / got.fragmentDiameter!);
      }
      const ratio = estimates.reduce((a, b) => a + b, 0) / estimates.length;
      expect(Math.abs(ratio - 1)).toBeLessThan(0.04);
    }
  });

  it('H/C is counted where hydrogens are, and implied by species where they are not', () => {
    const benzene = Array.from({ length: 6 }, (_, i) => [
      1.4 * Math.cos((i * Math.PI) / 3),
      1.4 * Math.sin((i * Math.PI) / 3),
      0,
    ]);
    const frame = frameOf(benzene);
    const hydrogens = benzene.flatMap(([x, y]) => [(x! * 2.49) / 1.4, (y! * 2.49) / 1.4, 0, 1]);
    const whole: Frame = { ...frame, species: ['C', 'H'], rows: Float64Array.from([...frame.rows, ...hydrogens]) };
    const explicit = measureBonding(whole);
    expect(explicit.values.hydrogenPerCarbon).toMatchObject({ value: 1 });
    expect(explicit.values.hydrogenPerCarbon!.definition).toContain('in the file');
    expect(numbers(explicit)).toMatchObject({ sp2Share: 1, edgeShare: 1, ringShare6: 1, fragments: 1 });
    expect(explicit.values.closestPair!.value).toBeCloseTo(1.09, 9);
    expect(explicit.notes.join()).not.toContain('nearer');

    const typed = measureBonding(typeCarbons(ribbon(20, 3, 'y'), { strongFraction: 0.25, seed: 1 }));
    expect(typed.values.hydrogenPerCarbon!.value).toBeCloseTo(30 / 240, 12);
    expect(typed.values.hydrogenPerCarbon!.definition).toContain('implied');
    expect(typed.notes.join()).toContain('implied');
    expect(measureBonding(ribbon(20, 3, 'y')).values.oxygenPerCarbon!.value).toBe(0);
  });

  it('names two atoms that are too near', () => {
    const sheet = graphene(4, 3, 15);
    const got = measureBonding({ ...sheet, rows: Float64Array.from([...sheet.rows, 0.3, 0, 7.5, 0]) });
    expect(got.values.closestPair!.value).toBeCloseTo(0.3, 9);
    expect(got.notes.join()).toMatch(/atoms 1 \(C:basal\) and 49 \(C:basal\) of the file are 0\.300 Å apart/);
    // twice the same file on top of itself
    const twice = measureBonding({ ...sheet, rows: Float64Array.from([...sheet.rows, ...sheet.rows]) });
    expect(twice.values.closestPair!.value).toBe(0);
    expect(twice.notes.join()).toMatch(/48 pairs of atoms/);
    expect(JSON.stringify(twice.values)).not.toMatch(/null,"unit":null|NaN/);
  });

  it('of no carbon, of one atom and of none says so', () => {
    const metal = measureBonding(bcc('Na', 4.23, 3));
    expect(metal.notes.join()).toContain('no carbon');
    expect(metal.values.closestPair!.value).toBeCloseTo((4.23 * Math.sqrt(3)) / 2, 9);
    expect(measureBonding(frameOf([])).values).toEqual({});
    const lone = measureBonding(frameOf([[1, 1, 1]]));
    expect(numbers(lone)).toMatchObject({ underCoordinatedShare: 1, sp2Share: 0 });
  });

  it('of a built carbon: mostly graphitic, with errors, the same twice', () => {
    const { frame, measured } = buildHardCarbon({
      ...{ la: 20, lc: 11, d002: 3.75, density: 1.3, atoms: 3000, seed: 1 },
      edges: { strong: 0.15 },
    });
    const got = measureBonding(frame);
    expect(got.values.edgeShare!.value).toBeCloseTo(measured.edgeShare!.value, 9);
    expect(got.values.edgeShare!.error).toBeGreaterThan(0);
    expect(got.values.fragments!.value).toBe(measured.sheets!.value);
    expect(Math.abs(got.values.fragmentDiameter!.value / measured.la!.value - 1)).toBeLessThan(0.01);
    expect(Math.abs(got.values.laFromEdges!.value / measured.la!.value - 1)).toBeLessThan(0.15);
    expect(got.values.ringShare6!.value).toBe(1);
    for (const [key, { value, error, definition }] of Object.entries(got.values)) {
      expect(Number.isFinite(value), key).toBe(true);
      expect(error === null || Number.isFinite(error), key).toBe(true);
      expect(definition.length, key).toBeGreaterThan(10);
    }
    expect(measureBonding(frame)).toEqual(got);
  });
});
