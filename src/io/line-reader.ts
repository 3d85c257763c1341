/**
 * The lines of a text one by one, so that a reader stops where it has seen enough and nothing is kept that is not wanted.
 * Line ends are those of Unix and of DOS.
 */
import { SpecError } from '../core/errors.ts';

/** characters; no structure file has a longer line, but a file that is something else may be one line throughout */
const longest = 1_000_000;

export class LineReader {
  readonly name: string;
  /** number of the line read last, from 1; 0 before the first */
  line = 0;
  readonly #text: string;
  #at = 0;

  /** @param name  name of the file, for messages */
  constructor(text: string, name: string) {
    this.#text = text;
    this.name = name;
  }

  /**
   * The next line without its end; undefined behind the last.
   *
   * @throws SpecError  the line is longer than a million characters
   */
  next(): string | undefined {
    const start = this.#at;
    if (start >= this.#text.length) return undefined;
    const found = this.#text.indexOf('\n', start);
    const end = found < 0 ? this.#text.length : found;
    this.#at = end + 1;
    this.line++;
    if (end - start > longest) {
      this.fail(`${end - start} characters in one line: this is no structure file, or its line ends are lost`);
    }
    return this.#text.slice(start, this.#text.charCodeAt(end - 1) === 13 && end > start ? end - 1 : end);
  }

  /** @throws SpecError  always: the message, behind the name of the file and the number of a line */
  fail(message: string, line = this.line): never {
    throw new SpecError(`${this.name}, line ${Math.max(1, line)}: ${message}`);
  }
}
