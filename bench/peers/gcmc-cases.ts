/** The cases of grand-canonical trials beside LAMMPS' fix gcmc, each with the target it is held against. */
import { atomCount } from '../../src/core/frame.ts';
import { blockAverage } from '../../src/core/statistics.ts';
import type { Case, Settings } from './cases.ts';
import { coresOf, figuresOf, inTurn, type Outcome, spreadOf } from './compare.ts';
import { cardhouseChain, type GcmcEngine, type GcmcRun, lammpsGcmc } from './gcmc-engines.ts';
import { type GcmcSystem, lennardJonesGuest, metalGuest } from './gcmc-systems.ts';

interface Target {
  /** times the trials per second of LAMMPS; null: none is set */
  readonly ratio: number | null;
  /** trials per second of Cardhouse */
  readonly rate: number;
}

interface Averages {
  readonly make: () => GcmcSystem;
  readonly where: string;
  /** that LAMMPS does in about a minute */
  readonly trials: number;
}

interface GcmcCase {
  readonly name: string;
  readonly large: boolean;
  /** that LAMMPS does in a round: a second or some */
  readonly trials: number;
  readonly target: Target;
  readonly make: () => GcmcSystem;
  /** where averages of N are compared, and in which words that is told; null: only energies are */
  readonly averages: Averages | null;
}

/** trials of Cardhouse for one of LAMMPS where averages are compared */
const ownTrials = 8;
/** s that a round of Cardhouse lasts, about */
const roundSeconds = 1.5;
/** ΔE/E of one configuration, and combined standard errors that averages may be apart */
const limits = { energy: 1e-6, map: 1e-3, errors: 3 };

function gcmcCase({ name, large, trials, target, make, averages }: GcmcCase): Case {
  const measure = async ({ rounds, steps = trials, check, onRound }: Settings): Promise<Outcome> => {
    const system = make();
    const { setup, guests, about } = system;
    const engines = [cardhouseChain(system, 'map'), cardhouseChain(system, 'exact'), lammpsGcmc(system)];
    if (system.lammps.opt) engines.push(lammpsGcmc(system, 'opt'));
    try {
      const runs = timed(engines, steps, rounds, onRound);
      const energy = requireSameEnergy(engines, runs);
      const agreement = averages && check > 0 ? sameAverages(averages, check) : {};
      const found = figuresOf(engines, runs, (run) => run.trials);
      const exchanges = runs.map((of) => spreadOf(of.map((run) => run.exchanges / run.seconds)).median);
      const cores = engines.map((engine, e) => [`cores used by ${engine.name}`, coresOf(runs[e]!)] as const);
      const figures = {
        guests: guests.length / 4,
        'ΔE/E of the start': energy.sums,
        'ΔE/E of the map': energy.map,
        'exchanges accepted/s, Cardhouse': exchanges[0]!,
        'exchanges accepted/s, LAMMPS': exchanges[2]!,
        ...agreement,
        ...Object.fromEntries(cores),
      };
      const reached =
        found.rates['Cardhouse']!.median >= target.rate &&
        (target.ratio === null || found.ratios['LAMMPS']!.clock.median >= target.ratio);
      // who has to wait for a core cannot show what it can, and averages that were not looked at prove nothing
      const open = (cores[0]![1] < 0.95 && !reached) || (averages !== null && check === 0);
      return {
        ...{ name, kind: 'gcmc', about, atoms: atomCount(setup.host), steps, rounds, unit: 'trials' },
        ...{ ...found, figures, target: targetText(target), met: open ? null : reached },
      };
    } finally {
      for (const engine of engines) engine.dispose();
    }
  };
  return { name, needsLammps: true, large, measure };
}

const targetText = ({ ratio, rate }: Target): string =>
  [...(ratio === null ? [] : [`≥ ${ratio} × LAMMPS`]), `≥ ${rate / 1000} k trials/s`].join(', ');

/** Runs in turn; the chains of Cardhouse, the first two, are given as many trials as last about `roundSeconds`. */
function timed(
  engines: readonly GcmcEngine[],
  trials: number,
  rounds: number,
  onRound: (round: number) => void,
): GcmcRun[][] {
  const own = [20_000, 20_000];
  const run = (e: number): GcmcRun => {
    const result = engines[e]!.run(own[e] ?? trials, 1);
    if (e in own) own[e] = Math.max(10_000, Math.round((result.trials * roundSeconds) / result.seconds));
    return result;
  };
  return inTurn(engines.length, rounds, run, onRound);
}

/**
 * How far the configuration that all start from is apart in energy: exact sums from LAMMPS, the map from exact sums.
 *
 * @throws Error  exact sums and another program differ, or the map is wrong
 */
function requireSameEnergy(
  engines: readonly GcmcEngine[],
  runs: readonly (readonly GcmcRun[])[],
): { readonly sums: number; readonly map: number } {
  const exact = runs[1]![0]!.energy;
  const apart = runs.map((of) => Math.abs(of[0]!.energy / exact - 1));
  const [map, , ...others] = apart as [number, number, ...number[]];
  const sums = Math.max(...others);
  if (!(sums < limits.energy)) {
    const other = engines[2 + others.indexOf(sums)]!.name;
    throw new Error(`${other} differs from Cardhouse by ${sums.toExponential(1)} in the energy of the same guests`);
  }
  if (!(map < limits.map)) throw new Error(`the host map changes the energy of the guests by ${map.toExponential(1)}`);
  return { sums, map };
}

/**
 * Means of N of a longer run of each engine, `share` of the usual length; what comes before the averages, a tenth of each run, is left out.
 *
 * @throws Error  they are further apart than their errors allow
 */
export function sameAverages({ make, where, trials }: Averages, share: number): Readonly<Record<string, number>> {
  const system = make();
  const engines = [cardhouseChain(system), lammpsGcmc(system)] as const;
  try {
    const [own, other] = engines.map((engine, e) => {
      const { counts } = engine.run(Math.round(share * trials * (e === 0 ? ownTrials : 1)), 512);
      return blockAverage(counts.slice(Math.ceil(counts.length / 10)));
    }) as [ReturnType<typeof blockAverage>, ReturnType<typeof blockAverage>];
    const apart = Math.abs(own.mean - other.mean) / Math.hypot(own.error, other.error);
    if (!(apart <= limits.errors)) {
      const text = [own, other].map(({ mean, error }) => `${mean.toFixed(2)} ± ${error.toFixed(2)}`).join(' and ');
      throw new Error(`mean N of Cardhouse and LAMMPS, ${where}: ${text}, ${apart.toFixed(1)} combined errors apart`);
    }
    return {
      [`mean N of Cardhouse${where}`]: own.mean,
      [`its error${where}`]: own.error,
      [`mean N of LAMMPS${where}`]: other.mean,
      [`error of LAMMPS${where}`]: other.error,
    };
  } finally {
    for (const engine of engines) engine.dispose();
  }
}

const lennardJones = (name: string, atoms: number, trials: number, ratio: number): Case => {
  const make = (): GcmcSystem => lennardJonesGuest(atoms);
  const averages = atoms === 5000 ? { make, where: '', trials: 400_000 } : null;
  return gcmcCase({ name, large: atoms > 100_000, trials, target: { ratio, rate: 600_000 }, make, averages });
};

/** Hot and small enough for LAMMPS to go through many fillings in a minute; metal at 300 K does not move in hours. */
const small: Averages = {
  make: () => metalGuest(400, { temperature: 2000, voltage: 0.2, loading: 0.05, keep: false }),
  where: ', 400 C at 2 000 K',
  trials: 40_000,
};

const metal = (name: string, atoms: number, trials: number, ratio: number | null): Case => {
  const make = (): GcmcSystem => metalGuest(atoms, { temperature: 300, voltage: 0.11, loading: 0.075, keep: true });
  const averages = atoms === 5000 ? small : null;
  return gcmcCase({ name, large: atoms > 100_000, trials, target: { ratio, rate: 400_000 }, make, averages });
};

export const gcmcCases: readonly Case[] = [
  lennardJones('gcmc-lj-5k', 5000, 8000, 80),
  lennardJones('gcmc-lj-50k', 50_000, 1500, 450),
  lennardJones('gcmc-lj-250k', 250_000, 300, 1800),
  metal('gcmc-metal-5k', 5000, 100, 3000),
  metal('gcmc-metal-50k', 50_000, 20, null),
  metal('gcmc-metal-250k', 250_000, 4, null),
];
