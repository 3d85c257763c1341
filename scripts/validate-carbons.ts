/** A hard carbon with closed pores: plateau voltage and capacities pore by pore, and what taking the pores one by one leaves out: a small carbon as a whole. */
import { readFileSync } from 'node:fs';
import { type CurvePoint, type EquilibriumCurve, parseStudySpec, runStudy, runToEnd } from 'cardhouse';
import { pass, type Row, type Section } from './validate-table.ts';

/** The recipe of the acceptance check, 1.49 g/cm³ with pores of 1.1 nm */
const carbon = {
  ...{ route: 'grains', la: 38, lc: 15, d002: 3.548, density: 1.49, pores: { diameter: 8, kind: 'closed' } },
  ...{ atoms: 10_000, edges: { strong: 0.1 } },
};
/** Few enough atoms to be cooled as a whole. */
const small = {
  ...{ la: 20, lc: 9, d002: 3.7, density: 1.35, atoms: 2_000, edges: { strong: 0.1 } },
};
/** How many of the first: an hour of two cores is what a section may take. */
const structures = { Na: 4, Li: 2 } as const;
/** V, end of the slope, and where every pore is full */
const slopeCut = 0.1;
const floor = -0.05;
const voltages = [0.15, 0.12, slopeCut, 0.08, 0.06, 0.05, 0.04, 0.03, 0.02, 0.01, 0, -0.02, floor];

export async function carbonSections(guest: 'Na' | 'Li'): Promise<Section[]> {
  return [
    {
      title: `${guest} in a hard carbon of 1.49 g/cm³ with pores of 1.1 nm`,
      note: `${structures[guest]} structures of ${carbon.atoms} carbons (La 38, Lc 15, d002 3.548 Å; 8 Å between carbon surfaces, 11.4 Å as SAXS sees it), equilibrium pore by pore: guests of each pore cooled at fixed N from 1200 K in the order in which pores fill, ln Π added up; errors of structures are their scatter. Plateau voltage: ∫V dq/∫dq between ${slopeCut} and 0 V. The second route takes nothing apart: one structure of ${small.atoms} carbons (La ${small.la}, Lc ${small.lc} Å, ${small.density} g/cm³), all its guests cooled at once. Compared is the voltage at which it holds half of what it takes up between ${slopeCut} and ${floor} V.`,
      rows: await rowsOf(guest),
    },
  ];
}

interface Route {
  readonly recipe: object;
  readonly over: 'pores' | 'whole';
  readonly perStep: number;
  readonly replicas: number;
}

async function rowsOf(guest: 'Na' | 'Li'): Promise<Row[]> {
  const name = `${guest.toLowerCase()}-carbon`;
  const file = JSON.parse(readFileSync(`models/potentials/${name}.json`, 'utf8'));
  const study = async ({ recipe, over, perStep, replicas }: Route) => {
    const spec = parseStudySpec({
      ...{ host: { recipe }, guest: { species: guest, model: name }, protocol: 'equilibrium', seed: 'carbons' },
      ladder: {
        ...{
          discharge: [1.5, 1, 0.7, 0.5, 0.3, 0.2, 0.15, 0.1, 0, -0.2, -0.4],
          charge: [-0.2, 0, 0.05, 0.1, 0.15, 0.2, 0.5],
        },
        ...{ equilibration: 400_000, production: 300_000, samples: 150, snapshots: 6 },
      },
      sampling: { host: 'map' },
      equilibrium: { voltages, over, perStep, loops: 2 },
      moves: { displace: 0.25, exchange: 0.7, teleport: 0.05 },
      ...{ replicas, analysis: { slopeCut } },
    });
    const began = performance.now();
    const { report } = await runToEnd(runStudy(spec, { model: file, workers: 2 }));
    const minutes = (performance.now() - began) / 60_000;
    const curve = report.equilibrium!;
    console.log(`${guest}, ${over}: ${minutes.toFixed(1)} min`, JSON.stringify([curve.plateau, curve.plateauVoltage]));
    return { curve, minutes, ladder: [report.curve.discharge, report.curve.charge].map(onLadder) };
  };
  const { curve, minutes } = await study({ recipe: carbon, over: 'pores', perStep: 500, replicas: structures[guest] });
  const apart = await study({ recipe: small, over: 'pores', perStep: 1_500, replicas: 1 });
  const whole = await study({ recipe: small, over: 'whole', perStep: 4_000, replicas: 1 });
  const halves = [apart.curve, whole.curve].map(halfVoltage);

  const { plateauVoltage: v, plateau, total: all, slope } = curve;
  const inRange = guest === 'Li' || (v.value !== null && v.value > 0.02 && v.value < 0.1);
  const milli = (volts: number | null): string => (1000 * (volts ?? Number.NaN)).toFixed(0);
  const of = ({ value, error }: { readonly value: number | null; readonly error: number | null }): string =>
    `${(value ?? Number.NaN).toFixed(0)} ± ${error === null ? '?' : error.toFixed(0)}`;
  const single = ({ points }: EquilibriumCurve, at: number): string =>
    points
      .find(({ voltage }) => voltage === at)!
      .replicas.map(of)
      .join(', ');
  const list = ({ points }: EquilibriumCurve): string =>
    [slopeCut, 0, floor].map((at) => of(points.find(({ voltage }) => voltage === at)!.capacity)).join(', ');
  return [
    {
      what: `${guest}, plateau voltage`,
      ours: `${milli(v.value)} ± ${milli(v.error)} mV`,
      expected: guest === 'Na' ? '20–100 mV' : '–',
      verdict: pass(inRange),
    },
    {
      what: `${guest}, capacities`,
      ours: `slope ${of(slope)}, plateau ${of(plateau)}, at 0 V ${of(all)} mAh/g of ${structures[guest]} structures in ${minutes.toFixed(0)} min on two cores; one by one, with the error of sampling alone, at 0 V ${single(curve, 0)}, at ${floor} V ${single(curve, floor)}`,
      expected: '± 3 mAh/g in 20 min',
      verdict: pass((all.error ?? 99) <= 3 && (plateau.error ?? 99) <= 3 && minutes <= 20),
    },
    {
      what: `${guest}, a small carbon pore by pore and as a whole`,
      ours: `half taken up at ${milli(halves[0]!)} and ${milli(halves[1]!)} mV; at ${slopeCut}, 0 and ${floor} V ${list(apart.curve)} and ${list(whole.curve)} mAh/g (ladder at ${slopeCut} V: ${apart.ladder.join(' and ')})`,
      expected: 'voltages within 10 mV',
      verdict: pass(Math.abs(halves[0]! - halves[1]!) < 0.01),
    },
  ];
}

/** Capacity of a branch of the ladder at the end of the slope. */
const onLadder = (branch: readonly Pick<CurvePoint, 'voltage' | 'capacity'>[]): string =>
  branch.find(({ voltage }) => voltage === slopeCut)!.capacity.value.toFixed(0);

/** Voltage at which half of what is taken up between the end of the slope and the floor has been, on a straight line between points. */
function halfVoltage({ points }: EquilibriumCurve): number {
  const within = points.filter(({ voltage }) => voltage <= slopeCut && voltage >= floor);
  const q = within.map(({ capacity }) => capacity.value);
  const half = 0.5 * (q[0]! + q.at(-1)!);
  const k = q.findIndex((x) => x >= half);
  const [a, b] = [within[k - 1]!, within[k]!];
  return a.voltage + ((b.voltage - a.voltage) * (half - q[k - 1]!)) / (q[k]! - q[k - 1]!);
}
