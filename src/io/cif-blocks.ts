/** The data blocks of a CIF: for each the values of the data names that somebody wants, the rest is read over. */
import { didYouMean, SpecError } from '../core/errors.ts';
import { CifScanner, type CifToken } from './cif-tokens.ts';
import { shown } from './shown.ts';

export interface CifBlock {
  /** what stands behind data_ */
  readonly code: string;
  /** line of data_ */
  readonly line: number;
  /** data name → its values: one, or as many as its loop has rows */
  readonly values: ReadonlyMap<string, readonly CifToken[]>;
}

/** columns of one loop; the widest dictionaries stay below a tenth of it */
const mostColumns = 1000;

/**
 * Data blocks one after the other; what stands behind the block that is wanted is never looked at.
 *
 * Save frames are ignored.
 *
 * @param name    name of the file, for messages
 * @param wanted  data names in lower case, with `_` for a dot
 * @throws SpecError  a fault of syntax, with file name and line number: words in the wrong place, rows of a loop that are not
 *                    whole, a data name that comes twice, or what `CifScanner` refuses
 */
export function* cifBlocks(text: string, name: string, wanted: ReadonlySet<string>): Generator<CifBlock> {
  const scanner = new CifScanner(text, name);
  const fail = (line: number, message: string): never => {
    throw new SpecError(`${name}, line ${line}: ${message}`);
  };
  let block: { code: string; line: number; values: Map<string, CifToken[]> } | undefined;
  let frame: CifToken | undefined;
  let token = scanner.next();
  const enter = (names: readonly CifToken[]): (CifToken[] | undefined)[] =>
    names.map(({ text: key, line }) => {
      if (frame || !wanted.has(key)) return undefined;
      const { values } = block ?? fail(line, `data name ${shown(key)} before data_`);
      if (values.has(key)) fail(line, `data name ${shown(key)} comes twice in data_${block!.code}`);
      const column: CifToken[] = [];
      values.set(key, column);
      return column;
    });

  while (token !== undefined) {
    const { kind, line } = token;
    if (kind === 'data') {
      if (frame) fail(line, `data_ inside the save frame of line ${frame.line}`);
      if (block) yield block;
      block = { code: token.text, line, values: new Map() };
      token = scanner.next();
    } else if (kind === 'save') {
      frame = token.text === '' ? undefined : token;
      token = scanner.next();
    } else if (kind === 'name') {
      const [column] = enter([token]);
      const value = scanner.next();
      if (value?.kind !== 'value') fail(line, `data name ${shown(token.text)} has no value`);
      column?.push(value!);
      token = scanner.next();
    } else if (kind === 'loop') {
      const names: CifToken[] = [];
      for (token = scanner.next(); token?.kind === 'name'; token = scanner.next()) {
        if (names.push(token) > mostColumns) fail(line, `this loop has more than ${mostColumns} data names`);
      }
      if (names.length === 0) fail(line, 'loop_ without data names');
      const columns = enter(names);
      let cells = 0;
      for (; token?.kind === 'value'; token = scanner.next()) columns[cells++ % names.length]?.push(token);
      if (cells % names.length !== 0) {
        fail(line, `this loop has ${names.length} data names and ${cells} values: its last row is not whole`);
      }
    } else {
      fail(line, block ? `value ${shown(token.text)} without a data name` : notCif(token.text));
    }
  }
  if (frame) fail(scanner.line, `the file ends inside the save frame of line ${frame.line}`);
  if (block) yield block;
}

function notCif(word: string): string {
  return `a CIF begins with data_ and a name, got ${shown(word)}${word.length < 40 ? didYouMean(word, ['data_']) : ''}`;
}
