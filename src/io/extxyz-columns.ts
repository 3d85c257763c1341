/** Extended XYZ with a column for everything that is known of an atom, for OVITO, VMD and the like. */
import { elementOf, siteOf } from '../core/elements.ts';
import { PhysicsError, SpecError } from '../core/errors.ts';
import { atomCount, type Frame, speciesAt } from '../core/frame.ts';
import { formatPair } from './extxyz-comment.ts';
import { writeNumber } from './number-text.ts';

/** One value per atom: words, whole numbers, or numbers. Words have no blanks in them. */
export type AtomColumn =
  | { readonly name: string; readonly type: 'S'; readonly values: readonly string[] }
  | { readonly name: string; readonly type: 'I' | 'R'; readonly values: ArrayLike<number> };

/**
 * One frame with columns of its own. Positions stand right behind the element, where programs that know plain XYZ only expect them
 * (VMD); the site of a typed carbon is a column as well. `parseExtxyz` reads it back and passes over the rest.
 *
 * @throws SpecError     a column has a name of its own meaning, not as many values as there are atoms, or a blank in a word
 * @throws PhysicsError  a position is not finite
 * @oracle test/unit/snapshot-files.test.ts
 */
export function formatAtomTable(frame: Frame, columns: readonly AtomColumn[]): string {
  const n = atomCount(frame);
  for (const { name, type, values } of columns) {
    if (!/^[a-z][a-z0-9_]*$/i.test(name) || ['species', 'site', 'pos', 'forces', 'energies'].includes(name)) {
      throw new SpecError(`column "${name}" cannot be written to XYZ`);
    }
    if (values.length !== n) throw new SpecError(`column "${name}" has ${values.length} values, wanted ${n}`);
    if (type === 'S' && values.some((word) => word === '' || /\s/.test(word))) {
      throw new SpecError(`column "${name}": words must have no blanks in them`);
    }
  }
  const hasSites = frame.species.some((label) => siteOf(label) !== '');
  const properties = [
    'species:S:1:pos:R:3',
    ...(hasSites ? ['site:S:1'] : []),
    ...columns.map(({ name, type }) => `${name}:${type}:1`),
  ].join(':');
  const lines = [
    String(n),
    [
      `Lattice="${Array.from(frame.cell.matrix, writeNumber).join(' ')}"`,
      `pbc="${frame.cell.periodic.map((flag) => (flag ? 'T' : 'F')).join(' ')}"`,
      `Properties=${properties}`,
      ...Object.entries(frame.info ?? {}).map(([key, value]) => formatPair(key, value)),
    ].join(' '),
  ];
  for (let i = 0; i < n; i++) {
    const label = speciesAt(frame, i);
    const words = [elementOf(label)];
    for (let k = 0; k < 3; k++) {
      const x = frame.rows[4 * i + k]!;
      if (!Number.isFinite(x)) throw new PhysicsError(`position of atom ${i} is ${x}: not written`);
      words.push(writeNumber(x));
    }
    if (hasSites) words.push(siteOf(label) || '-');
    for (const { type, values } of columns) words.push(type === 'S' ? values[i]! : writeNumber(Number(values[i])));
    lines.push(words.join(' '));
  }
  return `${lines.join('\n')}\n`;
}
