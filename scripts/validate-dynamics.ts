/** Dynamics for docs/validation.md: what a run at constant energy keeps, what the time step costs, and how thermostats share heat. */
import { existsSync, readFileSync } from 'node:fs';
import {
  bcc,
  blockAverage,
  boltzmann,
  combineModels,
  createDynamics,
  cubicCrystal,
  type Dynamics,
  type Frame,
  graphite,
  keyFromSeed,
  loadModel,
  type Model,
  massOf,
  modelFromText,
  orthorhombicCell,
  type Thermostat,
  thermalVelocities,
  wasmForceField,
} from 'cardhouse';
import { known, pass, type Row, type Section } from './validate-table.ts';

interface System {
  readonly what: string;
  readonly model: Model;
  readonly crystal: Frame;
  /** K, of the velocities given to the perfect crystal: half of it stays */
  readonly start: number;
  /** fs */
  readonly timestep: number;
}

const key = keyFromSeed('validate dynamics');

const shipped = (name: string): Model => modelFromText(readFileSync(`models/potentials/${name}.json`, 'utf8'), name);

/** Argon with a tapered pair: two continuous derivatives, so that the integrator is measured and not the cutoff. */
const argon = (): Model =>
  loadModel({
    ...{ format: 'cardhouse/model/1', name: 'argon', about: '', citation: ['–'], licence: '', validity: '' },
    ...{ provenance: '', species: ['Ar'], host: [], overlap: { 'Ar-Ar': 2 }, cavity: {}, reference: {} },
    terms: [
      {
        form: 'pair',
        pair: {
          'Ar-Ar': {
            ...{ radial: 'lennard-jones', epsilon: 0.0104, sigma: 3.4 },
            cutoff: { kind: 'taper', from: 7, to: 8.5 },
          },
        },
      },
    ],
  });

const liquid = (): System => ({
  ...{ what: 'liquid argon, Lennard-Jones', model: argon(), start: 400, timestep: 4 },
  crystal: cubicCrystal('Ar', 'fcc', 5.8, 4),
});

function systems(): System[] {
  const metals = [
    { what: 'bcc Na, na-carbon', model: () => shipped('na-carbon'), metal: 'Na', a: 4.25 },
    { what: 'bcc Li, li-carbon', model: () => shipped('li-carbon'), metal: 'Li', a: 3.5 },
    ...['Na_MendelevM_2014', 'Li_v2']
      .map((name) => ({ name, path: `../shared/potentials/${name}.eam.fs` }))
      .filter(({ path }) => existsSync(path))
      .map(({ name, path }) => ({
        what: `bcc ${name.slice(0, 2)}, ${name}.eam.fs`,
        model: () => modelFromText(readFileSync(path, 'utf8'), path),
        ...(name.startsWith('Na') ? { metal: 'Na', a: 4.25 } : { metal: 'Li', a: 3.5 }),
      })),
  ];
  return [
    { what: 'graphite, carbon', model: shipped('carbon'), crystal: graphite(4, 2, 4), start: 600, timestep: 0.5 },
    ...metals.map(
      ({ what, model, metal, a }): System => ({
        ...{ what, model: model(), crystal: bcc(metal, a, 4), start: 600, timestep: 1 },
      }),
    ),
    liquid(),
  ];
}

/** Sodium between sheets, C8Na: guests over hexagons, 4.3 Å and more apart. */
function filledGraphite(): Frame {
  const host = graphite(4, 2, 4, 4.6);
  const [a, b] = [1.42 * Math.sqrt(3), 3 * 1.42];
  const guests = [0, 1, 2, 3].flatMap((gallery) =>
    [0, 2].flatMap((i) => [0, 1].flatMap((j) => [i * a, (j + 1 / 3) * b, 4.6 * (gallery + 1), 1])),
  );
  return { ...host, species: ['C:basal', 'Na'], rows: Float64Array.of(...host.rows, ...guests) };
}

/** A metal film between vacuum: atoms of its faces are partly ions, and their charge switches on and off. */
function film(metal: string, a: number): Frame {
  return { ...bcc(metal, a, 4), cell: orthorhombicCell(4 * a, 4 * a, 4 * a + 20) };
}

/** Systems in which the model itself has a kink: charges that are switched off while others are on. */
function switching(): System[] {
  const metalFilm = (metal: string, a: number): System => ({
    what: `${metal} film in vacuum, ${metal.toLowerCase()}-carbon`,
    model: shipped(`${metal.toLowerCase()}-carbon`),
    ...{ crystal: film(metal, a), start: 600, timestep: 1 },
  });
  return [
    metalFilm('Na', 4.25),
    metalFilm('Li', 3.5),
    {
      ...{ what: 'C8Na, carbon + na-carbon', start: 600, timestep: 0.5, crystal: filledGraphite() },
      model: combineModels([shipped('carbon'), shipped('na-carbon')]),
    },
  ];
}

/** Systems that are too slow for 20 ps here. */
function slow(): System[] {
  const path = '../shared/potentials/C_2024_NEP4.txt';
  const sheets = { start: 600, timestep: 0.5 };
  const kc = { what: 'graphite, carbon-kc', model: shipped('carbon-kc'), crystal: graphite(3, 2, 2), ...sheets };
  if (!existsSync(path)) return [kc];
  const model = modelFromText(readFileSync(path, 'utf8'), path);
  return [kc, { what: 'graphite, C_2024_NEP4', model, crystal: graphite(2, 1, 2), ...sheets }];
}

/** A run of a system, from the same velocities whatever the time step. */
async function run(
  { model, crystal, start }: System,
  timestep: number,
  thermostat: Thermostat = { kind: 'none' },
): Promise<Dynamics> {
  const n = crystal.rows.length / 4;
  const masses = Float64Array.from({ length: n }, (_, i) => massOf(crystal.species[crystal.rows[4 * i + 3]!]!));
  const velocities = thermalVelocities(masses, start, key, 0);
  const forceField = await wasmForceField(model, crystal);
  return createDynamics({ forceField, cell: crystal.cell, masses, timestep, thermostat, velocities, key, stream: 0 });
}

/** Slope of y against x by least squares over means of 20 stretches, and its standard error from what they scatter about the line. */
function slopeOf(x: readonly number[], y: readonly number[]): { slope: number; error: number } {
  const blocks = 20;
  const means = (values: readonly number[]): number[] =>
    Array.from({ length: blocks }, (_, b) => {
      const part = values.slice((b * values.length) / blocks, ((b + 1) * values.length) / blocks);
      return part.reduce((sum, v) => sum + v - values[0]!, 0) / part.length;
    });
  const [mx, my] = [means(x), means(y)];
  const mean = (values: readonly number[]): number => values.reduce((sum, v) => sum + v) / values.length;
  const [cx, cy] = [mean(mx), mean(my)];
  const square = mx.reduce((sum, v) => sum + (v - cx) ** 2, 0);
  const slope = mx.reduce((sum, v, k) => sum + (v - cx) * (my[k]! - cy), 0) / square;
  const rest = mx.reduce((sum, v, k) => sum + (my[k]! - cy - slope * (v - cx)) ** 2, 0);
  return { slope, error: Math.sqrt(rest / (blocks - 2) / square) };
}

async function drift(system: System): Promise<Row> {
  console.log(`drift: ${system.what}`);
  const dynamics = await run(system, system.timestep);
  const { count } = dynamics.forceField;
  const times: number[] = [];
  const energies: number[] = [];
  let heat = 0;
  // 0.5 ps for the perfect crystal to become a warm one
  dynamics.advance(Math.round(500 / system.timestep));
  while (dynamics.time < 20_500) {
    dynamics.advance(10);
    times.push(dynamics.time / 1000);
    energies.push(dynamics.conserved());
    heat += dynamics.temperature();
  }
  dynamics.forceField.dispose();
  const { slope, error } = slopeOf(times, energies);
  const tell = (x: number): string => `${((1e6 * x) / count).toFixed(3)}`;
  return {
    what: `${system.what}: ${count} atoms, ${(heat / times.length).toFixed(0)} K, ${system.timestep} fs`,
    ours: `${tell(slope)} ± ${tell(error)} µeV per atom and ps`,
    expected: '0 ± 10',
    verdict: pass((Math.abs(slope) + 2 * error) / count < 1e-5),
  };
}

/** Standard deviation of the energy about its mean over the first 200 fs, eV. */
async function wobble(system: System, timestep: number): Promise<number> {
  const dynamics = await run(system, timestep);
  const energies: number[] = [];
  while (dynamics.time < 200 - 1e-6) {
    dynamics.advance(1);
    energies.push(dynamics.conserved());
  }
  dynamics.forceField.dispose();
  const mean = energies.reduce((sum, e) => sum + e) / energies.length;
  return Math.sqrt(energies.reduce((sum, e) => sum + (e - mean) ** 2, 0) / energies.length);
}

async function steps(system: System): Promise<Row> {
  console.log(`time step: ${system.what}`);
  const widths: number[] = [];
  for (const part of [1, 2, 4]) widths.push(await wobble(system, system.timestep / part));
  const ratios = [widths[0]! / widths[1]!, widths[1]! / widths[2]!];
  return {
    what: `${system.what}, ${[1, 2, 4].map((part) => system.timestep / part).join(', ')} fs`,
    ours: ratios.map((ratio) => ratio.toFixed(3)).join(', '),
    expected: '4, 4',
    verdict: pass(ratios.every((ratio) => Math.abs(ratio - 4) < 0.1)),
  };
}

async function thermostat(kind: 'langevin' | 'bussi'): Promise<Row[]> {
  console.log(`thermostat: ${kind}`);
  const temperature = 150;
  const dynamics = await run({ ...liquid(), start: temperature }, 4, { kind, temperature, time: 200 });
  dynamics.advance(1000);
  const wanted = (dynamics.degreesOfFreedom / 2) * boltzmann * temperature;
  const kinetic: number[] = [];
  const axes: number[][] = [[], [], []];
  for (let k = 0; k < 2500; k++) {
    dynamics.advance(5);
    kinetic.push(dynamics.kineticEnergy() / wanted);
    const { velocities } = dynamics;
    const sum = [0, 0, 0];
    for (let i = 0; i < velocities.length; i += 4) for (let a = 0; a < 3; a++) sum[a]! += velocities[i + a]! ** 2;
    const all = sum[0]! + sum[1]! + sum[2]!;
    sum.forEach((part, a) => {
      axes[a]!.push((3 * part) / all);
    });
  }
  dynamics.forceField.dispose();
  const mean = blockAverage(Float64Array.from(kinetic));
  // Var K = (f/2) (kT)²
  const spread = blockAverage(Float64Array.from(kinetic, (x) => ((x - 1) ** 2 * dynamics.degreesOfFreedom) / 2));
  const share = axes.map((values) => blockAverage(Float64Array.from(values)));
  const tell = ({ mean: m, error }: { mean: number; error: number }): string => `${m.toFixed(4)} ± ${error.toFixed(4)}`;
  const right = (found: { mean: number; error: number }): boolean => Math.abs(found.mean - 1) < 4 * found.error;
  return [
    { what: `${kind}: ⟨K⟩ of ½ f k_B T`, ours: tell(mean), expected: '1', verdict: pass(right(mean)) },
    { what: `${kind}: Var K of ½ f (k_B T)²`, ours: tell(spread), expected: '1', verdict: pass(right(spread)) },
    {
      what: `${kind}: share of x, y, z of a third`,
      ours: share.map(tell).join(', '),
      expected: '1, 1, 1',
      verdict: pass(share.every(right)),
    },
  ];
}

/** Sections on dynamics; some minutes. */
export async function dynamicsSections(): Promise<Section[]> {
  const all = systems();
  const drifts: Row[] = [];
  for (const system of all) drifts.push(await drift(system));
  const laws: Row[] = [];
  for (const system of [...all, ...slow()]) laws.push(await steps(system));
  const kinks: Row[] = [];
  for (const system of switching()) {
    const row = await drift(system);
    kinks.push({ ...row, verdict: row.verdict === 'pass' ? 'pass' : known });
  }
  return [
    {
      title: 'Energy kept at constant energy for 20 ps, WebAssembly force field',
      note: 'Slope of the energy by least squares; the error is that of 20 block means about the line.',
      rows: drifts,
    },
    {
      title: 'The same where charges switch',
      note: 'The charge s = (1 − n/n_switch)₊ of the models of metals in carbon has a kink at s = 0, and the repulsion of two ions is linear in both: the force on the neighbours of an atom jumps when its charge goes out beside one that is still charged. No time step follows a jump: energies wander by some meV at each. Thermostats take that up; at constant energy it limits the drift, and rows above the limit are marked as known.',
      rows: kinks,
    },
    {
      title: 'Error of the time step',
      note: 'How much the energy wobbles about its mean over the first 200 fs, at a step against half of it: velocity Verlet errs by Δt².',
      rows: laws,
    },
    {
      title: 'Thermostats on liquid argon, 150 K, 50 ps',
      note: 'Mean and variance of the kinetic energy, and how it is shared by the three directions.',
      rows: [...(await thermostat('bussi')), ...(await thermostat('langevin'))],
    },
  ];
}
