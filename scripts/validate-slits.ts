/** Sodium in slits of six widths: two routes to the equilibrium voltage, against the capillary law and what it leaves out. */
import { readFileSync } from 'node:fs';
import {
  type Branch,
  boltzmann,
  type ChainSetup,
  capacityPerGuest,
  countMoments,
  createWasmChain,
  driveCharge,
  FlatHistogram,
  type GaugePoint,
  jackknife,
  joulePerM2,
  lnActivityAt,
  loadModel,
  massOfFrame,
  metalState,
  parseStudySpec,
  prepareChain,
  slit,
} from 'cardhouse';
import { pass, type Row, type Section } from './validate-table.ts';

const temperature = 300;
const kT = boltzmann * temperature;
const file = JSON.parse(readFileSync('models/potentials/na-carbon.json', 'utf8'));
const model = loadModel(file, 'na-carbon');
const metal = metalState(model, 'Na', temperature);
/** V: sums belong to it */
const reference = 0.08;
const cells = [8, 5] as const;
/** fillings the gauge cell holds, each way */
const states = 20;
/** V: branches nearer than this are the same */
const agreement = 0.015;
const moves = { displace: 0.3, exchange: 0.5, teleport: 0.2 };

interface Found {
  readonly value: number;
  readonly error: number;
}

interface Slit {
  readonly width: number;
  readonly guests: number;
  readonly flat: Found;
  readonly gauge: Gauge;
  /** 2(W − γ)A/N, V */
  readonly law: number;
  /** energy of the full slit at rest against as much bulk metal, as a voltage */
  readonly rest: number;
}

export async function slitSections(): Promise<Section[]> {
  const rows: Row[] = [];
  for (const width of [7, 9, 11, 13.5, 16.5, 20]) {
    console.log(`slit of ${width} Å`);
    const one = await measure(width);
    const { half, stable } = one.gauge;
    const together = Math.abs(half.value - one.flat.value) < Math.max(0.005, half.error);
    const alike = one.gauge.stableStates === 0 || Math.abs(stable.value) < Math.max(0.005, 2 * stable.error);
    rows.push({
      what: `${width} Å, ${one.guests} Na`,
      ours: `${milli(one.flat)} (histogram), ${milli(half)} (gauge cell, both branches); where these agree (${one.gauge.stableStates} of ${one.gauge.states} states) gauge cell − histogram ${milli(stable)}`,
      expected: `law ${(1000 * one.law).toFixed(0)}; at rest ${(1000 * one.rest).toFixed(0)}: strain and frustration ${signed(one.rest - one.law)}, entropy ${signed(one.flat.value - one.rest)} mV`,
      verdict: pass(one.flat.error < 0.003 && together && alike),
    });
    console.log(rows.at(-1)!.ours);
  }
  return [
    {
      title: 'Sodium in slits at 300 K',
      note: `Equilibrium voltage (half filled) in a slit between graphene sheets, box ${(cells[0] * 2.46).toFixed(0)} × ${(cells[1] * 4.26).toFixed(0)} Å, width between carbon nuclei. Errors of at most 3 mV; Gauge cell: N driven up and down through some twenty fillings, half filled by the area under V(N); the error is half of what lies between the branches, and the histogram must lie within it or 5 mV. States where both branches are within ${1000 * agreement} mV count as stable; there gauge cell and histogram must be within 5 mV or twice their error at the same N. The capillary law is eV = 2(W − γ)A/N for the guests that are there.`,
      rows,
    },
  ];
}

const milli = ({ value, error }: Found): string => `${(1000 * value).toFixed(1)} ± ${(1000 * error).toFixed(1)} mV`;
const signed = (volts: number): string => `${volts < 0 ? '−' : '+'}${Math.abs(1000 * volts).toFixed(0)}`;

async function measure(width: number): Promise<Slit> {
  const host = slit(width, ...cells, 2);
  const setup = prepareChain({
    ...{ model, guest: 'Na', host, temperature, moves, seed: 'slits', stream: Math.round(10 * width) },
    metalEnergy: metal.latticeEnergy,
  });
  const full = filled(setup);
  const guests = full.length / 4;
  const loops = histogram(setup, guests);
  const { value, error } = jackknife(loops.blocks, (lnPi, least) => reference - kT * halfFilled(lnPi, least));
  const flat = { value, error: error ?? Number.NaN };
  const gauge = await byGauge(setup, guests, loops);
  const area = 2 * host.cell.matrix[0]! * host.cell.matrix[4]!;
  const law = ((file.listed.W_minus_gamma / joulePerM2) * area) / guests;
  return { width, guests, flat, gauge, law, rest: metal.latticeEnergy - atRest(setup, full) / guests };
}

/** The slit as it is at 0 V, filled from well below. */
function filled(setup: ChainSetup): Float64Array {
  const chain = createWasmChain(setup);
  chain.displacement = 0.4;
  for (const voltage of [-0.35, 0.02]) {
    chain.lnActivity = lnActivityAt(metal, voltage);
    chain.advance(2_000_000);
  }
  return chain.guestRows();
}

/** N up and down in loops over all fillings. */
function histogram(setup: ChainSetup, guests: number): FlatHistogram {
  const chain = createWasmChain(setup);
  chain.lnActivity = lnActivityAt(metal, reference);
  chain.displacement = 0.4;
  const flat = new FlatHistogram(chain, { least: 0, most: guests, blocks: 4 });
  for (let loop = 0; loop < 5; loop++) for (const _ of flat.loop(loop === 0 ? null : loop - 1, 12_000));
  return flat;
}

/** ln(z/z_ref) at which ⟨N⟩ is in the middle of its range. */
function halfFilled(lnPi: Float64Array, least: number): number {
  let [low, high] = [-20, 20];
  const middle = least + (lnPi.length - 1) / 2;
  for (let k = 0; k < 60; k++) {
    const x = 0.5 * (low + high);
    if (countMoments(lnPi, least, x).mean < middle) low = x;
    else high = x;
  }
  return 0.5 * (low + high);
}

/** Both galvanostatic branches of a slit. */
interface Gauge {
  /** half filled by the area under V(N): mean of the branches, and half of what lies between them */
  readonly half: Found;
  /** mean voltage less that of the histogram at the same N, over states that both branches agree on */
  readonly stable: Found;
  readonly stableStates: number;
  readonly states: number;
}

async function byGauge(setup: ChainSetup, guests: number, flat: FlatHistogram): Promise<Gauge> {
  const perGuest = capacityPerGuest / massOfFrame(setup.host);
  const spec = parseStudySpec({
    host: { file: 'slit.xyz' },
    guest: { species: 'Na', model: 'na-carbon' },
    protocol: 'galvanostatic',
    galvanostatic: {
      step: Math.max(1, guests / states) * perGuest,
      gauge: 6,
      equilibration: 80_000,
      production: 160_000,
    },
  });
  const chain = createWasmChain(setup);
  chain.displacement = 0.4;
  const task = { spec, replica: 0, model: null, metal };
  const points = (await driveCharge({
    ...{ task, host: setup.host, setup, chain, full: guests },
    emit: () => {},
    stopped: () => false,
  }))!;
  const halfOf = (branch: Branch): number =>
    reference -
    kT *
      halfFilled(
        lnPiOf(
          points.filter((point) => point.branch === branch),
          guests,
        ),
        0,
      );
  const [up, down] = [halfOf('discharge'), halfOf('charge')];
  const pairs = points.flatMap((a): (readonly [GaugePoint, GaugePoint])[] => {
    const b = points.find((other) => other.branch === 'charge' && other.target === a.target);
    return a.branch === 'discharge' && b ? [[a, b] as const] : [];
  });
  const stable = pairs
    .filter(([a, b]) => Math.abs(a.voltage.value - b.voltage.value) < agreement)
    .flat()
    .map((point) => {
      const local = histogramAt(flat, point.guests.value);
      const error = Math.hypot(point.voltage.error ?? 0, local.error);
      return { value: point.voltage.value - local.value, error };
    });
  return {
    half: { value: 0.5 * (up + down), error: 0.5 * Math.abs(up - down) },
    stable: {
      value: stable.reduce((sum, { value }) => sum + value, 0) / stable.length,
      error: Math.hypot(...stable.map(({ error }) => error)) / stable.length,
    },
    stableStates: stable.length / 2,
    states: pairs.length,
  };
}

/** ln Π(N) at the reference voltage by the area under V(N) of one branch: d ln Π/dN = e(V − V_ref)/kT. */
function lnPiOf(points: readonly GaugePoint[], guests: number): Float64Array {
  const path = points.map(({ guests: { value: n }, voltage: { value: v } }) => ({ n, v })).sort((a, b) => a.n - b.n);
  const voltageAt = (n: number): number => {
    const k = path.findIndex((point) => point.n >= n);
    if (k <= 0) return path.at(k)!.v;
    const [a, b] = [path[k - 1]!, path[k]!];
    return a.v + ((b.v - a.v) * (n - a.n)) / (b.n - a.n);
  };
  const lnPi = new Float64Array(guests + 1);
  for (let n = 0; n < guests; n++) lnPi[n + 1] = lnPi[n]! + (voltageAt(n + 0.5) - reference) / kT;
  return lnPi;
}

/** Voltage of the histogram at N, over the three steps on either side. */
function histogramAt(flat: FlatHistogram, n: number): Found {
  const { value, error } = jackknife(flat.blocks, (lnPi, least) => {
    const from = Math.max(0, Math.round(n) - 3 - least);
    const to = Math.min(lnPi.length - 1, Math.round(n) + 3 - least);
    return reference + (kT * (lnPi[to]! - lnPi[from]!)) / (to - from);
  });
  return { value, error: error ?? Number.NaN };
}

/** Energy of the full slit without heat: cooled to 15 K, less what is left of kinetic agitation in the positions. */
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
