/** One large run in a process of its own: `node --import tsx bench/peers/large.ts all|bond-order STEPS WORKER-URL`. */
import { atomCount } from '../../src/core/frame.ts';
import { cardhouse } from './engines.ts';
import { hardCarbon, onlyForm, shipped, systemOf } from './systems.ts';

/** What it prints, as JSON. */
export interface LargeRun {
  readonly atoms: number;
  /** s of stepping */
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** largest resident memory of the whole process so far, building included, 10⁹ bytes */
  readonly peakGigabytes: number;
  /** change of the total energy, eV/atom */
  readonly drift: number;
}

const [forms, steps, url] = process.argv.slice(2) as [string, string, string];
const model = forms === 'all' ? shipped('carbon') : onlyForm(shipped('carbon'), 'bond-order');
const system = systemOf('', hardCarbon(250_000, 3), model, 0.5, 600);
const atoms = atomCount(system.frame);
const engine = await cardhouse(system, 2, new URL(url));
const { seconds, cpuSeconds, before, after } = engine.run(Number(steps));
const drift = (after.potential + after.kinetic - before.potential - before.kinetic) / atoms;
// maxRSS is in KiB
const peakGigabytes = (1024 * process.resourceUsage().maxRSS) / 1e9;
engine.dispose();
console.log(JSON.stringify({ atoms, seconds, cpuSeconds, peakGigabytes, drift } satisfies LargeRun));
