// What every force kernel sees of the system, set once per rebuild of the neighbour lists.
//
// Atoms stand sorted by cell, wrapped; behind the n atoms stand their periodic images (ghosts) as far as any list reaches, so
// that a kernel knows neither cells nor periodicity: a displacement is a plain difference of rows. What it adds to the rows
// of ghosts is folded back onto their owners afterwards. Each worker adds into force rows of its own.
import { open, takeI, takeP } from '../block';

// atoms, and atoms with ghosts
export let n: i32 = 0;
export let all: i32 = 0;
// [all] rows (x, y, z, kind) of f64; species that the model does not tell apart are one kind
export let rows: usize = 0;
// [all] rows (fx, fy, fz, energy) of f64 of this worker: kernels add to them
export let forces: usize = 0;
// 1 MiB of this worker's own, free to use within a call
export let scratch: usize = 0;

export function system(block: usize): void {
  open(block);
  n = takeI();
  all = takeI();
  rows = takeP();
  forces = takeP();
  scratch = takeP();
}

// The neighbour list of a term: three words at the head of the term's block.
// entries of atom i are load<i32>(entries + ((first[i] + k) << 2)), k < count[i]: indices < all
export let first: usize = 0;
export let count: usize = 0;
export let entries: usize = 0;

export function openTerm(block: usize): void {
  open(block);
  first = takeP();
  count = takeP();
  entries = takeP();
}
