/** Which carbons keep their place while a carbon is relaxed: the insides of sheets, which carry spacing, turn and curvature. */
import { atomCount, type Frame } from '../core/frame.ts';
import { neighborList } from '../core/neighbors.ts';
import { bondLength, bondReach } from './sheet.ts';

/** Bonds around an edge that are free to move, and around a defect, whose bonds are not those of graphene. */
const freedom = { edge: 1, defect: 3 } as const;
/** A bond this far from that of graphene belongs to a defect, Å. */
const strained = 0.03;

/**
 * Carbons inside sheets: two bonds or more from every edge (the rim of a vacancy is one), four or more from every turned bond or bridge.
 *
 * @param frame  carbons only, before relaxation
 * @returns [N] 1 for those that are held
 */
export function heldAtoms(frame: Frame): Uint8Array {
  const n = atomCount(frame);
  const { start, index, rows } = neighborList(frame, bondReach);
  // bonds that are still free around an atom; 0 for one that is free itself and frees nobody else, −1 for one that is held
  const freeing = new Int8Array(n).fill(-1);
  for (let i = 0; i < n; i++) {
    if (start[i + 1]! - start[i]! !== 3) freeing[i] = freedom.edge;
    for (let p = start[i]!; p < start[i + 1]!; p++) {
      if (Math.abs(rows[4 * p + 3]! - bondLength) > strained) freeing[i] = freedom.defect;
    }
  }
  for (let left = freedom.defect; left > 0; left--) {
    for (let i = 0; i < n; i++) {
      if (freeing[i] !== left) continue;
      for (const j of index.subarray(start[i], start[i + 1])) freeing[j] = Math.max(freeing[j]!, left - 1);
    }
  }
  return Uint8Array.from(freeing, (bonds) => (bonds < 0 ? 1 : 0));
}
