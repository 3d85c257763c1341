/**
 * The comment line of extended XYZ: `key=value` pairs, keys and values quoted where they hold more than one word.
 *
 *   Lattice="10 0 0 0 10 0 0 0 10" energy=-3.5 label="two words" relaxed
 *
 * Bare values that are numbers or T/F become numbers and booleans, a bare key alone is true, quoted values stay text.
 */
import { SpecError } from '../core/errors.ts';
import { readNumber, writeNumber } from './number-text.ts';
import { shown } from './shown.ts';

export type InfoValue = string | number | boolean;

const special: Readonly<Record<string, InfoValue>> = {
  T: true,
  True: true,
  TRUE: true,
  true: true,
  F: false,
  False: false,
  FALSE: false,
  false: false,
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
};

/**
 * Pairs of a comment line in their order.
 *
 * @param where  file and line, for the message
 * @throws SpecError  a quote or bracket is not closed, a value is missing, a key comes twice
 */
export function parseComment(line: string, where: string): Map<string, InfoValue> {
  const pairs = new Map<string, InfoValue>();
  let at = skipBlank(line, 0);
  while (at < line.length) {
    const key = readWord(line, at, true, where);
    at = skipBlank(line, key.end);
    let value: InfoValue = true;
    if (line[at] === '=') {
      at = skipBlank(line, at + 1);
      if (at >= line.length) throw new SpecError(`${where}: ${key.text}= wants a value`);
      const word = readWord(line, at, false, where);
      value = word.quoted ? word.text : bareValue(word.text);
      at = skipBlank(line, word.end);
    }
    if (pairs.has(key.text)) throw new SpecError(`${where}: key ${shown(key.text)} comes twice`);
    pairs.set(key.text, value);
  }
  return pairs;
}

/** `key=value` that `parseComment` reads back as the same key and value. */
export function formatPair(key: string, value: InfoValue): string {
  if (typeof value === 'boolean') return `${quoteUnlessBare(key)}=${value ? 'T' : 'F'}`;
  if (typeof value === 'number') return `${quoteUnlessBare(key)}=${writeNumber(value)}`;
  return `${quoteUnlessBare(key)}=${typeof bareValue(value) === 'string' ? quoteUnlessBare(value) : quote(value)}`;
}

/** The text in double quotes, with `\`, `"` and line ends escaped. */
function quote(text: string): string {
  const escaped = text.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\r', '\\r');
  return `"${escaped}"`;
}

function quoteUnlessBare(text: string): string {
  return /^[^\s"'=[\]{}\\]+$/.test(text) ? text : quote(text);
}

function bareValue(text: string): InfoValue {
  if (Object.hasOwn(special, text)) return special[text]!;
  const x = readNumber(text);
  return Number.isNaN(x) ? text : x;
}

function skipBlank(line: string, from: number): number {
  let at = from;
  while (at < line.length && /\s/.test(line[at]!)) at++;
  return at;
}

interface Word {
  readonly text: string;
  readonly quoted: boolean;
  /** first character behind the word */
  readonly end: number;
}

/** One quoted, bracketed or bare word. A bare key ends at `=` too; a bracketed value keeps its brackets. */
function readWord(line: string, from: number, key: boolean, where: string): Word {
  const first = line[from]!;
  if (first === '"' || first === "'") return readQuoted(line, from, where);
  if (!key && (first === '[' || first === '{')) {
    let depth = 0;
    for (let at = from; at < line.length; at++) {
      if (line[at] === '[' || line[at] === '{') depth++;
      if ((line[at] === ']' || line[at] === '}') && --depth === 0) {
        return { text: line.slice(from, at + 1), quoted: true, end: at + 1 };
      }
    }
    throw new SpecError(`${where}: bracket not closed: ${shown(line.slice(from))}`);
  }
  let end = from;
  while (end < line.length && !/\s/.test(line[end]!) && !(key && line[end] === '=')) end++;
  if (end === from) throw new SpecError(`${where}: "=" without a key`);
  return { text: line.slice(from, end), quoted: false, end };
}

function readQuoted(line: string, from: number, where: string): Word {
  let text = '';
  for (let at = from + 1; at < line.length; at++) {
    const c = line[at]!;
    if (c === line[from]) return { text, quoted: true, end: at + 1 };
    if (c !== '\\') text += c;
    else if (++at < line.length) text += line[at] === 'n' ? '\n' : line[at] === 'r' ? '\r' : line[at]!;
  }
  throw new SpecError(`${where}: quote not closed: ${shown(line.slice(from))}`);
}
