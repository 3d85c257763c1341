/** What guests are, in limits that are known by hand. */

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type ChargeRule, guestCharges } from '../../src/analysis/charge.ts';
import { classWindows } from '../../src/analysis/class-windows.ts';
import { clusterShapes } from '../../src/analysis/cluster-shape.ts';
import { clusterStatistics, findClusters } from '../../src/analysis/clusters.ts';
import { filledHost } from '../../src/analysis/filled-host.ts';
import { nearby } from '../../src/analysis/near.ts';
import { mappedShifts, shiftMaps, shiftSpectrum } from '../../src/analysis/nmr.ts';
import { poreBinEnds, poreBins } from '../../src/analysis/pore-bins.ts';
import { classifyGuests, reachOf, siteClasses, siteRule } from '../../src/analysis/sites.ts';
import { cubicCell, orthorhombicCell } from '../../src/core/cell.ts';
import { atomCount, type Frame } from '../../src/core/frame.ts';
import { cubicCrystal } from '../../src/core/lattice.ts';
import { neighborList } from '../../src/core/neighbors.ts';
import { loadModel } from '../../src/model/load.ts';
import { chargeRuleOf } from '../../src/study/charge-rule.ts';
import type { LadderTrajectory } from '../../src/trajectory/series.ts';

const cutoff = 4.95;
const a = 4.23;

function sodium(box: number, points: readonly (readonly [number, number, number])[]): Frame {
  return { cell: cubicCell(box), species: ['Na'], rows: Float64Array.from(points.flatMap((p) => [...p, 0])) };
}

/** bcc atoms for which `keep` is true, relative to a middle. */
function crystal(middle: readonly [number, number, number], keep: (x: number, y: number, z: number) => boolean) {
  const points: [number, number, number][] = [];
  for (let i = -12; i <= 12; i++) {
    for (let j = -12; j <= 12; j++) {
      for (let k = -12; k <= 12; k++) {
        for (const half of [0, 0.5]) {
          const [x, y, z] = [(i + half) * a, (j + half) * a, (k + half) * a];
          if (keep(x, y, z)) points.push([middle[0] + x, middle[1] + y, middle[2] + z]);
        }
      }
    }
  }
  return points;
}

/** Graphene sheets at heights, in a box that they fill. */
function sheets(heights: readonly number[], nx: number, ny: number, height: number): Frame {
  const bond = 1.42;
  const [lx, ly] = [nx * bond * Math.sqrt(3), ny * bond * 3];
  const rows: number[] = [];
  for (const z of heights) {
    for (let i = 0; i < nx; i++) {
      for (let j = 0; j < ny; j++) {
        for (const [u, v] of [
          [0, 0],
          [0.5, 0.5],
          [0.5, 1.5],
          [0, 2],
        ] as const) {
          rows.push((i + u) * bond * Math.sqrt(3), (3 * j + v) * bond, z, 0);
        }
      }
    }
  }
  return { cell: orthorhombicCell(lx, ly, height), species: ['C:basal'], rows: Float64Array.from(rows) };
}

describe('shape of a cluster', () => {
  it('a ball of metal is round, its radius of gyration √(3/5) R', () => {
    const frame = sodium(
      90,
      crystal([45, 45, 45], (x, y, z) => Math.hypot(x, y, z) < 16),
    );
    const [shape] = clusterShapes(frame, findClusters(frame, cutoff));
    const R = Math.cbrt((3 * atomCount(frame) * (a ** 3 / 2)) / (4 * Math.PI));
    expect(shape!.anisotropy).toBeLessThan(1e-9);
    expect(Math.abs(shape!.gyration / (Math.sqrt(0.6) * R) - 1)).toBeLessThan(0.02);
  });

  it('a disc has 1/4, a rod nearly 1', () => {
    const disc = sodium(
      110,
      crystal([55, 55, 55], (x, y, z) => Math.hypot(x, y) < 40 && Math.abs(z) < 1),
    );
    expect(clusterShapes(disc, findClusters(disc, cutoff))[0]!.anisotropy).toBeCloseTo(0.25, 2);
    const rod = sodium(
      110,
      crystal([55, 55, 55], (x, y, z) => Math.abs(x) < 1 && Math.abs(y) < 1 && Math.abs(z) < 45),
    );
    expect(clusterShapes(rod, findClusters(rod, cutoff))[0]!.anisotropy).toBeCloseTo(1, 6);
  });

  it('a ball across the corner of the box is the same ball', () => {
    const whole = sodium(
      60,
      crystal([30, 30, 30], (x, y, z) => Math.hypot(x, y, z) < 12),
    );
    const split = sodium(
      60,
      crystal([0, 0, 0], (x, y, z) => Math.hypot(x, y, z) < 12),
    );
    for (let k = 0; k < split.rows.length; k++) if (k % 4 < 3 && split.rows[k]! < 0) split.rows[k]! += 60;
    const [one, other] = [whole, split].map((frame) => clusterShapes(frame, findClusters(frame, cutoff))[0]!);
    expect(findClusters(split, cutoff).sizes).toEqual([atomCount(split)]);
    expect(other!.gyration).toBeCloseTo(one!.gyration, 9);
    expect(other!.anisotropy).toBeCloseTo(one!.anisotropy, 9);
  });

  it('two pieces that touch through the seam only are one cluster', () => {
    const frame = sodium(40, [
      [1, 20, 20],
      [38, 20, 20],
      [20, 5, 20],
    ]);
    expect(findClusters(frame, cutoff).sizes).toEqual([2, 1]);
  });

  it('a slab percolates in two directions and has no shape', () => {
    const n = 5;
    const metal = cubicCrystal('Na', 'bcc', a, n);
    const slab: Frame = { ...metal, cell: orthorhombicCell(n * a, n * a, n * a + 30) };
    const found = findClusters(slab, cutoff);
    expect(found.percolates[0]).toEqual([true, true, false]);
    expect(clusterShapes(slab, found)).toEqual([]);
    const { directions, gyration } = clusterStatistics([[slab]], cutoff);
    expect(directions.value).toBe(2);
    expect(gyration.value).toBeNull();
  });
});

/** A switch like that of the models: four neighbours are an ion's world, eight a metal's. */
const rule: ChargeRule = {
  reach: 6,
  weight: (r) => (r < 4.95 ? 1 : 0),
  charge: (n) => Math.min(1, Math.max(0, (8 - n) / 4)),
  density: (r) => Math.exp(-r),
  bulkDensity: 8 * Math.exp((-Math.sqrt(3) * a) / 2) + 6 * Math.exp(-a) + 12 * Math.exp(-Math.SQRT2 * a),
};

describe('charge of a guest', () => {
  it('an ion alone has s = 1 and no metal around', () => {
    const { charge, metal, density } = guestCharges(
      sodium(40, [
        [1, 1, 1],
        [20, 20, 20],
      ]),
      rule,
    );
    expect([...charge, ...metal, ...density]).toEqual([1, 1, 0, 0, 0, 0]);
  });

  it('an atom of bulk metal has s = 0 and all of its density', () => {
    const { charge, metal, density } = guestCharges(cubicCrystal('Na', 'bcc', a, 5), rule);
    for (let i = 0; i < charge.length; i++) {
      expect(charge[i]).toBe(0);
      expect(metal[i]).toBe(1);
      expect(density[i]).toBeCloseTo(1, 12);
    }
  });

  it('in between 1 − s²', () => {
    // a ring of six: each has two neighbours within 4.95 Å; one in the middle has six of them
    const ring = Array.from(
      { length: 6 },
      (_, k) => [20 + 4 * Math.cos((k * Math.PI) / 3), 20 + 4 * Math.sin((k * Math.PI) / 3), 20] as const,
    );
    const { charge, metal } = guestCharges(sodium(40, [[20, 20, 20], ...ring]), rule);
    expect(charge[0]).toBeCloseTo(0.5, 12);
    expect(metal[0]).toBeCloseTo(0.75, 12);
    expect(charge[1]).toBe(1);
  });

  it.each(['na', 'li', 'k'])('the shipped %s model: 1 alone, 0 in its own metal, whose density it is', (name) => {
    const model = loadModel(JSON.parse(readFileSync(`models/potentials/${name}-carbon.json`, 'utf8')), name);
    const guest = Object.keys(model.references)[0]!;
    const own = chargeRuleOf(model, guest)!;
    expect(own.charge(0)).toBe(1);
    const bulk = cubicCrystal(guest, 'bcc', { Na: 4.23, Li: 3.48, K: 5.22 }[guest]!, 4);
    const { charge, density } = guestCharges(bulk, own);
    expect(charge[0]).toBe(0);
    // the model's own lattice constant is near the measured one, not the same
    expect(density[0]).toBeGreaterThan(0.8);
    expect(density[0]).toBeLessThan(1.25);
  });
});

describe('class of a guest', () => {
  const sites = siteRule(cutoff);
  const classesIn = (host: Frame, guests: Frame) => classifyGuests(guests, host, nearby(host, reachOf(sites)), sites);

  it('between sheets 3.7 Å apart: interlayer, wherever it is along them', () => {
    const host = sheets([10, 13.7], 6, 4, 30);
    for (const [x, y] of [
      [7, 8],
      [7.4, 9.1],
      [8.1, 8.6],
    ] as const) {
      const guests: Frame = { ...host, species: ['Na'], rows: Float64Array.of(x, y, 11.85, 0) };
      expect(classesIn(host, guests)).toEqual(['interlayer']);
    }
  });

  it('in a slit filled with metal: pore, but for nothing', () => {
    const host = sheets([0, 20], 9, 5, 40);
    const [lx, ly] = [host.cell.matrix[0]!, host.cell.matrix[4]!];
    const points = crystal(
      [lx / 2, ly / 2, 10],
      (x, y, z) => Math.abs(x) < lx / 2 - 1 && Math.abs(y) < ly / 2 - 1 && Math.abs(z) < 7.5,
    );
    const guests: Frame = { ...host, species: ['Na'], rows: Float64Array.from(points.flatMap((p) => [...p, 0])) };
    const classes = classesIn(host, guests);
    expect(classes.filter((c) => c === 'pore').length / classes.length).toBeGreaterThan(0.9);
  });

  it('on a single sheet: surface', () => {
    const host = sheets([10], 6, 4, 40);
    expect(classesIn(host, { ...host, species: ['Na'], rows: Float64Array.of(7, 8, 12.4, 0) })).toEqual(['surface']);
  });
});

/** One replica with so many guests on a sheet at each voltage. */
function ladder(host: Frame, steps: readonly (readonly [number, Frame])[]): LadderTrajectory {
  return {
    replica: 0,
    host,
    guest: 'Na',
    temperature: 300,
    points: steps.map(([voltage, guests]) => ({
      branch: 'discharge' as const,
      voltage,
      counts: Float64Array.of(atomCount(guests)),
      energies: new Float64Array(1),
      moves: {},
      snapshots: [guests],
    })),
  };
}

describe('window of a class', () => {
  it('runs from 10 to 90 % of what the class holds, by straight lines', () => {
    const host = sheets([10], 24, 14, 40);
    // ten, far apart, one more at each step of 0.1 V
    const on = (count: number): Frame => ({
      ...host,
      species: ['Na'],
      rows: Float64Array.from(
        Array.from({ length: count }, (_, k) => [(k % 5) * 11 + 3, Math.floor(k / 5) * 20 + 5, 12.4, 0]).flat(),
      ),
    });
    const steps = Array.from({ length: 11 }, (_, k) => [1 - k / 10, on(k)] as const);
    const windows = classWindows(
      [ladder(host, steps)],
      siteRule(cutoff),
      steps.map(([voltage]) => ({ voltage })),
    );
    const { values } = windows.find(({ site }) => site === 'surface')!;
    expect(values.windowFrom!.value).toBeCloseTo(0.9, 9);
    expect(values.windowTo!.value).toBeCloseTo(0.1, 9);
    expect(values.windowTo!.error).toBeCloseTo(0.1 / Math.sqrt(12), 9);
    expect(values.meanVoltage!.value).toBeCloseTo(0.5, 9);
    expect(values.highest!.value).toBeCloseTo((26801.4 * 10) / (12.011 * atomCount(host)), 1);
    expect(windows.find(({ site }) => site === 'edge')!.values.windowFrom).toBeUndefined();
    expect(windows.map(({ site }) => site)).toEqual([...siteClasses]);
  });
});

describe('pores by size', () => {
  it('a slit is one size, empty at first and full of metal afterwards', () => {
    // two sheets 14 Å apart, the other side of the box closed by more of them
    const host = sheets([0, 14, 17, 20, 23, 26], 8, 5, 29);
    const [lx, ly] = [host.cell.matrix[0]!, host.cell.matrix[4]!];
    const points = crystal(
      [lx / 2, ly / 2, 7],
      (x, y, z) => Math.abs(x) < lx / 2 && Math.abs(y) < ly / 2 && Math.abs(z) < 4.6,
    );
    const guests: Frame = { ...host, species: ['Na'], rows: Float64Array.from(points.flatMap((p) => [...p, 0])) };
    const none: Frame = { ...guests, rows: new Float64Array(0) };
    const { bins, points: filled } = poreBins(
      [
        ladder(host, [
          [0.1, none],
          [-0.1, guests],
        ]),
      ],
      a ** 3 / 2,
    );
    // 14 − 2·1.7 = 10.6 Å between the surfaces
    const bin = poreBinEnds.findLastIndex((end) => end <= 10.6);
    expect(bins[bin]!.volume.value).toBeCloseTo(10.6 / 29, 1);
    expect(filled[0]!.filling[bin]!.value).toBe(0);
    const share = filled[1]!.filling[bin]!.value!;
    expect(share).toBeCloseTo((points.length * a ** 3) / 2 / (bins[bin]!.volume.value! * host.cell.volume), 9);
    expect(share).toBeGreaterThan(0.6);
    expect(share).toBeLessThan(1.3);
    expect(filled[1]!.filling[poreBinEnds.length - 2]!.value).toBeNull();
  });
});

describe('the mapped shift', () => {
  const map = shiftMaps['Na']!;

  it('leaves an ion where ions are and puts bulk metal at the metal’s line', () => {
    const one = (metal: number, neighbors: number) =>
      mappedShifts(['interlayer'], [neighbors], { metal: Float64Array.of(metal) }, map)[0]!;
    expect(one(0, 6)).toBe(map.ion.interlayer);
    expect(one(1, 14)).toBe(1135);
    // at the wall of a pore half of the neighbours are missing: near 850 ppm
    expect(one(1, 8)).toBeGreaterThan(780);
    expect(one(1, 8)).toBeLessThan(920);
  });

  it('becomes a spectrum of area one', () => {
    const { shift, intensity } = shiftSpectrum([0, 5, 1135], map);
    const area = intensity.reduce((sum, y) => sum + y, 0) * (shift[1]! - shift[0]!);
    expect(area).toBeCloseTo(1, 3);
    expect(Math.max(...intensity)).toBeGreaterThan(0);
  });
});

describe('X-rays of the filled host', () => {
  it('do not change where nothing was put in', () => {
    const host = sheets([0, 3.7, 7.4, 11.1], 7, 4, 22);
    const none: Frame = { ...host, species: ['Na'], rows: new Float64Array(0) };
    const found = filledHost([ladder(host, [[0, none]])], { branch: 'discharge', voltage: 0 })!;
    const curve = found.curves['structureFactor']!;
    expect(curve['filled, S(q)']).toEqual(curve['host, S(q)']);
    if (found.values['d002Shift']) expect(found.values['d002Shift'].value).toBe(0);
    if (found.values['saxsRatio']) expect(found.values['saxsRatio'].value).toBe(1);
  });
});

describe('neighbours', () => {
  it('of bulk sodium within the bonding cutoff are the fourteen the mapping counts with', () => {
    const { start } = neighborList(cubicCrystal('Na', 'bcc', a, 4), cutoff);
    expect(start[1]).toBe(shiftMaps['Na']!.bulkNeighbors);
  });
});
