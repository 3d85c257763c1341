/** Grand-canonical trials of each engine from the same guests: how long they took, and what came of them. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildHostMap } from '../../src/engine/host-map/build.ts';
import { createWasmChain } from '../../src/engine/wasm.ts';
import { formatLammpsData } from '../../src/io/lammps-data-writer.ts';
import { chemicalPotential, type GcmcSystem, wholeFrame } from './gcmc-systems.ts';

export interface GcmcRun {
  /** s on the clock, of the trials alone */
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** attempted: displacements, insertions and deletions, whatever became of them */
  readonly trials: number;
  /** insertions and deletions that were accepted */
  readonly exchanges: number;
  /** of the guests it started from, eV */
  readonly energy: number;
  /** guests after every `samplesEvery` trials */
  readonly counts: readonly number[];
}

export interface GcmcEngine {
  readonly name: string;
  /** About so many trials from the start of the system, N looked at `samples` times. */
  run(trials: number, samples: number): GcmcRun;
  dispose(): void;
}

/** The WebAssembly chain, set up once and put back to the same guests before every run; its host from a map or summed exactly. */
export function cardhouseChain(
  { setup, lnActivity, displacement, guests }: GcmcSystem,
  host: 'map' | 'exact' = 'map',
): GcmcEngine {
  const chain = createWasmChain({ ...setup, guests, ...(host === 'map' && { map: buildHostMap(setup) }) });
  chain.lnActivity = lnActivity;
  chain.displacement = displacement;
  return {
    name: host === 'map' ? 'Cardhouse' : 'Cardhouse, exact sums',
    run(trials, samples) {
      chain.setGuests(guests);
      chain.takeCounts();
      const { energy } = chain;
      const each = Math.ceil(trials / samples);
      const counts: number[] = [];
      const cpu = process.cpuUsage();
      const began = performance.now();
      for (let k = 0; k < samples; k++) {
        chain.advance(each);
        counts.push(chain.count);
      }
      const seconds = (performance.now() - began) / 1000;
      const { user, system: kernel } = process.cpuUsage(cpu);
      const of = chain.takeCounts();
      const attempted = Object.values(of).reduce((sum, move) => sum + move.attempted, 0);
      const exchanges = of.insert.accepted + of.delete.accepted;
      return { seconds, cpuSeconds: (user + kernel) / 1e6, trials: attempted, exchanges, energy, counts };
    },
    dispose: () => {},
  };
}

/** At most so many trials of LAMMPS in one step; every step lists all neighbours and computes all forces once. */
const trialsPerStep = 1000;

/** How LAMMPS is asked for trials: in every step X exchanges and M = X displacements. */
export function stepsOf(trials: number, samples: number): { readonly steps: number; readonly each: number } {
  const steps = Math.max(samples, Math.ceil(trials / trialsPerStep));
  return { steps, each: Math.max(1, Math.round(trials / steps / 2)) };
}

/**
 * `fix gcmc` of LAMMPS on one core. Carbons are not integrated and their pairs are left out of its lists; the lists have no
 * skin, for nothing moves between trials (with one it was slower). Seeds differ from run to run.
 *
 * @param suffix  'opt' for the variants of the OPT package
 */
export function lammpsGcmc(system: GcmcSystem, suffix?: 'opt'): GcmcEngine {
  const { temperature, lnActivity, displacement, lammps } = system;
  const folder = mkdtempSync(join(tmpdir(), 'cardhouse-gcmc-'));
  writeFileSync(join(folder, 'start.data'), formatLammpsData(wholeFrame(system)));
  for (const [name, text] of Object.entries(lammps.files)) writeFileSync(join(folder, name), text);
  const mu = chemicalPotential(lnActivity, temperature);
  let seed = 7000;
  return {
    name: suffix ? `LAMMPS -sf ${suffix}` : 'LAMMPS',
    run(trials, samples) {
      const { steps, each } = stepsOf(trials, samples);
      const input = [
        ...['units metal', 'atom_style atomic', 'boundary p p p', 'read_data start.data', ...lammps.pair],
        ...['group host type 1', 'group guest type 2', 'neigh_modify every 1 delay 0 check yes'],
        ...['neigh_modify exclude group host host', 'neighbor 0.0 bin'],
        `fix mc guest gcmc 1 ${each} ${each} 2 ${++seed} ${temperature} ${mu} ${displacement}`,
        ...['variable n equal count(guest)', `thermo ${Math.max(1, Math.floor(steps / samples))}`],
        'thermo_style custom step pe v_n f_mc[1] f_mc[3] f_mc[4] f_mc[5] f_mc[6]',
        ...['thermo_modify norm no format float %.15g', `run ${steps}`, ''],
      ];
      writeFileSync(join(folder, 'in.gcmc'), input.join('\n'));
      const arguments_ = ['-nocite', '-log', 'none', ...(suffix ? ['-sf', suffix] : []), '-in', 'in.gcmc'];
      const env = { ...process.env, OMP_NUM_THREADS: '1' };
      const { stdout, status } = spawnSync('lmp', arguments_, { cwd: folder, env, encoding: 'utf8', maxBuffer: 1e9 });
      if (status !== 0) throw new Error(`lmp ended with ${status}:\n${stdout.slice(-2000)}`);
      const run = parseGcmc(stdout);
      if (run.trials !== 2 * each * steps) {
        throw new Error(`lmp was asked for ${2 * each * steps} trials and made ${run.trials}`);
      }
      return run;
    },
    dispose: () => rmSync(folder, { recursive: true }),
  };
}

/** Times, counts and the energy at the start from what LAMMPS prints with the columns above. */
export function parseGcmc(text: string): GcmcRun {
  const loop = /Loop time of (\S+) on 1 procs/.exec(text);
  const use = /([\d.]+)% CPU use/.exec(text);
  const table = /^Step PotEng v_n .*\n([\s\S]*?)^Loop time/m.exec(text);
  if (!loop || !use || !table) throw new Error(`lmp printed no times or no counts:\n${text.slice(-2000)}`);
  const lines = table[1]!.split('\n').map((line) => line.trim().split(/\s+/).map(Number));
  const rows = lines.filter((row) => row.length === 8 && row.every(Number.isFinite));
  const [first, last] = [rows[0], rows.at(-1)];
  if (!first || !last || rows.length < 2) throw new Error(`lmp printed no counts:\n${text.slice(-2000)}`);
  const seconds = Number(loop[1]);
  const [, , , displaced, inserting, inserted, deleting, deleted] = last as unknown as number[];
  return {
    seconds,
    cpuSeconds: (seconds * Number(use[1])) / 100,
    trials: displaced! + inserting! + deleting!,
    exchanges: inserted! + deleted!,
    energy: first[1]!,
    counts: rows.slice(1).map((row) => row[2]!),
  };
}
