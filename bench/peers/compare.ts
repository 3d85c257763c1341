/** Interleaved runs of engines over one system, and what they say. */
import type { Engine, Run } from './engines.ts';

/** Median and range over rounds. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** What a case has found. */
export interface Outcome {
  readonly name: string;
  /** which table it belongs to; of dynamics when absent */
  readonly kind?: 'gcmc' | 'chains' | 'pair of chains' | 'browser' | 'study' | 'sampling' | 'view';
  readonly about: string;
  readonly atoms: number;
  readonly steps: number;
  readonly rounds: number;
  /** what `rates` count */
  readonly unit: 'atom-steps' | 'atom-evaluations' | 'trials' | 'operations' | 'effective samples';
  /** per second, by engine */
  readonly rates: Readonly<Record<string, Spread>>;
  /** first engine over the named one: of times on the clock, and of processor times */
  readonly ratios: Readonly<Record<string, { readonly clock: Spread; readonly cpu: Spread }>>;
  /** other figures, with their unit in the name */
  readonly figures: Readonly<Record<string, number>>;
  readonly target: string;
  /** null: was not measured in the way the target asks */
  readonly met: boolean | null;
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const median = (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2;
  return { median, min: sorted[0]!, max: sorted.at(-1)! };
}

/**
 * Runs `count` things in turn, A B, B A, A B … so that what else the machine does falls on all; a round before the first one,
 * in which compilers and caches warm up, does not count.
 *
 * @returns [thing][round]
 */
export function inTurn<T>(
  count: number,
  rounds: number,
  run: (thing: number, round: number) => T,
  onRound: (round: number) => void = () => {},
): T[][] {
  const found: T[][] = Array.from({ length: count }, () => []);
  for (let round = 0; round <= rounds; round++) {
    onRound(round);
    for (const k of orderOf(round, count)) {
      const result = run(k, round);
      if (round > 0) found[k]!.push(result);
    }
  }
  return found;
}

/** The same for runs that are waited for. */
export async function inTurnAwaited<T>(
  count: number,
  rounds: number,
  run: (thing: number) => Promise<T>,
  onRound: (round: number) => void,
): Promise<T[][]> {
  const found: T[][] = Array.from({ length: count }, () => []);
  for (let round = 0; round <= rounds; round++) {
    onRound(round);
    for (const k of orderOf(round, count)) {
      const result = await run(k);
      if (round > 0) found[k]!.push(result);
    }
  }
  return found;
}

/** Forwards and backwards by turns. */
const orderOf = (round: number, count: number): number[] =>
  Array.from({ length: count }, (_, k) => (round % 2 === 1 ? k : count - 1 - k));

/** Largest relative differences of two runs from the same start: total energy before and after, kinetic energy after. */
function differences(a: Run, b: Run): { before: number; after: number; kinetic: number } {
  const total = ({ potential, kinetic }: Run['before']): number => potential + kinetic;
  const relative = (x: number, y: number): number => Math.abs(x - y) / Math.abs(y);
  return {
    before: relative(total(a.before), total(b.before)),
    after: relative(total(a.after), total(b.after)),
    kinetic: relative(a.after.kinetic, b.after.kinetic),
  };
}

/**
 * Runs engines in turn. Each ratio is of two runs of one round.
 *
 * @throws Error  engines disagree by more than 1e-6 in the total energy before or after the run, or by 1 % in the kinetic
 *   energy after it: then they did not do the same
 */
export function compareEngines(
  engines: readonly Engine[],
  steps: number,
  rounds: number,
  onRound: (round: number) => void,
): { readonly runs: readonly (readonly Run[])[]; readonly agreement: Readonly<Record<string, number>> } {
  const runs = inTurn(engines.length, rounds, (e) => engines[e]!.run(steps), onRound);
  let before = 0;
  let after = 0;
  for (let e = 1; e < engines.length; e++) {
    const found = differences(runs[0]![0]!, runs[e]![0]!);
    if (!(found.before < 1e-6) || !(found.after < 1e-6) || !(found.kinetic < 0.01)) {
      const text = `${found.before.toExponential(1)} before, ${found.after.toExponential(1)} after ${steps} steps`;
      throw new Error(`${engines[0]!.name} and ${engines[e]!.name} differ in the total energy by ${text} (relative)`);
    }
    before = Math.max(before, found.before);
    after = Math.max(after, found.after);
  }
  return { runs, agreement: { 'ΔE/E at the start': before, 'ΔE/E at the end': after } };
}

/** What a run is timed by. */
export interface Timed {
  readonly seconds: number;
  readonly cpuSeconds: number;
}

/** Rates and ratios of runs of the same work, or of work that is told for each run. */
export function figuresOf<R extends Timed>(
  engines: readonly { readonly name: string }[],
  runs: readonly (readonly R[])[],
  work: number | ((run: R) => number),
): Pick<Outcome, 'rates' | 'ratios'> {
  const done = (run: R): number => (typeof work === 'number' ? work : work(run));
  const clock = (run: R): number => done(run) / run.seconds;
  const cpu = (run: R): number => done(run) / run.cpuSeconds;
  const first = runs[0]!;
  const against = engines.slice(1).map(({ name }, k) => {
    const other = runs[k + 1]!;
    const ratio = (rate: (run: R) => number): Spread => spreadOf(first.map((run, r) => rate(run) / rate(other[r]!)));
    return [name, { clock: ratio(clock), cpu: ratio(cpu) }] as const;
  });
  return {
    rates: Object.fromEntries(engines.map(({ name }, e) => [name, spreadOf(runs[e]!.map(clock))])),
    ratios: Object.fromEntries(against),
  };
}

/** How many cores runs had on average. */
export const coresOf = (runs: readonly Timed[]): number =>
  spreadOf(runs.map(({ cpuSeconds, seconds }) => cpuSeconds / seconds)).median;
