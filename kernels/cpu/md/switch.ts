// The charge switch of the embedded form (equations in src/model/model.ts), over the same half list, in five passes:
//   fields      n_i = Σ w, V_ion,i and V_met,i, each worker its own
//   charges     s_i = s(n_i) and V_met + s² (V_ion − V_met)
//   repulsion   h_i = Σ s_j Y_ij, each worker its own
//   slopes      ½ s h and dU/dn_i = s'(n_i) [2 s (V_ion − V_met) + h]
//   switched    forces with dU/dn_i w' + dU/dn_j w' + s_i s_j Y' + s² V_ion' + (1 − s²) V_met'
// Only pairs with a guest take part, so that plain loops do.
import { takeI, takeP } from '../block';
import { derivative, embedding, energy } from './embedded';
import { atJ, atPair, atR2, atX, atY, atZ, near } from './near';
import { spread, total } from './step';
import { all, forces, openTerm, rows, scratch } from './system';

// bytes of a descriptor: cutoff² f64, then places of tables (i32, 0: none): w_ab, w_ba, Y, V_ion of a at b, of b at a, V_met likewise,
// f_ab, f_ba where ions are bare
const size: usize = 48;
const atOwnW: usize = 8;
const atOtherW: usize = 12;
const atY_: usize = 16;
const atOwnIon: usize = 20;
const atOtherIon: usize = 24;
const atOwnMetal: usize = 28;
const atOtherMetal: usize = 32;
const atOwnF: usize = 36;
const atOtherF: usize = 40;
// words of a row of fields
const words: usize = 5;

let species: i32 = 0;
let pairs: usize = 0;
// [species] rows (n at which s reaches zero (0: no switch), at which it begins to fall, E and W of V_ion's saturation)
let limits: usize = 0;
let smooth: bool = false;
// F belongs to the metallic share: this term takes s² F off again, which the embedding has added
let bare: bool = false;
let embeddings: usize = 0;
// [all] rows (n, V_ion, V_met, h, ρ) of this worker, and of all workers; [all] rows (s, dU/dn, G, ds/dn), G = V_ion − V_met (− F);
// once dU/dn is known (s, dU/dn, s² dg/dV_ion, −s² F' where ions are bare)
let field: usize = 0;
let every: usize = 0;
let stride: usize = 0;
let state: usize = 0;

function setup(block: usize, worker: i32): void {
  openTerm(block);
  species = takeI();
  pairs = takeP();
  limits = takeP();
  smooth = takeI() != 0;
  bare = takeI() != 0;
  embeddings = takeP();
  every = takeP();
  stride = takeP();
  state = takeP();
  field = every + <usize>worker * stride;
}

// Table at `at`: end f64, first knot f64, 1/step f64, last row i32, rows i32. Value and slope of the last look.
let value: f64 = 0;
let slope: f64 = 0;

function look(at: usize, r: f64): void {
  value = 0;
  slope = 0;
  if (at == 0 || r >= load<f64>(at)) return;
  const inverse = load<f64>(at, 16);
  const s = (r - load<f64>(at, 8)) * inverse;
  const k = max(min(<i32>Math.floor(s), load<i32>(at, 24)), -1);
  const t = s - k;
  const row = <usize>load<i32>(at, 28) + <usize>(k << 5);
  const c1 = load<f64>(row, 8);
  const c2 = load<f64>(row, 16);
  const c3 = load<f64>(row, 24);
  value = load<f64>(row) + t * (c1 + t * (c2 + t * c3));
  slope = (c1 + t * (2 * c2 + 3 * t * c3)) * inverse;
}

// @ts-ignore: decorator
@inline
function add(at: usize, what: f64): void {
  store<f64>(at, load<f64>(at) + what);
}

// @ts-ignore: decorator
@inline
function table(pair: usize, at: usize): usize {
  return <usize>load<i32>(pair + at);
}

// @ts-ignore: decorator
@inline
function fieldOf(i: i32): usize {
  return field + <usize>i * (words << 3);
}

// @ts-ignore: decorator
@inline
function kindOf(i: i32): usize {
  return <usize>load<f64>(rows + ((<usize>i) << 5), 24);
}

function limitsOf(i: i32): usize {
  return limits + (kindOf(i) << 5);
}

function embeddingOf(i: i32): usize {
  return embeddings + (kindOf(i) << 5);
}

// g(V_ion) and its slope (src/model/saturation.ts); `own`: limits of the atom's kind
function saturated(own: usize, v: f64): f64 {
  const from = load<f64>(own, 16);
  const width = load<f64>(own, 24);
  const u = -v - from;
  return u > 0 ? -from - width * Math.log(1 + u / width) : v;
}

function saturationSlope(own: usize, v: f64): f64 {
  const u = -v - load<f64>(own, 16);
  return u > 0 ? 1 / (1 + u / load<f64>(own, 24)) : 1;
}

export function switchFields(block: usize, worker: i32, begin: i32, end: i32): void {
  setup(block, worker);
  memory.fill(field, 0, <usize>all * (words << 3));
  for (let i = begin; i < end; ++i) {
    const m = near(i, pairs, species, size, false);
    const mine = fieldOf(i);
    for (let k = 0; k < m; ++k) {
      const r = Math.sqrt(load<f64>(scratch + ((<usize>k) << 3), atR2));
      const at4 = scratch + ((<usize>k) << 2);
      const pair = <usize>load<i32>(at4, atPair);
      const theirs = fieldOf(load<i32>(at4, atJ));
      look(table(pair, atOwnW), r);
      add(mine, value);
      look(table(pair, atOtherW), r);
      add(theirs, value);
      look(table(pair, atOwnIon), r);
      add(mine + 8, value);
      look(table(pair, atOtherIon), r);
      add(theirs + 8, value);
      look(table(pair, atOwnMetal), r);
      add(mine + 16, value);
      look(table(pair, atOtherMetal), r);
      add(theirs + 16, value);
      if (!bare) continue;
      look(table(pair, atOwnF), r);
      add(mine + 32, value);
      look(table(pair, atOtherF), r);
      add(theirs + 32, value);
    }
  }
}

export function switchCharges(block: usize, worker: i32, begin: i32, end: i32): void {
  setup(block, worker);
  for (let i = begin; i < end; ++i) {
    const own = limitsOf(i);
    const limit = load<f64>(own);
    let s: f64 = 0;
    let gain: f64 = 0;
    let bend: f64 = 0;
    if (limit > 0) {
      const n = total(every, stride, words, 0, i);
      const start = load<f64>(own, 8);
      const u = max(0.0, min(1.0, (limit - n) / (limit - start)));
      s = smooth ? u * u * (3 - 2 * u) : u;
      bend = n < start ? 0 : (smooth ? 6 * u * (u - 1) : -1) / (limit - start);
      const metal = total(every, stride, words, 2, i);
      gain = saturated(own, total(every, stride, words, 1, i)) - metal;
      if (bare) {
        embedding(embeddingOf(i), total(every, stride, words, 4, i));
        gain -= energy;
      }
      add(forces + ((<usize>i) << 5) + 24, metal + s * s * gain);
    }
    spread(state, 4, 0, i, s);
    spread(state, 4, 2, i, gain);
    spread(state, 4, 3, i, bend);
  }
}

export function switchRepulsion(block: usize, worker: i32, begin: i32, end: i32): void {
  setup(block, worker);
  for (let i = begin; i < end; ++i) {
    const si = load<f64>(state + ((<usize>i) << 5));
    if (si <= 0) continue;
    const m = near(i, pairs, species, size, false);
    for (let k = 0; k < m; ++k) {
      const at4 = scratch + ((<usize>k) << 2);
      const j = load<i32>(at4, atJ);
      const sj = load<f64>(state + ((<usize>j) << 5));
      if (sj <= 0) continue;
      look(table(<usize>load<i32>(at4, atPair), atY_), Math.sqrt(load<f64>(scratch + ((<usize>k) << 3), atR2)));
      add(fieldOf(i) + 24, sj * value);
      add(fieldOf(j) + 24, si * value);
    }
  }
}

export function switchSlopes(block: usize, worker: i32, begin: i32, end: i32): void {
  setup(block, worker);
  for (let i = begin; i < end; ++i) {
    const mine = state + ((<usize>i) << 5);
    const s = load<f64>(mine);
    let dN: f64 = 0;
    let ion: f64 = 0;
    let less: f64 = 0;
    if (s > 0) {
      const h = total(every, stride, words, 3, i);
      add(forces + ((<usize>i) << 5) + 24, 0.5 * s * h);
      dN = load<f64>(mine, 24) * (2 * s * load<f64>(mine, 16) + h);
      ion = s * s * saturationSlope(limitsOf(i), total(every, stride, words, 1, i));
      if (bare) {
        const rho = total(every, stride, words, 4, i);
        embedding(embeddingOf(i), rho);
        less = rho > 0 ? -s * s * derivative : 0;
      }
    }
    spread(state, 4, 1, i, dN);
    spread(state, 4, 2, i, ion);
    if (bare) spread(state, 4, 3, i, less);
  }
}

export function switched(block: usize, worker: i32, begin: i32, end: i32): void {
  setup(block, worker);
  for (let i = begin; i < end; ++i) {
    const m = near(i, pairs, species, size, false);
    if (m == 0) continue;
    const mine = state + ((<usize>i) << 5);
    const si = load<f64>(mine);
    const ni = load<f64>(mine, 8);
    const force = forces + ((<usize>i) << 5);
    for (let k = 0; k < m; ++k) {
      const at = scratch + ((<usize>k) << 3);
      const at4 = scratch + ((<usize>k) << 2);
      const pair = <usize>load<i32>(at4, atPair);
      const j = (<usize>load<i32>(at4, atJ)) << 5;
      const sj = load<f64>(state + j);
      const nj = load<f64>(state + j, 8);
      const r = Math.sqrt(load<f64>(at, atR2));
      let sum: f64 = 0;
      if (ni != 0) {
        look(table(pair, atOwnW), r);
        sum += ni * slope;
      }
      if (nj != 0) {
        look(table(pair, atOtherW), r);
        sum += nj * slope;
      }
      if (si > 0 && sj > 0) {
        look(table(pair, atY_), r);
        sum += si * sj * slope;
      }
      look(table(pair, atOwnIon), r);
      sum += load<f64>(mine, 16) * slope;
      look(table(pair, atOwnMetal), r);
      sum += (1 - si * si) * slope;
      look(table(pair, atOtherIon), r);
      sum += load<f64>(state + j, 16) * slope;
      look(table(pair, atOtherMetal), r);
      sum += (1 - sj * sj) * slope;
      if (bare) {
        look(table(pair, atOwnF), r);
        sum += load<f64>(mine, 24) * slope;
        look(table(pair, atOtherF), r);
        sum += load<f64>(state + j, 24) * slope;
      }
      if (sum == 0) continue;
      const g = sum / r;
      const gx = g * load<f64>(at, atX);
      const gy = g * load<f64>(at, atY);
      const gz = g * load<f64>(at, atZ);
      add(force, gx);
      add(force + 8, gy);
      add(force + 16, gz);
      const there = forces + j;
      add(there, -gx);
      add(there + 8, -gy);
      add(there + 16, -gz);
    }
  }
}
