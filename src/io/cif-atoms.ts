/** The atom list of a CIF data block, as it stands: elements and coordinates, symmetry not yet applied. */
import { SpecError } from '../core/errors.ts';
import type { CifBlock } from './cif-blocks.ts';
import { cifNumber, isUnknown } from './cif-numbers.ts';
import type { CifToken } from './cif-tokens.ts';
import { elementNamed, elementOfName, symbolFault } from './element-symbol.ts';
import { shown } from './shown.ts';

export interface CifAtom {
  readonly symbol: string;
  /** [3] in units of the cell's edges, or Å */
  readonly at: readonly number[];
  /** which of the two `at` is */
  readonly fractional: boolean;
  readonly line: number;
}

const site = '_atom_site_';
const axes = ['x', 'y', 'z'];
const models = `${site}pdbx_pdb_model_num`;
const labels = [`${site}label`, `${site}label_atom_id`];

/** Data names that `cifAtoms` looks at. */
export const cifAtomNames: readonly string[] = [
  ...axes.flatMap((axis) => [`${site}fract_${axis}`, `${site}cartn_${axis}`]),
  ...[`${site}type_symbol`, `${site}occupancy`, `${site}calc_flag`, models, ...labels],
];
/** an occupancy may be rounded this much */
const fullness = 1e-3;

/**
 * Atoms of a block; none where it has no coordinates. Dummy sites (`_atom_site_calc_flag dum`) and models behind the first
 * are left out.
 *
 * @param name  name of the file, for messages
 * @throws SpecError  a coordinate that is no number, an unknown element, a site that is not full
 */
export function cifAtoms({ values, line: start }: CifBlock, name: string): CifAtom[] {
  const kind = ['fract', 'cartn'].find((one) => values.get(`${site}${one}_x`)?.some((token) => !isUnknown(token)));
  if (kind === undefined) return [];
  const positions = axes.map((axis) => {
    const key = `${site}${kind}_${axis}`;
    const column = values.get(key);
    if (column === undefined) throw new SpecError(`${name}, line ${start}: the data block has no ${key}`);
    return { key, column };
  });
  const rows = positions[0]!.column.length;
  const column = (key: string): readonly CifToken[] | undefined => {
    const found = values.get(key);
    if (found && found.length !== rows) {
      const line = found[0]?.line ?? start;
      throw new SpecError(`${name}, line ${line}: ${key} has ${found.length} values, the coordinates ${rows}`);
    }
    return found;
  };
  for (const { key } of positions) column(key);
  const types = column(`${site}type_symbol`);
  const names = labels.map(column).find((found) => found);
  const occupancies = column(`${site}occupancy`);
  const flags = column(`${site}calc_flag`);
  const numbers = column(models);
  const atoms: CifAtom[] = [];
  for (let i = 0; i < rows; i++) {
    if (flags?.[i]?.text.toLowerCase() === 'dum') continue;
    if (numbers && numbers[i]!.text !== numbers[0]!.text) continue;
    const { line } = positions[0]!.column[i]!;
    const label = names?.[i];
    const type = types?.[i];
    const symbol = symbolOf(type && !isUnknown(type) ? type : undefined, label, line, name);
    const filled = occupancies?.[i];
    if (filled && !isUnknown(filled)) {
      const occupancy = cifNumber(filled, `${site}occupancy`, name);
      if (!(Math.abs(occupancy - 1) <= fullness)) {
        throw new SpecError(
          `${name}, line ${filled.line}: site ${shown(label?.text ?? symbol)} has occupancy ${occupancy}, wanted 1: choose which sites are filled, in a larger cell if need be`,
        );
      }
    }
    const at = positions.map(({ key, column: tokens }) => cifNumber(tokens[i]!, key, name));
    atoms.push({ symbol, at, fractional: kind === 'fract', line });
  }
  return atoms;
}

/** Element of a site: from its type (`C`, `Na1+`, `C1`), else from its label (`C1A`). */
function symbolOf(type: CifToken | undefined, label: CifToken | undefined, line: number, name: string): string {
  const word = type?.text ?? label?.text;
  if (word === undefined) {
    throw new SpecError(`${name}, line ${line}: this atom has neither ${site}type_symbol nor ${site}label`);
  }
  const inType = type && /^([A-Za-z]{1,2})(?:\d*[+-]?|[+-]\d*)$/.exec(word.slice(0, 20))?.[1];
  const symbol = type ? inType && elementNamed(inType) : elementOfName(word.slice(0, 20));
  const hint = type ? '' : ` (or name it in ${site}type_symbol)`;
  const fault = symbolFault(symbol || undefined, word);
  if (fault !== undefined) throw new SpecError(`${name}, line ${line}: ${fault}${hint}`);
  return symbol!;
}
