/** What the benchmarks of chains share: the carbon they run in, and how repeated timings become one number. */
import type { Frame } from '../core/frame.ts';
import { buildHardCarbon } from '../structure/hard-carbon.ts';

/** A hard carbon of 1.45 g/cm³, typed, the same every time. */
export function benchCarbon(atoms: number): Frame {
  const domains = { la: 25, lc: 11, d002: 3.75, density: 1.45 };
  return buildHardCarbon({ ...domains, atoms, seed: 'bench', edges: { strong: 0.15 } }).frame;
}

/** The middle one of an odd number of timings. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!;
}
