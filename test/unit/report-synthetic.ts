/**
 * A made-up but plausible study for the report: stacks of small graphene discs in a box, and guests put by hand on edges,
 * between sheets, on sheets and as bcc metal into the free space, as many as a two-branch curve with a hysteresis asks for.
 */
import { analyse } from '../../src/analysis/analyse.ts';
import { nearby } from '../../src/analysis/near.ts';
import { cubicCell, wrapRows } from '../../src/core/cell.ts';
import type { Frame } from '../../src/core/frame.ts';
import { RandomStream } from '../../src/core/random.ts';
import { assembleReport, type Report, type ReportMetadata } from '../../src/report/report.ts';
import type { Branch, LadderTrajectory } from '../../src/trajectory/series.ts';

type Vector = [number, number, number];

const box = 36;
const cell = cubicCell(box);
const species = ['C:basal', 'C:armchair', 'C:zigzag', 'C:strong-armchair', 'C:strong-zigzag'];

const discharge = [
  2, 1.6, 1.3, 1, 0.8, 0.6, 0.45, 0.35, 0.25, 0.18, 0.14, 0.1, 0.07, 0.04, 0.02, 0, -0.02, -0.05, -0.08, -0.11, -0.14,
  -0.17, -0.2, -0.25, -0.3, -0.4,
];
const charge = [-0.3, -0.2, -0.1, -0.05, -0.02, 0, 0.02, 0.04, 0.06, 0.08, 0.1, 0.12, 0.15, 0.2, 0.3, 0.5, 0.8, 1.2, 2];

/** Discs of two or three sheets at random, and in the free space between them sites for guests in the order they fill. */
function structure(random: RandomStream): { host: Frame; sites: Vector[][] } {
  const rows: number[] = [];
  const atoms = (): Frame => ({ cell, species, rows: Float64Array.from(rows) });
  const edge: Vector[] = [];
  const interlayer: Vector[] = [];
  const surface: Vector[] = [];
  const place = (center: Vector, q: readonly number[], p: Vector): Vector => {
    const [w, x, y, z] = q as [number, number, number, number];
    const t: Vector = [2 * (y * p[2] - z * p[1]), 2 * (z * p[0] - x * p[2]), 2 * (x * p[1] - y * p[0])];
    return [
      center[0] + p[0] + w * t[0] + y * t[2] - z * t[1],
      center[1] + p[1] + w * t[1] + z * t[0] - x * t[2],
      center[2] + p[2] + w * t[2] + x * t[1] - y * t[0],
    ];
  };
  for (let attempt = 0, stacks = 0; attempt < 1500 && stacks < 24; attempt++) {
    const radius = 6 + 3 * random.uniform();
    const sheets = random.uniform() < 0.6 ? 3 : 2;
    const center: Vector = [box * random.uniform(), box * random.uniform(), box * random.uniform()];
    const q = random.quaternion();
    const carbons: [Vector, number][] = [];
    const local: Vector[][] = [[], [], []];
    for (let s = 0; s < sheets; s++) {
      const z = 3.9 * (s - (sheets - 1) / 2);
      for (let i = -10; i <= 10; i++) {
        for (let j = -10; j <= 10; j++) {
          for (const b of [0, 1, 2]) {
            const x = 2.46 * (i + 0.5 * j) + (b * 2.46) / 2;
            const y = 2.1304 * j + (b * 1.42) / 2;
            const r = Math.hypot(x, y);
            if (b < 2 && r < radius) {
              const rim = r > radius - 1.4;
              carbons.push([[x, y, z], rim ? (random.uniform() < 0.15 ? 4 : random.uniform() < 0.5 ? 1 : 2) : 0]);
            }
            if (b === 2 && (i + j * 2) % 3 === 0) {
              if (r < radius - 2.5 && s < sheets - 1) local[1]!.push([x, y, z + 1.95]);
              if (r < radius - 2.5 && s === sheets - 1) local[2]!.push([x, y, z + 2.4]);
            }
          }
        }
      }
      const rim = Math.floor((2 * Math.PI * (radius + 2)) / 7);
      for (let k = 0; k < rim; k++) {
        const phi = (2 * Math.PI * k) / rim + s;
        local[0]!.push([(radius + 1.7) * Math.cos(phi), (radius + 1.7) * Math.sin(phi), z]);
      }
    }
    const query = nearby(atoms(), 3.3);
    const placed = carbons.map(([p, kind]) => [place(center, q, p), kind] as const);
    let clash = false;
    for (const [p] of placed) query(...p, () => (clash = true));
    if (clash) continue;
    for (const [p, kind] of placed) rows.push(...p, kind);
    for (const [k, list] of [edge, interlayer, surface].entries())
      list.push(...local[k]!.map((p) => place(center, q, p)));
    stacks++;
  }
  const host = atoms();
  wrapRows(cell, host.rows);
  const pore: Vector[] = [];
  for (let i = 0; i < 8; i++)
    for (let j = 0; j < 8; j++)
      for (let k = 0; k < 8; k++)
        pore.push([4.5 * i, 4.5 * j, 4.5 * k], [4.5 * (i + 0.5), 4.5 * (j + 0.5), 4.5 * (k + 0.5)]);

  // sites that stay clear of carbon and of each other; pores fill outwards from one point, so that clusters grow
  const taken: Vector[] = [];
  const apart = (a: Vector, b: Vector): boolean =>
    Math.hypot(...[0, 1, 2].map((d) => a[d]! - b[d]! - box * Math.round((a[d]! - b[d]!) / box))) > 3.2;
  const clear = (list: Vector[], fromCarbon: number): Vector[] => {
    const query = nearby(host, fromCarbon);
    return list.filter((p) => {
      let free = taken.every((other) => apart(p, other));
      if (free) query(...p, () => (free = false));
      if (free) taken.push(p);
      return free;
    });
  };
  const middle = (x: number): number => Math.min(Math.abs(x - 20), box - Math.abs(x - 20));
  pore.sort((a, b) => Math.hypot(...a.map(middle)) - Math.hypot(...b.map(middle)));
  const sites = [
    random.shuffle(clear(edge, 1.55)).slice(0, 70),
    random.shuffle(clear(interlayer, 1.9)).slice(0, 45),
    random.shuffle(clear(surface, 2.2)).slice(0, 30),
    clear(pore, 2.9).slice(0, 160),
  ];
  return { host, sites };
}

/** Filled fraction of the four classes at a voltage: the first three are one curve, the pores have a hysteresis. */
function filling(branch: Branch, v: number, shift: number): number[] {
  const step = (middle: number, width: number): number => 1 / (1 + Math.exp((v - middle) / width));
  const pores = branch === 'discharge' ? step(-0.155 + shift, 0.014) : step(0.085 + shift, 0.01);
  return [step(0.75, 0.32), step(0.16, 0.09), 0.6 * step(0.02, 0.05), pores];
}

export function syntheticTrajectory(replica: number, seed: string): LadderTrajectory {
  const random = new RandomStream(`${seed}/${replica}`);
  const { host, sites } = structure(random);
  const shift = 0.008 * random.normal();
  const order = sites.flat();
  const class0 = sites.map((list) => list.length);
  const steps = [
    ...discharge.map((voltage) => ({ branch: 'discharge' as const, voltage })),
    ...charge.map((voltage) => ({ branch: 'charge' as const, voltage })),
  ];
  const points = steps.map(({ branch, voltage }) => {
    const fractions = filling(branch, voltage, shift);
    const occupied = sites.map((list, k) => Math.round(list.length * fractions[k]!));
    const n = occupied.reduce((a, b) => a + b, 0);
    const spread = 0.4 + 0.02 * n;
    let x = 0;
    const counts = Float64Array.from({ length: 128 }, () => {
      x = 0.7 * x + 0.7 * random.normal();
      return Math.max(0, Math.round(n + spread * x));
    });
    const snapshots = Array.from({ length: 3 }, (): Frame => {
      const filled = sites.flatMap((list, k) => list.slice(0, occupied[k]));
      const rows = Float64Array.from(filled.flatMap((p) => [...p.map((c) => c + 0.18 * random.normal()), 0]));
      wrapRows(cell, rows);
      return { cell, species: ['Na'], rows };
    });
    return {
      branch,
      voltage,
      counts,
      energies: counts.map((c) => -1.35 * c + 0.3 * random.normal()),
      moves: {
        displace: { attempted: 200_000, accepted: 68_000 },
        insert: { attempted: 400_000, accepted: 900 + Math.round(40 * random.uniform()) },
        delete: { attempted: 400_000, accepted: 880 + Math.round(40 * random.uniform()) },
        teleport: { attempted: 100_000, accepted: 60 },
      },
      snapshots,
    };
  });
  if (order.length === 0 || class0.includes(0)) throw new Error('the synthetic carbon has no sites of some class');
  return { replica, host, guest: 'Na', temperature: 300, points };
}

export const syntheticMetadata: ReportMetadata = {
  version: '0.1.0',
  study: {
    name: 'Synthetic hard carbon, sodium',
    about: 'A made-up study that shows what a report looks like. No simulation was run.',
    seed: 'synthetic',
    replicas: 4,
  },
  model: {
    name: 'na-carbon',
    citation: ['Cardhouse model D, feasibility fit (own parameters; targets from published DFT and experiment)'],
    validity: 'Na on rigid sp2 carbon at 200–400 K; voltages within 50 mV.',
    licence: 'MIT',
  },
  structure: {
    asked: {
      la: { value: 18, error: null, unit: 'Å' },
      lc: { value: 10, error: null, unit: 'Å' },
      d002: { value: 3.9, error: null, unit: 'Å' },
      density: { value: 0.9, error: null, unit: 'g/cm³' },
    },
    replicas: Array.from({ length: 4 }, (_, i) => ({
      measured: {
        la: { value: 17.6 + 0.3 * i, error: null, unit: 'Å' },
        d002: { value: 3.9 + 0.01 * i, error: null, unit: 'Å' },
        strongEdges: { value: 0.14 + 0.01 * i, error: null, unit: '1' },
      },
      warnings: i === 2 ? ['density 2.1 % below what was asked'] : [],
    })),
  },
  reservoir: {
    latticeConstant: { value: 4.289, error: null, unit: 'Å' },
    latticeEnergy: { value: -1.1126, error: null, unit: 'eV' },
    vibrational: { value: 0.0243, error: null, unit: 'eV' },
    lnActivityAtZeroVolt: { value: -42.184, error: null, unit: 'ln Å⁻³' },
  },
  sampling: { equilibration: 500_000, production: 1_000_000, samples: 128, snapshots: 3 },
  complete: true,
  performance: {
    wallSeconds: 1834,
    trials: 270_000_000,
    trialsPerSecond: 147_000,
    workers: 2,
    hostName: 'example',
    runtime: 'Node 20',
    date: '2026-01-01T00:00:00Z',
  },
};

export interface SyntheticStudy {
  readonly trajectories: readonly LadderTrajectory[];
  readonly analysis: ReturnType<typeof analyse>;
  readonly report: Report;
}

export function syntheticStudy(replicas = 4, metadata = syntheticMetadata): SyntheticStudy {
  const trajectories = Array.from({ length: replicas }, (_, r) => syntheticTrajectory(r, 'synthetic'));
  const analysis = analyse(trajectories, { slopeCut: 0.1, irreversibleAbove: 1 });
  return { trajectories, analysis, report: assembleReport(trajectories, analysis, metadata) };
}
