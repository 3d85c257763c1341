/**
 * What insertions are worth: `npm run bench:sampling -- [--seconds 120] [--rounds 15] [--atoms 8000] [--json] [--write]`.
 *
 * Sodium (na-carbon) in a typed carbon whose pores are full, −0.05 V on the way up: at 0 V and above some of them empty now and then, and what a chain
 * then counts is when. Three chains start from the same guests and differ only in where they propose insertions; they run in turn, --seconds
 * each in all, in slices of a round.
 */
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { openGrid } from '../src/engine/cavity.ts';
import type { ChainSetup } from '../src/engine/chain.ts';
import { prepareChain } from '../src/engine/prepare.ts';
import { lnActivityAt, metalState } from '../src/engine/reservoir.ts';
import { createWasmChain } from '../src/engine/wasm.ts';
import { typedCarbon } from './chain-systems.ts';
import { effectiveSamples, type WaySeries } from './effective.ts';
import { inTurn, type Outcome, spreadOf } from './peers/compare.ts';
import { shipped } from './peers/systems.ts';
import { textOf } from './report/columns.ts';
import { entryOf, writeResults } from './report/history.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '120' },
    rounds: { type: 'string', default: '15' },
    atoms: { type: 'string', default: '8000' },
    json: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});
const [seconds, rounds, atoms] = [values.seconds, values.rounds, values.atoms].map(Number) as [number, number, number];
if (![seconds, rounds, atoms].every((x) => x > 0) || !Number.isInteger(rounds)) {
  console.error('--seconds, --rounds and --atoms must be numbers above 0');
  process.exit(2);
}

/** trials between two looks at N */
const every = 100;
const wanted = 10;
/** V */
const full = -0.05;

const loadBefore = loadavg()[0]!;
const host = typedCarbon(atoms);
const model = shipped('na-carbon');
const metal = metalState(model, 'Na', 300);
const moves = { displace: 0.3, exchange: 0.6, teleport: 0.1 };
const request = { model, guest: 'Na', host, temperature: 300, seed: 'bench', stream: 0, moves };
const cavity = prepareChain(request);
const energy = prepareChain({ ...request, metalEnergy: metal.latticeEnergy });
const uniform: ChainSetup = { ...cavity, grid: openGrid(host.cell), guestCavity: 0 };

const filling = createWasmChain(energy);
filling.displacement = 0.4;
for (const voltage of [-0.4, -0.2, full]) {
  filling.lnActivity = lnActivityAt(metal, voltage);
  filling.advance(60 * atoms);
}
const guests = filling.guestRows();

const ways = Object.entries({ uniform, cavity, energy }).map(([name, setup], stream) => {
  const chain = createWasmChain({ ...setup, stream, guests });
  chain.lnActivity = filling.lnActivity;
  chain.displacement = filling.displacement;
  return { name, chain, series: { counts: [] as number[], seconds: 0 } };
});

/** A slice of one way's time. */
function slice({ chain, series }: (typeof ways)[number]): { readonly exchanges: number; readonly trials: number } {
  chain.takeCounts();
  const until = seconds / rounds;
  const began = performance.now();
  let taken = 0;
  while (taken < until) {
    for (let k = 0; k < 20; k++) {
      chain.advance(every);
      series.counts.push(chain.count);
    }
    taken = (performance.now() - began) / 1000;
  }
  series.seconds += taken;
  const of = chain.takeCounts();
  const trials = Object.values(of).reduce((sum, move) => sum + move.attempted, 0);
  return { exchanges: (of.insert.accepted + of.delete.accepted) / taken, trials: trials / taken };
}

const found = inTurn(ways.length, rounds, (k, round) => {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[Kround ${round} of ${rounds}, ${ways[k]!.name}`);
  const result = slice(ways[k]!);
  // the round before the first one settles each chain in its own way
  if (round === 0) Object.assign(ways[k]!.series, { counts: [], seconds: 0 });
  return result;
});
if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
const effective = effectiveSamples(ways.map(({ series }): WaySeries => series));
const figures: Record<string, number> = { guests: guests.length / 4 };
ways.forEach(({ name }, k) => {
  figures[`trials/s, ${name}`] = spreadOf(found[k]!.map(({ trials }) => trials)).median;
  figures[`exchanges accepted/s, ${name}`] = spreadOf(found[k]!.map(({ exchanges }) => exchanges)).median;
  figures[`mean N, ${name}`] = effective[k]!.mean;
  figures[`its error, ${name}`] = effective[k]!.error;
});
const gain = spreadOf(found[2]!.map(({ exchanges }, r) => exchanges / found[0]![r]!.exchanges));
figures['exchanges, energy over uniform'] = gain.median;
figures['exchanges, energy over uniform, least'] = gain.min;
figures['exchanges, energy over uniform, most'] = gain.max;
const outcome: Outcome = {
  ...{
    name: 'sampling-na-full',
    kind: 'sampling',
    about: `na-carbon, pores full, ${full} V`,
    atoms: host.rows.length / 4,
  },
  ...{ steps: Math.round(seconds), rounds, unit: 'effective samples', ratios: {}, figures },
  rates: Object.fromEntries(ways.map(({ name }, k) => [name, spreadOf([effective[k]!.perSecond])])),
  ...{ target: `accepted exchanges ≥ ${wanted} × uniform`, met: gain.median >= wanted },
};
const entry = entryOf([outcome], null, loadBefore);
console.log(values.json ? JSON.stringify(entry) : textOf(outcome));
if (values.write) writeResults(entry);
