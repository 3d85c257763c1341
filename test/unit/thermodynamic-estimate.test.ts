/** The curve without simulation, in limits that are known by hand: ideal gas, one site, one pore of known shape, and what must hold for any host. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { insertionSites } from '../../src/analysis/insertion-sites.ts';
import { poreWalls, wallDimensionDoubt } from '../../src/analysis/pore-walls.ts';
import {
  capillaryVoltage,
  estimatedFilling,
  siteFilling,
  thermodynamicEstimate,
} from '../../src/analysis/thermodynamic-estimate.ts';
import { cubicCell } from '../../src/core/cell.ts';
import { RandomStream } from '../../src/core/random.ts';
import { boltzmann } from '../../src/core/units.ts';
import { parseStudyYaml } from '../../src/study/spec.ts';
import { runStudy, runToEnd } from '../../src/study/study.ts';
import type { EmptyHost, LadderTrajectory } from '../../src/trajectory/series.ts';
import { ball, flatSlit, rod, solid } from '../oracle/porous-solids.ts';

const kT = boltzmann * 300;
const sum = (values: ArrayLike<number>): number => Array.from(values).reduce((a, b) => a + b, 0);

/** Energies that a function of place gives, at the middles of n³ voxels of a cube. */
function cubeField(edge: number, n: number, energy: (x: number, y: number, z: number) => number) {
  const energies = new Float64Array(n ** 3);
  const at = (i: number): number => ((i + 0.5) * edge) / n;
  for (let i = 0, v = 0; i < n; i++)
    for (let j = 0; j < n; j++) for (let k = 0; k < n; k++, v++) energies[v] = energy(at(i), at(j), at(k));
  return { lengths: [edge, edge, edge] as const, shape: [n, n, n] as const, energies };
}

describe('sites of a lone guest', () => {
  it('an empty box is an ideal gas: ⟨N⟩ = zV where guests are few, and one a site at the end', () => {
    const sites = insertionSites(
      cubeField(20, 40, () => 0),
      300,
      3.66,
    );
    expect(sites.volume).toBeCloseTo(8000, 8);
    const few = siteFilling(sites.lnIntegral, Math.log(1e-9));
    expect(few / (1e-9 * 8000)).toBeCloseTo(1, 6);
    expect(siteFilling(sites.lnIntegral, 60)).toBeCloseTo(sites.voxel.length, 8);
    // no tighter than spheres can be packed, no looser than so many that no other finds room
    expect(sites.voxel.length / 8000).toBeLessThan(Math.SQRT2 / 3.5 ** 3);
    expect(sites.voxel.length / 8000).toBeGreaterThan(3 / (4 * Math.PI * 3.66 ** 3));
  });

  it('no two middles are nearer than the distance, also through the faces of the box', () => {
    const random = new RandomStream('sites');
    const sites = insertionSites(
      cubeField(14, 28, () => random.uniform()),
      300,
      3,
    );
    const middles = Array.from(sites.voxel, (v) => [Math.floor(v / 784), Math.floor(v / 28) % 28, v % 28]);
    let nearest = Number.POSITIVE_INFINITY;
    for (const [i, a] of middles.entries()) {
      for (const b of middles.slice(0, i)) {
        const step = a.map((x, k) => 0.5 * Math.min(Math.abs(x - b[k]!), 28 - Math.abs(x - b[k]!)));
        nearest = Math.min(nearest, Math.hypot(...step));
      }
    }
    expect(middles.length).toBeGreaterThan(20);
    expect(nearest).toBeGreaterThan(3);
    expect(sites.lowest.every((u, s) => s === 0 || u >= sites.lowest[s - 1]!)).toBe(true);
  });

  it('a single well is one site, with the isotherm of Langmuir', () => {
    const stiffness = 0.8;
    const well = cubeField(10, 80, (x, y, z) => {
      const r2 = (x - 5) ** 2 + (y - 5) ** 2 + (z - 5) ** 2;
      return r2 < 6 ? -1 + 0.5 * stiffness * r2 : Number.POSITIVE_INFINITY;
    });
    const sites = insertionSites(well, 300, 6);
    expect(sites.voxel.length).toBe(1);
    const lnK = 1 / kT + 1.5 * Math.log((2 * Math.PI * kT) / stiffness);
    expect(sites.lnIntegral[0]).toBeCloseTo(lnK, 2);
    for (const share of [0.01, 0.5, 0.99]) {
      const lnZ = Math.log(share / (1 - share)) - sites.lnIntegral[0]!;
      expect(siteFilling(sites.lnIntegral, lnZ)).toBeCloseTo(share, 10);
    }
  });

  it.each([1, 2.5, 4])('few guests: z ∫ exp(−βU) dV whatever the distance (%d Å)', (distance) => {
    const random = new RandomStream('rough');
    const field = cubeField(12, 30, () =>
      random.uniform() < 0.3 ? Number.POSITIVE_INFINITY : -0.6 * random.uniform(),
    );
    const sites = insertionSites(field, 300, distance);
    const widom = sum(field.energies.map((u) => Math.exp(-u / kT))) * (12 / 30) ** 3;
    const lnZ = Math.log(1e-10 / widom);
    expect(siteFilling(sites.lnIntegral, lnZ) / 1e-10).toBeCloseTo(1, 8);
  });

  it('says when shape and energies do not fit', () => {
    const field = { lengths: [1, 1, 1], shape: [2, 2, 2], energies: new Float64Array(7) } as const;
    expect(() => insertionSites(field, 300, 1)).toThrow('a field of 2 × 2 × 2 voxels needs 8 energies, got 7');
  });
});

describe('walls of pores', () => {
  it.each([
    ['slit', flatSlit(8, 18), 1, 8],
    ['cylinder', solid(18, 18, 24, [rod(5, 12)]), 2, 10],
    ['sphere', solid(22, 22, 22, [ball(7)]), 3, 14],
  ] as const)('%s', (_, host, dimension, diameter) => {
    const { size, volume, wallDimension } = poreWalls(host, 5, { spacing: 0.4 });
    expect(Math.abs(wallDimension! - dimension)).toBeLessThan(wallDimensionDoubt);
    const mean = size.reduce((a, d, k) => a + d * volume[k]!, 0) / sum(volume);
    expect(mean / diameter).toBeGreaterThan(0.93);
    expect(mean / diameter).toBeLessThan(1.02);
  });

  it('there is no dimension where nothing is that wide', () => {
    expect(poreWalls(flatSlit(4, 18), 6).wallDimension).toBeNull();
  });

  it('the capillary law is that of films between sheets and of spheres', () => {
    // PHYSICS: sphere of 2 nm, W − γ = 0.10 J/m², Na: 74 mV; a film of thickness H has 2(W − γ)Ω/H
    const [wetting, atom] = [0.1 / 16.0217663, 37.8];
    expect(capillaryVoltage(wetting, atom, 20, 3)).toBeCloseTo(0.0708, 3);
    expect(capillaryVoltage(wetting, atom, 9, 1)).toBeCloseTo((2 * wetting * atom) / 9, 12);
  });
});

/** An empty host of random sites and pores. */
function randomHost(seed: string): EmptyHost {
  const random = new RandomStream(seed);
  const sites = 5 + random.integer(40);
  const classes = random.integer(6);
  return {
    lnActivity: -46,
    siteDistance: 3.66,
    siteVolume: 30,
    lnSiteIntegrals: Float64Array.from({ length: sites }, () => 20 + 60 * random.uniform()),
    siteSizes: Float64Array.from({ length: sites }, () => 12 * random.uniform()),
    thinnest: 6,
    poreSizes: Float64Array.from({ length: classes }, (_, k) => 6.1 + k + 0.5 * random.uniform()),
    poreVolumes: Float64Array.from({ length: classes }, () => 500 * random.uniform()),
    wallDimension: classes === 0 ? null : 1 + 2 * random.uniform(),
    atomVolume: 37.8,
    wetting: 0.01 * (random.uniform() - 0.2),
  };
}

describe('filling without simulation', () => {
  const voltages = Array.from({ length: 600 }, (_, k) => 2.5 - 0.005 * k);

  it.each(Array.from({ length: 20 }, (_, k) => `host ${k}`))('%s: never falls, and has an upper bound', (seed) => {
    const host = randomHost(seed);
    const filling = estimatedFilling(host, 300, voltages);
    const whole = filling.map(({ sites, metal }) => sites + metal);
    expect(whole.every((n, k) => k === 0 || n >= whole[k - 1]! - 1e-9)).toBe(true);
    const bound = host.lnSiteIntegrals.length + sum(host.poreVolumes) / host.atomVolume;
    expect(whole.at(-1)!).toBeLessThanOrEqual(bound);
    expect(filling.at(-1)!.metal).toBeLessThanOrEqual(sum(host.poreVolumes) / host.atomVolume + 1e-9);
    expect(whole.at(-1)!).toBeGreaterThan(0);
  });

  it('one pore without sites fills at the voltage of the law, to the density of the metal', () => {
    const host = {
      ...randomHost('pore'),
      lnSiteIntegrals: new Float64Array(),
      siteSizes: new Float64Array(),
      poreSizes: Float64Array.of(10),
      poreVolumes: Float64Array.of(378),
      wallDimension: 3,
      wetting: 0.006,
    };
    const law = capillaryVoltage(0.006, 37.8, 10, 3);
    const [above, below] = estimatedFilling(host, 300, [law + 1e-6, law - 1e-6]);
    expect(above).toEqual({ sites: 0, metal: 0 });
    expect(below!.metal).toBeCloseTo(10, 10);
  });

  it('the curve is the mean of the replicas in mAh per gram, with their scatter', () => {
    const cell = cubicCell(30);
    const rows = new Float64Array(4 * 1000);
    const trajectory = (replica: number, empty: EmptyHost): LadderTrajectory => ({
      ...{ replica, guest: 'Na', temperature: 300, points: [], empty },
      host: { cell, species: ['C'], rows },
    });
    const hosts = [randomHost('a'), randomHost('b')];
    const curve = thermodynamicEstimate(
      hosts.map((host, r) => trajectory(r, host)),
      0.1,
      [1.5, -0.4],
    )!;
    const perGuest = 26801.4 / (12.011 * 1000);
    const values = hosts.map((host) => {
      const [{ sites, metal }] = estimatedFilling(host, 300, [0.1]) as [{ sites: number; metal: number }];
      return perGuest * (sites + metal);
    });
    expect(curve.slope.value).toBeCloseTo((values[0]! + values[1]!) / 2, 3);
    expect(curve.slope.error).toBeCloseTo(Math.abs(values[0]! - values[1]!) / 2, 3);
    expect(curve.points[0]!.voltage).toBe(1.5);
    expect(curve.points.at(-1)!.voltage).toBe(-0.4);
    expect(curve.points.find(({ voltage }) => voltage === 0.1)!.capacity).toEqual(curve.slope);
    expect(sum(curve.distribution.map(({ capacity }) => capacity.value!))).toBeCloseTo(
      (perGuest * sum(hosts.map(({ lnSiteIntegrals }) => lnSiteIntegrals.length))) / 2,
      2,
    );
    expect(thermodynamicEstimate([{ ...trajectory(0, hosts[0]!), empty: undefined }], 0.1, [1, 0])).toBeUndefined();
  });
});

it('a study draws it beside its curve, and both agree where guests are few', async () => {
  const spec = parseStudyYaml(
    `
name: small
host:
  recipe: {la: 14, lc: 8, d002: 3.75, density: 1.2, atoms: 700, relax: false}
guest: {species: Na, model: na-carbon}
ladder:
  discharge: [1.5, 1, 0.7, 0.4, 0.1, 0]
  charge: []
  equilibration: 40000
  production: 30000
replicas: 1
`,
    'small.yaml',
  );
  const model = JSON.parse(readFileSync('models/potentials/na-carbon.json', 'utf8'));
  const { report, files } = await runToEnd(runStudy(spec, { model, workers: 0 }));
  const { estimate, curve } = report;
  expect(files.get('voltage-curve.svg')).toContain('estimate without simulation (site energies + capillary law)');
  expect(files.get('estimate.csv')!.split('\n').length).toBeGreaterThan(estimate!.points.length);
  expect(files.get('report.html')).toContain('Thin dashes: an estimate without simulation');
  for (const voltage of [1, 0.7]) {
    const simulated = curve.discharge.find((p) => p.voltage === voltage)!.capacity.value;
    const estimated = estimate!.points.find((p) => p.voltage === voltage)!.capacity.value!;
    expect(Math.abs(estimated / simulated - 1)).toBeLessThan(0.2);
  }
}, 60_000);
