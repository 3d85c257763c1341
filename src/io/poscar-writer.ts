/** Crystals for VASP, the writing half. */
import { elementOf } from '../core/elements.ts';
import { PhysicsError, SpecError } from '../core/errors.ts';
import { atomCount, type Frame, speciesAt } from '../core/frame.ts';
import { elementNamed } from './element-symbol.ts';
import { writeNumber } from './number-text.ts';

/**
 * Writes a frame as a POSCAR of VASP 5, in Cartesian coordinates, so that `parsePoscar` reads back cell and positions to the
 * last bit.
 *
 * Atoms are grouped by element, in the order in which these appear first; kinds of sites, forces and facts are lost. VASP
 * knows periodic cells only: a direction that is not periodic becomes one, with the vacuum that the cell has there.
 *
 * @throws SpecError     no atoms, a left-handed cell (VASP refuses it), a species that is no element
 * @throws PhysicsError  a coordinate is not finite
 */
export function formatPoscar(frame: Frame): string {
  const { cell, rows, info } = frame;
  const n = atomCount(frame);
  if (n === 0) throw new SpecError('a POSCAR must have atoms, the structure has none');
  const m = cell.matrix;
  const triple =
    m[0]! * (m[4]! * m[8]! - m[5]! * m[7]!) +
    m[1]! * (m[5]! * m[6]! - m[3]! * m[8]!) +
    m[2]! * (m[3]! * m[7]! - m[4]! * m[6]!);
  if (triple < 0) throw new SpecError('VASP wants a right-handed cell; swap two of its vectors (and nothing else)');
  const groups = new Map<string, number[]>();
  for (let i = 0; i < n; i++) {
    const element = elementOf(speciesAt(frame, i));
    const group = groups.get(element);
    if (group) group.push(i);
    else groups.set(element, [i]);
  }
  const bad = [...groups.keys()].find((element) => elementNamed(element) !== element);
  if (bad !== undefined) throw new SpecError(`species "${bad}" cannot be written to a POSCAR: it is no element`);
  const title = typeof info?.['title'] === 'string' ? info['title'] : 'written by Cardhouse';
  const vector = (k: number) => Array.from(m.subarray(k, k + 3), writeNumber).join(' ');
  const lines = [
    title.replace(/\s+/g, ' ').trim(),
    '1',
    ...[0, 3, 6].map(vector),
    [...groups.keys()].join(' '),
    [...groups.values()].map(({ length }) => length).join(' '),
    'Cartesian',
  ];
  for (const group of groups.values()) {
    for (const i of group) {
      const position = rows.subarray(4 * i, 4 * i + 3);
      const wrong = position.find((x) => !Number.isFinite(x));
      if (wrong !== undefined) throw new PhysicsError(`position of atom ${i} is ${wrong}: not written`);
      lines.push(Array.from(position, writeNumber).join(' '));
    }
  }
  return lines.join('\n') + '\n';
}
