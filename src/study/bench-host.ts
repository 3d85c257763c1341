/** What the benchmarks of chains share: the carbon they run in, and how repeated timings become one number. */
import type { Frame } from '../core/frame.ts';
import type { Gpu } from '../engine/webgpu/device.ts';
import { buildHardCarbon } from '../structure/hard-carbon.ts';

/** A hard carbon of 1.45 g/cm³, typed, the same every time. */
export function benchCarbon(atoms: number): Frame {
  const domains = { la: 25, lc: 11, d002: 3.75, density: 1.45 };
  return buildHardCarbon({ ...domains, atoms, seed: 'bench', edges: { strong: 0.15 } }).frame;
}

/** The middle one of an odd number of timings. */
function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!;
}

type Rate = () => number | Promise<number>;

/** Trials per second of so many trials of a chain. */
export function trialRate(chain: { advance(n: number): void }, trials: number): number {
  const begun = performance.now();
  chain.advance(trials);
  return (1000 * trials) / (performance.now() - begun);
}

/**
 * A measurement that is longer every time until it lasts as long as wanted.
 *
 * @param least    what it asks for at first and never goes below
 * @param seconds  that it is to last
 * @param run      does about as much as is asked for, and says how much it was
 * @returns        what is done in a second
 */
export function growingRate(
  least: number,
  seconds: number,
  run: (n: number) => Promise<number>,
): () => Promise<number> {
  let n = least;
  return async () => {
    const begun = performance.now();
    const done = await run(n);
    const taken = (performance.now() - begun) / 1000;
    n = Math.max(least, Math.round((done * seconds) / taken));
    return done / taken;
  };
}

/**
 * Two rates in turn, round by round: the median of each, and that of their ratios.
 *
 * @param names  of the first, of the second, and of the ratio
 */
export async function ratesInTurn(
  rounds: number,
  [first, second]: readonly [Rate, Rate],
  names: readonly [string, string, string],
  unit: string,
): Promise<{ readonly name: string; readonly rate: number; readonly unit: string }[]> {
  const pairs: [number, number][] = [];
  for (let round = 0; round < rounds; round++) pairs.push([await first(), await second()]);
  return [
    { name: names[0], rate: median(pairs.map(([a]) => a)), unit },
    { name: names[1], rate: median(pairs.map(([, b]) => b)), unit },
    { name: names[2], rate: median(pairs.map(([a, b]) => a / b)), unit: '×' },
  ];
}

/** Share of the wall time of a measurement that kernels take by the device's own clock; nothing where it has none. */
export async function* kernelShare(
  { clock }: Pick<Gpu, 'clock'>,
  what: string,
  measure: () => Promise<number>,
): AsyncGenerator<{ readonly name: string; readonly rate: number; readonly unit: string }> {
  if (!clock) return;
  clock.start();
  const begun = performance.now();
  await measure();
  const wall = (performance.now() - begun) / 1000;
  const { seconds, missed } = await clock.stop();
  if (missed === 0) yield { name: `time in kernels, ${what}`, rate: (100 * seconds) / wall, unit: '%' };
}
