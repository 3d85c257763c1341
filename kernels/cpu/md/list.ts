// Neighbour lists. Atoms and ghosts are sorted by bin, z fastest, so that the bins of one (x, y) column that can hold neighbours
// are one run of atoms and one run of ghosts. A stencil lists those columns; it was made from the least distance of two bins.
//
// A half list holds every pair once: of two atoms the one with the larger index, of an atom and a ghost the one whose image
// lies in the positive half of space (its lattice vector, compared as integers), so the choice never depends on rounding.
import { open, takeF, takeI, takeP } from '../block';
import { rows, scratch } from './system';

let nx: i32 = 0;
let ny: i32 = 0;
let nz: i32 = 0;
// [bins + 1] first atom, first ghost of a bin; [n] bin of an atom
let atomStart: usize = 0;
let ghostStart: usize = 0;
let binOf: usize = 0;
// [all] sorted index of the atom that a row is an image of (itself for an atom), and its lattice vector relative to that atom
// as one number a·2^20 + b·2^10 + c: sums of vectors are sums of numbers, and the half of space is the sign
let owner: usize = 0;
let code: usize = 0;

export function grid(block: usize): void {
  open(block);
  nx = takeI();
  ny = takeI();
  nz = takeI();
  atomStart = takeP();
  ghostStart = takeP();
  binOf = takeP();
  owner = takeP();
  code = takeP();
}

// what a list asks for
let species: i32 = 0;
// [species²] squared cutoff with skin, 0: not a pair of this list
let cut2: usize = 0;
let longest2: f64 = 0;
let half: bool = false;
let stencil: usize = 0;
let columns: i32 = 0;
// exclusion: 0 none, 1 by bonds, 2 by fragment
let excludes: i32 = 0;
let path: i32 = 0;
let near2: f64 = 0;
let bondFirst: usize = 0;
let bondCount: usize = 0;
let bondEntries: usize = 0;
// [all] number of the fragment, images apart
let fragment: usize = 0;

// atoms within `path` bonds of the one being listed, in scratch: owner and code
let reachable: usize = 0;
let reached: i32 = 0;
// more than this do not fit into scratch; a carbon of four bonds each has 700 within 6 bonds
const most: i32 = 65536;
let out: usize = 0;

// Lists the neighbours of atoms begin … end − 1 behind `at`; returns the entries used, or −1 when more than `capacity` are needed.
// block: first, count, entries (as every term's), then the words above
export function list(block: usize, begin: i32, end: i32, at: i32, capacity: i32): i32 {
  open(block);
  const first = takeP();
  const count = takeP();
  const entries = takeP();
  species = takeI();
  cut2 = takeP();
  longest2 = takeF();
  half = takeI() != 0;
  stencil = takeP();
  columns = takeI();
  excludes = takeI();
  path = takeI();
  near2 = takeF();
  bondFirst = takeP();
  bondCount = takeP();
  bondEntries = takeP();
  fragment = takeP();
  reachable = scratch;
  let used = at;
  for (let i = begin; i < end; ++i) {
    // room for all that could follow is not known: stop while a whole neighbourhood surely fits
    if (used + 4096 > at + capacity) return -1;
    const start = entries + ((<usize>used) << 2);
    out = start;
    if (excludes == 1) reach(i);
    const bin = load<i32>(binOf + ((<usize>i) << 2));
    const bk = bin % nz;
    const bj = (bin / nz) % ny;
    const bi = bin / (nz * ny);
    for (let c = 0; c < columns; ++c) {
      const column = stencil + ((<usize>c) << 4);
      const ci = bi + load<i32>(column);
      const cj = bj + load<i32>(column, 4);
      if (<u32>ci >= <u32>nx || <u32>cj >= <u32>ny) continue;
      const base = (ci * ny + cj) * nz;
      const from = (<usize>(base + max(bk + load<i32>(column, 8), 0))) << 2;
      const to = (<usize>(base + min(bk + load<i32>(column, 12), nz - 1) + 1)) << 2;
      const low = load<i32>(atomStart + from);
      scan(i, half ? max(low, i + 1) : low, load<i32>(atomStart + to), false);
      scan(i, load<i32>(ghostStart + from), load<i32>(ghostStart + to), half);
    }
    const found = <i32>((out - start) >> 2);
    if (found > 4096) return -1;
    store<i32>(first + ((<usize>i) << 2), used);
    store<i32>(count + ((<usize>i) << 2), found);
    used += found;
  }
  return used - at;
}

// @ts-ignore: decorator
@inline
function scan(i: i32, from: i32, to: i32, positive: bool): void {
  const here = rows + ((<usize>i) << 5);
  const x = load<f64>(here);
  const y = load<f64>(here, 8);
  const z = load<f64>(here, 16);
  const mine = cut2 + ((<usize>(<i32>load<f64>(here, 24) * species)) << 3);
  const many = species > 1;
  let limit = longest2;
  for (let j = from; j < to; ++j) {
    const there = rows + ((<usize>j) << 5);
    const dx = load<f64>(there) - x;
    const dy = load<f64>(there, 8) - y;
    const dz = load<f64>(there, 16) - z;
    const r2 = dx * dx + dy * dy + dz * dz;
    if (many) limit = load<f64>(mine + ((<usize>(<i32>load<f64>(there, 24))) << 3));
    // every candidate is written, and the place moves on past those that belong: no branch to mispredict
    store<i32>(out, j);
    let belongs = i32(r2 < limit) & i32(j != i);
    if (positive) belongs &= i32(load<i32>(code + ((<usize>j) << 2)) >= 0);
    if (excludes != 0 && belongs && excluded(i, j, r2)) belongs = 0;
    out += (<usize>belongs) << 2;
  }
}

function excluded(i: i32, j: i32, r2: f64): bool {
  if (excludes == 2) return load<i32>(fragment + ((<usize>i) << 2)) == load<i32>(fragment + ((<usize>j) << 2));
  if (r2 > near2) return false;
  return known(load<i32>(owner + ((<usize>j) << 2)), load<i32>(code + ((<usize>j) << 2)));
}

function known(who: i32, where: i32): bool {
  for (let k = 0; k < reached; ++k) {
    const at = reachable + ((<usize>k) << 3);
    if (load<i32>(at) == who && load<i32>(at, 4) == where) return true;
  }
  return false;
}

// All (atom, lattice vector) within `path` bonds of atom i.
function reach(i: i32): void {
  store<i32>(reachable, i);
  store<i32>(reachable, 0, 4);
  reached = 1;
  let begin = 0;
  for (let step = 0; step < path; ++step) {
    const end = reached;
    for (let k = begin; k < end; ++k) {
      const at = reachable + ((<usize>k) << 3);
      const who = <usize>load<i32>(at);
      const where = load<i32>(at, 4);
      const bonds = bondEntries + ((<usize>load<i32>(bondFirst + (who << 2))) << 2);
      const m = load<i32>(bondCount + (who << 2));
      for (let b = 0; b < m; ++b) {
        const q = (<usize>load<i32>(bonds + ((<usize>b) << 2))) << 2;
        const next = load<i32>(owner + q);
        const there = where + load<i32>(code + q);
        if (reached < most && !known(next, there)) {
          const slot = reachable + ((<usize>reached) << 3);
          store<i32>(slot, next);
          store<i32>(slot, there, 4);
          ++reached;
        }
      }
    }
    begin = end;
  }
}
