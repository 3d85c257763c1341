import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellFromMatrix } from '../../src/core/cell.ts';
import type { Frame } from '../../src/core/frame.ts';
import { formatExtxyz, parseExtxyz } from '../../src/io/extxyz.ts';

const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
const name = fc.constantFrom('C', 'Na', 'C:zigzag', 'C:strong-armchair', 'H', 'A:b:c');

/** Frames whose species stand in the order of first appearance, the one thing the format does not keep. */
const frames: fc.Arbitrary<Frame> = fc
  .record({
    diagonal: fc.array(fc.double({ min: 0.5, max: 1e4, noNaN: true }), { minLength: 3, maxLength: 3 }),
    skew: fc.array(fc.double({ min: -0.2, max: 0.2, noNaN: true }), { minLength: 6, maxLength: 6 }),
    periodic: fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()),
    atoms: fc.array(fc.tuple(name, fc.tuple(finite, finite, finite), fc.tuple(finite, finite, finite, finite)), {
      minLength: 1,
      maxLength: 6,
    }),
    forces: fc.boolean(),
    energies: fc.boolean(),
    info: fc.dictionary(
      fc.string({ unit: 'grapheme' }).filter((key) => !/^(lattice|pbc|properties)$/i.test(key)),
      fc.oneof(fc.string({ unit: 'grapheme' }), fc.double(), fc.boolean(), fc.constantFrom('T', '1e3', '[', 'a=b', '')),
      { noNullPrototype: true },
    ),
  })
  .map(({ diagonal, skew, periodic, atoms, forces, energies, info }) => {
    const [a, b, c] = diagonal as [number, number, number];
    const matrix = [a, skew[0]! * a, skew[1]! * a, skew[2]! * b, b, skew[3]! * b, skew[4]! * c, skew[5]! * c, c];
    const species = [...new Set(atoms.map(([label]) => label))];
    const rows = Float64Array.from(atoms.flatMap(([label, r]) => [...r, species.indexOf(label)]));
    const kept = atoms.flatMap(([, , f]) => f.map((x, k) => ((k === 3 ? energies : forces) ? x : Number.NaN)));
    const cell = cellFromMatrix(matrix, periodic);
    return { cell, species, rows, info, ...((forces || energies) && { forces: Float64Array.from(kept) }) };
  });

describe('extended XYZ', () => {
  it('gives back every frame bit by bit', () => {
    fc.assert(
      fc.property(fc.array(frames, { minLength: 1, maxLength: 3 }), (written) => {
        const text = formatExtxyz(written);
        expect(parseExtxyz(text)).toEqual(written);
        expect(formatExtxyz(parseExtxyz(text))).toBe(text);
      }),
      { seed: 7, numRuns: 200 },
    );
  });

  it('answers any text with frames or a SpecError, never with another fault', () => {
    const word = fc.constantFrom(
      '1',
      '2',
      'C',
      '0.5',
      'Lattice="9 0 0 0 9 0 0 0 9"',
      'pbc="T T T"',
      '=',
      '"',
      '\n',
      'Properties=pos:R:3',
      ':',
      '[',
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 12 }), (words) => {
        try {
          expect(parseExtxyz(words.join(' ').replaceAll(' \n ', '\n'), 'x').length).toBeGreaterThan(0);
        } catch (error) {
          expect((error as Error).name).toBe('SpecError');
          expect((error as Error).message).toMatch(/^x(, line \d+)?: /);
        }
      }),
      { seed: 7, numRuns: 500 },
    );
  });
});
