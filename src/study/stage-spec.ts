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
