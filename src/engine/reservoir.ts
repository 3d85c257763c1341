/**
 * The electrode: guests come from their own bulk metal held at a voltage.
 *
 *   μ = μ_metal(T) − eV        ln z = ln z₀(T) − βeV        ln z₀ = βE₀ + ½ ⟨ln det(β D(q)/2π)⟩ + anharmonic part
 *
 * z is the configurational activity (Å⁻³): the thermal wavelength cancels between metal and guest, so masses do not matter
 * classically. D(q) is the 3 × 3 dynamical matrix without masses; its average runs over the Brillouin zone.
 *
 * @oracle test/oracle/guest-models.test.ts (listed lattice constant, cohesive energy, ln z₀), test/unit/reservoir.test.ts
 */
import { ModelError } from '../core/errors.ts';
import { type CubicLattice, cubicCrystal } from '../core/lattice.ts';
import { minimum } from '../core/minimum.ts';
import { boltzmann } from '../core/units.ts';
import { evaluate } from '../model/evaluate.ts';
import type { Model } from '../model/model.ts';

/** The reference metal of a guest at one temperature, with the parts of its chemical potential. */
export interface MetalState {
  readonly species: string;
  readonly temperature: number;
  /** cubic lattice constant at rest, Å */
  readonly latticeConstant: number;
  /** lattice energy per atom against free atoms, eV (minus the cohesive energy) */
  readonly latticeEnergy: number;
  /** kT · ½⟨ln det(βD/2π)⟩, eV, for lengths in Å */
  readonly vibrational: number;
  /** kT · anharmonic part of ln z₀, eV */
  readonly anharmonic: number;
  /** ln z₀ (Å⁻³): the activity at 0 V */
  readonly lnActivity: number;
}

/**
 * Chemical potential of the bulk metal in the model itself.
 *
 * The harmonic part is a sum over the Brillouin zone at the static lattice constant (error below 1e-3 in ln z₀); what
 * anharmonicity adds is listed in the model at one temperature and scaled as T (leading order of a classical crystal).
 *
 * @param temperature  K
 * @throws ModelError  the model has no reference metal for this guest, or its crystal is not stable
 */
export function metalState(model: Model, guest: string, temperature: number): MetalState {
  const reference = model.references[guest];
  if (!reference) {
    const known = Object.keys(model.references).join(', ') || 'none';
    throw new ModelError(
      `model ${model.name} has no reference metal for ${guest} (it has: ${known}); give an activity instead of voltages`,
    );
  }
  const { a, energy } = relaxLattice(model, guest, reference.lattice);
  const beta = 1 / (boltzmann * temperature);
  const harmonic = harmonicLnZ(model, guest, reference.lattice, a, beta);
  const anharmonicLnZ = (reference.anharmonicLnZ * temperature) / reference.temperature;
  return {
    species: guest,
    temperature,
    latticeConstant: a,
    latticeEnergy: energy,
    vibrational: harmonic / beta,
    anharmonic: anharmonicLnZ / beta,
    lnActivity: beta * energy + harmonic + anharmonicLnZ,
  };
}

/** ln z at a voltage (V) against this metal. */
export function lnActivityAt(metal: MetalState, voltage: number): number {
  return metal.lnActivity - voltage / (boltzmann * metal.temperature);
}

/**
 * Lattice constant of a guest's bulk metal at rest, Å.
 *
 * @throws ModelError  the model has no reference metal for this guest, or its crystal is not stable
 */
export function latticeConstantOf(model: Model, guest: string): number {
  const reference = model.references[guest];
  if (!reference) throw new ModelError(`model ${model.name} has no reference metal for ${guest}`);
  return relaxLattice(model, guest, reference.lattice).a;
}

/** Lattice constant of least energy, by bracketing and golden section on the energy per atom. */
function relaxLattice(model: Model, guest: string, lattice: CubicLattice): { a: number; energy: number } {
  const perAtom = (a: number): number => {
    const crystal = cubicCrystal(guest, lattice, a, 1);
    return evaluate(model, crystal).energy / (crystal.rows.length / 4);
  };
  const { x: a, value: energy } = minimum(perAtom, 2.5, 9, 0.05, 1e-6);
  if (!(energy < 0)) throw new ModelError(`model ${model.name}: ${guest} has no bound ${lattice} crystal`);
  return { a, energy };
}

/**
 * ½⟨ln det(βD(q)/2π)⟩ over the Brillouin zone.
 *
 * Force constants Φ(R) = −∂F(R)/∂u(0) by central differences in a crystal wide enough that none of them meets its image
 * (they reach two cutoffs in an embedded model); then D(q) = Σ_R Φ(R) cos(q·R) on a mesh that avoids q = 0, where ln det is
 * singular but integrable. On a mesh through q = 0 (`shift` 0) that point is left out, as in a finite crystal whose centre
 * of mass is fixed: 0.02 too high in ln z₀ at mesh 10, and converging slowly.
 *
 * @param mesh   points per two reciprocal lattice constants
 * @param shift  of the mesh, in steps
 */
export function harmonicLnZ(
  model: Model,
  guest: string,
  lattice: CubicLattice,
  a: number,
  beta: number,
  { mesh, shift } = { mesh: 16, shift: 0.5 },
): number {
  const cells = Math.max(2, Math.ceil((4 * model.cutoff) / a));
  const crystal = cubicCrystal(guest, lattice, a, cells);
  const n = crystal.rows.length / 4;
  const h = 1e-3;
  const phi = new Float64Array(9 * n);
  for (let k = 0; k < 3; k++) {
    for (const sign of [1, -1]) {
      const rows = crystal.rows.slice();
      rows[k]! += sign * h;
      const { forces } = evaluate(model, { ...crystal, rows });
      for (let i = 0; i < n; i++) {
        for (let m = 0; m < 3; m++) phi[9 * i + 3 * m + k]! -= (sign * forces[4 * i + m]!) / (2 * h);
      }
    }
  }
  // shortest image of R, and only atoms that matter
  const box = cells * a;
  const shell: number[] = [];
  for (let i = 0; i < n; i++) {
    const size = Math.max(...phi.subarray(9 * i, 9 * i + 9).map(Math.abs));
    if (size < 1e-9) continue;
    const r = [0, 1, 2].map((k) => crystal.rows[4 * i + k]! - box * Math.round(crystal.rows[4 * i + k]! / box));
    shell.push(r[0]!, r[1]!, r[2]!, ...phi.subarray(9 * i, 9 * i + 9));
  }
  const dynamical = (q: readonly [number, number, number]): Float64Array => {
    const d = new Float64Array(9);
    for (let s = 0; s < shell.length; s += 12) {
      const c = Math.cos(q[0] * shell[s]! + q[1] * shell[s + 1]! + q[2] * shell[s + 2]!);
      for (let m = 0; m < 9; m++) d[m]! += c * shell[s + 3 + m]!;
    }
    return d;
  };
  const refuseUnstable = (d: Float64Array): number => {
    const determinant = positiveDeterminant(d);
    if (determinant === null) {
      throw new ModelError(
        `model ${model.name}: the ${lattice} crystal of ${guest} has an unstable phonon; it cannot be a reference`,
      );
    }
    return determinant;
  };
  // long waves along the high-symmetry directions, where a soft crystal gives way first, lie between the mesh's points
  for (const direction of [
    [1, 0, 0],
    [0, 1, 1],
    [1, 1, 1],
  ]) {
    for (const length of [0.05, 0.1, 0.2, 0.35, 0.5]) {
      refuseUnstable(dynamical(direction.map((x) => (x * length * 2 * Math.PI) / a) as [number, number, number]));
    }
  }
  let sum = 0;
  let weight = 0;
  for (let i = 0; i < mesh; i++) {
    for (let j = 0; j < mesh; j++) {
      for (let k = 0; k < mesh; k++) {
        // a span of two reciprocal lattice constants covers whole zones of bcc and fcc alike
        const q = [i, j, k].map((m) => ((4 * Math.PI) / a) * ((m + shift) / mesh)) as [number, number, number];
        const d = dynamical(q);
        // q = 0 and its equivalents, on a mesh through it
        if (shift === 0 && Math.abs(d[0]! + d[4]! + d[8]!) < 1e-6) continue;
        sum += Math.log(refuseUnstable(d) * (beta / (2 * Math.PI)) ** 3);
        weight++;
      }
    }
  }
  return (0.5 * sum) / weight;
}

/** Determinant of a symmetric 3 × 3 matrix, null unless it is positive definite (all leading minors positive). */
function positiveDeterminant(d: Float64Array): number | null {
  const minor = d[0]! * d[4]! - d[1]! * d[3]!;
  const determinant = d[2]! * (d[3]! * d[7]! - d[4]! * d[6]!) - d[5]! * (d[0]! * d[7]! - d[1]! * d[6]!) + d[8]! * minor;
  return d[0]! > 0 && minor > 0 && determinant > 0 ? determinant : null;
}
