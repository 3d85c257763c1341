/**
 * The passes over all atoms that make a step of velocity Verlet. Rows of four; no pass allocates anything.
 *
 *   v ← v + ½Δt f/m,  x ← x + Δt v,  f ← f(x),  v ← v + ½Δt f/m
 */
import { amuAngstrom2PerFs2, boltzmann } from '../../core/units.ts';
import { type Noise, purposes } from './noise.ts';

/** [N] ½Δt/m in units that turn eV/Å into Å/fs; 0 for frozen atoms, which is all it takes to keep them still. */
export function halfKicks(masses: Float64Array, timestep: number, frozen?: Uint8Array): Float64Array {
  return masses.map((mass, i) => (frozen?.[i] ? 0 : (0.5 * timestep) / (mass * amuAngstrom2PerFs2)));
}

/**
 * First half of a step: kick and drift.
 *
 * @param limit  longest move, Å
 * @returns index of an atom that moves farther or whose velocity is no number, −1 when there is none
 */
export function kickAndDrift(
  x: Float64Array,
  v: Float64Array,
  f: Float64Array,
  kick: Float64Array,
  timestep: number,
  limit: number,
): number {
  const fastest = (limit / timestep) ** 2;
  let runaway = -1;
  for (let i = 0; i < kick.length; i++) {
    const k = 4 * i;
    const c = kick[i]!;
    const vx = v[k]! + c * f[k]!;
    const vy = v[k + 1]! + c * f[k + 1]!;
    const vz = v[k + 2]! + c * f[k + 2]!;
    v[k] = vx;
    v[k + 1] = vy;
    v[k + 2] = vz;
    x[k]! += timestep * vx;
    x[k + 1]! += timestep * vy;
    x[k + 2]! += timestep * vz;
    // written so that NaN is caught
    if (!(vx * vx + vy * vy + vz * vz <= fastest)) runaway = i;
  }
  return runaway;
}

/**
 * Second half of a step: kick.
 *
 * @returns Σ m v² of the new velocities, amu Å²/fs²
 */
export function kickAndSum(v: Float64Array, f: Float64Array, kick: Float64Array): number {
  let twice = 0;
  for (let i = 0; i < kick.length; i++) {
    const k = 4 * i;
    const c = kick[i]!;
    const vx = v[k]! + c * f[k]!;
    const vy = v[k + 1]! + c * f[k + 1]!;
    const vz = v[k + 2]! + c * f[k + 2]!;
    v[k] = vx;
    v[k + 1] = vy;
    v[k + 2] = vz;
    twice += v[k + 3]! * (vx * vx + vy * vy + vz * vz);
  }
  return twice;
}

/** What the Langevin pass reports: the runaway atom or −1, and the heat taken in, eV. */
export interface LangevinPass {
  runaway: number;
  heat: number;
}

/**
 * First half of a BAOAB step: kick, half a drift, Ornstein–Uhlenbeck, half a drift.
 *
 *   v ← c v + √(k_B T (1 − c²)/m) ξ,   c = e^(−γΔt)
 *
 * @param friction  γ, fs⁻¹
 * @param out       receives the result
 * @cite Leimkuhler & Matthews, Appl. Math. Res. eXpress 2013, 34 (2013) doi:10.1093/amrx/abs010
 */
export function langevinKickAndDrift(
  x: Float64Array,
  v: Float64Array,
  f: Float64Array,
  kick: Float64Array,
  timestep: number,
  limit: number,
  friction: number,
  temperature: number,
  noise: Noise,
  step: number,
  out: LangevinPass,
): void {
  const half = 0.5 * timestep;
  const fastest = (limit / timestep) ** 2;
  const c = Math.exp(-friction * timestep);
  const spread = (-Math.expm1(-2 * friction * timestep) * boltzmann * temperature) / amuAngstrom2PerFs2;
  const { normal } = noise;
  let twice = 0;
  let runaway = -1;
  for (let i = 0; i < kick.length; i++) {
    const h = kick[i]!;
    if (h === 0) continue;
    const k = 4 * i;
    const mass = v[k + 3]!;
    const ux = v[k]! + h * f[k]!;
    const uy = v[k + 1]! + h * f[k + 1]!;
    const uz = v[k + 2]! + h * f[k + 2]!;
    noise.gaussians(purposes.langevin, step, i);
    const s = Math.sqrt(spread / mass);
    const vx = c * ux + s * normal[0]!;
    const vy = c * uy + s * normal[1]!;
    const vz = c * uz + s * normal[2]!;
    v[k] = vx;
    v[k + 1] = vy;
    v[k + 2] = vz;
    x[k]! += half * (ux + vx);
    x[k + 1]! += half * (uy + vy);
    x[k + 2]! += half * (uz + vz);
    const u2 = ux * ux + uy * uy + uz * uz;
    const v2 = vx * vx + vy * vy + vz * vz;
    twice += mass * (v2 - u2);
    if (!(u2 + v2 <= 2 * fastest)) runaway = i;
  }
  out.runaway = runaway;
  out.heat = 0.5 * amuAngstrom2PerFs2 * twice;
}

/** v ← factor·v of every atom. */
export function scaleVelocities(v: Float64Array, factor: number): void {
  for (let k = 0; k < v.length; k += 4) {
    v[k]! *= factor;
    v[k + 1]! *= factor;
    v[k + 2]! *= factor;
  }
}
