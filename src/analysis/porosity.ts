/** The porosity instrument: what gas adsorption, pycnometry and a pore model would say, read from the atoms by geometry. */
import { type Frame, massOfFrame } from '../core/frame.ts';
import { gramPerCm3 } from '../core/units.ts';
import { accessibleSurface } from './accessible-surface.ts';
import { type Described, described, type Instrument } from './described.ts';
import { percolationDiameter } from './percolation.ts';
import { readPoreSizes, sizeHistograms, sizeKernel } from './pore-size.ts';
import { GridCounter, type GridSum, probeVolumes } from './pores.ts';
import { type Probe, standardProbes } from './van-der-waals.ts';
import {
  defaultSpacing,
  eachVoid,
  mostPoints,
  partsFor,
  type VoidOptions,
  type VoidSpace,
  voidSpace,
} from './void-space.ts';

export interface PorosityOptions extends VoidOptions {
  /** default helium, carbon dioxide, nitrogen, diethyl carbonate */
  readonly probes?: readonly Probe[];
}

/** Pores below the diameter of helium are gaps between atoms and sheets: they do not count for mode and mean. */
const smallestPore = 2.6;

/**
 * Pore volumes, pore sizes, surfaces and densities of a host, by geometry alone: atoms are hard spheres of their van der
 * Waals radius R (carbon 1.70 Å), probes hard spheres of radius r. Nothing is adsorbed; a real isotherm also knows
 * attraction and pressure. All atoms of the frame count as host: take guests out first.
 *
 *   d(x) = min_i |x − x_i| − R_i        pore volume: d > 0
 *   D(x) = 2 max { d(c) : |x − c| < d(c) }        occupiable for a probe: D ≥ 2r, its middle: d > r
 *
 * A pore is open when it meets its own periodic image: such a pore goes on for ever, so it reaches the surface of any
 * grain. Along an open direction the sample ends where the atom surfaces end, and what touches that end is open; the
 * vacuum of the cell does not count, but the corners around a rounded cluster do.
 *
 * @returns values with errors by grid or sampling; the error of mode and mean is that of so small a box
 * @throws SpecError   no atoms, or a spacing that is no length
 * @throws ModelError  a species has no radius
 * @cite Gelb & Gubbins, Langmuir 15, 305 (1999) doi:10.1021/la9808418
 * @oracle test/oracle/porosity.test.ts (spheres, cylinders, slits, single atoms)
 */
export function measurePorosity(frame: Frame, options: PorosityOptions = {}): Instrument {
  const { probes = standardProbes, seed = 1, onProgress } = options;
  const radii = probes.map(({ diameter }) => diameter / 2);
  const space = voidSpace(frame, radii, { ...options, onProgress: (share) => onProgress?.(0.6 * share) });
  const mass = massOfFrame(frame);
  const { grid } = space;
  const values: Record<string, Described> = {};
  const perGram = (sum: GridSum, definition: string): Described =>
    described(sum.value / mass / gramPerCm3, sum.error / mass / gramPerCm3, 'cm³/g', definition);

  const total = new GridCounter(space);
  eachVoid(space, (g, share) => total.add(g, share));
  const { value: volume, error: volumeError } = total.result();
  values['apparentDensity'] = described(
    (mass / grid.volume) * gramPerCm3,
    null,
    'g/cm³',
    'Mass of all atoms over the volume of the box.',
  );
  values['porosity'] = described(
    volume / grid.volume,
    volumeError / grid.volume,
    '1',
    'Share of the box outside all van der Waals spheres (C 1.70 Å).',
  );
  values['poreVolume'] = perGram(
    total.result(),
    'Geometric pore volume: everything outside all van der Waals spheres (C 1.70 Å), gaps between sheets included; what a point probe finds.',
  );

  const sizes = readPoreSizes(sizeHistograms(space), smallestPore, seed);
  const sphere = 'largest sphere that holds a point of the void and overlaps no van der Waals sphere';
  const box = 'error: spread over redrawn eighths of the box, i.e. of so small a sample';
  if (Number.isFinite(sizes.mode)) {
    values['poreDiameterMode'] = described(
      sizes.mode,
      sizes.modeError,
      'Å',
      `Peak of dV/dD above ${smallestPore} Å, smoothed by a Gaussian of ${sizeKernel} Å; D is the diameter of the ${sphere} (Gelb & Gubbins); ${box}.`,
    );
  }
  if (Number.isFinite(sizes.mean)) {
    values['poreDiameterMean'] = described(
      sizes.mean,
      sizes.meanError,
      'Å',
      `Mean of D weighted by volume, above ${smallestPore} Å; D is the diameter of the ${sphere} (Gelb & Gubbins); ${box}.`,
    );
  }
  values['largestSphere'] = described(
    largest(space),
    null,
    'Å',
    'Diameter of the largest sphere that overlaps no van der Waals sphere.',
  );
  const free = percolationDiameter(grid, space.inscribed.raised);
  const slip = grid.diagonal ** 2 / (4 * (free / 2 + Math.max(space.atoms.smallest, 0.5)));
  values['percolationDiameter'] = described(
    free,
    slip + 0.005,
    'Å',
    'Diameter of the largest sphere that can travel without end through the periodic box without overlapping a van der Waals sphere; 0 when not even a point can.',
  );
  onProgress?.(0.7);

  probes.forEach((probe, k) => {
    Object.assign(values, probeValues(space, probe, mass, seed, perGram));
    onProgress?.(0.7 + (0.3 * (k + 1)) / probes.length);
  });
  return {
    values,
    curves: {
      poreSize: {
        'diameter (Å)': sizes.diameter,
        'dV/dD (cm³/g/Å)': sizes.density.map((x) => x / mass / gramPerCm3),
        'cumulative (cm³/g)': sizes.cumulative.map((x) => x / mass / gramPerCm3),
      },
    },
    notes: notes(frame, space, options, Number.isFinite(sizes.mode)),
  };
}

function probeValues(
  space: VoidSpace,
  { name, diameter }: Probe,
  mass: number,
  seed: string | number,
  perGram: (sum: GridSum, definition: string) => Described,
): Record<string, Described> {
  const { grid } = space;
  const radius = diameter / 2;
  const parts = partsFor(space, radius);
  const volumes = probeVolumes(space, radius, parts);
  const surface = accessibleSurface(space.atoms, radius, grid, space.inscribed.raised, parts, seed);
  const probe = `a hard sphere of ${diameter} Å (${name})`;
  const covers = `Pore volume for ${probe}: all points such a sphere can cover without overlapping a van der Waals sphere`;
  const touch = `Area on which the middle of ${probe} lies when it rolls over the van der Waals spheres`;
  const open = 'in pores that go on through the periodic box';
  const closed = 'in pores the probe fits into but cannot get into from outside';
  const area = (value: number, error: number, definition: string): Described =>
    // Å² per amu is 6022 m²/g
    described((value / mass) * (1e4 / gramPerCm3), (error / mass) * (1e4 / gramPerCm3), 'm²/g', definition);
  const shut = volumes.byPart.filter((volume, p) => parts.open[p] === 0 && volume > 0);
  const values: Record<string, Described> = {
    [`centreVolume${name}`]: perGram(
      volumes.centre,
      `Volume where the middle of ${probe} may be without overlapping a van der Waals sphere.`,
    ),
    [`poreVolume${name}`]: perGram(volumes.occupiable, `${covers}.`),
    [`openPoreVolume${name}`]: perGram(volumes.open, `${covers}, ${open}.`),
    [`closedPoreVolume${name}`]: perGram(volumes.closed, `${covers}, ${closed}.`),
    [`surface${name}`]: area(surface.total, surface.totalError, `${touch}.`),
    [`openSurface${name}`]: area(surface.open, surface.openError, `${touch}, ${open}.`),
    [`closedSurface${name}`]: area(surface.total - surface.open, surface.closedError, `${touch}, ${closed}.`),
    [`surfacePerVolume${name}`]: described(
      (1e4 * surface.total) / grid.volume,
      (1e4 * surface.totalError) / grid.volume,
      'm²/cm³',
      `${touch}, over the volume of the box.`,
    ),
    [`closedPores${name}`]: described(
      shut.length,
      null,
      '1',
      `Number of closed pores in the box: separate parts of the void ${probe} fits into but cannot leave.`,
    ),
  };
  if (shut.length > 0) {
    const each = shut.reduce((a, b) => a + b, 0) / shut.length;
    const square = shut.reduce((a, b) => a + (b - each) ** 2, 0);
    values[`closedPoreMeanVolume${name}`] = described(
      each / 1000,
      shut.length > 1 ? Math.sqrt(square / (shut.length - 1) / shut.length) / 1000 : null,
      'nm³',
      `Mean volume of the closed pores for ${probe}, each the volume the probe can cover in it; error: spread over pores.`,
    );
  }
  if (name === 'He') {
    const skeleton = (sum: GridSum, definition: string): Described => {
      const density = (mass / (grid.volume - sum.value)) * gramPerCm3;
      return described(density, (density * sum.error) / (grid.volume - sum.value), 'g/cm³', definition);
    };
    values['skeletalDensityHe'] = skeleton(
      volumes.open,
      `Density a helium pycnometer sees: mass over the box less the open pore volume for ${probe}.`,
    );
    values['skeletalDensityHeAll'] = skeleton(
      volumes.occupiable,
      `Mass over the box less all pore volume for ${probe}, closed pores too.`,
    );
  }
  return values;
}

function largest({ inscribed, field }: VoidSpace): number {
  let most = 0;
  for (let g = 0; g < field.length; g++) most = Math.max(most, field[g]!);
  for (let b = 0; b < inscribed.spheres.count; b++) most = Math.max(most, inscribed.spheres.rows[4 * b + 3]!);
  return 2 * most;
}

function notes(frame: Frame, { grid }: VoidSpace, options: PorosityOptions, hasPeak: boolean): string[] {
  const { spacing = defaultSpacing } = options;
  const found = [
    `Porosity by geometry on a grid of ${grid.counts.join(' × ')} points, ${grid.width.toFixed(2)} Å apart; features much narrower than that are not seen.`,
  ];
  if (grid.width > 1.05 * spacing) {
    found.push(`The grid is coarser than the ${spacing} Å asked, to stay within ${mostPoints / 1e6} million points.`);
  }
  const open = ['a', 'b', 'c'].filter((_, k) => !frame.cell.periodic[k]);
  if (open.length > 0) {
    found.push(
      `Along ${open.join(', ')} the cell is open: the box ends where the van der Waals spheres end, what touches its end counts as open, and volumes include the corners around a rounded cluster.`,
    );
  }
  if (!hasPeak) found.push(`The distribution of pore sizes has no peak above ${smallestPore} Å.`);
  return found;
}
