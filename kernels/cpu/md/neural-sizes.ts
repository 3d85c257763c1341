// Sizes and places of a neural term: its words, in the order of src/engine/forces/neural-block.ts, and where its arrays stand in the
// worker's scratch memory. Read anew at the head of every call.
import { takeF, takeI, takeP } from '../block';
import { scratch } from './system';

// [frame species] species of the potential, −1 = none of them
export let kindOf: usize = 0;
export let species: i32 = 0;
// radial functions of pairs (even), Chebyshev polynomials in them
export let pairFunctions: i32 = 0;
export let pairBasis: i32 = 0;
// the same of triples (a multiple of three; and without the padding)
export let functions: i32 = 0;
export let ownFunctions: i32 = 0;
export let basis: i32 = 0;
export let lMax: i32 = 0;
// polynomials of directions
export let polynomials: i32 = 0;
// factor of the four-body descriptor, 0 = there is none
export let fourBody: f64 = 0;
export let fiveBody: bool = false;
// [polynomials] squared norms
export let norms: usize = 0;
// descriptors (even)
export let descriptors: i32 = 0;
// neurons (a multiple of four)
export let neurons: i32 = 0;
export let threshold: f64 = 0;
export let networks: usize = 0;
// bytes of one species' network
export let networkBytes: usize = 0;
// [S, S, 12] f64: cutoff of pairs, of triples, inner and outer of the repulsion, its weights, its decays
export let laws: usize = 0;
// [S, S][pairBasis, pairFunctions]
export let pairCoefficients: usize = 0;
// [S, S][functions / 3][basis][6]: three of h, three of h'
export let coefficients: usize = 0;

// scratch: q and dU/dq; sums of polynomials by k and what multiplies them; S_nlm or dU/dS_nlm; work of one pair of neighbours
export let q: usize = 0;
export let dq: usize = 0;
export let sums: usize = 0;
export let series: usize = 0;
export let moments: usize = 0;
export let work: usize = 0;
// [S + 1] i32: first record of two of each species among neighbours
export let buckets: usize = 0;
// [S] i32: how many there are, then the next slot to fill
export let filled: usize = 0;
// first byte behind them, and the end
export let free: usize = 0;
export let end: usize = 0;

export const lawBytes: usize = 96;

// Reads the words behind the three of the list.
export function takeSizes(): void {
  kindOf = takeP();
  species = takeI();
  pairFunctions = takeI();
  pairBasis = takeI();
  functions = takeI();
  ownFunctions = takeI();
  basis = takeI();
  lMax = takeI();
  fourBody = takeF();
  fiveBody = takeI() != 0;
  norms = takeP();
  descriptors = takeI();
  neurons = takeI();
  threshold = takeF();
  networks = takeP();
  laws = takeP();
  pairCoefficients = takeP();
  coefficients = takeP();
  polynomials = (lMax + 1) * (lMax + 1) - 1;
  // polynomials in threes: 3, 9 (one idle), 15, 24
  if (lMax == 2) polynomials = 9;
  networkBytes = <usize>(neurons * (descriptors + 2)) << 3;
  q = scratch;
  dq = q + (<usize>descriptors << 3);
  sums = dq + (<usize>descriptors << 3);
  series = sums + (<usize>pairBasis << 4);
  moments = series + (<usize>pairBasis << 4);
  work = moments + (<usize>(functions * polynomials + 1) << 3);
  work = (work + 15) & ~15;
  buckets = work + (<usize>(basis + functions + polynomials + 4) << 4);
  filled = buckets + (<usize>(species + 1) << 2);
  free = (filled + (<usize>species << 2) + 15) & ~15;
  end = scratch + (1 << 20);
}
