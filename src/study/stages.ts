/**
 * Stages that move atoms: relaxation and molecular dynamics, one after the other on one set of atoms. Runs of dynamics and
 * the hosts of studies share them. Generators, so that whoever runs a stage sees every sample before the next step is made.
 */
import { type Cell, cellFromMatrix } from '../core/cell.ts';
import { elementOf, massOf } from '../core/elements.ts';
import { SpecError } from '../core/errors.ts';
import type { Frame } from '../core/frame.ts';
import { type DynamicsState, thermalVelocities } from '../engine/dynamics.ts';
import type { ForceField } from '../engine/force-field.ts';
import { type RelaxProgress, relaxing } from '../engine/relax.ts';
import { type MakeDynamics, processorDynamics, type StageDynamics, type StageSetup } from './stage-dynamics.ts';
import type { MdSpec, RelaxSpec } from './stage-spec.ts';

/** Atoms between two stages. */
export interface Atoms {
  readonly species: readonly string[];
  readonly cell: Cell;
  /** [N, 4] rows (x, y, z, index into `species`), unwrapped, Å */
  readonly positions: Float64Array;
  /** [N, 4] rows (vx, vy, vz, mass), Å/fs; null where none were drawn yet */
  readonly velocities: Float64Array | null;
}

/** Makes the force field of one stage. */
export type MakeForceField = (frame: Frame) => Promise<ForceField>;

/** What a stage needs to know of the run it belongs to. */
export interface StageSetting {
  readonly makeForceField: MakeForceField;
  /** dynamics of a stage; on the processor with `makeForceField` when not given */
  readonly makeDynamics?: MakeDynamics;
  /** Philox key of the run, from `keyFromSeed` */
  readonly key: readonly [number, number];
  /** place of the stage in the run, and its random stream */
  readonly index: number;
}

/** One look at a stage of dynamics; positions and velocities are up to date where a frame or velocities are due. */
export interface MdLook {
  readonly step: number;
  /** whole steps of the stage */
  readonly steps: number;
  /** which samples are due now */
  readonly due: { readonly thermo: boolean; readonly frame: boolean; readonly velocities: boolean };
  readonly dynamics: StageDynamics;
}

/** Steps between two looks when nothing is due. */
const longestSlice = 50;

/** Atoms of a frame, at rest. */
export function atRest(frame: Frame): Atoms {
  return { species: frame.species, cell: frame.cell, positions: frame.rows.slice(), velocities: null };
}

/** The atoms as a frame, unwrapped; a copy. */
export function frameOf({ species, cell, positions }: Pick<Atoms, 'species' | 'cell' | 'positions'>): Frame {
  return { species, cell, rows: positions.slice() };
}

/** [N] amu. */
export function massesOf({ species, positions }: Pick<Atoms, 'species' | 'positions'>): Float64Array {
  const masses = species.map(massOf);
  return Float64Array.from({ length: positions.length / 4 }, (_, i) => masses[positions[4 * i + 3]!]!);
}

/**
 * [N] 1 where an atom is of one of the names, an element or a species with its site.
 *
 * @throws SpecError  a name fits no atom
 */
export function frozenMask(
  { species, positions }: Pick<Atoms, 'species' | 'positions'>,
  names: readonly string[],
  where = 'frozen',
): Uint8Array | undefined {
  if (names.length === 0) return undefined;
  for (const name of names) {
    if (species.some((one) => one === name || elementOf(one) === name)) continue;
    throw new SpecError(`${where} names "${name}", but there is no such atom (there are ${species.join(', ')})`);
  }
  const still = species.map((one) => (names.includes(one) || names.includes(elementOf(one)) ? 1 : 0));
  return Uint8Array.from({ length: positions.length / 4 }, (_, i) => still[positions[4 * i + 3]!]!);
}

/** Whole steps of a stage of dynamics. */
export function stepsOf({ time, timestep }: MdSpec): number {
  return Math.round(time / timestep);
}

/**
 * Runs a stage of dynamics. Looks come at step 0 and whenever a sample is due, never more than 50 steps apart. Ending the
 * loop early leaves the stage where it is: take `dynamics.state()` with the last look.
 *
 * @param resume  state inside this stage to go on from; the look at that step is not given again
 * @returns the atoms at its end
 * @throws SpecError     frozen names no atom
 * @throws PhysicsError  the run explodes; `dynamics.lastGood` of the last look is a state before that
 */
export async function* runMd(
  atoms: Atoms,
  md: MdSpec,
  { makeForceField, makeDynamics = processorDynamics(makeForceField), key, index }: StageSetting,
  resume?: DynamicsState,
): AsyncGenerator<MdLook, Atoms> {
  const dynamics = await makeDynamics(frameOf(atoms), setupOf(atoms, md, key, index), resume);
  try {
    const steps = stepsOf(md);
    const every = {
      thermo: Math.round(md.every.thermo / md.timestep),
      frame: Math.round(md.every.frames / md.timestep),
      velocities: Math.round(md.every.velocities / md.timestep),
    };
    const sampled = md.observe.some((what) => what === 'vacf' || what === 'vdos');
    const look = async (step: number): Promise<MdLook> => {
      const due = {
        thermo: step % every.thermo === 0,
        frame: step % every.frame === 0,
        velocities: sampled && step % every.velocities === 0,
      };
      if (due.frame || due.velocities) await dynamics.fetch();
      return { step, steps, due, dynamics };
    };
    if (!resume) yield await look(0);
    while (dynamics.step < steps) {
      const { step } = dynamics;
      const next = (interval: number) => (Math.floor(step / interval) + 1) * interval;
      const stops = [steps, step + longestSlice, next(every.thermo), next(every.frame)];
      if (sampled) stops.push(next(every.velocities));
      await dynamics.advance(Math.min(...stops) - step);
      yield await look(dynamics.step);
    }
    await dynamics.fetch();
    const { cell, positions, velocities } = dynamics;
    return {
      species: atoms.species,
      cell: cellFromMatrix(cell.matrix, atoms.cell.periodic),
      positions: positions.slice(),
      velocities: velocities.slice(),
    };
  } finally {
    dynamics.dispose();
  }
}

function setupOf(atoms: Atoms, md: MdSpec, key: readonly [number, number], index: number): StageSetup {
  const { from, to } = md.temperature;
  const { kind, time } = md.thermostat;
  const masses = massesOf(atoms);
  const frozen = frozenMask(atoms, md.frozen, `stages[${index}].md.frozen`);
  const kept = md.velocities === 'keep' ? atoms.velocities : null;
  return {
    cell: atoms.cell,
    masses,
    timestep: md.timestep,
    thermostat: kind === 'none' ? { kind } : { kind, temperature: from, time },
    ...(md.pressure && { barostat: { ...md.pressure, pressure: md.pressure.target } }),
    ...(frozen && { frozen }),
    key,
    stream: index,
    velocities: kept ? stilled(kept, frozen) : thermalVelocities(masses, from, key, index, frozen),
    ...(to !== from && { ramp: { to, steps: stepsOf(md) } }),
  };
}

/** Velocities with those of frozen atoms at zero. */
function stilled(velocities: Float64Array, frozen: Uint8Array | undefined): Float64Array {
  if (!frozen) return velocities;
  return velocities.map((v, k) => (k % 4 !== 3 && frozen[k >> 2] ? 0 : v));
}

/** What a relaxation came to. */
export interface RelaxSummary {
  readonly kind: 'relax';
  readonly method: RelaxSpec['method'];
  readonly steps: number;
  readonly converged: boolean;
  /** eV */
  readonly energy: { readonly before: number; readonly after: number };
  /** eV/Å, largest on an atom that may move */
  readonly force: { readonly before: number; readonly after: number };
  /** [9] rows a, b, c, Å */
  readonly cell: { readonly before: readonly number[]; readonly after: readonly number[] };
}

/**
 * Runs a relaxation, with a look before every step. Ending the loop early forgets it.
 *
 * @returns the atoms at rest where it has ended, whether it converged or not
 * @throws SpecError     frozen names no atom; a pressure without a cell that moves
 * @throws PhysicsError  the energy is not finite
 */
export async function* runRelax(
  atoms: Atoms,
  spec: RelaxSpec,
  { makeForceField, index }: Pick<StageSetting, 'makeForceField' | 'index'>,
): AsyncGenerator<RelaxProgress, { readonly atoms: Atoms; readonly summary: RelaxSummary }> {
  const forceField = await makeForceField(frameOf(atoms));
  try {
    const frozen = frozenMask(atoms, spec.frozen, `stages[${index}].relax.frozen`);
    const strain = spec.cell === 'full' ? 'flexible' : spec.cell;
    const walk = relaxing({
      forceField,
      cell: atoms.cell,
      method: spec.method,
      ...(frozen && { frozen }),
      ...(strain !== 'none' && { strain: { kind: strain }, pressure: spec.pressure }),
      forceTolerance: spec.force,
      maxSteps: spec.steps,
    });
    const first = walk.next(true);
    const before = first.value;
    let next = first;
    while (!next.done) {
      yield next.value;
      next = walk.next(true);
    }
    const { cell, steps, converged, energy, maxForce } = { ...next.value, steps: next.value.step };
    return {
      atoms: { species: atoms.species, cell, positions: forceField.positions.slice(), velocities: null },
      summary: {
        kind: 'relax',
        method: spec.method,
        steps,
        converged,
        energy: { before: before.energy, after: energy },
        force: { before: before.maxForce, after: maxForce },
        cell: { before: [...atoms.cell.matrix], after: [...cell.matrix] },
      },
    };
  } finally {
    forceField.dispose();
  }
}
