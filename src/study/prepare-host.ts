/** The host of a replica relaxed or annealed before guests come, by the same stages as a run of dynamics has. */
import { SpecError } from '../core/errors.ts';
import { atomCount, type Frame, wrapped } from '../core/frame.ts';
import { keyFromSeed } from '../core/random.ts';
import { type Measured, measured } from '../core/statistics.ts';
import type { Model } from '../model/model.ts';
import { forceFieldFor } from './force-fields.ts';
import { runStages } from './run-stages.ts';
import type { StageSpec } from './stage-spec.ts';
import { type Atoms, atRest, frameOf, type MakeForceField } from './stages.ts';

export interface PreparedHost {
  readonly frame: Frame;
  /** energy change per atom and how far atoms went, for the report's table of the structure */
  readonly measured: Readonly<Record<string, Measured>>;
  readonly warnings: readonly string[];
}

/**
 * Runs the stages on a host, in one thread. Species keep their names: a carbon's kind of edge is what the builder made it.
 *
 * @param seed  of the replica, e.g. "s/r"
 * @param say   hears which stage begins
 * @returns undefined when stopped
 * @throws SpecError     the cell has left its box
 * @throws PhysicsError  a stage explodes
 */
export async function prepareHost(
  host: Frame,
  stages: readonly StageSpec[],
  model: Model,
  seed: string,
  say: (text: string) => void,
  stopped: () => boolean,
): Promise<PreparedHost | undefined> {
  const makeForceField: MakeForceField = (frame) => forceFieldFor(model, frame, { backend: 'wasm' });
  const key = keyFromSeed(seed);
  const warnings: string[] = [];
  const before = await energyOf(host, makeForceField);
  const onStage = (stage: StageSpec): void =>
    say('relax' in stage ? `relaxing by ${stage.relax.method}` : `dynamics, ${stage.md.time / 1000} ps`);
  const end = await runStages(atRest(host), stages, { makeForceField, key }, { onStage, stopped });
  if (!end) return undefined;
  const { atoms, relaxed } = end;
  for (const [index, summary] of relaxed.entries()) {
    if (!summary || summary.converged) continue;
    const { steps, force } = summary;
    warnings.push(
      `stage ${index + 1} of host.prepare did not converge: ${force.after.toPrecision(2)} eV/Å left after ${steps} steps`,
    );
  }
  const frame = { ...host, ...wrapped(frameOf(atoms)), info: host.info };
  if (!frame.cell.orthorhombic)
    throw new SpecError('host.prepare must leave the box orthorhombic: use cell anisotropic');
  const energy = (await energyOf(frame, makeForceField)) - before;
  return {
    frame,
    measured: {
      preparationEnergy: measured(energy / atomCount(host), null, 'eV/atom'),
      preparationDisplacement: measured(meanDisplacement(host, atoms), null, 'Å'),
    },
    warnings,
  };
}

async function energyOf(frame: Frame, makeForceField: MakeForceField): Promise<number> {
  const forceField = await makeForceField(frame);
  try {
    forceField.compute(frame.cell);
    return forceField.energy;
  } finally {
    forceField.dispose();
  }
}

/** Root of the mean squared displacement in fractional coordinates, times the cell: a cell that only grows moves nothing. */
function meanDisplacement(before: Frame, { positions, cell }: Atoms): number {
  const scale = [0, 1, 2].map((a) => before.cell.heights[a]! / cell.heights[a]!);
  let sum = 0;
  for (let k = 0; k < positions.length; k++) {
    if (k % 4 < 3) sum += (positions[k]! * scale[k % 4]! - before.rows[k]!) ** 2;
  }
  return Math.sqrt(sum / (positions.length / 4));
}
