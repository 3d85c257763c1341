/** What the neural kernel reads. */
import type { NeuralTerm } from '../model/model.ts';

/** Words of the kernel's block behind (first, count, entries). */
export function neuralBlock(
  _term: NeuralTerm,
  _kinds: readonly number[],
  _place: (data: Float64Array | Int32Array) => number,
): number[] {
  throw new Error('not there yet');
}
