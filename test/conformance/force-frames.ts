/** Models of every form with the frames force fields are compared on, and how far two of them are apart. */
import { readFileSync } from 'node:fs';
import { type Cell, cellFromMatrix } from '../../src/core/cell.ts';
import { atomCount, type Frame } from '../../src/core/frame.ts';
import { cubicCrystal } from '../../src/core/lattice.ts';
import { neighborList } from '../../src/core/neighbors.ts';
import { RandomStream } from '../../src/core/random.ts';
import { parseLammpsData } from '../../src/io/lammps-data.ts';
import { combineModels } from '../../src/model/combine.ts';
import { loadModel } from '../../src/model/load.ts';
import { modelFromText } from '../../src/model/load-text.ts';
import type { Model } from '../../src/model/model.ts';
import { type CutoffKind, cutoffKinds } from '../../src/model/radial/cutoffs.ts';
import { graphite } from '../../src/structure/crystal.ts';
import { lennardJonesModel, shippedModel, switchedModel } from './models.ts';

/** A model and frames it is computed on. */
export interface ForceCase {
  readonly form: Model['terms'][number]['form'];
  readonly name: string;
  readonly model: Model;
  readonly frames: readonly NamedFrame[];
  /** a frame of ordinary matter, for walks */
  readonly matter: Frame;
}

export interface NamedFrame {
  readonly what: string;
  readonly frame: Frame;
}

/** What any force field tells. */
export interface Answer {
  readonly energy: number;
  /** [N, 4] */
  readonly forces: Float64Array;
  /** [9] */
  readonly virial: Float64Array;
}

/** Largest differences of two answers. */
export interface Deviation {
  /** eV per atom */
  readonly energy: number;
  /** of one atom, eV */
  readonly atom: number;
  /** component, eV/Å */
  readonly force: number;
  /** the same, of the largest component */
  readonly forceRelative: number;
  /** root mean square of all components, of that of the forces */
  readonly forceRms: number;
  /** component, of the largest or of 1 eV per atom, whichever is more */
  readonly virial: number;
}

/**
 * How far `found` is from `wanted`. Forces below 1 eV/Å are measured against 1 eV/Å: no run feels the rest.
 */
export function deviation(found: Answer, wanted: Answer): Deviation {
  const n = wanted.forces.length / 4;
  let [atom, force, largest, square, whole] = [0, 0, 1, 0, 0];
  wanted.forces.forEach((f, k) => {
    const off = Math.abs(found.forces[k]! - f);
    if (k % 4 === 3) atom = worse(atom, off);
    else {
      force = worse(force, off);
      largest = Math.max(largest, Math.abs(f));
      square += off * off;
      whole += f * f;
    }
  });
  const most = Math.max(n, ...wanted.virial.map(Math.abs));
  const virial = wanted.virial.reduce((off, w, k) => worse(off, Math.abs(found.virial[k]! - w) / most), 0);
  const energy = Math.abs(found.energy - wanted.energy) / n;
  // a lone atom, or one among its own images, feels nothing but rounding
  const forceRms = whole > 1e-12 * n ? Math.sqrt(square / whole) : 0;
  return { energy, atom, force, forceRelative: force / largest, forceRms, virial };
}

/** The larger; NaN if there is one. */
const worse = (a: number, b: number): number => (a >= b ? a : b);

const data = (file: string): string => readFileSync(new URL(`../data/${file}`, import.meta.url), 'utf8');
const fromFile = (file: string): Model => modelFromText(data(file), file);

/** Site names cut to elements: what models that do not tell sites apart are written for. */
const bare = (frame: Frame): Frame => ({ ...frame, species: frame.species.map((one) => one.replace(/:.*/, '')) });
const dataFrame = (file: string): Frame => bare(parseLammpsData(data(file)).frame);

/** Every atom moved by normal deviates, Å. */
export function rattled(frame: Frame, by: number, seed: string): Frame {
  const random = new RandomStream(seed);
  return { ...frame, rows: frame.rows.map((x, k) => (k % 4 === 3 ? x : x + by * random.normal())) };
}

/** A cell of about `edge`, its angles off 90° by up to some 20°. */
function skewedCell(random: RandomStream, edge: number, periodic: Cell['periodic']): Cell {
  const skew = (): number => 0.6 * edge * (random.uniform() - 0.5);
  const side = (): number => edge * (0.9 + 0.2 * random.uniform());
  return cellFromMatrix([side(), skew(), skew(), skew(), side(), skew(), skew(), skew(), side()], periodic);
}

interface Throw {
  readonly species: readonly string[];
  /** Å, of the cell, and least distance of two atoms */
  readonly edge: number;
  readonly apart: number;
  readonly atoms: number;
  readonly periodic?: Cell['periodic'];
}

/** Atoms of all species at random, none nearer than `apart`, in a skewed cell. */
function thrown({ species, edge, apart, atoms, periodic = [true, true, true] }: Throw, seed: string): Frame {
  const random = new RandomStream(seed);
  const cell = skewedCell(random, edge, periodic);
  const m = cell.matrix;
  const rows: number[] = [];
  for (let attempt = 0; attempt < 60 * atoms && rows.length < 4 * atoms; attempt++) {
    const s = [random.uniform(), random.uniform(), random.uniform()];
    const point = [0, 1, 2].map((k) => s[0]! * m[k]! + s[1]! * m[3 + k]! + s[2]! * m[6 + k]!);
    const kind = (rows.length / 4) % species.length;
    const trial = { cell, species, rows: Float64Array.from([...rows, ...point, kind]) };
    if (neighborList(trial, apart).index.length === 0) rows.push(...point, kind);
  }
  return { cell, species, rows: Float64Array.from(rows) };
}

/** Every atom moved by lattice vectors, up to `most` of each, along periodic directions. */
export function unwrapped({ cell, ...frame }: Frame, most: number, seed: string): Frame {
  const random = new RandomStream(seed);
  const rows = frame.rows.slice();
  for (let i = 0; i < rows.length; i += 4) {
    for (let v = 0; v < 3; v++) {
      const times = cell.periodic[v] ? random.integer(2 * most + 1) - most : 0;
      for (let k = 0; k < 3; k++) rows[i + k]! += times * cell.matrix[3 * v + k]!;
    }
  }
  return { ...frame, cell, rows };
}

/** Frames any form must manage, from how its atoms are thrown. `touching`: distances of two atoms too near each other, Å. */
function ordinary(wish: Throw, seed: string, touching: readonly number[] = []): NamedFrame[] {
  const { species, apart } = wish;
  const inCell = (part: Partial<Throw>, what: string): NamedFrame => ({
    what,
    frame: thrown({ ...wish, ...part }, `${seed} ${what}`),
  });
  const skewed = inCell({}, 'skewed');
  const nobody = { ...skewed.frame, species: ['Xe', ...species, 'Og'] };
  const shifted = nobody.rows.map((x, k) => (k % 4 === 3 ? x + 1 : x));
  return [
    skewed,
    inCell({ edge: 2.5 * wish.edge, atoms: 3 * wish.atoms }, 'wide'),
    inCell({ periodic: [false, false, false] }, 'open'),
    inCell({ periodic: [true, true, false] }, 'open along c'),
    inCell({ periodic: [false, false, true] }, 'open along a and b'),
    inCell({ edge: 1.5 * apart, atoms: 1 }, 'one atom, small cell'),
    inCell({ edge: 1.9 * apart, atoms: 2 }, 'two atoms, small cell'),
    { what: 'far outside the cell', frame: unwrapped(skewed.frame, 40, seed) },
    { what: 'species without atoms', frame: { ...nobody, rows: shifted } },
    inCell({ edge: 60, atoms: 1 }, 'one atom alone'),
    ...touching.map((distance): NamedFrame => {
      const { cell, rows } = skewed.frame;
      const [x, y, z, s] = rows as unknown as [number, number, number, number];
      const near = [x + 0.48 * distance, y - 0.6 * distance, z + 0.64 * distance, s];
      return {
        what: `two atoms ${distance} Å apart`,
        frame: { cell, species, rows: Float64Array.of(...rows, ...near) },
      };
    }),
  ];
}

const binary = { 'A-A': [0.0104, 3.4], 'A-B': [0.006, 3.1], 'B-B': [0.0029, 2.7] } as const;

function lennardJones(kind: CutoffKind): ForceCase {
  const model = lennardJonesModel(binary, kind === 'taper' ? { kind, from: 6, to: 8 } : { kind, to: 8 }, 2);
  const wish = { species: ['A', 'B'], edge: 9, apart: 2.4, atoms: 24 };
  return {
    form: 'pair',
    name: `Lennard-Jones, two species, ${kind}`,
    model,
    // at 0.3 Å kernels have no table any more, and nor has physics: see `squared-tables.ts`
    frames: [
      { what: 'crystal', frame: rattled(cubicCrystal('A', 'fcc', 5.3, 3), 0.2, kind) },
      ...ordinary(wish, kind, [1.4, 0.6]),
    ],
    matter: rattled(cubicCrystal('A', 'fcc', 5.5, 3), 0.2, kind),
  };
}

/** Pairs of four species with other ends, a core, and species that do not meet. */
function motley(): ForceCase {
  const model = loadModel(
    {
      ...{ format: 'cardhouse/model/1', name: 'motley', about: '', citation: ['tests'], licence: '', validity: '' },
      ...{ provenance: '', species: ['A', 'B', 'C', 'D'], host: [], cavity: {}, reference: {} },
      overlap: { 'A-A': 1, 'A-B': 1.4, 'B-B': 2, 'C-D': 1.8 },
      terms: [
        {
          form: 'pair',
          pair: {
            'A-A': {
              ...{ radial: 'lennard-jones', epsilon: 0.00284, sigma: 3.4, core: { from: 2.2, to: 2.7 } },
              cutoff: { kind: 'taper', from: 9, to: 10 },
            },
            'A-B': { radial: 'morse', depth: 0.06, alpha: 1.7, re: 2.8, cutoff: { kind: 'taper', from: 5.5, to: 7 } },
            'B-B': { radial: 'yukawa', q: 1.5, lambda: 3.5, cutoff: { kind: 'force-shift', to: 6 } },
          },
        },
        {
          form: 'pair',
          pair: { 'C-D': { radial: 'lennard-jones', epsilon: 0.02, sigma: 2.6, cutoff: { kind: 'shift', to: 5 } } },
        },
      ],
    },
    'motley',
  );
  const wish = { species: ['A', 'B', 'C', 'D'], edge: 10, apart: 1.9, atoms: 48 };
  const frames = ordinary(wish, 'motley', [0.9]);
  return { form: 'pair', name: 'pairs of four species', model, frames, matter: frames[0]!.frame };
}

const toyFrame = dataFrame('toy.data');

function setfl(flavour: 'alloy' | 'fs'): ForceCase {
  const wish = { species: ['Na', 'C'], edge: 7, apart: 1.9, atoms: 24 };
  return {
    form: 'embedded',
    name: `eam/${flavour}, two species`,
    model: fromFile(`toy.eam.${flavour}`),
    frames: [{ what: 'toy.data', frame: toyFrame }, ...ordinary(wish, flavour, [0.6])],
    matter: toyFrame,
  };
}

function withSwitch(name: string, metal: string, a: number): ForceCase {
  const model = switchedModel(name);
  const sites = ['C:basal', 'C:zigzag', 'C:armchair', 'C', 'C:strong-zigzag', 'C:strong-armchair'];
  const species = [metal, ...sites, metal, metal];
  const wish = { species, edge: 2.3 * a, apart: 0.57 * a, atoms: 27 };
  const crystal = rattled(cubicCrystal(metal, 'bcc', a, 3), 0.2, name);
  return {
    form: 'embedded',
    name,
    model,
    frames: [
      { what: 'metal', frame: crystal },
      ...ordinary(wish, name, [1.3]),
      // ions: no metal neighbour near enough to switch the charge off
      { what: 'ions', frame: thrown({ ...wish, species: [metal, ...sites, ...sites] }, `${name} ions`) },
    ],
    matter: thrown({ ...wish, edge: 3 * a, atoms: 50 }, `${name} matter`),
  };
}

const sheets = (nx: number, ny: number, by: number): Frame =>
  rattled(bare(graphite(nx, ny, 2)), by, `sheets ${nx} ${ny}`);

function carbonFrames(seed: string, touching: readonly number[]): NamedFrame[] {
  return [
    { what: 'graphite', frame: sheets(3, 2, 0.08) },
    { what: 'graphite, 8 atoms', frame: sheets(1, 1, 0.05) },
    { what: 'graphite, vacancies', frame: dataFrame('graphite-vacancy.data') },
    ...ordinary({ species: ['C'], edge: 6, apart: 1.25, atoms: 22 }, seed, touching),
  ];
}

function tersoff(file: string, species: readonly string[], apart: number, extra: readonly NamedFrame[]): ForceCase {
  const wish = { species, edge: 5.5, apart, atoms: 20 };
  return {
    form: 'bond-order',
    name: file,
    model: fromFile(file),
    frames: [...extra, ...ordinary(wish, file, [0.6])],
    matter: extra[0]!.frame,
  };
}

function neural(file: string): ForceCase {
  const model = fromFile(`nep/${file}`);
  const wish = { species: model.species, edge: 6, apart: 1.1, atoms: 20 };
  const frames = ordinary(wish, file, [0.6]);
  return { form: 'neural', name: file, model, frames, matter: frames[0]!.frame };
}

/** Separate sheets: the only matter an interlayer law has something to say about. */
function layered(name: string): ForceCase {
  const open = (periodic: Cell['periodic']): Frame => {
    const { cell, ...rest } = sheets(2, 2, 0.05);
    return { ...rest, cell: cellFromMatrix(cell.matrix, periodic) };
  };
  const whole = dataFrame('bilayer.data');
  return {
    form: 'interlayer',
    name,
    model: shippedModel(name),
    frames: [
      { what: 'rippled bilayer', frame: whole },
      { what: 'graphite', frame: sheets(3, 2, 0.06) },
      { what: 'graphite, 8 atoms', frame: sheets(1, 1, 0.04) },
      { what: 'far outside the cell', frame: unwrapped(sheets(2, 2, 0.05), 40, name) },
      { what: 'open', frame: open([false, false, false]) },
      { what: 'open along c', frame: open([true, true, false]) },
      { what: 'open along b', frame: open([true, false, true]) },
      { what: 'one atom alone', frame: thrown({ species: ['C'], edge: 60, apart: 1, atoms: 1 }, name) },
      { what: 'species without atoms', frame: { ...whole, species: [...whole.species, 'Xe'] } },
    ],
    matter: sheets(2, 2, 0.05),
  };
}

function combined(): ForceCase {
  const model = combineModels([shippedModel('carbon'), shippedModel('na-carbon')]);
  const { cell, rows } = graphite(4, 2, 2, 4.6);
  const guests = [2, 7, 12, 17, 22].flatMap((i) => [rows[4 * i]!, rows[4 * i + 1]!, rows[4 * i + 2]! + 2.3, 2]);
  const typed = rows.map((s, k) => (k % 4 === 3 ? (k % 28 === 3 ? 1 : s) : s));
  const filled = { cell, species: ['C:basal', 'C:zigzag', 'Na'], rows: Float64Array.of(...typed, ...guests) };
  const wish = { species: ['C', 'C:zigzag', 'Na', 'C:basal'], edge: 7, apart: 1.8, atoms: 28 };
  return {
    form: 'bond-order',
    name: 'carbon + na-carbon',
    model,
    frames: [{ what: 'filled graphite', frame: rattled(filled, 0.06, 'filled') }, ...ordinary(wish, 'combined')],
    matter: rattled(filled, 0.03, 'filled'),
  };
}

/** Cases of all forms, in the order of `Model`'s. */
export function forceCases(): ForceCase[] {
  const toy = { what: 'toy.data', frame: toyFrame };
  const sic = { what: 'sic.data', frame: dataFrame('sic.data') };
  const carbon = (name: string, touching: readonly number[]): ForceCase => ({
    form: 'bond-order',
    name,
    model: shippedModel(name),
    frames: carbonFrames(name, touching),
    matter: sheets(3, 2, 0.05),
  });
  return [
    ...cutoffKinds.map(lennardJones),
    motley(),
    setfl('alloy'),
    setfl('fs'),
    withSwitch('na-carbon', 'Na', 4.23),
    withSwitch('na-carbon, linear', 'Na', 4.23),
    withSwitch('na-carbon, smooth', 'Na', 4.23),
    withSwitch('li-carbon', 'Li', 3.48),
    withSwitch('li-carbon, bare', 'Li', 3.48),
    withSwitch('k-carbon', 'K', 5.22),
    carbon('carbon-tersoff-1989', [0.6]),
    carbon('carbon', [0.6]),
    tersoff('toy.tersoff', ['Na', 'C'], 1.6, [toy]),
    tersoff('sic.tersoff', ['C', 'Si'], 1.4, [sic]),
    combined(),
    ...['one-nep4', 'one-nep3-zbl', 'two-nep3', 'two-nep4-zbl', 'two-nep4-flexible'].map((name) =>
      neural(`${name}.txt`),
    ),
    layered('carbon-kc'),
    layered('carbon-ilp'),
  ];
}

/** Number of atoms of all frames of a case. */
export const atomsOf = ({ frames }: ForceCase): number => frames.reduce((sum, { frame }) => sum + atomCount(frame), 0);
