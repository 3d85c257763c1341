// The neural form, equations in src/model/neural.ts. Atom by atom: neighbours within the cutoff sorted by species, descriptors
// summed, the network asked for energy and slopes, forces pushed to the neighbours. All in f64, neighbours in twos; the cost of
// what depends on both n and the neighbour is what counts, see neural-pairs.ts and neural-triples.ts.
import { invariants, slopes } from './neural-invariants';
import { answer } from './neural-network';
import { addPairs, fadeAndArgument, pairBytes, pushPairs } from './neural-pairs';
import {
  buckets, descriptors, dq, end, free, kindOf, lawBytes, laws, lMax, moments, networkBytes, networks,
  neurons, ownFunctions, polynomials, q, species, takeSizes, threshold, work,
} from './neural-sizes';
import { both, exponential, fma, laneSum, mul } from './neural-simd';
import { makeTriple, pushTriples, sumTriples, tripleBytes } from './neural-triples';
import { count, entries, first, forces, openTerm, rows } from './system';

// bytes of what is kept of a neighbour within the cutoff of triples: dx, dy, dz, r, row
const lineBytes: usize = 40;

// Adds energies and forces of atoms begin … end − 1 of the term at `block`.
export function neural(block: usize, begin: i32, end: i32): void {
  openTerm(block);
  takeSizes();
  for (let i = begin; i < end; ++i) atom(i);
}

// @ts-ignore: decorator
@inline
function kindAt(row: usize): i32 {
  return load<i32>(kindOf + (<usize>load<f64>(row, 24) << 2));
}

function atom(i: usize): void {
  const a = kindAt(rows + (i << 5));
  if (a < 0) return;
  const listed = <usize>load<i32>(count + (i << 2));
  // found neighbours (row, species), then records of two, then lines; what does not fit is no system that can be simulated
  const records = (free + 8 * listed + 15) & ~15;
  const lines = records + pairBytes * ((listed + <usize>species + 1) >> 1);
  const triples = (lines + lineBytes * (listed + <usize>species + 2) + 15) & ~15;
  if (triples > end) {
    store<f64>(forces + (i << 5), NaN, 24);
    return;
  }
  const last = gather(i, a, entries + (<usize>load<i32>(first + (i << 2)) << 2), listed, records);

  memory.fill(q, 0, <usize>descriptors << 4);
  let energy = -threshold;
  let triple = triples;
  const bytes = tripleBytes();
  for (let b = 0; b < species; ++b) {
    const from = records + <usize>load<i32>(buckets + (<usize>b << 2)) * pairBytes;
    const to = records + <usize>load<i32>(buckets + (<usize>b << 2), 4) * pairBytes;
    if (from == to) continue;
    const behind = addPairs(i, a, b, from, to, work, lines);
    energy += repel(i, a, b, lines, behind);
    if (lMax == 0) continue;
    // the idle lane of an odd number stands at the cutoff
    memory.fill(behind, 0, lineBytes);
    store<f64>(behind, load<f64>(laws + <usize>(a * species + b) * lawBytes, 8), 24);
    store<i32>(behind, <i32>i, 32);
    for (let line = lines; line < behind; line += 2 * lineBytes, triple += bytes) {
      if (triple + bytes > end) {
        store<f64>(forces + (i << 5), NaN, 24);
        return;
      }
      makeTriple(a, b, line, line + lineBytes, triple);
    }
  }
  if (triple > triples) sumTriples(triples, triple);
  else memory.fill(moments, 0, <usize>(ownFunctions * polynomials) << 3);
  invariants();
  energy += answer(networks + <usize>a * networkBytes, neurons, descriptors, q, dq);

  // (fx, fy), (fz, energy) of atom i
  slopes();
  const mine = lines;
  v128.store(mine, both(0));
  v128.store(mine, both(0), 16);
  if (triple > triples) pushTriples(triples, triple, mine);
  for (let b = 0; b < species; ++b) {
    const from = records + <usize>load<i32>(buckets + (<usize>b << 2)) * pairBytes;
    const to = records + <usize>load<i32>(buckets + (<usize>b << 2), 4) * pairBytes;
    if (from != to) pushPairs(a, b, from, to, mine);
  }
  store<f64>(mine, energy, 24);
  const force = forces + (i << 5);
  v128.store(force, f64x2.add(v128.load(force), v128.load(mine)));
  v128.store(force, f64x2.add(v128.load(force, 16), v128.load(mine, 16)), 16);
}

// Rows of the neighbours within the cutoff of pairs, in records of two by species; `buckets` says where those of each begin.
// A record that is not full names atom i.
function gather(i: usize, a: i32, list: usize, listed: usize, records: usize): void {
  const centre = rows + (i << 5);
  const cx = load<f64>(centre);
  const cy = load<f64>(centre, 8);
  const cz = load<f64>(centre, 16);
  memory.fill(buckets, 0, <usize>(species + 1) << 2);
  let found = free;
  for (let k: usize = 0; k < listed; ++k) {
    const j = load<i32>(list + (k << 2));
    const row = rows + (<usize>j << 5);
    const b = kindAt(row);
    if (b < 0) continue;
    const dx = load<f64>(row) - cx;
    const dy = load<f64>(row, 8) - cy;
    const dz = load<f64>(row, 16) - cz;
    const reach = load<f64>(laws + <usize>(a * species + b) * lawBytes);
    // written in any case, kept when near: no branch to guess
    const near = <i32>(dx * dx + dy * dy + dz * dz < reach * reach);
    store<i32>(found, j);
    store<i32>(found, b, 4);
    found += <usize>near << 3;
    const bucket = buckets + (<usize>b << 2);
    store<i32>(bucket, load<i32>(bucket, 4) + near, 4);
  }
  // numbers of neighbours → first records
  let start: i32 = 0;
  for (let b = 0; b < species; ++b) {
    const bucket = buckets + (<usize>b << 2);
    const number = load<i32>(bucket, 4);
    store<i32>(bucket, start);
    if (number > 0) start += (number + 1) >> 1;
  }
}
