/**
 * Words of a CIF 1.1 text, one at a time: data names, values, and the words that give it its shape. Comments are left out.
 *
 * A quoted value ends at its quote only where white space follows; a text field runs from a semicolon that begins a line to
 * the next one that does.
 *
 * @cite Hall, Allen & Brown, Acta Cryst. A47, 655 (1991) doi:10.1107/S010876739101067X
 * @oracle test/unit/io-cif.test.ts
 */
import { SpecError } from '../core/errors.ts';
import { shown } from './shown.ts';

export interface CifToken {
  /** `data`, `loop` and `save` for data_…, loop_ and save_… */
  readonly kind: 'name' | 'value' | 'data' | 'loop' | 'save';
  /** a value without its quotes; a data name in lower case, with `_` for a dot; what stands behind data_ and save_ */
  readonly text: string;
  /** true for a value in quotes or a text field: `?` and `.` mean themselves there */
  readonly quoted: boolean;
  /** number of the line it begins in */
  readonly line: number;
}

const newline = 10;
const keyword = /^(data_|loop_|save_|global_|stop_)/i;

export class CifScanner {
  readonly #text: string;
  readonly #name: string;
  #at = 0;
  #line = 1;
  /** first line end at or behind `#at`, looked for once a line */
  #lineEnd = -1;

  /** @param name  name of the file, for messages */
  constructor(text: string, name: string) {
    this.#text = text;
    this.#name = name;
  }

  /** Number of the line reached. */
  get line(): number {
    return this.#line;
  }

  /**
   * The next word; undefined at the end.
   *
   * @throws SpecError  a quote or text field that is not closed, a word that CIF reserves
   */
  next(): CifToken | undefined {
    this.#skipBlank();
    const text = this.#text;
    const start = this.#at;
    if (start >= text.length) return undefined;
    const first = text[start]!;
    if (first === ';' && (start === 0 || text.charCodeAt(start - 1) === newline)) return this.#textField();
    if (first === '"' || first === "'") return this.#quoted(first);
    while (this.#at < text.length && !isBlank(text.charCodeAt(this.#at))) this.#at++;
    const word = text.slice(start, this.#at);
    const line = this.#line;
    if (first === '_') return { kind: 'name', text: word.toLowerCase().replaceAll('.', '_'), quoted: false, line };
    const key = keyword.exec(word)?.[0];
    if (key === undefined) return { kind: 'value', text: word, quoted: false, line };
    const kind = key.slice(0, -1).toLowerCase();
    if (kind === 'data' || kind === 'save') return { kind, text: word.slice(key.length), quoted: false, line };
    if (kind === 'loop' && word.length === key.length) return { kind, text: '', quoted: false, line };
    return this.#fail(line, `CIF reserves the word ${shown(word)}; in quotes it would be a value`);
  }

  #fail(line: number, message: string): never {
    throw new SpecError(`${this.#name}, line ${line}: ${message}`);
  }

  /** White space and comments. */
  #skipBlank(): void {
    const text = this.#text;
    for (; this.#at < text.length; this.#at++) {
      const code = text.charCodeAt(this.#at);
      if (code === newline) this.#line++;
      else if (code === 35) this.#at = this.#endOfLine() - 1;
      else if (!isBlank(code)) return;
    }
  }

  #endOfLine(): number {
    if (this.#lineEnd < this.#at) {
      const found = this.#text.indexOf('\n', this.#at);
      this.#lineEnd = found < 0 ? this.#text.length : found;
    }
    return this.#lineEnd;
  }

  #quoted(quote: string): CifToken {
    const { length } = this.#text;
    const lineEnd = this.#endOfLine();
    const start = this.#at + 1;
    for (let end = start; ; end++) {
      end = this.#text.indexOf(quote, end);
      if (end < 0 || end > lineEnd) {
        this.#fail(
          this.#line,
          `quote not closed by the end of the line: ${shown(this.#text.slice(start - 1, lineEnd))}`,
        );
      }
      if (end + 1 < length && !isBlank(this.#text.charCodeAt(end + 1))) continue;
      this.#at = end + 1;
      return { kind: 'value', text: this.#text.slice(start, end), quoted: true, line: this.#line };
    }
  }

  #textField(): CifToken {
    const line = this.#line;
    const start = this.#at + 1;
    const end = this.#text.indexOf('\n;', this.#at);
    if (end < 0) this.#fail(line, 'this text field is never closed (wanted a line that begins with a semicolon)');
    for (let at = this.#at; at >= 0 && at <= end; this.#line++) at = this.#text.indexOf('\n', at) + 1;
    this.#at = end + 2;
    return { kind: 'value', text: this.#text.slice(start, end), quoted: true, line };
  }
}

function isBlank(code: number): boolean {
  return code === 32 || code === newline || code === 9 || code === 13;
}
