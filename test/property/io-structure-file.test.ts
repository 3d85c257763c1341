import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellFromMatrix } from '../../src/core/cell.ts';
import { SpecError } from '../../src/core/errors.ts';
import { atomCount, type Frame, speciesAt } from '../../src/core/frame.ts';
import { pointGrid, samePoint } from '../../src/io/coincidence.ts';
import { formatExtxyz } from '../../src/io/extxyz.ts';
import { formatStructure, parseStructure } from '../../src/io/structure-file.ts';

const data = (file: string) => readFileSync(new URL(`../data/${file}`, import.meta.url), 'utf8');
const edge = fc.double({ min: 4, max: 30, noNaN: true });
const tilt = fc.double({ min: -2, max: 2, noNaN: true });
const matrix = fc
  .tuple(edge, edge, edge, fc.array(tilt, { minLength: 6, maxLength: 6 }))
  .map(([a, b, c, t]) => [a, t[0]!, t[1]!, t[2]!, b, t[3]!, t[4]!, t[5]!, c]);
const fraction = fc.double({ min: -2, max: 2, noNaN: true });
const site = fc.tuple(fc.constantFrom('C', 'Na', 'H'), fraction, fraction, fraction);

/** Frames without two atoms on one point, elements in groups as a POSCAR has them. */
const frames: fc.Arbitrary<Frame> = fc
  .tuple(matrix, fc.array(site, { minLength: 1, maxLength: 12 }))
  .map(([m, sites]) => {
    const cell = cellFromMatrix(m);
    const grid = pointGrid(cell, sites.length);
    const order = [...new Set(sites.map(([label]) => label))];
    const kept = sites
      .map(([label, u, v, w]) => [
        u * m[0]! + v * m[3]! + w * m[6]!,
        u * m[1]! + v * m[4]! + w * m[7]!,
        u * m[2]! + v * m[5]! + w * m[8]!,
        order.indexOf(label),
      ])
      .filter(([x, y, z]) => {
        const free = grid.near(x!, y!, z!) < 0;
        if (free) grid.add(x!, y!, z!);
        return free;
      })
      .sort((a, b) => a[3]! - b[3]!);
    const species = order.filter((_, k) => kept.some((row) => row[3] === k));
    const rows = Float64Array.from(kept.flatMap((row) => [...row.slice(0, 3), species.indexOf(order[row[3]!]!)]));
    return { cell, species, rows, info: { title: 'some title' } };
  });

/** A frame as a CIF without symmetry: no reader but ours is asked, so the writer is here. */
function cifOf({ cell, rows, ...frame }: Frame): string {
  const vectors = [0, 3, 6].map((k) => cell.matrix.subarray(k, k + 3));
  const dot = (a: Float64Array, b: Float64Array) => a[0]! * b[0]! + a[1]! * b[1]! + a[2]! * b[2]!;
  const [a, b, c] = vectors as [Float64Array, Float64Array, Float64Array];
  const angle = (u: Float64Array, v: Float64Array) =>
    (Math.acos(dot(u, v) / Math.sqrt(dot(u, u) * dot(v, v))) * 180) / Math.PI;
  const atoms = Array.from({ length: rows.length / 4 }, (_, i) => {
    const s = [0, 1, 2].map((k) => [0, 1, 2].reduce((sum, j) => sum + rows[4 * i + j]! * cell.inverse[3 * j + k]!, 0));
    return `${speciesAt({ cell, rows, ...frame }, i)}${i + 1} ${s.join(' ')}`;
  });
  return [
    'data_test',
    ...[a, b, c].map((v, k) => `_cell_length_${'abc'[k]} ${Math.sqrt(dot(v, v))}`),
    `_cell_angle_alpha ${angle(b, c)}\n_cell_angle_beta ${angle(a, c)}\n_cell_angle_gamma ${angle(a, b)}`,
    'loop_\n_atom_site_label\n_atom_site_fract_x\n_atom_site_fract_y\n_atom_site_fract_z',
    ...atoms,
  ].join('\n');
}

/** All distances between atoms of one frame, without images. */
function distances({ rows }: Frame): number[] {
  const out: number[] = [];
  for (let i = 0; i < rows.length; i += 4) {
    for (let j = 0; j < i; j += 4) {
      out.push(Math.hypot(rows[i]! - rows[j]!, rows[i + 1]! - rows[j + 1]!, rows[i + 2]! - rows[j + 2]!));
    }
  }
  return out;
}

describe('structure files', () => {
  it('POSCAR gives back cell and atoms bit by bit', () => {
    fc.assert(
      fc.property(frames, (frame) => {
        expect(parseStructure(formatStructure(frame, 'POSCAR'), 'POSCAR')).toEqual(frame);
      }),
      { seed: 21, numRuns: 150 },
    );
  });

  it('CIF gives back volume, elements and all distances', () => {
    fc.assert(
      fc.property(frames, (frame) => {
        const back = parseStructure(cifOf(frame), 'x.cif');
        expect(back.species).toEqual(frame.species);
        expect(back.cell.volume / frame.cell.volume).toBeCloseTo(1, 10);
        const wanted = distances(frame);
        distances(back).forEach((r, k) => {
          expect(r).toBeCloseTo(wanted[k]!, 7);
        });
      }),
      { seed: 22, numRuns: 100 },
    );
  });

  it('two atoms on one point are found in any cell, as a plain sum over images finds them', () => {
    const shift = fc.tuple(
      fc.integer({ min: -3, max: 3 }),
      fc.integer({ min: -3, max: 3 }),
      fc.integer({ min: -3, max: 3 }),
    );
    const step = fc.array(fc.double({ min: -0.12, max: 0.12, noNaN: true }), { minLength: 3, maxLength: 3 });
    const flags = fc.tuple(fc.boolean(), fc.boolean(), fc.boolean());
    fc.assert(
      fc.property(
        matrix,
        site,
        shift,
        step,
        flags,
        fc.double({ min: 0.06, max: 1, noNaN: true }),
        (m, [, u, v, w], n, d, periodic, size) => {
          const cell = cellFromMatrix(
            m.map((x) => x * size),
            periodic,
          );
          if (cell.heights.some((height) => height < 0.25)) return;
          const at = [0, 1, 2].map((k) => u * cell.matrix[k]! + v * cell.matrix[3 + k]! + w * cell.matrix[6 + k]!);
          const lattice = n.map((x, k) => (periodic[k] ? x : 0));
          const other = at.map(
            (x, k) => x + d[k]! + [0, 1, 2].reduce((sum, j) => sum + lattice[j]! * cell.matrix[3 * j + k]!, 0),
          );
          const grid = pointGrid(cell, 1);
          grid.add(...(at as [number, number, number]));
          const found = grid.near(...(other as [number, number, number])) === 0;
          const r = Math.hypot(...d);
          if (Math.abs(r - samePoint) > 1e-6) expect(found).toBe(r < samePoint);
        },
      ),
      { seed: 23, numRuns: 500 },
    );
  });
});

const valid: readonly (readonly [string, string])[] = [
  ['graphite.cif', data('structures/graphite.cif')],
  ['lic6.cif', data('structures/lic6.cif')],
  ['graphene.poscar', data('structures/graphene.poscar')],
  ['benzene.pdb', data('structures/benzene.pdb')],
  ['toy.data', data('toy.data')],
  ['toy.xyz', formatExtxyz(parseStructure(data('toy.data'), 'toy.data'))],
];
const junk = fc.constantFrom(
  ...[
    '',
    '-1',
    '1e400',
    'NaN',
    'Infinity',
    '1000000000000',
    '-7',
    '0',
    "'",
    '"',
    '\n;',
    '\n',
    '\0',
    '\x1b[2J',
    '\u2028',
    '\ud800',
  ],
  ...['loop_', 'data_x', 'save_', 'ATOM  ', 'CRYST1', '#', ',', '?', '.', 'x,y,z', 'C', '1e-300', '1e300', 'END'],
);
const edit = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.integer({ min: 0, max: 40 }),
  what: fc.oneof(junk, fc.string({ maxLength: 6 }), fc.constant('CUT'), fc.constant('TWICE')),
});

describe.each(valid)('%s, mutated', (file, text) => {
  it('is a structure, or a SpecError of one line', () => {
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), fc.boolean(), (edits, named) => {
        let broken = text;
        for (const { at, length, what } of edits) {
          const from = Math.floor(at * broken.length);
          const insert = what === 'CUT' ? '' : what === 'TWICE' ? broken.slice(from, from + 4 * length) : what;
          broken =
            broken.slice(0, from) +
            insert +
            (what === 'CUT' ? '' : broken.slice(from + (what === 'TWICE' ? 0 : length)));
        }
        const name = named ? file : 'file';
        try {
          const frame = parseStructure(broken, name);
          expect(frame.rows.every(Number.isFinite)).toBe(true);
          expect(frame.rows).toHaveLength(4 * atomCount(frame));
        } catch (error) {
          expect(error).toBeInstanceOf(SpecError);
          const { message } = error as SpecError;
          expect(message.startsWith(`${name}`)).toBe(true);
          expect(message).not.toMatch(/\p{Cc}|\p{Cs}|\u2028/u);
          expect(message.length).toBeLessThan(600);
        }
      }),
      { seed: 24, numRuns: 400 },
    );
  });
});
