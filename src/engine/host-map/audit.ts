/** How far a host map is from exact sums where it matters. */
import { RandomStream } from '../../core/random.ts';
import { boltzmann } from '../../core/units.ts';
import { openGrid } from '../cavity.ts';
import type { ChainSetup } from '../chain.ts';
import { createWasmChain, type WasmChain } from '../wasm.ts';
import type { HostMap } from './build.ts';

/** Errors of a map against exact sums, eV. */
export interface HostMapAudit {
  /** rms of V_ion and of V_met, each point with weight exp(−max(0, E)/kT), E the lower of the two fields there */
  readonly ion: number;
  readonly metal: number;
  /** largest error of either at points where E is below 0.1 eV */
  readonly worst: number;
  /** points where E is below 0.1 eV; those that an overlap or a wall keeps guests out of count for nothing */
  readonly points: number;
}

/**
 * Compares a map with exact sums at random points of the box: every site where a lone guest is bound counts alike, others by their
 * Boltzmann factor.
 *
 * @param temperature  K
 * @param tried        points of the box
 */
export function auditHostMap(
  setup: Pick<ChainSetup, 'tables' | 'host'>,
  map: HostMap,
  temperature: number,
  { tried = 20_000, seed = 'host map' }: { readonly tried?: number; readonly seed?: string } = {},
): HostMapAudit {
  const exact = hostProbe(setup);
  const mapped = hostProbe({ ...setup, map });
  const random = new RandomStream(seed);
  const sums = { weight: 0, ion: 0, metal: 0 };
  let worst = 0;
  let points = 0;
  for (let k = 0; k < tried; k++) {
    const [x, y, z] = map.lengths.map((l) => l * random.uniform()) as [number, number, number];
    const [a, b] = [exact(x, y, z), mapped(x, y, z)];
    if (!a || !b) continue;
    const energy = Math.min(...a);
    const weight = Math.exp(-Math.max(0, energy) / (boltzmann * temperature));
    const errors = [b[0] - a[0], b[1] - a[1]] as const;
    sums.weight += weight;
    sums.ion += weight * errors[0] ** 2;
    sums.metal += weight * errors[1] ** 2;
    if (energy > 0.1) continue;
    worst = Math.max(worst, Math.abs(errors[0]), Math.abs(errors[1]));
    points++;
  }
  const rms = (sum: number): number => (sums.weight > 0 ? Math.sqrt(sum / sums.weight) : 0);
  return { ion: rms(sums.ion), metal: rms(sums.metal), worst, points };
}

/** The field of a host at any point, from an empty chain on the coarsest grid. */
export function hostProbe(setup: Pick<ChainSetup, 'tables' | 'host' | 'map'>): WasmChain['hostField'] {
  const { tables, host, map } = setup;
  const chain = createWasmChain({
    tables,
    host,
    ...(map && { map }),
    grid: openGrid(host.cell, 5),
    guestCavity: 0,
    temperature: 300,
    moves: { displace: 1, exchange: 0, teleport: 0 },
    key: [0, 0],
    stream: 0,
  });
  return (x, y, z) => chain.hostField(x, y, z);
}
