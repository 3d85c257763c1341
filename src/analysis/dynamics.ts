/** Everything that is read off a dynamics run, in one call. */
import { elementOf } from '../core/elements.ts';
import { CardhouseError } from '../core/errors.ts';
import { frameAt, type Motion, motionSince } from '../trajectory/motion.ts';
import { type Diffusion, diffusionCoefficient } from './diffusion.ts';
import { type Msd, meanSquareDisplacement } from './msd.ts';
import { type PairRdf, pairRdfs, type RdfOptions, rdfDefaults } from './rdf.ts';
import { type ThermoSummary, thermoSummary } from './thermo.ts';
import {
  type GreenKubo,
  greenKubo,
  type Vacf,
  type Vdos,
  velocityAutocorrelation,
  vibrationalDensity,
} from './velocity.ts';

export interface DynamicsOptions {
  /** fs; what came before is equilibration */
  readonly from?: number;
  /** species or elements to follow; default every element */
  readonly species?: readonly string[];
  /** the host at rest: species or elements whose common motion is taken out; default none */
  readonly reference?: readonly string[];
  readonly rdf?: RdfOptions;
  /** most frames that g(r) is averaged over, evenly taken from the run; default 100 */
  readonly rdfFrames?: number;
  /** longest lag of the velocity autocorrelation, fs; default a fifth of the run, at most 2 ps */
  readonly longest?: number;
}

export interface DynamicsAnalysis {
  readonly options: DynamicsOptions;
  /** frames after equilibration */
  readonly frames: number;
  readonly thermo?: ThermoSummary;
  readonly msd: readonly Msd[];
  readonly diffusion: readonly Diffusion[];
  readonly vacf: readonly Vacf[];
  readonly greenKubo: readonly GreenKubo[];
  readonly vdos?: Vdos;
  readonly rdf: readonly PairRdf[];
  /** what could not be had, and why */
  readonly notes: readonly string[];
}

/**
 * Averages, structure, diffusion and vibrations of a run. A part that the run is too short for, or lacks data for, is left out with a
 * note; nothing is thrown.
 *
 * @oracle test/unit/dynamics-report.test.ts
 */
export function analyseDynamics(motion: Motion, options: DynamicsOptions = {}): DynamicsAnalysis {
  const notes: string[] = [];
  const attempt = <T>(make: () => T): T | undefined => {
    try {
      return make();
    } catch (error) {
      if (!(error instanceof CardhouseError)) throw error;
      notes.push(`Not computed: ${error.message}.`);
      return undefined;
    }
  };
  const production = motionSince(motion, options.from ?? Number.NEGATIVE_INFINITY);
  const { frames } = production;
  const { species, reference } = options;
  const mass = motion.masses.reduce((sum, m) => sum + m, 0);
  const thermo = attempt(() => thermoSummary(production.thermo, { atoms: motion.kinds.length, mass }));
  const msd = attempt(() => meanSquareDisplacement(production, { species, reference })) ?? [];
  const diffusion = msd.map(diffusionCoefficient);
  const still = new Set((reference ?? []).flatMap((name) => [name, elementOf(name)]));
  for (const { species: name, note } of diffusion) {
    if (note !== undefined && !still.has(name)) notes.push(`Diffusion of ${name}: ${note}.`);
  }
  const hasVelocities = frames.length > 0 && frames.every(({ velocities }) => velocities !== undefined);
  const vacf = hasVelocities
    ? (attempt(() => velocityAutocorrelation(production, { species, reference, longest: options.longest ?? 2000 })) ??
      [])
    : [];
  const vdos = vacf.length > 0 ? vibrationalDensity(vacf) : undefined;
  if (vdos) notes.push(...foldingNotes(vdos));
  const stride = Math.max(1, Math.ceil(frames.length / (options.rdfFrames ?? 100)));
  const chosen = frames.flatMap((_, k) => (k % stride === 0 ? [frameAt(production, k)] : []));
  return {
    options,
    frames: frames.length,
    ...(thermo ? { thermo } : {}),
    msd,
    diffusion,
    vacf,
    greenKubo: vacf.map(greenKubo),
    ...(vdos ? { vdos } : {}),
    rdf: attempt(() => pairRdfs(chosen, options.rdf ?? rdfDefaults)) ?? [],
    notes,
  };
}

/** What is to be said of a density whose frames were too far apart: nothing, or one line. */
export function foldingNotes(vdos: Vdos): string[] {
  const share = aboveShare(vdos);
  if (share <= 0.02) return [];
  return [
    `Frames are too far apart for the vibrational density: ${Math.round(100 * share)} % of the modes lie in its highest tenth, ` +
      `near ${vdos.nyquist.toPrecision(3)} THz, and faster ones are folded back.`,
  ];
}

/** Share of the modes in the highest tenth of the frequencies that frames resolve. */
function aboveShare({ frequency, total, nyquist }: Vdos): number {
  const sum = (from: number): number => total.value.reduce((all, g, k) => all + (frequency[k]! >= from ? g : 0), 0);
  return sum(0.9 * nyquist) / sum(0);
}
