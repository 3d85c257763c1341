/** Puts domains into the cube at random before they are squeezed. */
import type { RandomStream } from '../core/random.ts';
import { addAtom, emptyGrid, isCrowded } from './contacts.ts';
import { type Packing, placeAll, placeDomain, rescale } from './packing.ts';

/** After so many failures in a row the cube grows by 3 %. */
const patience = 100;

/**
 * Random sequential insertion: one domain after the other at a random place in a random orientation, none nearer than
 * `gap` to another. So no sheet crosses another, and squeezing cannot make them cross later.
 *
 * @param gap  Å
 */
export function scatter(p: Packing, gap: number, random: RandomStream): void {
  const { pose, start } = p;
  let grid = emptyGrid(p, gap);
  for (let d = 0; d + 1 < start.length; d++) {
    for (let failures = 1; ; failures++) {
      throwIn(p, d, random);
      if (fits(d)) break;
      if (failures % patience > 0) continue;
      rescale(pose, pose.edge * 1.03);
      placeAll(p);
      grid = emptyGrid(p, gap);
      for (let a = 0; a < start[d]!; a++) addAtom(p, grid, a);
    }
    for (let a = start[d]!; a < start[d + 1]!; a++) addAtom(p, grid, a);
  }

  function fits(d: number): boolean {
    for (let a = start[d]!; a < start[d + 1]!; a++) if (isCrowded(p, grid, a)) return false;
    return true;
  }
}

function throwIn(p: Packing, d: number, random: RandomStream): void {
  p.pose.turn.set(random.quaternion(), 4 * d);
  for (let k = 3 * d; k < 3 * d + 3; k++) p.pose.centre[k] = p.pose.edge * random.uniform();
  placeDomain(p, d);
}
