/** A hard carbon with closed pores: plateau voltage and capacities pore by pore by cooling and by gauge cells, and replica exchange over the whole, on the same structure. */
import { readFileSync } from 'node:fs';
import {
  type Branch,
  blockAverage,
  type ChainSetup,
  capacityPerGuest,
  createWasmChain,
  type EquilibriumCurve,
  lnActivityAt,
  loadModel,
  type MetalState,
  massOfFrame,
  metalState,
  parseStudySpec,
  prepareChain,
  ReplicaExchange,
  runStudy,
} from 'cardhouse';
import { pass, type Row, type Section } from './validate-table.ts';

const temperature = 300;
const carbon = {
  ...{ route: 'grains', la: 38, lc: 15, d002: 3.548, density: 1.49, pores: { diameter: 8, kind: 'closed' } },
  ...{ atoms: 10_000, edges: { strong: 0.1 } },
};
/** V, from the end of the slope to where every pore is full */
const rungs = [0.15, 0.1, 0.08, 0.06, 0.045, 0.03, 0.015, 0, -0.04, -0.1];
const slopeCut = 0.1;
const stride = 20_000;
const moves = { displace: 0.25, exchange: 0.7, teleport: 0.05 };
/** rounds of every ladder of chains: half of them are equilibration */
const rounds = 60;

export async function carbonSections(guest: 'Na' | 'Li'): Promise<Section[]> {
  return [
    {
      title: `${guest} in a hard carbon of 1.49 g/cm³ with pores of 1.1 nm`,
      note: `Structures of ${carbon.atoms} carbons (La 38, Lc 15, d002 3.548 Å; 8 Å between carbon surfaces, 11.4 Å as SAXS sees it). Pore by pore: guests of each pore cooled at fixed N, ln Π added up, on two structures; gauge cells of six guests on the first of them. Replica exchange: ${rungs.length} chains of the whole carbon from ${rungs[0]} to ${rungs.at(-1)} V, once all from the empty side and once all from the full side; what lies between them is not resolved. Plateau voltage: ∫V dq/∫dq between ${slopeCut} and 0 V. All routes on the same structure; errors of two structures are their scatter.`,
      rows: await threeRoutes(guest),
    },
  ];
}

interface Plateau {
  readonly total: number;
  readonly size: number;
  readonly voltage: number;
}

async function threeRoutes(guest: 'Na' | 'Li'): Promise<Row[]> {
  const name = `${guest.toLowerCase()}-carbon`;
  const file = JSON.parse(readFileSync(`models/potentials/${name}.json`, 'utf8'));
  const model = loadModel(file, name);
  const metal = metalState(model, guest, temperature);
  const study = async (by: 'cooling' | 'gauge', replicas: number) => {
    console.log(`${guest} in a carbon with pores: ladder and pores by ${by}`);
    const spec = parseStudySpec({
      ...{ host: { recipe: carbon }, guest: { species: guest, model: name }, protocol: 'equilibrium', seed: 'carbons' },
      ladder: {
        ...{ discharge: [1.5, 1, 0.7, 0.5, 0.3, 0.2, 0.1, 0, -0.2, -0.4], charge: [-0.2, 0, 0.05, 0.1, 0.2, 0.5] },
        ...{ equilibration: 400_000, production: 300_000, samples: 150, snapshots: 6 },
      },
      equilibrium: { probe: 2.4, perStep: { cooling: 1_000, gauge: 6_000 }[by], loops: 2, by },
      moves,
      ...{ replicas, analysis: { slopeCut } },
    });
    const began = performance.now();
    const steps = runStudy(spec, { model: file, workers: 2 });
    let step = await steps.next();
    while (!step.done) step = await steps.next();
    const { report, trajectories } = step.value;
    return { curve: report.equilibrium!, trajectories, minutes: (performance.now() - began) / 60_000 };
  };
  const { curve, trajectories, minutes } = await study('cooling', 2);
  const trajectory = trajectories[0]!;
  const first = ({ points }: EquilibriumCurve): Plateau =>
    plateauOf(points.map(({ voltage, replicas }) => ({ voltage, q: replicas.find((r) => r.replica === 0)!.value })));
  const pores = first(curve);
  const gauge = first((await study('gauge', 1)).curve);

  const { host, points } = trajectory;
  const guestsAt = (branch: Branch, voltage: number): Float64Array =>
    points.find((point) => point.branch === branch && point.voltage === voltage)!.snapshots.at(-1)!.rows;
  const setup = prepareChain({
    ...{ model, guest, host, temperature, moves, seed: 'rungs', stream: 0 },
    metalEnergy: metal.latticeEnergy,
  });

  console.log(`${guest} in a carbon with pores: replica exchange`);
  const empty = exchanged(setup, metal, guestsAt('discharge', slopeCut), 'discharge');
  const full = exchanged(setup, metal, guestsAt('charge', -0.2), 'charge');

  const { plateauVoltage: v, plateau, total: all, slope } = curve;
  const inRange = guest === 'Li' || (v.value !== null && v.value > 0.02 && v.value < 0.1);
  const milli = (volts: number | null): string => (1000 * (volts ?? Number.NaN)).toFixed(0);
  const of = ({ value, error }: { readonly value: number | null; readonly error: number | null }): string =>
    `${(value ?? Number.NaN).toFixed(0)} ± ${error === null ? '?' : error.toFixed(0)}`;
  const between = empty.total <= pores.total && pores.total <= full.total;
  return [
    {
      what: `${guest}, plateau voltage`,
      ours: `${milli(v.value)} ± ${milli(v.error)} mV of two structures, pore by pore. The first alone: ${milli(pores.voltage)} by cooling, ${milli(gauge.voltage)} by gauge cells`,
      expected: `${guest === 'Na' ? '20–100 mV; ' : ''}routes within 10 mV`,
      verdict: pass(inRange && Math.abs(pores.voltage - gauge.voltage) < 0.01),
    },
    {
      what: `${guest}, capacities`,
      ours: `slope ${of(slope)}, plateau ${of(plateau)}, at 0 V ${of(all)} mAh/g of two structures in ${minutes.toFixed(0)} min on two cores. The first alone: plateau ${pores.size.toFixed(0)} by cooling, ${gauge.size.toFixed(0)} by gauge cells`,
      expected: '± 3 mAh/g in 20 min',
      verdict: pass((all.error ?? 99) <= 3 && (plateau.error ?? 99) <= 3 && minutes <= 20),
    },
    {
      what: `${guest}, replica exchange`,
      ours: `at 0 V ${empty.total.toFixed(0)} from the empty and ${full.total.toFixed(0)} mAh/g from the full side after ${(2 * rounds * stride * rungs.length) / 1e6} million trials, ${empty.roundTrips + full.roundTrips} round trips; ${pores.total.toFixed(0)} pore by pore`,
      expected: 'both sides within 6 mAh/g, pore by pore between them',
      verdict: pass(between && full.total - empty.total < 6),
    },
  ];
}

/** Plateau of chains that all begin with the same guests, one at every voltage. */
function exchanged(
  setup: ChainSetup,
  metal: MetalState,
  guests: Float64Array,
  seed: Branch,
): Plateau & { readonly roundTrips: number } {
  const chains = rungs.map((_, stream) => {
    const chain = createWasmChain({ ...setup, stream, guests });
    chain.displacement = 0.4;
    return chain;
  });
  const lnActivities = rungs.map((voltage) => lnActivityAt(metal, voltage));
  const exchange = new ReplicaExchange(chains, { lnActivities, seed, stride });
  for (let k = 0; k < rounds / 2; k++) exchange.round();
  exchange.forget();
  for (let k = 0; k < rounds / 2; k++) exchange.round();
  const perGuest = capacityPerGuest / massOfFrame(setup.host);
  const q = exchange.rungs.map(({ counts }) => perGuest * blockAverage(counts).mean);
  console.log(q.map((x) => x.toFixed(0)).join(' '));
  return { ...plateauOf(rungs.map((voltage, k) => ({ voltage, q: q[k]! }))), roundTrips: exchange.roundTrips };
}

/** ∫V dq/∫dq between the end of the slope and 0 V. */
function plateauOf(points: readonly { readonly voltage: number; readonly q: number }[]): Plateau {
  const within = points.filter(({ voltage }) => voltage <= slopeCut && voltage >= 0);
  const total = within.at(-1)!.q;
  const size = total - within[0]!.q;
  let moment = 0;
  for (const [k, { voltage, q }] of within.slice(1).entries()) {
    moment += 0.5 * (within[k]!.voltage + voltage) * (q - within[k]!.q);
  }
  return { total, size, voltage: moment / size };
}
