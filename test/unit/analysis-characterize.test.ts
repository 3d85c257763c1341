import { describe, expect, it } from 'vitest';
import { characterize } from '../../src/analysis/characterize.ts';
import { compositionOf } from '../../src/analysis/composition.ts';
import { cellFromMatrix, cubicCell, orthorhombicCell } from '../../src/core/cell.ts';
import type { Frame } from '../../src/core/frame.ts';
import { graphite } from '../../src/structure/crystal.ts';
import { typeCarbons } from '../../src/structure/edges.ts';

const sheets = graphite(6, 4, 4);
/** A flake of two sheets, open on all sides: pairs end with it. */
const flake: Frame = { ...graphite(6, 4, 2), cell: orthorhombicCell(40, 40, 40, [false, false, false]) };

describe('composition', () => {
  it('is a formula with carbon first, species where they say more, and the cell', () => {
    const frame: Frame = {
      cell: cellFromMatrix([10, 0, 0, 5, 8.660254, 0, 0, 0, 20]),
      species: ['O', 'C:basal', 'H', 'C:zigzag', 'Na', 'F'],
      rows: Float64Array.from([0, 1, 1, 2, 2, 3, 4].flatMap((kind, i) => [i, 0, 0, kind])),
    };
    const { formula, elements, species, cell, values } = compositionOf(frame);
    expect(formula).toBe('C3H2NaO');
    expect(elements).toEqual({ C: 3, H: 2, Na: 1, O: 1 });
    expect(species).toEqual({ 'C:basal': 2, 'C:zigzag': 1 });
    expect(cell.lengths[1]).toBeCloseTo(10, 5);
    expect(cell.angles[2]).toBeCloseTo(60, 5);
    expect(values['atoms']!.value).toBe(7);
    expect(compositionOf(sheets).values['density']!.value).toBeCloseTo(2.27, 1);
  });

  it('of an open cell has no density, and says so', () => {
    const open: Frame = {
      ...sheets,
      cell: orthorhombicCell(60, 60, 60, [true, false, true]),
      info: { cell: 'no Lattice' },
    };
    const { values, notes } = compositionOf(open);
    expect(values['density']).toBeUndefined();
    expect(notes[0]).toContain('not periodic in all directions (no Lattice)');
  });
});

describe('characterize', () => {
  it('uses every instrument, keeps their values apart and together, and tells where it stands', async () => {
    const stood: number[] = [];
    const texts = new Set<string>();
    const got = await characterize(flake, {
      onProgress: (done, text) => {
        stood.push(done);
        texts.add(text.split(':')[0]!);
      },
    });
    expect(Object.keys(got.instruments)).toEqual(['scattering', 'porosity', 'bonding']);
    const keys = [got.composition, ...Object.values(got.instruments)].flatMap(({ values }) => Object.keys(values));
    // a key belongs to one instrument only
    expect(new Set(keys).size).toBe(keys.length);
    expect(Object.keys(got.values)).toEqual(keys);
    const curves = Object.values(got.instruments).flatMap((one) => Object.keys(one.curves));
    expect(Object.keys(got.curves)).toEqual(curves);
    expect(new Set(curves).size).toBe(curves.length);
    for (const [key, { value, unit, definition }] of Object.entries(got.values)) {
      expect(Number.isFinite(value), key).toBe(true);
      expect(unit.length, key).toBeGreaterThan(0);
      expect(definition.length, key).toBeGreaterThan(10);
    }
    for (const [key, curve] of Object.entries(got.curves)) {
      const lengths = new Set(Object.values(curve).map((column) => column.length));
      expect(lengths.size, key).toBe(1);
    }
    expect(stood).toEqual([...stood].sort((a, b) => a - b));
    expect(stood.at(-1)).toBe(1);
    expect([...texts]).toEqual(expect.arrayContaining(['scattering', 'porosity', 'bonding']));
    expect(Object.keys(got.seconds)).toEqual(got.settings.instruments);
  });

  it('uses only those that were chosen, in their own order', async () => {
    const got = await characterize(sheets, { only: ['bonding', 'porosity'] });
    expect(got.settings.instruments).toEqual(['porosity', 'bonding']);
    expect(got.values['sp2Share']!.value).toBe(1);
    await expect(characterize(sheets, { only: [] })).rejects.toThrow(/no instrument was chosen/);
  });

  it('measures pores without the metal that is stored in them, and says so', async () => {
    const rows = Float64Array.from([...sheets.rows, 1, 1, 5, 1]);
    const filled = await characterize({ ...sheets, species: ['C:basal', 'Na'], rows }, { only: ['porosity'] });
    const empty = await characterize(sheets, { only: ['porosity'] });
    expect(filled.instruments.porosity!.values).toEqual(empty.instruments.porosity!.values);
    expect(filled.notes[0]!.text).toContain('1 atom of Li, Na or K was taken out');
  });

  it('goes on when an instrument refuses the structure', async () => {
    const frame: Frame = { cell: cubicCell(12), species: ['Xx'], rows: Float64Array.from([1, 1, 1, 0]) };
    const got = await characterize(frame, { only: ['porosity', 'bonding'] });
    expect(got.instruments.porosity!.values).toEqual({});
    expect(got.notes.find(({ from }) => from === 'porosity')!.text).toMatch(
      /^Not measured: Xx has no van der Waals radius/,
    );
    expect(got.notes.find(({ from }) => from === 'bonding')!.text).toContain('no carbon');
  });

  it('stops between two instruments, and refuses a structure without atoms', async () => {
    const controller = new AbortController();
    const run = characterize(sheets, {
      only: ['porosity', 'bonding'],
      signal: controller.signal,
      onProgress: () => controller.abort(new Error('enough')),
    });
    await expect(run).rejects.toThrow('enough');
    const none: Frame = { ...sheets, rows: new Float64Array() };
    await expect(characterize(none)).rejects.toThrow(/no atom/);
  });

  it('is the same twice', async () => {
    const typed = typeCarbons(flake, { strongFraction: 0, seed: 1 });
    const [first, second] = await Promise.all([0, 1].map(() => characterize(typed)));
    expect({ ...second, seconds: {} }).toEqual({ ...first, seconds: {} });
  });
});
