// Registry-dependent interlayer form (Kolmogorov–Crespi, ILP): what src/model/interlayer.ts says, for atoms begin … end − 1.
//
//   u_ij = ½ Tap(r) [C E − D C₆/r⁶] + Tap(r) E f(ρ²/δ²),  ρ² = r² − w (c·r)²,  c = (p₁ − p₀) × (p₂ − p₀)
//
// This is the one force kernel that knows a formula: it depends on two variables, and tables of those cost more than it does.
//
// Words of the block (written by src/engine/md-interlayer-block.ts behind the pointer to the planes):
//   first, count, entries   full list, ghosts included, excluded pairs left out
//   planes                  [n, 3] i32: the three points (sorted or ghost index, the atom itself may be one) of the sheet's plane
//                           at each atom; first −1: no plane
//   species                 S
//   [S·S] law               number of the law of two species, −1: none
//   laws, 16 words each     in the order of the offsets below
import { takeI, takeP } from '../block';
import { exp } from './exp';
import { count, entries, first, forces, openTerm, rows } from './system';

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
// distances beyond which C E and E f are below 1e-17 eV, and D is 1
const BARE_TO: usize = 104;
const CONTACT_TO: usize = 112;
const DAMPED_TO: usize = 120;

// e^{−x} beyond this x is nothing
const FAR: f64 = 42;
// planeFades of src/model/interlayer-plane.ts
const FADE_FROM: f64 = 0.25;
const FADE_SPAN: f64 = 0.5;

export function interlayer(block: usize, begin: i32, end: i32): void {
  openTerm(block);
  const planes = takeP();
  const species = takeI();
  const lawOf = block + 40;
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

    let fx: f64 = 0;
    let fy: f64 = 0;
    let fz: f64 = 0;
    let energy: f64 = 0;
    // ∂U/∂c: a sum of vectors, and a multiple of c
    let px: f64 = 0;
    let py: f64 = 0;
    let pz: f64 = 0;
    let squares: f64 = 0;
    let entry = entries + (<usize>load<i32>(first + (<usize>i << 2)) << 2);
    const last = entry + (<usize>load<i32>(count + (<usize>i << 2)) << 2);
    for (; entry < last; entry += 4) {
      const j = <usize>load<i32>(entry) << 5;
      const to = rows + j;
      const dx = load<f64>(to) - x;
      const dy = load<f64>(to, 8) - y;
      const dz = load<f64>(to, 16) - z;
      const r2 = dx * dx + dy * dy + dz * dz;
      const number = <i32>load<f64>(mine + (<usize>(<i32>load<f64>(to, 24)) << 3));
      if (number < 0) continue;
      const law = laws + <usize>number * LAW;
      if (r2 >= load<f64>(law, CUT2)) continue;
      const r = sqrt(r2);
      const inverse = 1.0 / r;
      const inverse2 = inverse * inverse;

      let bare = -load<f64>(law, C6) * inverse2 * inverse2 * inverse2;
      let bareSlope = -6 * bare * inverse;
      if (r < load<f64>(law, DAMPED_TO)) {
        const rate = load<f64>(law, DAMPING_RATE);
        const rise = exp(load<f64>(law, DAMPING) - rate * r);
        const damped = 1.0 / (1.0 + rise);
        bareSlope = damped * (bareSlope + bare * rate * rise * damped);
        bare *= damped;
      }
      const inverseSpan = load<f64>(law, INVERSE_SPAN);
      const t = max((r - load<f64>(law, TAPER_FROM)) * inverseSpan, 0.0);
      const t2 = t * t;
      const tap = 1.0 + t2 * t2 * (-35 + t * (84 + t * (-70 + t * 20)));
      const s = t * (1 - t);
      const tapSlope = -140 * inverseSpan * s * s * s;

      const height = cx * dx + cy * dy + cz * dz;
      const scaled = (r2 - w * height * height) * load<f64>(law, INVERSE_DELTA2);
      const near = scaled < FAR && r < load<f64>(law, CONTACT_TO);
      let g: f64 = 0;
      let across: f64 = 0;
      if (near || r < load<f64>(law, BARE_TO)) {
        const lambda = load<f64>(law, LAMBDA);
        const contact = exp(lambda * (load<f64>(law, Z0) - r));
        const c = load<f64>(law, C) * contact;
        bare += c;
        bareSlope -= lambda * c;
        if (near) {
          const c2 = load<f64>(law, C2);
          const c4 = load<f64>(law, C4);
          const decay = exp(-scaled);
          const f = decay * (load<f64>(law, C0) + scaled * (c2 + scaled * c4));
          across = tap * contact * (decay * (c2 + 2 * scaled * c4) - f) * load<f64>(law, INVERSE_DELTA2);
          energy += tap * contact * f;
          g = (tapSlope - lambda * tap) * contact * f;
        }
      }
      energy += 0.5 * tap * bare;
      g = (g + 0.5 * (tapSlope * bare + tap * bareSlope)) * inverse + 2 * across;
      const along = -2 * across * w * height;
      const gx = g * dx + along * cx;
      const gy = g * dy + along * cy;
      const gz = g * dz + along * cz;
      fx += gx;
      fy += gy;
      fz += gz;
      const other = forces + j;
      store<f64>(other, load<f64>(other) - gx);
      store<f64>(other, load<f64>(other, 8) - gy, 8);
      store<f64>(other, load<f64>(other, 16) - gz, 16);
      px += along * dx;
      py += along * dy;
      pz += along * dz;
      squares -= across * height * height;
    }
    const own = forces + (<usize>i << 5);
    store<f64>(own, load<f64>(own) + fx);
    store<f64>(own, load<f64>(own, 8) + fy, 8);
    store<f64>(own, load<f64>(own, 16) + fz, 16);
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
