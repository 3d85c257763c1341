// The neural form, equations in src/model/neural.ts. Atom by atom: neighbours within the cutoff sorted by species, descriptors
// summed, the network asked for energy and slopes, forces pushed to the neighbours. All in f64, neighbours in twos; the cost of
// what depends on both n and the neighbour is what counts, see neural-pairs.ts and neural-triples.ts.
import { invariants, slopes } from './neural-invariants';
import { answer } from './neural-network';
import { addPairs, fadeAndArgument, pairBytes, pushPairs } from './neural-pairs';
import {
  buckets, descriptors, dq, end, filled, free, kindOf, lawBytes, laws, lMax, moments, networkBytes, networks,
  neurons, ownFunctions, polynomials, q, species, takeSizes, threshold,
  work,
} from './neural-sizes';
import { both, exponential, fma, laneSum, mul } from './neural-simd';
import { makeTriple, pushTriples, sumTriples, tripleBytes } from './neural-triples';
import { count, entries, first, forces, openTerm, rows } from './system';

// bytes of what is kept of a neighbour within the cutoff of triples: dx, dy, dz, r, row
const lineBytes: usize = 40;

// Adds energies and forces of atoms begin … after − 1 of the term at `block`.
export function neural(block: usize, begin: i32, after: i32): void {
  openTerm(block);
  takeSizes();
  for (let i = begin; i < after; ++i) atom(i);
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
  gather(i, a, entries + (<usize>load<i32>(first + (i << 2)) << 2), listed, records);

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
  memory.fill(filled, 0, <usize>species << 2);
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
    const number = filled + (<usize>b << 2);
    store<i32>(number, load<i32>(number) + near);
  }
  // numbers of neighbours → first records, next slots
  let start: i32 = 0;
  for (let at: usize = 0; at < <usize>species << 2; at += 4) {
    const number = load<i32>(filled + at);
    store<i32>(buckets + at, start);
    store<i32>(filled + at, 2 * start);
    start += (number + 1) >> 1;
    // the last slot, which the next neighbour overwrites if the number is even
    if (number > 0) store<i32>(slot(records, 2 * start - 1), <i32>i);
  }
  store<i32>(buckets + (<usize>species << 2), start);
  for (let at = free; at < found; at += 8) {
    const number = filled + (<usize>load<i32>(at, 4) << 2);
    const next = load<i32>(number);
    store<i32>(slot(records, next), load<i32>(at));
    store<i32>(number, next + 1);
  }
}

// Where the row of a neighbour stands in its record of two.
// @ts-ignore: decorator
@inline
function slot(records: usize, number: i32): usize {
  return records + <usize>(number >> 1) * pairBytes + 96 + (<usize>(number & 1) << 2);
}

// Half the repulsion of the neighbours in lines [from, to), which are of species b; forces are added.
function repel(i: usize, a: i32, b: i32, from: usize, to: usize): f64 {
  const law = laws + <usize>(a * species + b) * lawBytes;
  const inner = load<f64>(law, 16);
  const outer = load<f64>(law, 24);
  let energy: f64 = 0;
  for (let line = from; line < to; line += lineBytes) {
    const r = load<f64>(line, 24);
    if (r >= outer) continue;
    // Σ w e^(−d r): beyond e⁻⁸⁰ nothing is left
    const low = f64x2.max(both(-80), mul(both(-r), v128.load(law, 64)));
    const high = f64x2.max(both(-80), mul(both(-r), v128.load(law, 80)));
    const part = mul(v128.load(law, 32), exponential(low));
    const rest = mul(v128.load(law, 48), exponential(high));
    const screened = laneSum(f64x2.add(part, rest));
    let value = screened / r;
    let slope = -(laneSum(fma(part, v128.load(law, 64), mul(rest, v128.load(law, 80)))) + value) / r;
    if (r > inner) {
      fadeAndArgument(both(r - inner), outer - inner, work);
      slope = slope * load<f64>(work) + value * load<f64>(work, 16);
      value *= load<f64>(work);
    }
    energy += 0.5 * value;
    const g = (0.5 * slope) / r;
    const mine = forces + (i << 5);
    const its = forces + (<usize>load<i32>(line, 32) << 5);
    for (let c: usize = 0; c < 24; c += 8) {
      const pull = g * load<f64>(line + c);
      store<f64>(mine + c, load<f64>(mine + c) + pull);
      store<f64>(its + c, load<f64>(its + c) - pull);
    }
  }
  return energy;
}
