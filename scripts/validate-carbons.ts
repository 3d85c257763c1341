/** A hard carbon with closed pores: plateau voltage and capacities pore by pore, by a gauge cell and by replica exchange, on the same structure. */
import { readFileSync } from 'node:fs';
import {
  type Branch,
  blockAverage,
  capacityPerGuest,
  createWasmChain,
  driveCharge,
  type GaugePoint,
  type LadderPoint,
  type LadderTrajectory,
  lnActivityAt,
  loadModel,
  type MetalState,
  type Model,
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
/** rounds of every ladder of chains: half of them are equilibration */
const rounds = 60;

export async function carbonSections(guest: 'Na' | 'Li'): Promise<Section[]> {
  return [
    {
      title: `${guest} in a hard carbon of 1.49 g/cm³ with pores of 1.1 nm`,
      note: `Structures of ${carbon.atoms} carbons (La 38, Lc 15, d002 3.548 Å; 8 Å between carbon surfaces, 11.4 Å as SAXS sees it). Pore by pore: flat histograms of each pore, ln Π added up. Replica exchange: ${rungs.length} chains of the whole carbon from ${rungs[0]} to ${rungs.at(-1)} V, once all from the empty side and once all from the full side; what lies between them is not resolved. Gauge cell: N of the whole carbon driven up and down; the error is half the hysteresis. Plateau voltage: ∫V dq/∫dq between ${slopeCut} and 0 V. All routes on the same structure; errors of two structures are their scatter.`,
      rows: await twoRoutes(guest),
    },
  ];
}

interface Plateau {
  readonly total: number;
  readonly size: number;
  readonly voltage: number;
}

async function twoRoutes(guest: 'Na' | 'Li'): Promise<Row[]> {
  console.log(`${guest} in a carbon with pores: ladder and pores`);
  const name = `${guest.toLowerCase()}-carbon`;
  const file = JSON.parse(readFileSync(`models/potentials/${name}.json`, 'utf8'));
  const model = loadModel(file, name);
  const metal = metalState(model, guest, temperature);
  const spec = parseStudySpec({
    ...{ host: { recipe: carbon }, guest: { species: guest, model: name }, protocol: 'equilibrium', seed: 'carbons' },
    ladder: {
      ...{ discharge: [1.5, 1, 0.7, 0.5, 0.3, 0.2, 0.1, 0, -0.2, -0.4], charge: [-0.2, 0, 0.05, 0.1, 0.2, 0.5] },
      ...{ equilibration: 400_000, production: 300_000, samples: 150, snapshots: 6 },
    },
    equilibrium: { probe: 2.4, perStep: 4_000, loops: 2 },
    moves: { displace: 0.25, exchange: 0.7, teleport: 0.05 },
    ...{ replicas: 2, analysis: { slopeCut } },
  });
  const began = performance.now();
  const study = runStudy(spec, { model: file });
  let step = await study.next();
  while (!step.done) step = await study.next();
  const { report, trajectories } = step.value;
  const minutes = (performance.now() - began) / 60_000;
  const curve = report.equilibrium!;
  const trajectory = trajectories[0]!;
  const pores = plateauOf(
    curve.points.map(({ voltage, replicas }) => ({ voltage, q: replicas.find((r) => r.replica === 0)!.value })),
  );

  console.log(`${guest} in a carbon with pores: replica exchange`);
  const branches = (['discharge', 'charge'] as const).map((branch) => exchanged(branch));
  function exchanged(branch: Branch): Plateau & { readonly roundTrips: number } {
    return exchangeFrom(trajectory, branch, (stream, guests) => {
      const chain = createWasmChain({
        ...prepareChain({
          ...{ model, guest, host: trajectory.host, temperature, moves: spec.moves, seed: 'rungs', stream },
          metalEnergy: metal.latticeEnergy,
        }),
        guests,
      });
      chain.displacement = 0.4;
      return { chain, lnActivity: lnActivityAt(metal, rungs[stream]!) };
    });
  }
  const [empty, full] = branches as [(typeof branches)[0], (typeof branches)[0]];

  console.log(`${guest} in a carbon with pores: gauge cell`);
  const gauge = await driven(guest, trajectory, { model, metal, name });
  const window = [pores.total - pores.size, pores.total] as const;
  const [up, down] = (['discharge', 'charge'] as const).map((branch) =>
    meanVoltage(
      gauge.filter((point) => point.branch === branch),
      window,
    ),
  ) as [number, number];
  const [voltage, open] = [0.5 * (up + down), 0.5 * Math.abs(up - down)];

  const { plateauVoltage: v, plateau, total: all, slope } = curve;
  const inRange = guest === 'Li' || (v.value !== null && v.value > 0.02 && v.value < 0.1);
  const milli = (volts: number | null): string => (1000 * (volts ?? Number.NaN)).toFixed(0);
  const of = ({ value, error }: { readonly value: number | null; readonly error: number | null }): string =>
    `${(value ?? Number.NaN).toFixed(0)} ± ${error === null ? '?' : error.toFixed(0)}`;
  const between = empty.total <= pores.total && pores.total <= full.total;
  return [
    {
      what: `${guest}, plateau voltage`,
      ours: `${milli(v.value)} ± ${milli(v.error)} mV of two structures, pore by pore. The first alone: ${milli(pores.voltage)} pore by pore; ${milli(voltage)} ± ${milli(open)} by the gauge cell over the same charge (${milli(up)} on discharge, ${milli(down)} on charge)`,
      expected: `${guest === 'Na' ? '20–100 mV; ' : ''}routes within 10 mV`,
      verdict: pass(inRange && Math.abs(pores.voltage - voltage) < 0.01),
    },
    {
      what: `${guest}, capacities`,
      ours: `slope ${of(slope)}, plateau ${of(plateau)}, at 0 V ${of(all)} mAh/g of two structures in ${minutes.toFixed(0)} min on two cores`,
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

/** N driven from the end of the slope to full and back, in steps that part the plateau in ten. */
async function driven(
  guest: string,
  { points, host }: LadderTrajectory,
  { model, metal, name }: { model: Model; metal: MetalState; name: string },
): Promise<readonly GaugePoint[]> {
  const setup = prepareChain({
    ...{ model, guest, host, temperature, moves: { displace: 0.25, exchange: 0.7, teleport: 0.05 } },
    ...{ seed: 'gauge', stream: 0, metalEnergy: metal.latticeEnergy },
  });
  const at = (branch: Branch, voltage: number): LadderPoint =>
    points.find((point) => point.branch === branch && point.voltage === voltage)!;
  const chain = createWasmChain({ ...setup, guests: at('discharge', slopeCut).snapshots.at(-1)!.rows });
  chain.displacement = 0.4;
  const spec = parseStudySpec({
    ...{ host: { file: 'carbon.xyz' }, guest: { species: guest, model: name }, protocol: 'galvanostatic' },
    galvanostatic: { step: 12, gauge: 20, equilibration: 600_000, production: 600_000 },
  });
  return (await driveCharge({
    ...{ task: { spec, replica: 0, model: null, metal }, host, setup, chain },
    ...{ full: at('charge', 0).snapshots.at(-1)!.rows.length / 4, emit: () => {}, stopped: () => false },
  }))!;
}

/** ∫V dq/∫dq of one branch over a window of charge, mAh/g; V goes on as at its ends beyond them. */
function meanVoltage(points: readonly GaugePoint[], [from, to]: readonly [number, number]): number {
  const path = points.map(({ capacity: q, voltage: { value: v } }) => ({ q, v })).sort((a, b) => a.q - b.q);
  const at = (q: number): number => {
    const k = path.findIndex((point) => point.q >= q);
    if (k <= 0) return path.at(k)!.v;
    const [a, b] = [path[k - 1]!, path[k]!];
    return a.v + ((b.v - a.v) * (q - a.q)) / (b.q - a.q);
  };
  const steps = 200;
  const sum = Array.from({ length: steps }, (_, k) => at(from + ((k + 0.5) * (to - from)) / steps));
  return sum.reduce((x, y) => x + y, 0) / steps;
}

type Rung = { readonly chain: ReturnType<typeof createWasmChain>; readonly lnActivity: number };

/** Plateau of chains that all begin where one branch of the ladder was at the end of the slope (discharge) or full (charge). */
function exchangeFrom(
  { points, host }: LadderTrajectory,
  branch: Branch,
  make: (stream: number, guests: Float64Array) => Rung,
): Plateau & { readonly roundTrips: number } {
  const begin = branch === 'discharge' ? slopeCut : -0.2;
  const from = points.find((point: LadderPoint) => point.branch === branch && point.voltage === begin)!;
  const guests = from.snapshots.at(-1)!.rows;
  const made = rungs.map((_, stream) => make(stream, guests));
  const exchange = new ReplicaExchange(
    made.map(({ chain }) => chain),
    { lnActivities: made.map(({ lnActivity }) => lnActivity), seed: branch, stride },
  );
  for (let k = 0; k < rounds / 2; k++) exchange.round();
  exchange.forget();
  for (let k = 0; k < rounds / 2; k++) exchange.round();
  const perGuest = capacityPerGuest / massOfFrame(host);
  const q = exchange.rungs.map(({ counts }) => perGuest * blockAverage(counts).mean);
  console.log(branch, q.map((x) => x.toFixed(0)).join(' '));
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
