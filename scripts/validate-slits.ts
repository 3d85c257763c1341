/** Sodium in slits of six widths: two routes to the equilibrium voltage, against the capillary law and what it leaves out. */
import { readFileSync } from 'node:fs';
import {
  boltzmann,
  type ChainSetup,
  countMoments,
  createWasmChain,
  driveCharge,
  FlatHistogram,
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
const moves = { displace: 0.3, exchange: 0.5, teleport: 0.2 };

interface Found {
  readonly value: number;
  readonly error: number;
}

interface Slit {
  readonly width: number;
  readonly guests: number;
  readonly flat: Found;
  readonly gauge: Found | null;
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
    const apart = one.gauge && Math.abs(one.gauge.value - one.flat.value);
    const error = one.gauge ? Math.hypot(one.gauge.error, one.flat.error) : 0;
    rows.push({
      what: `${width} Å, ${one.guests} Na`,
      ours: `${milli(one.flat)} (histogram), ${one.gauge ? milli(one.gauge) : 'not stable'} (gauge cell)`,
      expected: `law ${(1000 * one.law).toFixed(0)}; at rest ${(1000 * one.rest).toFixed(0)}: strain and frustration ${signed(one.rest - one.law)}, entropy ${signed(one.flat.value - one.rest)} mV`,
      verdict: pass(one.flat.error < 0.003 && (apart === null || apart < Math.max(0.005, 2 * error))),
    });
  }
  return [
    {
      title: 'Sodium in slits at 300 K',
      note: `Equilibrium voltage (half filled) in a slit between graphene sheets, box ${(cells[0] * 2.46).toFixed(0)} × ${(cells[1] * 4.26).toFixed(0)} Å, width between carbon nuclei. Errors of at most 3 mV; histogram and gauge cell (mean of both branches over the middle third) within 5 mV or twice their error. The capillary law is eV = 2(W − γ)A/N for the guests that are there.`,
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
  const flat = byHistogram(setup, guests);
  const gauge = await byGauge(setup, guests);
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

/** Voltage at which the slit is half filled, from N up and down in loops. */
function byHistogram(setup: ChainSetup, guests: number): Found {
  const chain = createWasmChain(setup);
  chain.lnActivity = lnActivityAt(metal, reference);
  chain.displacement = 0.4;
  const flat = new FlatHistogram(chain, { least: 0, most: guests, blocks: 4 });
  for (let loop = 0; loop < 5; loop++) for (const _ of flat.loop(loop === 0 ? null : loop - 1, 12_000));
  const { value, error } = jackknife(flat.blocks, (lnPi, least) => reference - kT * halfFilled(lnPi, least));
  return { value, error: error ?? Number.NaN };
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

/** Mean voltage of both galvanostatic branches over the middle third; null where a branch leaves it. */
async function byGauge(setup: ChainSetup, guests: number): Promise<Found | null> {
  const perGuest = 26801.4 / massOfFrame(setup.host);
  const spec = parseStudySpec({
    host: { file: 'slit.xyz' },
    guest: { species: 'Na', model: 'na-carbon' },
    protocol: 'galvanostatic',
    galvanostatic: {
      step: (guests / 9) * perGuest,
      gauge: 6,
      equilibration: 100_000,
      production: 240_000,
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
  const middle = points.filter(({ guests: { value } }) => value > guests / 3 && value < (2 * guests) / 3);
  const means = ['discharge', 'charge'].flatMap((branch) => {
    const own = middle.filter((point) => point.branch === branch).map(({ voltage }) => voltage.value);
    return own.length > 0 ? [own.reduce((a, b) => a + b, 0) / own.length] : [];
  });
  if (means.length < 2) return null;
  const errors = middle.map(({ voltage }) => voltage.error ?? 0);
  const own = Math.hypot(...errors) / errors.length;
  return { value: (means[0]! + means[1]!) / 2, error: Math.hypot(own, (means[1]! - means[0]!) / 2) };
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
