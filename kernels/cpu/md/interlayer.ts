// Registry-dependent interlayer form (Kolmogorov–Crespi, ILP): what src/model/interlayer.ts says, for atoms begin … end − 1.
//
//   u_ij = ½ Tap(r) [C E − D C₆/r⁶] + Tap(r) E f(ρ²/δ²),  ρ² = r² − w (c·r)²,  c = (p₁ − p₀) × (p₂ − p₀)
//
// This is the one force kernel that knows a formula: it depends on two variables, and tables of those cost more than it does.
//
// Words of the block (written by src/engine/forces/interlayer-block.ts behind the pointer to the planes):
//   first, count, entries   full list, ghosts included, excluded pairs left out
//   planes                  [n, 3] i32: the three points (sorted or ghost index, the atom itself may be one) of the sheet's plane
//                           at each atom; first −1: no plane
//   species                 S
//   laws                    how many; of one, all pairs of the list have that one
//   [S·S] law               number of the law of two species; the last law is that of pairs without one: it ends at 0 Å
//   laws, 16 words each     in the order of the offsets below
//
// What depends on r alone is done two pairs at a time, without branches. It leaves a list of the few pairs with a small ρ.
import { takeI, takeP } from '../block';
import { exp } from './exp';
import { count, entries, first, forces, openTerm, rows, scratch } from './system';

const LAW: usize = 128;
const CUT2: usize = 0;
const LAMBDA: usize = 8;
const Z0: usize = 16;
const C: usize = 24;
const C0: usize = 32;
const C2: usize = 40;
const C4: usize = 48;
const INVERSE_DELTA2: usize = 56;
const C6: usize = 64;
const DAMPING: usize = 72;
const DAMPING_RATE: usize = 80;
const TAPER_FROM: usize = 88;
const INVERSE_SPAN: usize = 96;
// squared distance from which on E f is nothing
const CONTACT2: usize = 104;

// e^{−x} beyond this x is nothing
const FAR: f64 = 36;
// planeFades of src/model/interlayer-plane.ts
const FADE_FROM: f64 = 0.25;
const FADE_SPAN: f64 = 0.5;

export function interlayer(block: usize, begin: i32, end: i32): void {
  openTerm(block);
  const planes = takeP();
  const species = takeI();
  const one = takeI() == 1;
  const lawOf = block + 48;
  const laws = lawOf + (<usize>(species * species) << 3);
  for (let i = begin; i < end; ++i) {
    const at = rows + (<usize>i << 5);
    const x = load<f64>(at);
    const y = load<f64>(at, 8);
    const z = load<f64>(at, 16);
    const mine = lawOf + (<usize>(<i32>load<f64>(at, 24) * species) << 3);

    // the plane, its weight w, and dw/d|c|²
    const points = planes + <usize>i * 12;
    const p0 = load<i32>(points);
    let ax: f64 = 0;
    let ay: f64 = 0;
    let az: f64 = 0;
    let bx: f64 = 0;
    let by: f64 = 0;
    let bz: f64 = 0;
    let cx: f64 = 0;
    let cy: f64 = 0;
    let cz: f64 = 0;
    let w: f64 = 0;
    let dw: f64 = 0;
    if (p0 >= 0) {
      const q0 = rows + (<usize>p0 << 5);
      const q1 = rows + (<usize>load<i32>(points, 4) << 5);
      const q2 = rows + (<usize>load<i32>(points, 8) << 5);
      ax = load<f64>(q1) - load<f64>(q0);
      ay = load<f64>(q1, 8) - load<f64>(q0, 8);
      az = load<f64>(q1, 16) - load<f64>(q0, 16);
      bx = load<f64>(q2) - load<f64>(q0);
      by = load<f64>(q2, 8) - load<f64>(q0, 8);
      bz = load<f64>(q2, 16) - load<f64>(q0, 16);
      cx = ay * bz - az * by;
      cy = az * bx - ax * bz;
      cz = ax * by - ay * bx;
      const square = cx * cx + cy * cy + cz * cz;
      const area = sqrt(square);
      const t = min((area - FADE_FROM) / FADE_SPAN, 1.0);
      if (t > 0) {
        w = (t * t * t * (10 + t * (6 * t - 15))) / square;
        dw = ((15 / FADE_SPAN) * (t * (1 - t)) * (t * (1 - t)) / area - w) / square;
      }
    }

    const near = radial(i, mine, laws, one, cx, cy, cz, w);

    let fx: f64 = 0;
    let fy: f64 = 0;
    let fz: f64 = 0;
    let energy: f64 = 0;
    // ∂U/∂c: a sum of vectors, and a multiple of c
    let px: f64 = 0;
    let py: f64 = 0;
    let pz: f64 = 0;
    let squares: f64 = 0;
    for (let entry = scratch; entry < near; entry += 4) {
      const j = <usize>load<i32>(entry) << 5;
      const to = rows + j;
      const dx = load<f64>(to) - x;
      const dy = load<f64>(to, 8) - y;
      const dz = load<f64>(to, 16) - z;
      const law = lawAt(laws, mine, to);
      const r2 = dx * dx + dy * dy + dz * dz;
      const r = sqrt(r2);
      const inverseSpan = load<f64>(law, INVERSE_SPAN);
      const t = max((r - load<f64>(law, TAPER_FROM)) * inverseSpan, 0.0);
      const t2 = t * t;
      const tap = 1.0 + t2 * t2 * (-35 + t * (84 + t * (-70 + t * 20)));
      const s = t * (1 - t);
      const tapSlope = -140 * inverseSpan * s * s * s;

      const lambda = load<f64>(law, LAMBDA);
      const contact = Math.exp(lambda * (load<f64>(law, Z0) - r));
      const height = cx * dx + cy * dy + cz * dz;
      const inverseDelta2 = load<f64>(law, INVERSE_DELTA2);
      const scaled = (r2 - w * height * height) * inverseDelta2;
      const c2 = load<f64>(law, C2);
      const c4 = load<f64>(law, C4);
      const decay = Math.exp(-scaled);
      const f = decay * (load<f64>(law, C0) + scaled * (c2 + scaled * c4));
      const across = tap * contact * (decay * (c2 + 2 * scaled * c4) - f) * inverseDelta2;
      energy += tap * contact * f;
      const g = ((tapSlope - lambda * tap) * contact * f) / r + 2 * across;
      const along = -2 * across * w * height;
      const gx = g * dx + along * cx;
      const gy = g * dy + along * cy;
      const gz = g * dz + along * cz;
      fx += gx;
      fy += gy;
      fz += gz;
      push(load<i32>(entry), -gx, -gy, -gz);
      px += along * dx;
      py += along * dy;
      pz += along * dz;
      squares -= across * height * height;
    }
    const own = forces + (<usize>i << 5);
    push(i, fx, fy, fz);
    store<f64>(own, load<f64>(own, 24) + energy, 24);
    if (w == 0) continue;

    // ∂U/∂p₁ = b × ∂U/∂c, ∂U/∂p₂ = ∂U/∂c × a
    const twice = 2 * squares * dw;
    px += twice * cx;
    py += twice * cy;
    pz += twice * cz;
    const ux = by * pz - bz * py;
    const uy = bz * px - bx * pz;
    const uz = bx * py - by * px;
    const vx = py * az - pz * ay;
    const vy = pz * ax - px * az;
    const vz = px * ay - py * ax;
    push(p0, ux + vx, uy + vy, uz + vz);
    push(load<i32>(points, 4), -ux, -uy, -uz);
    push(load<i32>(points, 8), -vx, -vy, -vz);
  }
}

// @ts-ignore: decorator
@inline
function push(atom: i32, x: f64, y: f64, z: f64): void {
  const at = forces + (<usize>atom << 5);
  store<f64>(at, load<f64>(at) + x);
  store<f64>(at, load<f64>(at, 8) + y, 8);
  store<f64>(at, load<f64>(at, 16) + z, 16);
}

// the law of a pair: `mine` is the row of the table of atom i's species, `to` the row of atom j
// @ts-ignore: decorator
@inline
function lawAt(laws: usize, mine: usize, to: usize): usize {
  return laws + <usize>load<f64>(mine + (<usize>load<f64>(to, 24) << 3)) * LAW;
}

// @ts-ignore: decorator
@inline
function both(a: usize, b: usize, offset: usize): v128 {
  return f64x2.replace_lane(v128.load64_splat(a + offset), 1, load<f64>(b + offset));
}

// ½ Tap [C E − D C₆/r⁶] of atom i with all its neighbours; those with a small ρ are listed from `scratch` on. Returns where the
// list ends.
function radial(i: i32, mine: usize, laws: usize, one: bool, cx: f64, cy: f64, cz: f64, w: f64): usize {
  const at = rows + (<usize>i << 5);
  const x = v128.load64_splat(at);
  const y = v128.load64_splat(at, 8);
  const z = v128.load64_splat(at, 16);
  const nx = f64x2.splat(cx);
  const ny = f64x2.splat(cy);
  const nz = f64x2.splat(cz);
  const weight = f64x2.splat(w);
  const zero = f64x2.splat(0);
  // one law is read once
  const law = laws;
  const damps = !one || load<f64>(law, DAMPING_RATE) > 0;
  let cut2 = v128.load64_splat(law, CUT2);
  let contact2 = v128.load64_splat(law, CONTACT2);
  let inverseDelta2 = v128.load64_splat(law, INVERSE_DELTA2);
  let lambda = v128.load64_splat(law, LAMBDA);
  let z0 = v128.load64_splat(law, Z0);
  let c = v128.load64_splat(law, C);
  let c6 = v128.load64_splat(law, C6);
  let damping = v128.load64_splat(law, DAMPING);
  let dampingRate = v128.load64_splat(law, DAMPING_RATE);
  let taperFrom = v128.load64_splat(law, TAPER_FROM);
  let inverseSpan = v128.load64_splat(law, INVERSE_SPAN);
  let fx = zero;
  let fy = zero;
  let fz = zero;
  let energy = zero;
  let near = scratch;
  let entry = entries + (<usize>load<i32>(first + (<usize>i << 2)) << 2);
  const length = load<i32>(count + (<usize>i << 2));
  const last = entry + (<usize>length << 2);
  for (; entry < last; entry += 8) {
    const j0 = load<i32>(entry);
    // an odd one out is paired with itself, at no distance that counts
    const whole = entry + 4 < last;
    const j1 = whole ? load<i32>(entry, 4) : j0;
    const row0 = rows + (<usize>j0 << 5);
    const row1 = rows + (<usize>j1 << 5);
    const xy0 = v128.load(row0);
    const xy1 = v128.load(row1);
    const dx = f64x2.sub(v128.shuffle<f64>(xy0, xy1, 0, 2), x);
    const dy = f64x2.sub(v128.shuffle<f64>(xy0, xy1, 1, 3), y);
    const dz = f64x2.sub(both(row0, row1, 16), z);
    if (!one) {
      const law0 = lawAt(laws, mine, row0);
      const law1 = lawAt(laws, mine, row1);
      cut2 = both(law0, law1, CUT2);
      contact2 = both(law0, law1, CONTACT2);
      inverseDelta2 = both(law0, law1, INVERSE_DELTA2);
      lambda = both(law0, law1, LAMBDA);
      z0 = both(law0, law1, Z0);
      c = both(law0, law1, C);
      c6 = both(law0, law1, C6);
      damping = both(law0, law1, DAMPING);
      dampingRate = both(law0, law1, DAMPING_RATE);
      taperFrom = both(law0, law1, TAPER_FROM);
      inverseSpan = both(law0, law1, INVERSE_SPAN);
    }
    const r2 = f64x2.add(f64x2.add(f64x2.mul(dx, dx), f64x2.mul(dy, dy)), f64x2.mul(dz, dz));
    const height = f64x2.add(f64x2.add(f64x2.mul(nx, dx), f64x2.mul(ny, dy)), f64x2.mul(nz, dz));
    const scaled = f64x2.mul(f64x2.sub(r2, f64x2.mul(weight, f64x2.mul(height, height))), inverseDelta2);
    let inside = f64x2.lt(r2, cut2);
    if (!whole) inside = i64x2.replace_lane(inside, 1, 0);
    const close = v128.and(f64x2.lt(scaled, f64x2.splat(FAR)), f64x2.lt(r2, contact2));
    const bits = i64x2.bitmask(v128.and(inside, close));
    store<i32>(near, j0);
    near += <usize>(bits & 1) << 2;
    store<i32>(near, j1);
    near += <usize>(bits & 2) << 1;

    const r = f64x2.sqrt(r2);
    const inverse2 = f64x2.div(f64x2.splat(1), r2);
    // r times slopes from here on
    const e = f64x2.mul(c, exp(f64x2.mul(lambda, f64x2.sub(z0, r))));
    let attraction = f64x2.mul(c6, f64x2.mul(inverse2, f64x2.mul(inverse2, inverse2)));
    let decline = f64x2.splat(6);
    if (damps) {
      const rise = exp(f64x2.sub(damping, f64x2.mul(dampingRate, r)));
      const damped = f64x2.div(f64x2.splat(1), f64x2.add(f64x2.splat(1), rise));
      attraction = f64x2.mul(attraction, damped);
      decline = f64x2.sub(decline, f64x2.mul(f64x2.mul(dampingRate, r), f64x2.mul(rise, damped)));
    }
    const bare = f64x2.sub(e, attraction);
    const bareSlope = f64x2.sub(f64x2.mul(attraction, decline), f64x2.mul(f64x2.mul(lambda, r), e));
    const t = f64x2.max(f64x2.mul(f64x2.sub(r, taperFrom), inverseSpan), zero);
    const t2 = f64x2.mul(t, t);
    let tap = f64x2.add(f64x2.splat(-70), f64x2.mul(t, f64x2.splat(20)));
    tap = f64x2.add(f64x2.splat(84), f64x2.mul(t, tap));
    tap = f64x2.add(f64x2.splat(-35), f64x2.mul(t, tap));
    tap = f64x2.add(f64x2.splat(1), f64x2.mul(f64x2.mul(t2, t2), tap));
    const s = f64x2.mul(t, f64x2.sub(f64x2.splat(1), t));
    const s3 = f64x2.mul(f64x2.mul(s, s), s);
    const tapSlope = f64x2.mul(f64x2.mul(f64x2.splat(-140), s3), f64x2.mul(r, inverseSpan));
    energy = f64x2.add(energy, v128.and(inside, f64x2.mul(bare, tap)));
    let g = f64x2.add(f64x2.mul(tapSlope, bare), f64x2.mul(tap, bareSlope));
    g = v128.and(inside, f64x2.mul(f64x2.mul(f64x2.splat(0.5), inverse2), g));
    const gx = f64x2.mul(g, dx);
    const gy = f64x2.mul(g, dy);
    const gz = f64x2.mul(g, dz);
    fx = f64x2.add(fx, gx);
    fy = f64x2.add(fy, gy);
    fz = f64x2.add(fz, gz);
    const to0 = forces + (<usize>j0 << 5);
    v128.store(to0, f64x2.sub(v128.load(to0), v128.shuffle<f64>(gx, gy, 0, 2)));
    store<f64>(to0, load<f64>(to0, 16) - f64x2.extract_lane(gz, 0), 16);
    const to1 = forces + (<usize>j1 << 5);
    v128.store(to1, f64x2.sub(v128.load(to1), v128.shuffle<f64>(gx, gy, 1, 3)));
    store<f64>(to1, load<f64>(to1, 16) - f64x2.extract_lane(gz, 1), 16);
  }
  push(
    i,
    f64x2.extract_lane(fx, 0) + f64x2.extract_lane(fx, 1),
    f64x2.extract_lane(fy, 0) + f64x2.extract_lane(fy, 1),
    f64x2.extract_lane(fz, 0) + f64x2.extract_lane(fz, 1),
  );
  const own = forces + (<usize>i << 5);
  store<f64>(own, load<f64>(own, 24) + 0.5 * (f64x2.extract_lane(energy, 0) + f64x2.extract_lane(energy, 1)), 24);
  return near;
}
