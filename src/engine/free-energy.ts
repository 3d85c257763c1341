/**
 * The chemical potential of a bulk metal by two routes that share nothing but the potential. At zero pressure μ is the free energy per
 * atom of the crystal at its own volume; classically, without momenta (lengths in Å):
 *
 *   temperature integration   ln z₀(T) = ln z₀,harm(T) − ∫₀^T U_anh(T')/(k T'²) dT',   U_anh = ⟨U⟩_{p=0}/N − E₀ − (3N − 2)/(2N) kT'
 *   Frenkel–Ladd              ln z₀(T) = βE₀(a) − (1/N)[ln Z_E + ln(V/N)] − β/N ∫₀¹ ⟨U_E − (U − U₀)⟩_λ dλ + c_N
 *
 * The first starts from the harmonic crystal at rest and heats it; the second stays at T and its lattice constant and turns the metal into
 * atoms on springs, U_λ = (1 − λ)(U − U₀) + λ U_E with the centre of mass fixed, ln Z_E = (3/2)(N − 1) ln(2π/βα) + (3/2) ln N.
 * c_N is what a harmonic crystal of the same N lacks to an infinite one: known, and nearly all there is.
 *
 * @cite Frenkel & Ladd, J. Chem. Phys. 81, 3188 (1984) doi:10.1063/1.448024; Polson, Trizac, Pronk & Frenkel, J. Chem. Phys. 112, 5339 (2000)
 *       doi:10.1063/1.481102 (fixed centre of mass, finite size)
 * @oracle test/statistical/free-energy.test.ts (a crystal of known harmonic free energy), docs/validation.md
 */
import { elementOf, elements } from '../core/elements.ts';
import { ModelError } from '../core/errors.ts';
import type { Frame } from '../core/frame.ts';
import { cubicCrystal } from '../core/lattice.ts';
import { keyFromSeed } from '../core/random.ts';
import { blockAverage, type Measured, mean, measured } from '../core/statistics.ts';
import { boltzmann } from '../core/units.ts';
import type { Model } from '../model/model.ts';
import { createDynamics, type DynamicsSetup, thermalVelocities } from './dynamics.ts';
import { harmonicLnZ, type MetalState, metalState } from './reservoir.ts';
import { SpringField } from './spring-field.ts';
import { wasmForceField } from './wasm-forces.ts';

export interface FreeEnergyOptions {
  /** cubic cells along each edge of the box; 6 when not given */
  readonly cells?: number;
  /** steps at each temperature and at each λ; 12 000 when not given */
  readonly steps?: number;
  readonly seed?: string | number;
  readonly onProgress?: (share: number, text: string) => void;
}

/** Both routes to ln z₀ and what they rest on. */
export interface MetalFreeEnergy {
  /** harmonic at rest, as `metalState` gives it, without any anharmonic part */
  readonly harmonic: number;
  /** ln z₀ by temperature integration, Å⁻³ */
  readonly integrated: Measured;
  /** ln z₀ by Frenkel–Ladd, Å⁻³ */
  readonly einstein: Measured;
  /** integrated − harmonic: what a model file lists as its anharmonic part */
  readonly anharmonic: Measured;
  /** Å at the temperature and zero pressure */
  readonly latticeConstant: Measured;
  /** U_anh per atom at every temperature, eV */
  readonly heated: readonly Pick<Heated, 'temperature' | 'anharmonic'>[];
}

/** Shares of the temperature at which the crystal is sampled: what is anharmonic at a few kelvin counts as much as at the top. */
const shares = [0.03, 0.08, 0.18, 0.35, 0.55, 0.78, 1];
/** Gauss–Legendre points and weights on (0, 1), eight of them: exact to the fifteenth power of λ. */
const legendre = [
  [0.019855071751231884, 0.05061426814518813],
  [0.10166676129318664, 0.11119051722668724],
  [0.2372337950418355, 0.15685332293894363],
  [0.4082826787521751, 0.18134189168918102],
  [0.5917173212478249, 0.18134189168918102],
  [0.7627662049581645, 0.15685332293894363],
  [0.8983332387068134, 0.11119051722668724],
  [0.9801449282487681, 0.05061426814518813],
] as const;
/** Steps between two draws of all velocities: no motion is kept long enough to repeat itself. */
const drawEvery = 40;
/** Share of the steps that are thrown away first. */
const warmUp = 0.2;

/**
 * ln z₀ of a metal by temperature integration and by Frenkel–Ladd.
 *
 * @param temperature  K, below melting
 * @throws ModelError  the model has no reference metal for this guest
 */
export async function metalFreeEnergy(
  model: Model,
  guest: string,
  temperature: number,
  options: FreeEnergyOptions = {},
): Promise<MetalFreeEnergy> {
  const reference = model.references[guest];
  if (!reference) throw new ModelError(`model ${model.name} has no reference metal for ${guest}`);
  const bare: Model = { ...model, references: { [guest]: { ...reference, anharmonicLnZ: 0 } } };
  const metal = metalState(bare, guest, temperature);
  const run = new CrystalRun(model, guest, metal, options);
  const heated = await run.heat(shares);
  const last = heated.at(-1)!;
  const anharmonic = anharmonicPart(heated);
  const einstein = await run.springs(last);
  return {
    harmonic: metal.lnActivity,
    integrated: measured(metal.lnActivity + anharmonic.value, anharmonic.error, 'ln Å⁻³'),
    einstein,
    anharmonic,
    latticeConstant: last.latticeConstant,
    heated: heated.map(({ temperature, anharmonic }) => ({ temperature, anharmonic })),
  };
}

/**
 * Lattice constant at a temperature and zero pressure, Å, by dynamics of a small box: good to some tenths of a percent.
 *
 * @param temperature  K, below melting
 * @throws ModelError  the model has no reference metal for this guest
 */
export async function thermalLatticeConstant(
  model: Model,
  guest: string,
  temperature: number,
  { cells = 4, steps = 2000, ...options }: FreeEnergyOptions = {},
): Promise<Measured> {
  const run = new CrystalRun(model, guest, metalState(model, guest, temperature), { ...options, cells, steps });
  const [heated] = await run.heat([1]);
  return heated!.latticeConstant;
}

/** A crystal at one temperature and zero pressure. */
export interface Heated {
  readonly temperature: number;
  /** U_anh per atom, eV */
  readonly anharmonic: Measured;
  readonly latticeConstant: Measured;
}

class CrystalRun {
  readonly #model: Model;
  readonly #guest: string;
  readonly #metal: MetalState;
  readonly #cells: number;
  readonly #steps: number;
  readonly #key: readonly [number, number];
  readonly #mass: number;
  readonly #options: FreeEnergyOptions;

  constructor(model: Model, guest: string, metal: MetalState, options: FreeEnergyOptions) {
    this.#model = model;
    this.#guest = guest;
    this.#metal = metal;
    this.#cells = options.cells ?? 6;
    this.#steps = options.steps ?? 12_000;
    this.#key = keyFromSeed(options.seed ?? 'free energy');
    this.#mass = elements[elementOf(guest)]?.mass ?? 20;
    this.#options = options;
  }

  /** Time step a twentieth of the fastest vibration of an atom among its neighbours, fs. */
  get #timestep(): number {
    return 2 * Math.sqrt(this.#mass / 7);
  }

  #crystal(a: number): Frame {
    return cubicCrystal(this.#guest, this.#model.references[this.#guest]!.lattice, a, this.#cells);
  }

  /** NPT at zero pressure and rising temperature. */
  async heat(shares: readonly number[]): Promise<Heated[]> {
    const { latticeConstant: a0, latticeEnergy, temperature: top } = this.#metal;
    const crystal = this.#crystal(a0);
    const n = crystal.rows.length / 4;
    const masses = new Float64Array(n).fill(this.#mass);
    const field = await wasmForceField(this.#model, crystal);
    try {
      const heated: Heated[] = [];
      for (const [k, share] of shares.entries()) {
        this.#options.onProgress?.((0.5 * k) / shares.length, `${(share * top).toFixed(0)} K, zero pressure`);
        const temperature = share * top;
        field.positions.set(crystal.rows);
        const dynamics = createDynamics({
          forceField: field,
          cell: crystal.cell,
          masses,
          timestep: this.#timestep,
          thermostat: { kind: 'langevin', temperature, time: 300 },
          barostat: { kind: 'isotropic', pressure: 0, time: 1000, compressibility: 20 },
          key: this.#key,
          stream: k,
          velocities: thermalVelocities(masses, 2 * temperature, this.#key, k),
        });
        const energies: number[] = [];
        const edges: number[] = [];
        for (let done = 0; done < this.#steps; done += 10) {
          dynamics.advance(10);
          if (done < warmUp * this.#steps) continue;
          energies.push(field.energy / n - latticeEnergy - ((3 * n - 2) / (2 * n)) * boltzmann * temperature);
          edges.push(Math.cbrt(dynamics.cell.volume) / this.#cells);
        }
        const [u, edge] = [blockAverage(energies), blockAverage(edges)];
        heated.push({
          temperature,
          anharmonic: measured(u.mean, u.error, 'eV'),
          latticeConstant: measured(edge.mean, edge.error, 'Å'),
        });
      }
      return heated;
    } finally {
      field.dispose();
    }
  }

  /** The metal turned into atoms on springs at its lattice constant. */
  async springs({ temperature, latticeConstant }: Heated): Promise<Measured> {
    const a = latticeConstant.value;
    const crystal = this.#crystal(a);
    const n = crystal.rows.length / 4;
    const beta = 1 / (boltzmann * temperature);
    const metal = await wasmForceField(this.#model, crystal);
    try {
      metal.compute(crystal.cell);
      const field = new SpringField(metal, crystal.rows);
      // springs as stiff as the metal holds its atoms
      const loose = this.#sample(field, crystal, temperature, 1000, { lambda: 0, stiffness: 0 });
      const stiffness = 3 / (beta * mean(loose.squares));
      const points = legendre.map(([lambda, weight], k) => {
        this.#options.onProgress?.(0.5 + (0.5 * k) / legendre.length, `springs, λ = ${lambda.toFixed(2)}`);
        const { differences } = this.#sample(field, crystal, temperature, 2000 + k, { lambda, stiffness });
        const { mean: value, error } = blockAverage(differences);
        return { value: weight * value, error: weight * error };
      });
      const integral = (beta / n) * points.reduce((sum, { value }) => sum + value, 0);
      const error = (beta / n) * Math.hypot(...points.map((point) => point.error));
      const lnZ = 1.5 * (n - 1) * Math.log((2 * Math.PI) / (beta * stiffness)) + 1.5 * Math.log(n);
      const finite = (beta * field.restEnergy) / n - (lnZ + Math.log(crystal.cell.volume / n)) / n - integral;
      // the lattice constant is not known exactly, and at its minimum μ does not mind
      return measured(finite + this.#finiteSize(beta, n, crystal.cell.volume), error, 'ln Å⁻³');
    } finally {
      metal.dispose();
    }
  }

  /** What N atoms lack in ln z₀, in a harmonic crystal; of its lattice constant at rest, where every phonon is stable. */
  #finiteSize(beta: number, n: number, volume: number): number {
    const a = this.#metal.latticeConstant;
    const { lattice } = this.#model.references[this.#guest]!;
    const lnZ = (mesh: number, shift: number) =>
      harmonicLnZ(this.#model, this.#guest, lattice, a, beta, { mesh, shift });
    const finite = ((n - 1) * lnZ(2 * this.#cells, 0) - 1.5 * Math.log(n) - Math.log(volume / n)) / n;
    return lnZ(16, 0.5) - finite;
  }

  /** Samples at one λ: U_E − (U − U₀), and mean square displacements. */
  #sample(
    field: SpringField,
    crystal: Frame,
    temperature: number,
    stream: number,
    { lambda, stiffness }: { lambda: number; stiffness: number },
  ): { differences: number[]; squares: number[] } {
    const n = crystal.rows.length / 4;
    const masses = new Float64Array(n).fill(this.#mass);
    field.mix(lambda, stiffness);
    field.positions.set(crystal.rows);
    const differences: number[] = [];
    const squares: number[] = [];
    const setup: Omit<DynamicsSetup, 'velocities'> = {
      forceField: field,
      cell: crystal.cell,
      masses,
      timestep: this.#timestep,
      thermostat: { kind: 'none' },
      key: this.#key,
      stream,
    };
    const segments = Math.ceil(this.#steps / drawEvery);
    for (let segment = 0; segment < segments; segment++) {
      const velocities = thermalVelocities(masses, temperature, this.#key, 10_000 * stream + segment);
      const dynamics = createDynamics({ ...setup, velocities });
      for (let half = 0; half < 2; half++) {
        dynamics.advance(drawEvery / 2);
        if (segment < warmUp * segments) continue;
        differences.push(field.springEnergy - (field.metalEnergy - field.restEnergy));
        squares.push(field.square / n);
      }
    }
    return { differences, squares };
  }
}

/** −∫ U_anh/(kT²) dT from absolute zero, with g = U_anh/kT linear in T between temperatures and down to g(0) = 0. */
function anharmonicPart(points: readonly Heated[]): Measured {
  // weight of every g: ∫ g dT/T over the two pieces beside it
  const weights = new Float64Array(points.length);
  let before = { t: 0, k: -1 };
  for (const [k, { temperature: t }] of points.entries()) {
    const width = t - before.t;
    const logarithm = before.k < 0 ? 0 : Math.log(t / before.t);
    weights[k]! += 1 - (before.t * logarithm) / width;
    if (before.k >= 0) weights[before.k]! += (t * logarithm) / width - 1;
    before = { t, k };
  }
  const g = points.map(({ anharmonic: { value, error }, temperature }) => ({
    value: value / (boltzmann * temperature),
    error: (error ?? 0) / (boltzmann * temperature),
  }));
  return measured(
    -g.reduce((sum, { value }, k) => sum + weights[k]! * value, 0),
    Math.hypot(...g.map(({ error }, k) => weights[k]! * error)),
    '1',
  );
}
