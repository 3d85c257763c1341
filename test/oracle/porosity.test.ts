/** Porosity against geometry that can be written down: spheres, cylinders, slits, necks, lattices, single atoms. */
import { describe, expect, it } from 'vitest';
import { findPores } from '../../src/analysis/pores.ts';
import { measurePorosity, type PorosityOptions } from '../../src/analysis/porosity.ts';
import { standardProbes } from '../../src/analysis/van-der-waals.ts';
import { cellFromMatrix } from '../../src/core/cell.ts';
import type { Frame } from '../../src/core/frame.ts';
import { slit } from '../../src/structure/crystal.ts';
import {
  atomsInCube,
  ball,
  carbon,
  cubicAngstrom,
  flatSlit,
  rod,
  roughness,
  solid,
  squareAngstrom,
} from './porous-solids.ts';

const nitrogen = 1.82;
const [helium, , n2, dec] = standardProbes;

function look(frame: Frame, options: PorosityOptions = {}) {
  const { values } = measurePorosity(frame, { probes: [helium!, n2!, dec!], ...options });
  const of = (key: string): number => values[key]!.value;
  return {
    values,
    of,
    volume: (key: string): number => cubicAngstrom(frame, of(key)),
    surface: (key: string): number => squareAngstrom(frame, of(key)),
    /** an area within three of its errors, which are of some per cent where a wall has many atoms and little surface */
    hasSurface: (key: string, expected: number): void => {
      const { value, error } = values[key]!;
      expect(error! / value).toBeLessThan(0.05);
      expect(Math.abs(squareAngstrom(frame, value) - expected), `${key} instead of ${expected}`).toBeLessThan(
        3 * squareAngstrom(frame, error!),
      );
    },
  };
}

/** within a share of what is expected */
function near(found: number, expected: number, share: number): void {
  expect(Math.abs(found - expected), `${found} instead of ${expected}`).toBeLessThan(share * expected);
}

describe('ideal pores, grid of 0.4 Å', () => {
  it('a spherical pore of 12 Å is one closed pore', () => {
    const frame = solid(20, 20, 20, [ball(6)]);
    const seen = look(frame);
    near(seen.of('poreDiameterMode'), 12, 0.02);
    near(seen.of('poreDiameterMean'), 12, 0.02);
    expect(Math.abs(seen.of('largestSphere') - 12)).toBeLessThan(0.02);
    expect(seen.of('percolationDiameter')).toBe(0);
    const whole = (4 / 3) * Math.PI * (6 + roughness(carbon)) ** 3;
    near(seen.volume('poreVolume'), whole, 0.005);
    near(seen.volume('poreVolumeHe'), whole, 0.02);
    near(seen.volume('closedPoreVolumeDec'), whole, 0.02);
    expect(seen.of('openPoreVolumeHe')).toBe(0);
    const r = 6 - nitrogen + roughness(carbon + nitrogen);
    near(seen.volume('centreVolumeN2'), (4 / 3) * Math.PI * r ** 3, 0.01);
    seen.hasSurface('surfaceN2', 4 * Math.PI * r ** 2);
    seen.hasSurface('closedSurfaceN2', 4 * Math.PI * r ** 2);
    expect(seen.of('closedPoresN2')).toBe(1);
    near(seen.of('closedPoreMeanVolumeN2') * 1000, whole, 0.02);
    // a pycnometer does not see the pore
    expect(seen.of('skeletalDensityHe')).toBeCloseTo(seen.of('apparentDensity'), 10);
    near(seen.of('skeletalDensityHeAll'), seen.of('apparentDensity') / (1 - whole / 8000), 0.005);
  });

  it('a round channel of 10 Å is open', () => {
    const frame = solid(18, 18, 12, [rod(5, 6)]);
    const seen = look(frame);
    for (const key of ['poreDiameterMode', 'poreDiameterMean']) near(seen.of(key), 10, 0.02);
    expect(Math.abs(seen.of('largestSphere') - 10)).toBeLessThan(0.03);
    expect(Math.abs(seen.of('percolationDiameter') - 10)).toBeLessThan(0.06);
    const whole = Math.PI * (5 + roughness(carbon)) ** 2 * 12;
    near(seen.volume('poreVolume'), whole, 0.005);
    near(seen.volume('openPoreVolumeN2'), whole, 0.02);
    expect(seen.of('closedPoreVolumeN2')).toBe(0);
    seen.hasSurface('openSurfaceN2', 2 * Math.PI * (5 - nitrogen + roughness(carbon + nitrogen)) * 12);
    near(seen.of('skeletalDensityHe'), seen.of('apparentDensity') / (1 - whole / (18 * 18 * 12)), 0.01);
  });

  it.each([0, 6.3])('a flat slit of 8 Å has its width and two walls; c leaning by %f Å changes nothing', (lean) => {
    const frame = flatSlit(8, 10, lean);
    const seen = look(frame);
    near(seen.of('poreDiameterMode'), 8, 0.02);
    expect(Math.abs(seen.of('largestSphere') - 8)).toBeLessThan(0.09);
    expect(Math.abs(seen.of('percolationDiameter') - 8)).toBeLessThan(0.09);
    near(seen.volume('poreVolume') / 100, 8 + 2 * roughness(carbon), 0.005);
    near(seen.volume('openPoreVolumeN2') / 100, 8, 0.02);
    near(seen.volume('centreVolumeN2') / 100, 8 - 2 * nitrogen + 2 * roughness(carbon + nitrogen), 0.01);
    seen.hasSurface('openSurfaceN2', 200);
  });

  it('a slit of graphene has the corrugation of graphene', () => {
    const width = 10;
    const frame = slit(width, 5, 3);
    const seen = look(frame);
    const [lx, ly, lz] = [0, 4, 8].map((k) => frame.cell.matrix[k]!) as [number, number, number];
    const behind = lz - width;
    // both walls are alike: height of the spheres of radius R above one of them
    const flat = Array.from({ length: frame.rows.length / 8 }, (_, i) => [frame.rows[4 * i]!, frame.rows[4 * i + 1]!]);
    const over = (radius: number, of: (height: number) => number): number => {
      const n = 120;
      let sum = 0;
      for (let i = 0; i < n; i++)
        for (let j = 0; j < n; j++) {
          let h2 = 0;
          for (const [ax, ay] of flat) {
            const dx = ((i + 0.5) / n) * lx - ax!;
            const dy = ((j + 0.5) / n) * ly - ay!;
            const rho2 = (dx - lx * Math.round(dx / lx)) ** 2 + (dy - ly * Math.round(dy / ly)) ** 2;
            h2 = Math.max(h2, radius * radius - rho2);
          }
          sum += of(Math.sqrt(h2));
        }
      return (sum * lx * ly) / n ** 2;
    };
    const big = carbon + nitrogen;
    const void0 = over(carbon, (h) => Math.max(0, width - 2 * h) + Math.max(0, behind - 2 * h));
    near(seen.volume('poreVolume'), void0, 0.005);
    const centres = over(big, (h) => width - 2 * h);
    near(seen.volume('centreVolumeN2'), centres, 0.01);
    const walls = over(big, (h) => (2 * big) / h);
    seen.hasSurface('openSurfaceN2', walls);
    // above the middle of a ring, and from ring to ring over the middle of a bond
    const ring = 2 * (Math.hypot(width / 2, 1.42) - carbon);
    const bond = 2 * (Math.hypot(width / 2, 0.71) - carbon);
    expect(Math.abs(seen.of('largestSphere') - ring)).toBeLessThan(0.02);
    expect(Math.abs(seen.of('percolationDiameter') - bond)).toBeLessThan(0.04);
    near(seen.of('poreDiameterMode'), ring, 0.02);
  });
});

describe('necks', () => {
  it('two pores joined by a neck of 4 Å are one for what passes, two for what does not', () => {
    const frame = solid(18, 18, 30, [ball(5, -7), ball(5, 7), rod(2, 7)]);
    const one = findPores(frame, 1.9);
    expect(one.map(({ open }) => open)).toEqual([false]);
    const two = findPores(frame, 2.1);
    expect(two.map(({ open }) => open)).toEqual([false, false]);
    for (const pore of two) {
      near(pore.diameter, 10, 0.005);
      // the ball, and at most the half of the neck beyond it
      const whole = (4 / 3) * Math.PI * (5 + roughness(carbon)) ** 3;
      expect(pore.volume).toBeGreaterThan(0.99 * whole);
      expect(pore.volume).toBeLessThan(whole + Math.PI * 2 ** 2 * (7 - Math.sqrt(21)));
      // the middle comes wrapped into the cell, which begins at the middle of the neck
      const [x, y, z] = pore.centre.map((c, k) => c - [18, 18, 30][k]! * Math.round(c / [18, 18, 30][k]!));
      expect(Math.hypot(x!, y!)).toBeLessThan(0.2);
      expect(Math.abs(Math.abs(z!) - 7)).toBeLessThan(0.2);
    }
    expect(one[0]!.volume).toBeGreaterThan(two[0]!.volume + two[1]!.volume);
  });

  it('a chain of pores is open for what passes its neck of 4 Å and closed for the rest', () => {
    const frame = solid(18, 18, 14, [ball(5), rod(2, 7)]);
    const seen = look(frame);
    expect(Math.abs(seen.of('percolationDiameter') - 4)).toBeLessThan(0.06);
    for (const name of ['He', 'N2']) {
      expect(seen.of(`closedPores${name}`)).toBe(0);
      expect(seen.of(`closedPoreVolume${name}`)).toBe(0);
      expect(seen.of(`openSurface${name}`)).toBe(seen.of(`surface${name}`));
    }
    expect(seen.of('closedPoresDec')).toBe(1);
    expect(seen.of('openPoreVolumeDec')).toBe(0);
    expect(seen.of('openSurfaceDec')).toBe(0);
    expect(seen.of('closedSurfaceDec')).toBeGreaterThan(0);
  });
});

describe('few atoms', () => {
  it('one atom: the sphere a probe rolls on, and the box less that sphere', () => {
    const frame = atomsInCube(12, [[0.3, 11.9, 4]]);
    const seen = look(frame);
    const r = carbon + nitrogen;
    expect(seen.surface('surfaceN2')).toBeCloseTo(4 * Math.PI * r ** 2, 8);
    expect(seen.surface('openSurfaceN2')).toBeCloseTo(4 * Math.PI * r ** 2, 8);
    near(seen.volume('centreVolumeN2'), 12 ** 3 - (4 / 3) * Math.PI * r ** 3, 0.001);
    near(seen.volume('poreVolume'), 12 ** 3 - (4 / 3) * Math.PI * carbon ** 3, 0.001);
    near(seen.volume('poreVolumeN2'), 12 ** 3 - (4 / 3) * Math.PI * carbon ** 3, 0.001);
    expect(seen.of('surfacePerVolumeN2')).toBeCloseTo((1e4 * 4 * Math.PI * r ** 2) / 1728, 6);
  });

  it('two atoms that overlap: each sphere loses a cap of height r − d/2', () => {
    const apart = 2.5;
    const frame = atomsInCube(16, [
      [5, 5, 5],
      [5 + apart, 5, 5],
    ]);
    const seen = look(frame);
    const r = carbon + nitrogen;
    const cap = r - apart / 2;
    near(seen.surface('surfaceN2'), 2 * (4 * Math.PI * r ** 2 - 2 * Math.PI * r * cap), 0.003);
    const lens = 2 * ((Math.PI * cap ** 2 * (3 * r - cap)) / 3);
    near(seen.volume('centreVolumeN2'), 16 ** 3 - (8 / 3) * Math.PI * r ** 3 + lens, 0.001);
  });

  it('a simple cubic lattice: cages √3a − 2R, windows √2a − 2R, in a cube and in a skewed cell of it', () => {
    const a = 5;
    const cube = atomsInCube(a, [[1, 2, 3]]);
    const skewed = { ...cube, cell: cellFromMatrix([a, 0, 0, a, a, 0, 0, -a, a]) };
    for (const frame of [cube, skewed]) {
      const seen = look(frame, { spacing: 0.25 });
      expect(Math.abs(seen.of('largestSphere') - (Math.sqrt(3) * a - 2 * carbon))).toBeLessThan(0.02);
      expect(Math.abs(seen.of('percolationDiameter') - (Math.SQRT2 * a - 2 * carbon))).toBeLessThan(0.06);
      near(seen.of('porosity'), 1 - (4 / 3) * Math.PI * (carbon / a) ** 3, 0.005);
      // N2 (3.64 Å) passes the window of 3.67 Å, diethyl carbonate does not fit the cage
      expect(seen.of('openPoreVolumeN2')).toBeGreaterThan(0);
      expect(seen.of('closedPoreVolumeN2')).toBe(0);
      expect(seen.of('poreVolumeDec')).toBe(0);
    }
  });
});
