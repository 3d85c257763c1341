// The neighbours of one atom that are inside the cutoff now, packed: a Verlet list also holds those within the skin, and a branch
// on every distance would be mispredicted one time in four. Packing has none: every candidate is written, and the place
// moves on only past those inside. Behind the last stands one more with d = 0, r² = 1, so that pairs of lanes can be taken.
import { count, entries, first, rows, scratch } from './system';

// most neighbours an atom can have; list.ts refuses more
const most: usize = 4098;

// scratch: dx, dy, dz, r² (f64), place of the row (i32: index of the neighbour), descriptor of the pair (i32)
export const atX: usize = 0;
export const atY: usize = most << 3;
export const atZ: usize = most << 4;
export const atR2: usize = most * 24;
export const atJ: usize = most << 5;
export const atPair: usize = most * 36;

// Descriptors of species pairs stand `size` bytes apart; each begins with the squared cutoff (f64), 0: does not interact.
// With `one` species (a constant where this is inlined) all pairs have the first descriptor, and none is noted.
// @ts-ignore: decorator
@inline
export function near(i: i32, pairs: usize, species: i32, size: usize, one: bool): i32 {
  const here = rows + ((<usize>i) << 5);
  const x = load<f64>(here);
  const y = load<f64>(here, 8);
  const z = load<f64>(here, 16);
  const mine = one ? pairs : pairs + <usize>(<i32>load<f64>(here, 24) * species) * size;
  let at = entries + ((<usize>load<i32>(first + ((<usize>i) << 2))) << 2);
  const end = at + ((<usize>load<i32>(count + ((<usize>i) << 2))) << 2);
  let d = scratch;
  let k = scratch + atJ;
  let cut2 = load<f64>(mine);
  for (; at < end; at += 4) {
    const j = load<i32>(at);
    const there = rows + ((<usize>j) << 5);
    if (!one) {
      const pair = mine + <usize>(<i32>load<f64>(there, 24)) * size;
      cut2 = load<f64>(pair);
      store<i32>(k, <i32>pair, most << 2);
    }
    const dx = load<f64>(there) - x;
    const dy = load<f64>(there, 8) - y;
    const dz = load<f64>(there, 16) - z;
    const r2 = dx * dx + dy * dy + dz * dz;
    store<f64>(d, dx, atX);
    store<f64>(d, dy, atY);
    store<f64>(d, dz, atZ);
    store<f64>(d, r2, atR2);
    store<i32>(k, j);
    const inside = <usize>(r2 < cut2);
    d += inside << 3;
    k += inside << 2;
  }
  store<f64>(d, 0, atX);
  store<f64>(d, 0, atY);
  store<f64>(d, 0, atZ);
  store<f64>(d, 1, atR2);
  store<i32>(k, i);
  store<i32>(k, <i32>mine, most << 2);
  return <i32>((d - scratch) >> 3);
}
