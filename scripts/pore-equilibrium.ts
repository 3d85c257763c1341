/** Equilibrium of sodium in one small pore by two routes, and what the capillary law leaves out of it. Slits and spheres share it. */
import { readFileSync } from 'node:fs';
import {
  boltzmann,
  type ChainSetup,
  capacityPerGuest,
  cooledMacrostates,
  coolingStreams,
  countMoments,
  createWasmChain,
  type ExchangeSums,
  type GaugePoint,
  halfFilling,
  jackknife,
  joulePerM2,
  lnActivityAt,
  loadModel,
  massOfFrame,
  metalState,
  sumsOf,
} from 'cardhouse';
import { branchVoltages, gaugeBranches } from './gauge-branches.ts';
import { pass, type Row } from './validate-table.ts';

export const temperature = 300;
const kT = boltzmann * temperature;
const file = JSON.parse(readFileSync('models/potentials/na-carbon.json', 'utf8'));
export const model = loadModel(file, 'na-carbon');
export const metal = metalState(model, 'Na', temperature);
/** V: sums belong to it */
const reference = 0.08;
/** independent coolings, and trials at each N of each */
const coolings = 4;
const perStep = 1_000;
/** N that are cooled: a layer of a few dozen atoms has structure in V(N) from one atom to the next */
const stations = 40;
/** fillings the gauge cell holds, each way */
const states = 18;
/** V: branches nearer than this are the same */
export const agreement = 0.015;
export const moves = { displace: 0.3, exchange: 0.5, teleport: 0.2 };

interface Found {
  readonly value: number;
  readonly error: number;
}

export interface Pore {
  readonly guests: number;
  /** voltage at which it is half as full as at 0 V */
  readonly half: Found;
  readonly gauge: Gauge;
  /** (W − γ)A/N, V */
  readonly law: number;
  /** energy of the full pore at rest against as much bulk metal, as a voltage */
  readonly rest: number;
}

/**
 * Both routes in one pore.
 *
 * @param areaOf  of the metal against carbon when that many guests fill the pore, Å²
 */
export async function measurePore(setup: ChainSetup, areaOf: (guests: number) => number): Promise<Pore> {
  const most = filled(setup, -0.2).length / 4;
  const blocks = cooled(setup, most);
  const guests = Math.round(jackknife(blocks, (lnPi, least) => countMoments(lnPi, least, reference / kT).mean).value);
  const { value, error } = jackknife(
    blocks,
    (lnPi, least) => reference - kT * halfFilling(lnPi, least, reference / kT),
  );
  const half = { value, error: error ?? Number.NaN };
  const full = filled(setup, 0);
  const gauge = await byGauge(setup, guests, blocks);
  const law = ((file.listed.W_minus_gamma / joulePerM2) * areaOf(guests)) / guests;
  return { guests, half, gauge, law, rest: metal.latticeEnergy - atRest(setup, full) / (full.length / 4) };
}

/** A row of the page. */
export function poreRow(what: string, { guests, half, gauge, law, rest }: Pore): Row {
  const { filling, same, stable } = gauge;
  const together = Math.abs(filling.value - same.value) < Math.max(0.005, filling.error);
  const alike = gauge.stableStates === 0 || Math.abs(stable.value) < Math.max(0.005, 2 * stable.error);
  const stableText =
    gauge.stableStates > 0
      ? `where these agree (${gauge.stableStates} of ${gauge.states} states) gauge cell − cooled ${milli(stable)}`
      : 'which agree nowhere';
  const row: Row = {
    what: `${what}, ${guests} Na`,
    ours: `half filled at ${milli(half)}; from ⅛ to 19/20 full ${milli(same)} (cooled), ${milli(filling)} (gauge cell, both branches); ${stableText}`,
    expected: `law ${(1000 * law).toFixed(0)}; at rest ${(1000 * rest).toFixed(0)}: strain and frustration ${signed(rest - law)}, entropy ${signed(half.value - rest)} mV`,
    verdict: pass(half.error < 0.003 && together && alike),
  };
  console.log(row.what, row.ours);
  return row;
}

const milli = ({ value, error }: Found): string => `${(1000 * value).toFixed(1)} ± ${(1000 * error).toFixed(1)} mV`;
const signed = (volts: number): string => `${volts < 0 ? '−' : '+'}${Math.abs(1000 * volts).toFixed(0)}`;

/** The pore as it is at a voltage, filled from so far below that metal forms at once. */
function filled(setup: ChainSetup, voltage: number): Float64Array {
  const chain = createWasmChain(setup);
  chain.displacement = 0.4;
  for (const v of [-0.5, voltage]) {
    chain.lnActivity = lnActivityAt(metal, v);
    chain.advance(2_000_000);
  }
  return chain.guestRows();
}

/** ln Π(N) up to `most` by cooling, each block on its own. */
function cooled(setup: ChainSetup, most: number): ExchangeSums[] {
  return Array.from({ length: coolings }, (_, block) => {
    const cooling = cooledMacrostates({
      make: ({ k, ...start }) => createWasmChain({ ...setup, ...start, stream: 10_000 + coolingStreams * block + k }),
      ...{
        temperature,
        lnActivity: lnActivityAt(metal, reference),
        displacement: 0.4,
        perStep,
        least: 0,
        most,
        cooled: stations,
      },
      ...{ guests: new Float64Array(), way: block % 2 === 0 ? 'up' : 'down', seed: `${setup.stream} ${block}` },
    });
    let step = cooling.next();
    while (!step.done) step = cooling.next();
    return sumsOf(step.value.lnPi, 0);
  });
}

/** Both galvanostatic branches of a pore. */
interface Gauge {
  /** mean voltage from an eighth to 19/20 full, by the area under V(N): of both branches, and half of what lies between them */
  readonly filling: Found;
  /** the same by cooling */
  readonly same: Found;
  /** mean voltage less that by cooling at the same N, over states between the same fillings that both branches agree on */
  readonly stable: Found;
  readonly stableStates: number;
  readonly states: number;
}

async function byGauge(setup: ChainSetup, guests: number, blocks: readonly ExchangeSums[]): Promise<Gauge> {
  const perGuest = capacityPerGuest / massOfFrame(setup.host);
  const chain = createWasmChain(setup);
  chain.displacement = 0.4;
  const step = Math.max(1, guests / states) * perGuest;
  const galvanostatic = { step, gauge: 6, equilibration: 60_000, production: 120_000 };
  const points = await gaugeBranches({ setup, chain, full: guests, metal, galvanostatic });
  const window = [Math.ceil(guests / 8), Math.floor(0.95 * guests)] as const;
  const [up, down] = branchVoltages(points, (point) => point.guests.value, window, window[1] - window[0]);
  const within = (n: number): boolean => n >= window[0] && n <= window[1];
  const pairs = points
    .filter(({ guests: n }) => within(n.value))
    .flatMap((a): (readonly [GaugePoint, GaugePoint])[] => {
      const b = points.find((other) => other.branch === 'charge' && other.target === a.target);
      return a.branch === 'discharge' && b ? [[a, b] as const] : [];
    });
  const stable = pairs
    .filter(([a, b]) => Math.abs(a.voltage.value - b.voltage.value) < agreement)
    .flat()
    .map((point) => {
      const n = Math.round(point.guests.value);
      const local = cooledVoltage(blocks, [n - 3, n + 3]);
      const error = Math.hypot(point.voltage.error ?? 0, local.error);
      return { value: point.voltage.value - local.value, error };
    });
  return {
    filling: { value: 0.5 * (up + down), error: 0.5 * Math.abs(up - down) },
    same: cooledVoltage(blocks, window),
    stable: {
      value: stable.reduce((sum, { value }) => sum + value, 0) / stable.length,
      error: Math.hypot(...stable.map(({ error }) => error)) / stable.length,
    },
    stableStates: stable.length / 2,
    states: pairs.length,
  };
}

/** Voltage from one N to another: the slope of ln Π. */
function cooledVoltage(blocks: readonly ExchangeSums[], [low, high]: readonly [number, number]): Found {
  const { value, error } = jackknife(blocks, (lnPi, least) => {
    const from = Math.max(0, low - least);
    const to = Math.min(lnPi.length - 1, high - least);
    return reference + (kT * (lnPi[to]! - lnPi[from]!)) / (to - from);
  });
  return { value, error: error ?? Number.NaN };
}

/** Energy of the full pore without heat: cooled to 15 K, less what is left of kinetic agitation in the positions. */
function atRest(setup: ChainSetup, guests: Float64Array): number {
  let rows = guests;
  for (const cold of [200, 100, 50, 15]) {
    const chain = createWasmChain({ ...setup, temperature: cold, guests: rows });
    chain.lnActivity = 0;
    chain.drive({ least: rows.length / 4, most: rows.length / 4, lnActivity: new Float64Array() });
    chain.displacement = 0.4 * Math.sqrt(cold / 300);
    chain.advance(600_000);
    rows = chain.guestRows();
    if (cold === 15) return chain.energy - 1.5 * boltzmann * cold * (rows.length / 4);
  }
  return Number.NaN;
}
