/** Hydrogen and oxygen at edges as atoms of the frame. */
import { atomCount, type Frame } from '../core/frame.ts';
import { neighborList } from '../core/neighbors.ts';
import { bondReach } from './sheet.ts';

/** Bond lengths, Å: a little above 1.09 and 1.22, so that no two atoms are nearer than 1.1 Å. */
const length = { H: 1.101, O: 1.23 } as const;
/** Least distance from atoms that it is not bonded to, Å. */
const clearance = { H: 1.3, O: 1.8 } as const;
/** Shells of neighbours looked at, Å. */
const reach = 3.2;

/**
 * Adds one atom to each of the given edge carbons, where the missing bond points.
 *
 * @param sites  atoms with two bonds
 * @returns the frame with atoms added behind the others, and how many sites had no room for theirs
 */
export function terminate(
  frame: Frame,
  element: 'H' | 'O',
  sites: readonly number[],
): { frame: Frame; crowded: number } {
  if (sites.length === 0) return { frame, crowded: 0 };
  const n = atomCount(frame);
  const { start, index, rows: steps } = neighborList(frame, reach);
  const species = frame.species.includes(element) ? frame.species : [...frame.species, element];
  const kind = species.indexOf(element);
  const added: number[] = [];
  for (const i of sites) {
    const out = [0, 0, 0];
    for (let p = start[i]!; p < start[i + 1]!; p++) {
      if (index[p]! >= n || steps[4 * p + 3]! >= bondReach) continue;
      for (let k = 0; k < 3; k++) out[k]! -= steps[4 * p + k]! / steps[4 * p + 3]!;
    }
    const norm = Math.hypot(...out);
    if (norm < 1e-6) continue;
    const step = out.map((x) => (x / norm) * length[element]);
    let clear = true;
    for (let p = start[i]!; p < start[i + 1]! && clear; p++) {
      const d = Math.hypot(steps[4 * p]! - step[0]!, steps[4 * p + 1]! - step[1]!, steps[4 * p + 2]! - step[2]!);
      clear = d >= clearance[element];
    }
    if (clear)
      added.push(
        frame.rows[4 * i]! + step[0]!,
        frame.rows[4 * i + 1]! + step[1]!,
        frame.rows[4 * i + 2]! + step[2]!,
        kind,
      );
  }
  const kept = apart(frame, added, clearance[element]);
  const rows = new Float64Array(frame.rows.length + kept.length);
  rows.set(frame.rows);
  rows.set(kept, frame.rows.length);
  return { frame: { ...frame, species, rows }, crowded: sites.length - kept.length / 4 };
}

/** Rows of which none is nearer than `least` to one before. */
function apart(frame: Frame, added: readonly number[], least: number): number[] {
  const { start, index } = neighborList(
    { ...frame, species: ['X'], rows: Float64Array.from(added, (x, k) => (k % 4 === 3 ? 0 : x)) },
    least,
  );
  const kept = new Uint8Array(added.length / 4);
  for (let a = 0; a < kept.length; a++) kept[a] = index.subarray(start[a], start[a + 1]).some((b) => kept[b]) ? 0 : 1;
  return added.filter((_, k) => kept[Math.floor(k / 4)] === 1);
}
