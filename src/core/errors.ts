/**
 * The four ways Cardhouse refuses to go on. Every message is one or two lines: where, what, got, wanted, what to try.
 * Faces turn them into exit codes: bad input (`SpecError`, `ModelError`) exits with 2, the rest with 1.
 */
export abstract class CardhouseError extends Error {
  abstract readonly exitCode: number;
  constructor(message: string) {
    super(message);
    this.name = new.target.name;
  }
}

/** Bad input from a person: a spec, a flag, a structure file. Carries the path of the offending key. */
export class SpecError extends CardhouseError {
  readonly exitCode = 2;
}

/** A potential file or parameter set that cannot be used: missing species, bad syntax (with line), failed table audit. */
export class ModelError extends CardhouseError {
  readonly exitCode = 2;
}

/** The simulation left the realm of physics: NaN, energy drift, an explosion, an impossible overlap. */
export class PhysicsError extends CardhouseError {
  readonly exitCode = 1;
}

/** The hardware or its driver cannot do what was asked: no WebAssembly SIMD, worker failed, out of memory. */
export class BackendError extends CardhouseError {
  readonly exitCode = 1;
}

/** The known word nearest to `word` by edit distance, or undefined when none is near enough to be a typing slip. */
export function nearestWord(word: string, known: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(word.length / 3)) + 1;
  for (const candidate of known) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) {
      bestDistance = distance;
      best = candidate;
    }
  }
  return best;
}

/** `; did you mean "cycles"?`, or nothing when no known word is near. */
export function didYouMean(word: string, known: readonly string[]): string {
  const near = nearestWord(word, known);
  return near === undefined ? '' : `; did you mean "${near}"?`;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substitution, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
