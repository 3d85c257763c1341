/** Trials per second of one chain in boxes of several sizes, in turn: how flat the cost of a trial is in N. */
import { atomCount } from '../src/core/frame.ts';
import { buildHostMap } from '../src/engine/host-map/build.ts';
import { createWasmChain } from '../src/engine/wasm.ts';
import { type ChainSystem, sodiumAtHalfPlateau } from './chain-systems.ts';
import { figuresOf, inTurn, type Outcome } from './peers/compare.ts';
import { lennardJonesGuest } from './peers/gcmc-systems.ts';
import { grouped } from './report/columns.ts';

export interface ChainOptions {
  readonly rounds: number;
  /** with boxes of 250 000 carbons too */
  readonly large: boolean;
  readonly filter: string;
  readonly onRound: (text: string) => void;
}

interface Family {
  readonly name: string;
  readonly make: (atoms: number) => ChainSystem;
  readonly host: 'map' | 'exact';
  /** trials/s wanted in every box; null: none are */
  readonly rate: number | null;
}

const families: readonly Family[] = [
  { name: 'chain-lj', make: lennardJonesGuest, host: 'map', rate: 600_000 },
  { name: 'chain-na', make: sodiumAtHalfPlateau, host: 'map', rate: 400_000 },
  { name: 'chain-lj-exact', make: lennardJonesGuest, host: 'exact', rate: null },
  { name: 'chain-na-exact', make: sodiumAtHalfPlateau, host: 'exact', rate: null },
];

/** share of the smallest box's rate wanted in the largest */
const flat = 0.7;
/** s that a round of one box lasts, about */
const roundSeconds = 0.7;

/** One outcome for each guest: a rate by size, and its ratio to that of the smallest box. */
export function chainOutcomes({ rounds, large, filter, onRound }: ChainOptions): Outcome[] {
  return families
    .filter(({ name }) => name.includes(filter))
    .map(({ name, make, host, rate }) => {
      const sizes = [5000, 50_000, ...(large ? [250_000] : [])];
      const systems = sizes.map((size) => {
        onRound(`${name}, ${size} C`);
        const system = make(size);
        return host === 'map' ? { ...system, setup: { ...system.setup, map: buildHostMap(system.setup) } } : system;
      });
      const boxes = systems.map(chainRunner);
      const runs = inTurn(
        boxes.length,
        rounds,
        (k) => boxes[k]!.run(),
        (round) => onRound(`${name}, round ${round}`),
      );
      // against the smallest box: ratios of figuresOf are of the first over the others
      const { rates, ratios } = figuresOf(boxes, runs, (run) => run.trials);
      const over = Object.fromEntries(
        Object.entries(ratios).map(([box, { clock, cpu }]) => [box, { clock: inverse(clock), cpu: inverse(cpu) }]),
      );
      const slowest = Math.min(...Object.values(rates).map(({ median }) => median));
      const met = rate !== null && slowest >= rate && Object.values(over).every(({ clock }) => clock.median >= flat);
      return {
        ...{
          name,
          kind: 'chains',
          about: `${systems[0]!.about}; host ${host}`,
          atoms: sizes.at(-1)!,
          rounds,
          unit: 'trials',
        },
        ...{ steps: runs[0]![0]!.trials, rates, ratios: over },
        figures: Object.fromEntries(systems.map(({ guests }, k) => [`guests, ${boxes[k]!.name}`, guests.length / 4])),
        target: rate === null ? '–' : `≥ ${rate / 1000} k trials/s, 250 000 C ≥ ${flat} × 5 000 C`,
        met: large && rate !== null ? met : null,
      };
    });
}

const inverse = ({ median, min, max }: { median: number; min: number; max: number }) => ({
  ...{ median: 1 / median, min: 1 / max, max: 1 / min },
});

/** A chain that runs about as many trials as last a round. */
export function chainRunner({ setup, guests, lnActivity, displacement }: ChainSystem): {
  readonly name: string;
  run(): { readonly seconds: number; readonly cpuSeconds: number; readonly trials: number };
} {
  const chain = createWasmChain({ ...setup, guests });
  chain.lnActivity = lnActivity;
  chain.displacement = displacement;
  let trials = 20_000;
  return {
    name: `${grouped(atomCount(setup.host))} C`,
    run() {
      const cpu = process.cpuUsage();
      const began = performance.now();
      chain.advance(trials);
      const seconds = (performance.now() - began) / 1000;
      const { user, system } = process.cpuUsage(cpu);
      const done = trials;
      trials = Math.max(10_000, Math.round((trials * roundSeconds) / seconds));
      return { seconds, cpuSeconds: (user + system) / 1e6, trials: done };
    },
  };
}
