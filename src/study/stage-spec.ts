/** Stages of a run as data, in base units: what `md-fields` reads and `stages` carries out. */

export interface RelaxSpec {
  readonly method: 'fire' | 'l-bfgs';
  readonly cell: 'none' | 'isotropic' | 'anisotropic' | 'full';
  /** eV/Å: largest force left on an atom */
  readonly force: number;
  /** eV/Å³ */
  readonly pressure: number;
  readonly steps: number;
  /** elements or species that never move */
  readonly frozen: readonly string[];
}

export interface MdSpec {
  /** fs, a whole number of timesteps */
  readonly time: number;
  /** fs */
  readonly timestep: number;
  /** K, linear in time between the two */
  readonly temperature: { readonly from: number; readonly to: number };
  readonly thermostat: { readonly kind: 'none' | 'langevin' | 'bussi'; readonly time: number };
  readonly pressure?: {
    /** eV/Å³ */
    readonly target: number;
    readonly kind: 'isotropic' | 'anisotropic';
    /** fs */
    readonly time: number;
    /** Å³/eV */
    readonly compressibility: number;
  };
  /** elements or species that never move */
  readonly frozen: readonly string[];
  /** fs, whole numbers of timesteps */
  readonly every: { readonly frames: number; readonly velocities: number; readonly thermo: number };
  readonly observe: readonly ('diffusion' | 'rdf' | 'vacf' | 'vdos')[];
  readonly velocities: 'keep' | 'draw';
}

export type StageSpec = { readonly relax: RelaxSpec } | { readonly md: MdSpec };

/** Steps of a stage of dynamics in a first look. */
const quickSteps = 400;

/** The same stage for a first look: at most 400 steps of dynamics, 100 of relaxation. */
export function quickStage(stage: StageSpec): StageSpec {
  if ('relax' in stage) return { relax: { ...stage.relax, steps: Math.min(stage.relax.steps, 100) } };
  const { md } = stage;
  const steps = Math.min(Math.round(md.time / md.timestep), quickSteps);
  const time = steps * md.timestep;
  // enough frames and samples for every observable to have something to look at
  const atMost = (interval: number, samples: number) =>
    Math.min(interval, Math.max(1, Math.floor(steps / samples)) * md.timestep);
  const every = {
    frames: atMost(md.every.frames, 40),
    velocities: atMost(md.every.velocities, 100),
    thermo: atMost(md.every.thermo, 100),
  };
  return { md: { ...md, time, every } };
}
