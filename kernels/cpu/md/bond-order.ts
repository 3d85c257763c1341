// The bond-order form (Tersoff): U = ½ Σ_ij f_C(r_ij) [f_R(r_ij) − b(ζ_ij) f_A(r_ij)] over a full list, atom by atom: its
// neighbours inside the cutoff (three in carbon) are packed with their unit vectors, cosines and angular terms are kept
// between the sum for ζ and the forces. Functions of distance and b(ζ) are tables; only the angular function
//   g(cos θ) = γ (1 + c²/d² − c²/[d² + (h − cos θ)²])
// and, where λ3 ≠ 0, exp[(λ3 (r_ij − r_ik))^m] are computed: a rational function is cheaper than its table.
import { takeI, takeP } from '../block';
import { count, entries, first, forces, openTerm, rows, scratch } from './system';

// most neighbours inside the cutoff; an atom with more gets an energy that is not a number, which stops a run
const most: i32 = 128;

// Bytes of a pair descriptor (ordered pair of species): squared distance up to which a neighbour counts at all f64 (in some triple it
// may count farther than it is bonded), first knot f64, 1/step f64, last row i32, place of the rows i32 [f_C f_R and f_C f_A: 8 f64 a
// row], then of b(ζ): rows i32, segment bits i32, smallest f64, largest f64
const pairSize: usize = 56;
// Bytes of a triple descriptor: γ, c²/d², c², d², h, λ3 (f64), m (f64), R − D, (R + D)² (f64), first knot, 1/step of f_C (f64), last row
// i32, rows of f_C i32
const tripleSize: usize = 96;

// scratch: per neighbour 16 f64, then [most²] rows of two f64 (cos θ or g'·…)
const record: usize = 128;
const atInverseR: usize = 24;
const atR: usize = 32;
const atGx: usize = 40;
const atJ: usize = 64;
const atKind: usize = 68;
const atPair: usize = 72;
const atZeta: usize = 80;

export function bondOrder(block: usize, begin: i32, end: i32): void {
  openTerm(block);
  const species = takeI();
  const pairs = takeP();
  const triples = takeP();
  const list = scratch;
  const angles = scratch + (<usize>most) * record;
  for (let i = begin; i < end; ++i) {
    const here = rows + ((<usize>i) << 5);
    const x = load<f64>(here);
    const y = load<f64>(here, 8);
    const z = load<f64>(here, 16);
    const kind = <i32>load<f64>(here, 24);
    const mine = pairs + <usize>(kind * species) * pairSize;
    let at = entries + ((<usize>load<i32>(first + ((<usize>i) << 2))) << 2);
    const stop = at + ((<usize>load<i32>(count + ((<usize>i) << 2))) << 2);
    let m = 0;
    for (; at < stop; at += 4) {
      const j = load<i32>(at);
      const there = rows + ((<usize>j) << 5);
      const dx = load<f64>(there) - x;
      const dy = load<f64>(there, 8) - y;
      const dz = load<f64>(there, 16) - z;
      const r2 = dx * dx + dy * dy + dz * dz;
      const theirs = <i32>load<f64>(there, 24);
      const pair = mine + (<usize>theirs) * pairSize;
      if (r2 >= load<f64>(pair)) continue;
      if (m == most) {
        store<f64>(forces + ((<usize>i) << 5), NaN, 24);
        break;
      }
      const r = Math.sqrt(r2);
      const inverse = 1 / r;
      const p = list + (<usize>m) * record;
      store<f64>(p, dx * inverse);
      store<f64>(p, dy * inverse, 8);
      store<f64>(p, dz * inverse, 16);
      store<f64>(p, inverse, atInverseR);
      store<f64>(p, r, atR);
      store<f64>(p, 0, atGx);
      store<f64>(p, 0, atGx + 8);
      store<f64>(p, 0, atGx + 16);
      store<i32>(p, j, atJ);
      store<i32>(p, theirs, atKind);
      store<i32>(p, <i32>pair, atPair);
      store<f64>(p, 0, atZeta);
      ++m;
    }
    if (m == 0) continue;
    // ζ_ij = Σ_k f_C(r_ik) g(cos θ_jik) e(r_ij − r_ik)
    for (let j = 0; j < m; ++j) {
      const p = list + (<usize>j) * record;
      const ux = load<f64>(p);
      const uy = load<f64>(p, 8);
      const uz = load<f64>(p, 16);
      const row = triples + <usize>((kind * species + load<i32>(p, atKind)) * species) * tripleSize;
      let zeta: f64 = 0;
      for (let k = 0; k < m; ++k) {
        if (k == j) continue;
        const q = list + (<usize>k) * record;
        const triple = row + (<usize>load<i32>(q, atKind)) * tripleSize;
        const cosine = ux * load<f64>(q) + uy * load<f64>(q, 8) + uz * load<f64>(q, 16);
        const h = load<f64>(triple, 32) - cosine;
        const ratio = load<f64>(triple, 16) / (load<f64>(triple, 24) + h * h);
        const g = load<f64>(triple) * (1 + load<f64>(triple, 8) - ratio);
        cutoff(triple, load<f64>(q, atR));
        const e = load<f64>(triple, 40) != 0 ? lengthening(triple, load<f64>(p, atR) - load<f64>(q, atR)) : 1;
        const keep = angles + ((<usize>(j * m + k)) << 5);
        store<f64>(keep, cosine);
        // dg/dcos = −2 γ c² h / (d² + h²)²
        store<f64>(keep, -2 * load<f64>(triple) * h * ratio / (load<f64>(triple, 24) + h * h), 8);
        store<f64>(keep, g * e, 16);
        store<f64>(keep, fC, 24);
        zeta += fC * g * e;
      }
      store<f64>(p, zeta, atZeta);
    }
    let energy: f64 = 0;
    for (let j = 0; j < m; ++j) {
      const p = list + (<usize>j) * record;
      const ux = load<f64>(p);
      const uy = load<f64>(p, 8);
      const uz = load<f64>(p, 16);
      const r = load<f64>(p, atR);
      const pair = <usize>load<i32>(p, atPair);
      const inv = load<f64>(pair, 16);
      const s = (r - load<f64>(pair, 8)) * inv;
      const k4 = max(<i32>Math.floor(s), -1);
      if (k4 > load<i32>(pair, 24)) continue;
      const t = s - k4;
      const row = <usize>load<i32>(pair, 28) + <usize>(k4 << 6);
      const c0 = v128.load(row);
      const c1 = v128.load(row, 16);
      const c2 = v128.load(row, 32);
      const c3 = v128.load(row, 48);
      const tt = f64x2.splat(t);
      const q3 = f64x2.mul(tt, c3);
      const h2 = f64x2.add(c2, q3);
      const both = f64x2.add(c0, f64x2.mul(tt, f64x2.add(c1, f64x2.mul(tt, h2))));
      const slopes = f64x2.add(c1, f64x2.mul(tt, f64x2.add(f64x2.add(h2, h2), q3)));
      const attraction = f64x2.extract_lane(both, 1);
      order(pair, load<f64>(p, atZeta));
      const half = 0.25 * (f64x2.extract_lane(both, 0) - b * attraction);
      const slope = 0.5 * (f64x2.extract_lane(slopes, 0) - b * f64x2.extract_lane(slopes, 1)) * inv;
      // half of the bond's energy from this end, shared by its two atoms
      energy += half;
      const u = forces + ((<usize>load<i32>(p, atJ)) << 5);
      store<f64>(u, load<f64>(u, 24) + half, 24);
      // ∂U/∂ζ
      const pre = -0.5 * attraction * bSlope;
      let gx = slope * ux;
      let gy = slope * uy;
      let gz = slope * uz;
      if (pre != 0) {
        const inverse = load<f64>(p, atInverseR);
        const triplesOf = triples + <usize>((kind * species + load<i32>(p, atKind)) * species) * tripleSize;
        for (let k = 0; k < m; ++k) {
          if (k == j) continue;
          const q = list + (<usize>k) * record;
          const triple = triplesOf + (<usize>load<i32>(q, atKind)) * tripleSize;
          const keep = angles + ((<usize>(j * m + k)) << 5);
          const cosine = load<f64>(keep);
          const ge = load<f64>(keep, 16);
          const fc = load<f64>(keep, 24);
          const rk = load<f64>(q, atR);
          let dCos = pre * fc * load<f64>(keep, 8);
          let dRj: f64 = 0;
          let dRk: f64 = 0;
          if (rk > load<f64>(triple, 56)) {
            cutoff(triple, rk);
            dRk = pre * fCSlope * ge;
          }
          if (load<f64>(triple, 40) != 0) {
            const e = lengthening(triple, r - rk);
            dCos *= e;
            const along = pre * fc * ge * lengtheningSlope;
            dRj = along;
            dRk -= along;
          }
          const vx = load<f64>(q);
          const vy = load<f64>(q, 8);
          const vz = load<f64>(q, 16);
          const a = dCos * inverse;
          const c = dRj - a * cosine;
          gx += a * vx + c * ux;
          gy += a * vy + c * uy;
          gz += a * vz + c * uz;
          const d = dCos * load<f64>(q, atInverseR);
          const f = dRk - d * cosine;
          store<f64>(q, load<f64>(q, atGx) + d * ux + f * vx, atGx);
          store<f64>(q, load<f64>(q, atGx + 8) + d * uy + f * vy, atGx + 8);
          store<f64>(q, load<f64>(q, atGx + 16) + d * uz + f * vz, atGx + 16);
        }
      }
      store<f64>(p, load<f64>(p, atGx) + gx, atGx);
      store<f64>(p, load<f64>(p, atGx + 8) + gy, atGx + 8);
      store<f64>(p, load<f64>(p, atGx + 16) + gz, atGx + 16);
    }
    let fx: f64 = 0;
    let fy: f64 = 0;
    let fz: f64 = 0;
    for (let j = 0; j < m; ++j) {
      const p = list + (<usize>j) * record;
      const gx = load<f64>(p, atGx);
      const gy = load<f64>(p, atGx + 8);
      const gz = load<f64>(p, atGx + 16);
      const f = forces + ((<usize>load<i32>(p, atJ)) << 5);
      store<f64>(f, load<f64>(f) - gx);
      store<f64>(f, load<f64>(f, 8) - gy, 8);
      store<f64>(f, load<f64>(f, 16) - gz, 16);
      fx += gx;
      fy += gy;
      fz += gz;
    }
    const f = forces + ((<usize>i) << 5);
    store<f64>(f, load<f64>(f) + fx);
    store<f64>(f, load<f64>(f, 8) + fy, 8);
    store<f64>(f, load<f64>(f, 16) + fz, 16);
    store<f64>(f, load<f64>(f, 24) + energy, 24);
  }
}

// f_C and its slope; 1 up to R − D
let fC: f64 = 0;
let fCSlope: f64 = 0;

// @ts-ignore: decorator
@inline
function cutoff(triple: usize, r: f64): void {
  fC = 1;
  fCSlope = 0;
  if (r > load<f64>(triple, 56)) between(triple, r);
}

function between(triple: usize, r: f64): void {
  fC = 0;
  if (r * r >= load<f64>(triple, 64)) return;
  const inv = load<f64>(triple, 80);
  const s = (r - load<f64>(triple, 72)) * inv;
  const k = max(min(<i32>s, load<i32>(triple, 88)), 0);
  const t = s - k;
  const row = <usize>load<i32>(triple, 92) + ((<usize>k) << 5);
  const c1 = load<f64>(row, 8);
  const c2 = load<f64>(row, 16);
  const c3 = load<f64>(row, 24);
  fC = load<f64>(row) + t * (c1 + t * (c2 + t * c3));
  fCSlope = (c1 + t * (2 * c2 + 3 * t * c3)) * inv;
}

// d ln e/dr of the last call
let lengtheningSlope: f64 = 0;

// exp[(λ3 Δ)^m], bounded as in LAMMPS
function lengthening(triple: usize, delta: f64): f64 {
  const l = load<f64>(triple, 40);
  const x = l * delta;
  const cubic = load<f64>(triple, 48) == 3;
  const power = cubic ? x * x * x : x;
  lengtheningSlope = cubic ? 3 * l * x * x : l;
  if (power > 69.0776) return 1e30;
  if (power < -69.0776) return 0;
  return Math.exp(power);
}

let b: f64 = 0;
let bSlope: f64 = 0;

// b(ζ) and its slope from a table on a logarithmic axis: the top bits of ζ are the row. Below it b = 1, above it constant.
// @ts-ignore: decorator
@inline
function order(pair: usize, zeta: f64): void {
  const lowest = load<f64>(pair, 40);
  b = 1;
  bSlope = 0;
  if (zeta < lowest) return;
  const segmentBits = <u64>load<i32>(pair, 36);
  const bits = reinterpret<u64>(min(zeta, load<f64>(pair, 48)));
  const shift = 52 - segmentBits;
  const row = <usize>load<i32>(pair, 32) + ((<usize>((bits >> shift) - (reinterpret<u64>(lowest) >> shift))) << 5);
  const mantissa = ((bits << segmentBits) & 0x000fffffffffffff) | 0x3ff0000000000000;
  const t = reinterpret<f64>(mantissa) - 1;
  const c1 = load<f64>(row, 8);
  const c2 = load<f64>(row, 16);
  const c3 = load<f64>(row, 24);
  b = load<f64>(row) + t * (c1 + t * (c2 + t * c3));
  // 1/width of the row, a power of two made from its exponent
  const inverseWidth = reinterpret<f64>((2046 - ((bits >> 52) - segmentBits)) << 52);
  bSlope = (c1 + t * (2 * c2 + 3 * t * c3)) * inverseWidth;
}
