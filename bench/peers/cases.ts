/** The cases of the comparison, each with the target it is held against. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { atomCount } from '../../src/core/frame.ts';
import { wasmForceField } from '../../src/engine/wasm-forces.ts';
import { parseNep } from '../../src/io/nep-file.ts';
import { modelFromNep } from '../../src/model/load-nep.ts';
import { graphite } from '../../src/structure/crystal.ts';
import { compareEngines, coresOf, figuresOf, type Outcome, spreadOf } from './compare.ts';
import { cardhouse, type Engine, lammps } from './engines.ts';
import type { LargeRun } from './large.ts';
import {
  hardCarbon,
  type LammpsSide,
  liquidArgon,
  onlyForm,
  plainCarbon,
  type System,
  shipped,
  sodium,
  systemOf,
  tersoffSide,
} from './systems.ts';
import { workerModule } from './worker-module.ts';

export interface Settings {
  readonly rounds: number;
  /** instead of the case's own number */
  readonly steps?: number;
  /** how long averages are sampled where they are compared too, 1: LAMMPS about a minute; 0: they are not */
  readonly check: number;
  readonly onRound: (round: number) => void;
}

export interface Case {
  readonly name: string;
  /** runs `lmp` */
  readonly needsLammps: boolean;
  /** minutes of time, gibibytes of memory: only where asked for */
  readonly large: boolean;
  /** null: something it needs is not there */
  measure(settings: Settings): Promise<Outcome | null>;
}

/** Carbon on its lattice has 300 K after half of this has gone into its springs. */
const carbonStart = 600;

/** One core each, side by side with LAMMPS. The ratio to the plain styles is held against `least`. */
function besideLammps(
  name: string,
  least: number,
  usualSteps: number,
  make: () => (System & { readonly lammps: LammpsSide }) | Promise<System & { readonly lammps: LammpsSide }>,
): Case {
  const measure = async ({ rounds, steps = usualSteps, check, onRound }: Settings): Promise<Outcome> => {
    const system = await make();
    const variants = system.lammps.opt ? [undefined, 'opt' as const] : [undefined];
    const engines = [await cardhouse(system), ...variants.map((suffix) => lammps(system, system.lammps, suffix))];
    return compared(name, system, engines, `≥ ${least.toFixed(1)} × LAMMPS`, least, { rounds, steps, check, onRound });
  };
  return { name, needsLammps: true, large: false, measure };
}

function compared(
  name: string,
  { about, frame }: System,
  engines: readonly Engine[],
  target: string,
  least: number,
  { rounds, steps, onRound }: Settings & { readonly steps: number },
): Outcome {
  try {
    const atoms = atomCount(frame);
    const { runs, agreement } = compareEngines(engines, steps, rounds, onRound);
    const found = figuresOf(engines, runs, atoms * steps);
    const listings = engines.map(({ name: engine }, e) => [`listings of ${engine}`, runs[e]![0]!.listings]);
    const cores = engines.map(({ name: engine }, e) => [`cores used by ${engine}`, coresOf(runs[e]!)]);
    const figures = { ...agreement, ...Object.fromEntries(cores), ...Object.fromEntries(listings) };
    // workers cannot show what they can where even one of them has to wait for its core
    const busy = engines[0]!.workers > 1 && runs.some((of, e) => coresOf(of) < 0.95 && engines[e]!.workers === 1);
    const met = busy ? null : Object.values(found.ratios)[0]!.clock.median >= least;
    return { name, about, atoms, steps, rounds, unit: 'atom-steps', ...found, figures, target, met };
  } finally {
    for (const engine of engines) engine.dispose();
  }
}

/** Two workers against one. */
function twoWorkers(name: string, forms: 'all' | 'bond-order', usualSteps: number): Case {
  const measure = async ({ rounds, steps = usualSteps, check, onRound }: Settings): Promise<Outcome> => {
    const model = forms === 'all' ? shipped('carbon') : onlyForm(shipped('carbon'), forms);
    const about = `hard carbon, ${forms === 'all' ? 'Tersoff and Lennard-Jones' : 'Tersoff alone'}, two workers`;
    const system = systemOf(about, hardCarbon(50_000, 2), model, 0.5, carbonStart);
    const url = await workerModule('src/engine/forces/force-worker.ts');
    const engines = [await cardhouse(system, 2, url), await cardhouse(system)];
    return compared(name, system, engines, '≥ 1.7 × one worker', 1.7, { rounds, steps, check, onRound });
  };
  return { name, needsLammps: false, large: false, measure };
}

/** Energy, forces and virial of a neural potential, again and again. */
function neural(name: string, path: string, least: number | null): Case {
  const measure = async ({ rounds, steps = least ? 3 : 20, onRound }: Settings): Promise<Outcome | null> => {
    if (!existsSync(path)) return null;
    const model = modelFromNep(parseNep(readFileSync(path, 'utf8'), path), path);
    const frame = plainCarbon(graphite(12, 7, 8));
    const atoms = atomCount(frame);
    const field = await wasmForceField(model, frame);
    const rates: number[] = [];
    for (let round = 0; round <= rounds; round++) {
      onRound(round);
      const began = performance.now();
      for (let k = 0; k < steps; k++) field.compute(frame.cell);
      if (round > 0) rates.push((1000 * atoms * steps) / (performance.now() - began));
    }
    field.dispose();
    const rate = spreadOf(rates);
    return {
      ...{ name, about: `graphite, ${path.split('/').at(-1)}`, atoms, steps, rounds },
      ...{ rates: { Cardhouse: rate }, ratios: {}, figures: {} },
      unit: 'atom-evaluations',
      target: least ? `≥ ${least} atom-evaluations/s` : '–',
      met: least ? rate.median >= least : null,
    };
  };
  return { name, needsLammps: false, large: false, measure };
}

/** A quarter of a million carbons in a process of their own, so that the peak of its memory is theirs. */
function quarterMillion(name: string, forms: 'all' | 'bond-order'): Case {
  const measure = async ({ steps = 1000, onRound }: Settings): Promise<Outcome> => {
    onRound(0);
    const url = await workerModule('src/engine/forces/force-worker.ts');
    const command = ['--import', 'tsx', 'bench/peers/large.ts', forms, String(steps), url.href];
    const { stdout, stderr, status } = spawnSync('node', command, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`${name}: ${stderr}`);
    const { atoms, seconds, cpuSeconds, peakGigabytes, drift } = JSON.parse(stdout) as LargeRun;
    return {
      ...{ name, atoms, steps, rounds: 1, ratios: {} },
      unit: 'atom-steps',
      about: `hard carbon, ${forms === 'all' ? 'Tersoff and Lennard-Jones' : 'Tersoff alone'}, two workers`,
      rates: { Cardhouse: spreadOf([(atoms * steps) / seconds]) },
      figures: {
        ...{ 'time, s': seconds, 'processor time, s': cpuSeconds, 'peak memory, GB': peakGigabytes },
        'ΔE, eV/atom': drift,
      },
      target: '1 000 steps in ≤ 360 s and ≤ 2 GB',
      met: steps === 1000 ? seconds <= 360 && peakGigabytes <= 2 : null,
    };
  };
  return { name, needsLammps: false, large: true, measure };
}

const tersoffBeside = (name: string, steps: number, about: string, frame: () => System['frame']): Case =>
  besideLammps(name, 1, steps, () => {
    const model = onlyForm(shipped('carbon'), 'bond-order');
    return { ...systemOf(`${about}, Tersoff`, frame(), model, 0.5, carbonStart), lammps: tersoffSide(model) };
  });

export const cases: readonly Case[] = [
  tersoffBeside('tersoff-graphite', 200, 'graphite', () => plainCarbon(graphite(41, 31, 4))),
  tersoffBeside('tersoff-hard-carbon', 400, 'hard carbon', () => hardCarbon(8000)),
  besideLammps('eam-fs-sodium', 1, 200, () => sodium(20)),
  besideLammps('lj-argon', 0.7, 300, liquidArgon),
  twoWorkers('workers-tersoff-lj', 'all', 60),
  twoWorkers('workers-tersoff', 'bond-order', 120),
  neural('nep-carbon', '../shared/potentials/C_2024_NEP4.txt', 10_000),
  neural('nep-invented-nep4', 'test/data/nep/one-nep4.txt', null),
  neural('nep-invented-nep3-zbl', 'test/data/nep/one-nep3-zbl.txt', null),
  quarterMillion('large-tersoff-lj', 'all'),
  quarterMillion('large-tersoff', 'bond-order'),
];
