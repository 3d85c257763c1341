import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellFromMatrix } from '../../src/core/cell.ts';
import { atomCount, type Frame } from '../../src/core/frame.ts';
import { parseLammpsData } from '../../src/io/lammps-data.ts';
import { formatLammpsData } from '../../src/io/lammps-data-writer.ts';

const edge = fc.double({ min: 4, max: 30, noNaN: true });
const tilt = fc.double({ min: -2, max: 2, noNaN: true });
const coordinate = fc.double({ min: -50, max: 50, noNaN: true });
const atoms = fc.array(fc.tuple(coordinate, coordinate, coordinate, fc.constantFrom(0, 1, 2)), { maxLength: 8 });
const species = ['C:basal', 'Na', 'C'];

function frameOf(matrix: readonly number[], list: readonly (readonly number[])[]): Frame {
  return { cell: cellFromMatrix(matrix), species, rows: Float64Array.from(list.flat()), info: { title: 'some title' } };
}

/** a·a, a·b, … c·c: with the fractional coordinates it holds every distance, and no orientation */
function metric({ cell: { matrix: m } }: Frame): number[] {
  const dot = (i: number, j: number) => m[i]! * m[j]! + m[i + 1]! * m[j + 1]! + m[i + 2]! * m[j + 2]!;
  return [dot(0, 0), dot(0, 3), dot(0, 6), dot(3, 3), dot(3, 6), dot(6, 6)];
}

function fractional({ cell: { inverse: v }, rows }: Frame, i: number): number[] {
  return [0, 1, 2].map((k) => rows[4 * i]! * v[k]! + rows[4 * i + 1]! * v[3 + k]! + rows[4 * i + 2]! * v[6 + k]!);
}

describe('LAMMPS data', () => {
  it('gives back every frame in a LAMMPS box bit by bit, and its charges', () => {
    fc.assert(
      fc.property(edge, edge, edge, tilt, tilt, tilt, atoms, fc.boolean(), (lx, ly, lz, xy, xz, yz, list, charged) => {
        const frame = frameOf([lx, 0, 0, xy, ly, 0, xz, yz, lz], list);
        const charges = charged && list.length > 0 ? Float64Array.from(list, ([x]) => x! / 3) : undefined;
        const back = parseLammpsData(formatLammpsData(frame, charges));
        expect(back).toEqual(charges ? { frame, charges } : { frame });
      }),
      { seed: 11, numRuns: 200 },
    );
  });

  it('turns any right-handed cell into the LAMMPS box and keeps every distance', () => {
    const direction = fc.tuple(edge, tilt, tilt, tilt, edge, tilt, tilt, tilt, edge);
    fc.assert(
      fc.property(direction, atoms, (m, list) => {
        const frame = frameOf(m, list);
        const back = parseLammpsData(formatLammpsData(frame)).frame;
        expect(atomCount(back)).toBe(list.length);
        expect([back.cell.matrix[1], back.cell.matrix[2], back.cell.matrix[5]]).toEqual([0, 0, 0]);
        expect(back.cell.volume / frame.cell.volume).toBeCloseTo(1, 12);
        const lengths = metric(frame);
        metric(back).forEach((x, k) => {
          expect(x).toBeCloseTo(lengths[k]!, 9);
        });
        for (let i = 0; i < list.length; i++) {
          const wanted = fractional(frame, i);
          fractional(back, i).forEach((x, k) => {
            expect(x).toBeCloseTo(wanted[k]!, 9);
          });
        }
      }),
      { seed: 12, numRuns: 100 },
    );
  });
});
