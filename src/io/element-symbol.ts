/** Chemical elements as structure files spell them: `C`, `NA`, `Na1+`, `D`. */
import { elements } from '../core/elements.ts';
import { atomicNumber } from './nep-elements.ts';
import { shown } from './shown.ts';

/** isotopes of hydrogen that have symbols of their own; they are read as H */
const isotopes: readonly string[] = ['D', 'T'];

/**
 * `Na` for `Na`, `NA` or `na`; `H` for `D` and `T`.
 *
 * @returns undefined where the word is the symbol of no element
 */
export function elementNamed(word: string): string | undefined {
  if (word.length === 0 || word.length > 2) return undefined;
  const symbol = word[0]!.toUpperCase() + word.slice(1).toLowerCase();
  if (isotopes.includes(symbol)) return 'H';
  return atomicNumber(symbol) > 0 ? symbol : undefined;
}

/**
 * What is wrong with the symbol of an element, in words for a message; undefined where nothing is. An element without a mass
 * is refused: it would weigh 1 amu.
 */
export function symbolFault(symbol: string | undefined, word: string): string | undefined {
  if (symbol === undefined) return `${shown(word)} is no element; wanted a symbol such as C or Na`;
  if (!Object.hasOwn(elements, symbol)) {
    return `element ${symbol} is not known to Cardhouse; it knows ${Object.keys(elements).join(', ')}`;
  }
  return undefined;
}

/**
 * The element of a name such as `C12`, `Na1`, `CL3A`, `OW`: its first letters. A second letter in lower case belongs to the
 * symbol; one in upper case does where that makes an element and the first letter alone does not.
 *
 * @returns undefined where there is none, or where both readings are elements (`CA1`: carbon or calcium?)
 */
export function elementOfName(name: string): string | undefined {
  const letters = /^[A-Za-z]{1,2}/.exec(name)?.[0] ?? '';
  if (letters.length < 2) return elementNamed(letters);
  const both = elementNamed(letters);
  if (/[a-z]/.test(letters[1]!)) return both;
  const one = elementNamed(letters[0]!);
  return both !== undefined && one !== undefined ? undefined : (both ?? one);
}
