/** Velocities: rows (vx, vy, vz, mass) in Å/fs and amu; where they come from, and what they add up to. */
import { SpecError } from '../../core/errors.ts';
import { amuAngstrom2PerFs2, boltzmann } from '../../core/units.ts';
import { Noise, purposes } from './noise.ts';

/**
 * Velocities of a canonical ensemble whose total momentum is zero: Maxwell–Boltzmann velocities, less that of the centre of
 * mass (exact, because the centre of mass is independent of the rest). Where atoms are frozen nothing is subtracted. The
 * kinetic energy fluctuates as it should: its mean is ½ k_B T times the degrees of freedom, and no draw is scaled to it.
 *
 * @param masses       [N] amu
 * @param temperature  K, ≥ 0
 * @param key          Philox key, `keyFromSeed(seed)`
 * @param stream       the replica's
 * @param frozen       [N] 1 where an atom never moves: it gets no velocity
 * @returns [N, 4] rows (vx, vy, vz, mass), Å/fs and amu
 * @throws SpecError  a mass or the temperature is not a positive number
 * @oracle test/statistical/dynamics.test.ts
 */
export function thermalVelocities(
  masses: Float64Array,
  temperature: number,
  key: readonly [number, number],
  stream: number,
  frozen?: Uint8Array,
): Float64Array {
  if (!(temperature >= 0 && temperature < Number.POSITIVE_INFINITY)) {
    throw new SpecError(`temperature of initial velocities must be at least 0 K, got ${temperature}`);
  }
  const velocities = restingVelocities(masses);
  const noise = new Noise(key, stream);
  let anyFrozen = false;
  for (let i = 0; i < masses.length; i++) {
    if (frozen?.[i]) {
      anyFrozen = true;
      continue;
    }
    const width = Math.sqrt((boltzmann * temperature) / (masses[i]! * amuAngstrom2PerFs2));
    noise.gaussians(purposes.velocity, 0, i);
    for (let a = 0; a < 3; a++) velocities[4 * i + a] = width * noise.normal[a]!;
  }
  if (!anyFrozen) stopDrift(velocities);
  return velocities;
}

/**
 * Rows (0, 0, 0, mass).
 *
 * @throws SpecError  a mass is not a positive number
 */
export function restingVelocities(masses: Float64Array): Float64Array {
  const velocities = new Float64Array(4 * masses.length);
  for (let i = 0; i < masses.length; i++) {
    const mass = masses[i]!;
    if (!(mass > 0 && mass < Number.POSITIVE_INFINITY)) {
      throw new SpecError(`mass of atom ${i + 1} must be above 0 amu, got ${mass}`);
    }
    velocities[4 * i + 3] = mass;
  }
  return velocities;
}

/** Takes the velocity of the centre of mass from every atom, in place. */
export function stopDrift(velocities: Float64Array): void {
  const p = momentum(velocities);
  let mass = 0;
  for (let k = 3; k < velocities.length; k += 4) mass += velocities[k]!;
  for (let k = 0; k < velocities.length; k += 4) for (let a = 0; a < 3; a++) velocities[k + a]! -= p[a]! / mass;
}

/** Total momentum, amu·Å/fs. */
export function momentum(velocities: Float64Array): [number, number, number] {
  const p: [number, number, number] = [0, 0, 0];
  for (let k = 0; k < velocities.length; k += 4) {
    const mass = velocities[k + 3]!;
    for (let a = 0; a < 3; a++) p[a]! += mass * velocities[k + a]!;
  }
  return p;
}

/** ½ Σ m v², eV. */
export function kineticEnergy(velocities: Float64Array): number {
  let twice = 0;
  for (let k = 0; k < velocities.length; k += 4) {
    const x = velocities[k]!;
    const y = velocities[k + 1]!;
    const z = velocities[k + 2]!;
    twice += velocities[k + 3]! * (x * x + y * y + z * z);
  }
  return 0.5 * amuAngstrom2PerFs2 * twice;
}

/** [9] Σ m v ⊗ v (xx xy xz yx …), eV. */
export function kineticTensor(velocities: Float64Array): Float64Array {
  const t = new Float64Array(9);
  for (let k = 0; k < velocities.length; k += 4) {
    const mass = velocities[k + 3]!;
    for (let a = 0; a < 3; a++) {
      for (let b = a; b < 3; b++) t[3 * a + b]! += mass * velocities[k + a]! * velocities[k + b]!;
    }
  }
  t[3] = t[1]!;
  t[6] = t[2]!;
  t[7] = t[5]!;
  return t.map((x) => amuAngstrom2PerFs2 * x);
}
