/** One run of each engine from the same start: how long it stepped, and with which energies it began and ended. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keyFromSeed } from '../../src/core/random.ts';
import { createDynamics } from '../../src/engine/dynamics.ts';
import { wasmForceField } from '../../src/engine/wasm-forces.ts';
import { formatLammpsData } from '../../src/io/lammps-data-writer.ts';
import type { LammpsSide, System } from './systems.ts';

export interface Energies {
  /** eV */
  readonly potential: number;
  readonly kinetic: number;
}

export interface Run {
  /** s on the clock, of stepping alone: reading, first listing and first forces are not in it */
  readonly seconds: number;
  /** s of processor time in them; less than `seconds` where others had the core */
  readonly cpuSeconds: number;
  readonly before: Energies;
  readonly after: Energies;
  /** times neighbours were listed */
  readonly listings: number;
}

export interface Engine {
  readonly name: string;
  readonly workers: number;
  /** Steps from the start of the system, however often it is called. */
  run(steps: number): Run;
  dispose(): void;
}

/** Velocity Verlet without thermostat on the WebAssembly force field, with its default skin. */
export async function cardhouse(system: System, workers = 1, workerUrl?: URL): Promise<Engine> {
  const { frame, model, masses, velocities, timestep } = system;
  const forceField = await wasmForceField(model, frame, { workers, workerUrl });
  const dynamics = createDynamics({
    ...{ forceField, masses, velocities, timestep, cell: frame.cell, key: keyFromSeed('bench'), stream: 0 },
    thermostat: { kind: 'none' },
  });
  const start = dynamics.state();
  const energies = (): Energies => ({ potential: forceField.energy, kinetic: dynamics.kineticEnergy() });
  return {
    name: workers === 1 ? 'Cardhouse' : `Cardhouse, ${workers} workers`,
    workers,
    run(steps) {
      dynamics.restore(start);
      const before = energies();
      const listings = forceField.listings;
      const cpu = process.cpuUsage();
      const began = performance.now();
      dynamics.advance(steps);
      const seconds = (performance.now() - began) / 1000;
      const { user, system: kernel } = process.cpuUsage(cpu);
      const cpuSeconds = (user + kernel) / 1e6;
      return { seconds, cpuSeconds, before, after: energies(), listings: forceField.listings - listings };
    },
    dispose: () => forceField.dispose(),
  };
}

/** What `lmp` says of itself; null where there is none. */
export function lammpsVersion(): string | null {
  const { stdout, error } = spawnSync('lmp', ['-h'], { encoding: 'utf8' });
  return error ? null : (/Simulator - (.*)/.exec(stdout)?.[1] ?? 'unknown version').trim();
}

/**
 * LAMMPS on one core, in metal units, from a data file with the same positions and velocities. Neighbours are listed anew when
 * an atom has moved half the skin, looked at in every step: Cardhouse does the same.
 *
 * @param suffix  'opt' for the variants of the OPT package
 */
export function lammps(system: System, side: LammpsSide, suffix?: 'opt'): Engine {
  const { frame, timestep, velocities } = system;
  const folder = mkdtempSync(join(tmpdir(), 'cardhouse-peers-'));
  const lines = [formatLammpsData(frame), 'Velocities', ''];
  // Å/fs to Å/ps
  for (let i = 0; i < velocities.length; i += 4) {
    lines.push([i / 4 + 1, ...velocities.subarray(i, i + 3).map((v) => 1000 * v)].join(' '));
  }
  writeFileSync(join(folder, 'start.data'), `${lines.join('\n')}\n`);
  for (const [name, text] of Object.entries(side.files)) writeFileSync(join(folder, name), text);
  return {
    name: suffix ? `LAMMPS -sf ${suffix}` : 'LAMMPS',
    workers: 1,
    run(steps) {
      const input = [
        ...['units metal', 'atom_style atomic', 'boundary p p p', 'read_data start.data', ...side.pair],
        ...[`neighbor ${side.skin} bin`, 'neigh_modify every 1 delay 0 check yes', `timestep ${timestep / 1000}`],
        ...['fix nve all nve', `thermo ${steps}`, 'thermo_style custom step pe ke'],
        ...['thermo_modify norm no format float %.15g', `run ${steps}`, ''],
      ];
      writeFileSync(join(folder, 'in.peers'), input.join('\n'));
      const arguments_ = ['-nocite', '-log', 'none', ...(suffix ? ['-sf', suffix] : []), '-in', 'in.peers'];
      const env = { ...process.env, OMP_NUM_THREADS: '1' };
      const { stdout, status } = spawnSync('lmp', arguments_, { cwd: folder, env, encoding: 'utf8' });
      if (status !== 0) throw new Error(`lmp ended with ${status}:\n${stdout.slice(-2000)}`);
      return parseRun(stdout, steps);
    },
    dispose: () => rmSync(folder, { recursive: true }),
  };
}

/** Energies, loop time and listings from what LAMMPS prints. */
function parseRun(text: string, steps: number): Run {
  const number = (pattern: RegExp): number => {
    const found = pattern.exec(text)?.[1];
    if (found === undefined) throw new Error(`lmp printed no ${pattern.source}:\n${text.slice(-2000)}`);
    return Number(found);
  };
  const energies = (step: number): Energies => {
    const line = `^ *${step} +`;
    return {
      potential: number(new RegExp(`${line}(\\S+)`, 'm')),
      kinetic: number(new RegExp(`${line}\\S+ +(\\S+)`, 'm')),
    };
  };
  const dangerous = number(/Dangerous builds = (\d+)/);
  if (dangerous > 0) throw new Error(`lmp made ${dangerous} of its neighbour lists too late: wrong skin`);
  const seconds = number(/Loop time of (\S+) on 1 procs/);
  return {
    seconds,
    cpuSeconds: (seconds * number(/([\d.]+)% CPU use/)) / 100,
    before: energies(0),
    after: energies(steps),
    listings: number(/Neighbor list builds = (\d+)/),
  };
}
