/** Samples of a stage of dynamics → motion → numbers. */
import { analyseDynamics, type DynamicsAnalysis, foldingNotes } from '../analysis/dynamics.ts';
import { greenKubo, velocityAutocorrelation, vibrationalDensity } from '../analysis/velocity.ts';
import { elementOf } from '../core/elements.ts';
import { SpecError } from '../core/errors.ts';
import type { MotionFrame } from '../io/h5md.ts';
import type { Motion, ThermoSeries } from '../trajectory/motion.ts';
import { type Recording, type Row, type RowKind, thermoOrder } from './record.ts';
import type { MdSpec, StageSpec } from './stage-spec.ts';
import { type Atoms, massesOf, stepsOf } from './stages.ts';

/** A stage of dynamics and what was read off it. */
export interface StageMotion {
  /** thermodynamic samples of the whole run up to the end of the stage, frames of the stage; times count through all stages */
  readonly motion: Motion;
  readonly analysis: DynamicsAnalysis;
}

/**
 * What was asked to be observed of one stage. Positions and velocities were sampled at intervals of their own, so each kind
 * of observable is read off a motion of its own. Where there is carbon, its common motion is taken out.
 *
 * @param atoms  of the run; species and their order stay the same through all stages
 */
export function analyseStage(
  recording: Recording,
  stages: readonly StageSpec[],
  index: number,
  atoms: Atoms,
): StageMotion {
  const stage = stages[index]!;
  if (!('md' in stage)) throw new Error('only a stage of dynamics has motion');
  const { observe } = stage.md;
  const kinds = Int32Array.from({ length: atoms.positions.length / 4 }, (_, i) => atoms.positions[4 * i + 3]!);
  const common = { species: atoms.species, kinds, masses: massesOf(atoms), periodic: atoms.cell.periodic };
  const [from] = startOf(stages, index);
  const thermo = thermoSeries(recording, stages, index);
  const frames = (kind: RowKind) => recording.rows(kind, index).map((row) => frameOfRow(row, from));
  const reference = atoms.species.some((name) => elementOf(name) === 'C') ? ['C'] : [];
  const asked = (what: MdSpec['observe'][number]) => observe.includes(what);
  const motion = { ...common, thermo, frames: frames('positions') };
  const places = analyseDynamics(motion, { from, reference });
  const found = {
    ...places,
    msd: asked('diffusion') ? places.msd : [],
    diffusion: asked('diffusion') ? places.diffusion : [],
    rdf: asked('rdf') ? places.rdf : [],
    // where no positions were kept, their absence is no news
    notes: asked('diffusion') || asked('rdf') ? places.notes : [],
  };
  if (!asked('vacf') && !asked('vdos')) return { motion, analysis: found };
  try {
    const fast = { ...common, thermo, frames: frames('velocities') };
    const vacf = velocityAutocorrelation(fast, { reference, longest: longestLag });
    const vdos = asked('vdos') ? vibrationalDensity(vacf) : undefined;
    const notes = [...found.notes, ...(vdos ? foldingNotes(vdos) : [])];
    return { motion, analysis: { ...found, vacf, greenKubo: vacf.map(greenKubo), ...(vdos && { vdos }), notes } };
  } catch (error) {
    if (!(error instanceof SpecError)) throw error;
    return { motion, analysis: { ...found, notes: [...found.notes, `Not computed: ${error.message}.`] } };
  }
}

/** Time (fs) and step of the run at which a stage begins. */
export function startOf(stages: readonly StageSpec[], index: number): readonly [time: number, step: number] {
  let time = 0;
  let step = 0;
  for (const stage of stages.slice(0, index)) {
    if (!('md' in stage)) continue;
    time += stage.md.time;
    step += stepsOf(stage.md);
  }
  return [time, step];
}

/** fs: of the velocity autocorrelation */
const longestLag = 2000;

/** A row of positions or of velocities; the other is left empty, for nothing looks at it. */
function frameOfRow({ kind, step, values }: Row, from: number): MotionFrame {
  const rows = values.subarray(10);
  const [positions, velocities] = kind === 'positions' ? [rows, undefined] : [new Float64Array(0), rows];
  const time = from + values[0]!;
  return { step, time, cell: values.subarray(1, 10), positions, ...(velocities && { velocities }) };
}

/**
 * Samples of all stages up to one; where two stages meet, the later one has the word. Each stage counts heat from its own
 * beginning, so its conserved energy is joined to that of the stage before.
 */
function thermoSeries(recording: Recording, stages: readonly StageSpec[], index: number): ThermoSeries {
  const column = 1 + thermoOrder.indexOf('conserved');
  let joint: number | undefined;
  const samples = stages.slice(0, index + 1).flatMap((_, k) => {
    const [from, first] = startOf(stages, k);
    const [end] = startOf(stages, k + 1);
    const rows = recording.rows('thermo', k);
    const shift = joint === undefined || rows.length === 0 ? 0 : joint - rows[0]!.values[column]!;
    if (rows.length > 0) joint = rows.at(-1)!.values[column]! + shift;
    return rows
      .map(({ step, values }) => {
        const joined = values.slice();
        joined[column]! += shift;
        return { step: first + step, time: from + values[0]!, values: joined };
      })
      .filter(({ time }) => k === index || time < end - 1e-6);
  });
  const named = Object.fromEntries(
    thermoOrder.map((name, k) => [name, Float64Array.from(samples, ({ values }) => values[k + 1]!)]),
  ) as Omit<ThermoSeries, 'step' | 'time'>;
  return {
    step: Float64Array.from(samples, ({ step }) => step),
    time: Float64Array.from(samples, ({ time }) => time),
    ...named,
  };
}
