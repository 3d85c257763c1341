/** What is in a frame, before anything is measured: atoms by element, mass, cell. */
import { elementOf } from '../core/elements.ts';
import { atomCount, densityOf, type Frame, massOfFrame } from '../core/frame.ts';
import { type Described, described } from './described.ts';

export interface Composition {
  /** `C8000`, `C240H60`: carbon first, then hydrogen, then by name */
  readonly formula: string;
  /** atoms of each element, in the order of the formula */
  readonly elements: Readonly<Record<string, number>>;
  /** atoms of each species, where species say more than the element */
  readonly species: Readonly<Record<string, number>>;
  readonly cell: {
    /** a, b, c, Å */
    readonly lengths: readonly number[];
    /** α, β, γ, degrees */
    readonly angles: readonly number[];
    readonly periodic: readonly [boolean, boolean, boolean];
  };
  /** atoms; density and volume where the cell is periodic in all directions */
  readonly values: Readonly<Record<string, Described>>;
  readonly notes: readonly string[];
}

/**
 * Counts a frame. An open or half-open cell has no volume that means anything: density and volume are left out then.
 *
 * @oracle test/unit/analysis-characterize.test.ts
 */
export function compositionOf(frame: Frame): Composition {
  const bySpecies = new Map<string, number>();
  for (let k = 3; k < frame.rows.length; k += 4) {
    const name = frame.species[frame.rows[k]!]!;
    bySpecies.set(name, (bySpecies.get(name) ?? 0) + 1);
  }
  const byElement = new Map<string, number>();
  for (const [name, count] of bySpecies) {
    const element = elementOf(name);
    byElement.set(element, (byElement.get(element) ?? 0) + count);
  }
  const rank = (name: string): string => (name === 'C' ? '0' : name === 'H' ? '1' : `2${name}`);
  const elements = [...byElement].sort(([a], [b]) => (rank(a) < rank(b) ? -1 : 1));
  const { cell } = frame;
  const vector = (k: number) => cell.matrix.subarray(3 * k, 3 * k + 3);
  const lengths = [0, 1, 2].map((k) => Math.hypot(...vector(k)));
  const angle = (p: number, q: number): number => {
    const dot = vector(p).reduce((sum, x, d) => sum + x * vector(q)[d]!, 0);
    return (Math.acos(Math.max(-1, Math.min(1, dot / (lengths[p]! * lengths[q]!)))) * 180) / Math.PI;
  };
  const values: Record<string, Described> = {
    atoms: described(atomCount(frame), null, '1', 'Atoms in the structure.'),
  };
  const notes: string[] = [];
  if (cell.periodic.every(Boolean)) {
    values.density = described(
      densityOf(frame),
      null,
      'g/cm³',
      `Mass of all atoms over the volume of the cell: ${massOfFrame(frame).toFixed(1)} amu in ${cell.volume.toFixed(1)} Å³.`,
    );
    values.volume = described(cell.volume, null, 'Å³', 'Volume of the cell.');
  } else {
    const said = frame.info?.['cell'];
    notes.push(
      `The cell is not periodic in all directions${typeof said === 'string' ? ` (${said})` : ''}: it has no density, and all that is counted per volume of the box depends on how much empty space it holds.`,
    );
  }
  return {
    formula: elements.map(([name, count]) => (count === 1 ? name : `${name}${count}`)).join(''),
    elements: Object.fromEntries(elements),
    species: Object.fromEntries([...bySpecies].filter(([name]) => name !== elementOf(name))),
    cell: { lengths, angles: [angle(1, 2), angle(0, 2), angle(0, 1)], periodic: cell.periodic },
    values,
    notes,
  };
}
