/** Pieces that bonds hold together: sheets, molecules, or one network through the whole box. */
import { atomCount, type Frame } from '../core/frame.ts';
import type { Bonds } from './bonds.ts';

/** One connected piece. */
export interface Fragment {
  /** atoms of the piece that were asked for */
  readonly size: number;
  /** true when the piece is bonded to its own periodic image: it has no end */
  readonly endless: boolean;
}

/**
 * Connected pieces with at least one atom for which `counts` holds, the largest first. Pieces are walked through breadth
 * first and laid out without the periodic boundary; a bond that does not fit the layout leads to a periodic image.
 *
 * @param counts  which atoms make up the size of a piece
 * @oracle test/unit/analysis-bonding.test.ts
 */
export function findFragments(frame: Frame, bonds: Bonds, counts: (i: number) => boolean): Fragment[] {
  const n = atomCount(frame);
  const at = new Float64Array(3 * n);
  const seen = new Uint8Array(n);
  const queue = new Int32Array(n);
  const fragments: Fragment[] = [];
  for (let seed = 0; seed < n; seed++) {
    if (seen[seed]) continue;
    let size = 0;
    let endless = false;
    let tail = 0;
    queue[tail++] = seed;
    seen[seed] = 1;
    for (let head = 0; head < tail; head++) {
      const i = queue[head]!;
      if (counts(i)) size++;
      for (let p = bonds.start[i]!; p < bonds.start[i + 1]!; p++) {
        const j = bonds.index[p]!;
        let gap = 0;
        for (let d = 0; d < 3; d++) {
          const x = at[3 * i + d]! + bonds.rows[4 * p + d]!;
          if (seen[j]) gap = Math.max(gap, Math.abs(x - at[3 * j + d]!));
          else at[3 * j + d] = x;
        }
        if (seen[j]) endless ||= gap > 0.1;
        else {
          seen[j] = 1;
          queue[tail++] = j;
        }
      }
    }
    if (size > 0) fragments.push({ size, endless });
  }
  return fragments.sort((a, b) => b.size - a.size);
}
