/** The process that is profiled: one chain, warmed up, so many seconds of trials: `node workload.js lj|na ATOMS SECONDS exact|map`. */
import { buildHostMap } from '../../src/engine/host-map/build.ts';
import { createWasmChain } from '../../src/engine/wasm.ts';
import { chainOf, type WorkerChain } from '../chain-systems.ts';

/** What it prints, as JSON. */
export interface Workload {
  readonly about: string;
  readonly guests: number;
  readonly trials: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** accepted share by move */
  readonly accepted: Readonly<Record<string, number>>;
}

const [guest, atoms, seconds, host] = process.argv.slice(2) as [WorkerChain['guest'], string, string, string];
const { about, setup, guests, lnActivity, displacement } = chainOf({ guest, atoms: Number(atoms), stream: 0 });
const map = host === 'map' && buildHostMap({ ...setup });
const chain = createWasmChain({ ...setup, guests, ...(map && { map }) });
chain.lnActivity = lnActivity;
chain.displacement = displacement;
chain.advance(20_000);
chain.takeCounts();

/** A name of its own, so that what is not the measured part of the process is left out. */
function measuredTrials(): { readonly trials: number; readonly seconds: number } {
  const began = performance.now();
  let trials = 0;
  while (performance.now() - began < 1000 * Number(seconds)) {
    chain.advance(1000);
    trials += 1000;
  }
  return { trials, seconds: (performance.now() - began) / 1000 };
}

const cpu = process.cpuUsage();
const found = measuredTrials();
const { user, system } = process.cpuUsage(cpu);
const accepted = Object.entries(chain.takeCounts()).flatMap(([move, of]) =>
  of.attempted > 0 ? [[move, of.accepted / of.attempted] as const] : [],
);
const result: Workload = {
  ...{ about, guests: guests.length / 4, ...found, cpuSeconds: (user + system) / 1e6 },
  accepted: Object.fromEntries(accepted),
};
console.log(JSON.stringify(result));
