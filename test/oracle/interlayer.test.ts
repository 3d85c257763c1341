/**
 * The interlayer form against LAMMPS (test/data/README.md: a rippled, defective bilayer, and a hydrogenated flake), against
 * numbers LAMMPS prints in its own examples, and against what the two laws were made to reproduce.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { cellFromMatrix, orthorhombicCell } from '../../src/core/cell.ts';
import { atomCount, type Frame } from '../../src/core/frame.ts';
import { gigapascal } from '../../src/core/units.ts';
import { parseLammpsData } from '../../src/io/lammps-data.ts';
import { type Evaluation, evaluate } from '../../src/model/evaluate.ts';
import { interlayerTerm, interlayerTermOf } from '../../src/model/load-interlayer.ts';
import { type IlpLaw, type InterlayerLaw, largestCutoff, type Model } from '../../src/model/model.ts';
import { ilpOfHydrogen as hydrogen, shippedModel } from '../conformance/models.ts';

/** eV/Å³ in bar as LAMMPS has it (`nktv2p` of units metal) */
const lammpsBar = 1.6021765e6;

type Pressure = Readonly<Record<'xx' | 'yy' | 'zz' | 'xy' | 'xz' | 'yz', number>>;

interface LammpsRecord {
  readonly data: string;
  readonly energy: number;
  readonly pressure_bar: Pressure;
  readonly atoms: readonly (readonly number[])[];
}

const data = (file: string): string => readFileSync(new URL(`../data/${file}`, import.meta.url), 'utf8');
const recordOf = (name: string): LammpsRecord => JSON.parse(data('interlayer.json'))[name];

function frameOf({ data: file }: LammpsRecord): Frame {
  const { frame } = parseLammpsData(data(`${file}.data`));
  return { ...frame, species: frame.species.map((one) => one.replace(/:.*/, '')) };
}

/** The interlayer term of a shipped model alone. */
function layersOf(name: string): Model {
  const whole = shippedModel(name);
  const terms = whole.terms.filter(({ form }) => form === 'interlayer');
  return { ...whole, terms, cutoff: largestCutoff(terms) };
}

const lawOf = (model: Model): InterlayerLaw => {
  const [term] = model.terms;
  if (term?.form !== 'interlayer') throw new Error('no interlayer term');
  return term.laws[0]!;
};

/** The same model with other numbers in its law. */
function changed(model: Model, change: Partial<InterlayerLaw>): Model {
  const terms = model.terms.map((term) =>
    term.form === 'interlayer'
      ? { ...term, laws: term.laws.map((law) => ({ ...law, ...change }) as InterlayerLaw) }
      : term,
  );
  return { ...model, terms, cutoff: largestCutoff(terms) };
}

const models = { 'kolmogorov-crespi': layersOf('carbon-kc'), ilp: layersOf('carbon-ilp') };

describe('LAMMPS, with its taper from 0 to 16 Å', () => {
  it.each(['kolmogorov-crespi', 'ilp'] as const)('%s on a rippled bilayer: energy, forces, pressure', (name) => {
    const record = recordOf(name);
    const frame = frameOf(record);
    const found: Evaluation = evaluate(changed(models[name], { taperFrom: 0 }), frame);
    expect(atomCount(frame)).toBe(record.atoms.length);
    expect(Math.abs(found.energy / record.energy - 1)).toBeLessThan(1e-10);
    let worst = 0;
    let largest = 0;
    record.atoms.forEach((force, i) => {
      force.forEach((wanted, k) => {
        worst = Math.max(worst, Math.abs(found.forces[4 * i + k]! - wanted));
        largest = Math.max(largest, Math.abs(wanted));
      });
    });
    expect(largest).toBeGreaterThan(0.1);
    expect(worst / largest).toBeLessThan(1e-10);
    const most = Math.max(...Object.values(record.pressure_bar).map(Math.abs));
    const components = { xx: 0, yy: 4, zz: 8, xy: 1, xz: 2, yz: 5 } as const;
    for (const [component, k] of Object.entries(components)) {
      const pressure = (found.virial[k]! / frame.cell.volume) * lammpsBar;
      expect(Math.abs(pressure - record.pressure_bar[component as keyof Pressure]) / most).toBeLessThan(1e-10);
    }
  });

  it('ilp of a flat hydrogenated flake above graphene: an edge hydrogen has the normal of its carbon', () => {
    const record = recordOf('ilp-hydrogen');
    const found = evaluate(hydrocarbon(), frameOf(record));
    expect(Math.abs(found.energy / record.energy - 1)).toBeLessThan(1e-10);
  });

  it('ilp of 1360 flat atoms: example ilp_graphene_hbn, log of 31 Jul 2019', () => {
    const frame = flatBilayer();
    expect(atomCount(frame)).toBe(1360);
    expect(evaluate(models.ilp, frame).energy).toBeCloseTo(-32.795185, 6);
    expect(evaluate(changed(models.ilp, { c6: 0 }), frame).energy).toBeCloseTo(43.640104, 6);
  });
});

/** ILP of carbon and hydrogen, the published C–H set. */
function hydrocarbon(): Model {
  const { kind, ...carbon } = lawOf(models.ilp) as IlpLaw;
  const spec = interlayerTerm.parse({
    form: 'interlayer',
    exclusion: { bonds: 'fragment', length: 1.95 },
    pairs: { 'C-C': { law: kind, ...carbon }, 'C-H': { law: kind, ...hydrogen } },
  });
  return { ...models.ilp, species: ['C', 'H'], terms: [interlayerTermOf(['C', 'H'], spec, 'test')] };
}

/** AB bilayer at 3.3 Å in the box of the example. */
function flatBilayer(): Frame {
  const bond = 1.42;
  const width = bond * Math.sqrt(3);
  const rows: number[] = [];
  for (const layer of [0, 1]) {
    for (let i = 0; i < 10; i++) {
      for (let j = 0; j < 17; j++) {
        const corners = [
          [0, 0.5],
          [0.5, 0],
          [1.5, 0],
          [2, 0.5],
        ] as const;
        for (const [x, y] of corners) rows.push((3 * i + x + layer) * bond, (j + y) * width, 3.3 * layer, 0);
      }
    }
  }
  return { cell: orthorhombicCell(30 * bond, 17 * width, 100), species: ['C'], rows: Float64Array.from(rows) };
}

/**
 * Two sheets, the second moved by `shift` bonds along a bond (0: AA, 1: AB, 1.5: saddle between two AB).
 *
 * @param height  of the cell, Å; twice the spacing makes graphite
 * @returns meV per atom
 */
function energyPerAtom(model: Model, spacing: number, shift: number, height: number): number {
  const bond = 1.42;
  const rows = [0, 1].flatMap((layer) => [0, 1].flatMap((k) => [0, (k + layer * shift) * bond, layer * spacing, 0]));
  const a = bond * Math.sqrt(3);
  const cell = cellFromMatrix([a, 0, 0, a / 2, 1.5 * bond, 0, 0, 0, height]);
  return 250 * evaluate(model, { cell, species: ['C'], rows: Float64Array.from(rows) }).energy;
}

/** Spacing of least energy, by golden section. */
function bestSpacing(u: (spacing: number) => number): number {
  const golden = (Math.sqrt(5) - 1) / 2;
  let [low, high] = [3.1, 3.9];
  while (high - low > 1e-5) {
    const [a, b] = [high - golden * (high - low), low + golden * (high - low)];
    if (u(a) < u(b)) high = b;
    else low = a;
  }
  return (low + high) / 2;
}

/** Published: d002 and binding of AB graphite, AA − AB at 3.34 Å, C33. */
describe.each([
  { name: 'kolmogorov-crespi', file: 'carbon-kc', spacing: 3.34, binding: [47, 50], corrugation: [14, 16] },
  { name: 'ilp', file: 'carbon-ilp', spacing: 3.33, binding: [48, 60], corrugation: [15, 20] },
] as const)('graphite by $name', ({ name, file, spacing, binding, corrugation }) => {
  const model = models[name];
  const listed = JSON.parse(readFileSync(`models/potentials/${file}.json`, 'utf8')).listed as Record<string, number>;
  const graphite = (d: number, shift: number): number => energyPerAtom(model, d, shift, 2 * d);
  const d = bestSpacing((x) => graphite(x, 1));

  it('d002 within 1 % of the published', () => {
    expect(Math.abs(d / spacing - 1)).toBeLessThan(0.01);
    expect(d).toBeCloseTo(listed['d002']!, 3);
  });

  it('binding energy', () => {
    expect(-graphite(d, 1)).toBeGreaterThan(binding[0]);
    expect(-graphite(d, 1)).toBeLessThan(binding[1]);
    expect(-graphite(d, 1)).toBeCloseTo(listed['binding_meV']!, 1);
  });

  it('AB is the ground state, the saddle lies low, AA high and wider', () => {
    const [saddle, aa] = [1.5, 0].map((shift) => graphite(3.34, shift) - graphite(3.34, 1)) as [number, number];
    expect(aa).toBeGreaterThan(corrugation[0]);
    expect(aa).toBeLessThan(corrugation[1]);
    expect(aa).toBeCloseTo(listed['AA_minus_AB_meV']!, 1);
    expect(saddle).toBeCloseTo(listed['saddle_minus_AB_meV']!, 2);
    expect(saddle / aa).toBeGreaterThan(0.04);
    expect(saddle / aa).toBeLessThan(0.12);
    const wide = bestSpacing((x) => graphite(x, 0));
    expect(wide - d).toBeGreaterThan(0.15);
    expect(wide - d).toBeLessThan(0.3);
  });

  it('C33 is that of graphite, 36.5 to 38.7 GPa, within 15 %', () => {
    const h = 0.005;
    const curvature = (graphite(d + h, 1) + graphite(d - h, 1) - 2 * graphite(d, 1)) / h ** 2;
    const area = (3 * Math.sqrt(3) * 1.42 ** 2) / 4;
    const c33 = ((1e-3 * curvature * d) / area) * gigapascal;
    expect(c33).toBeGreaterThan(36.5 * 0.85);
    expect(c33).toBeLessThan(38.7 * 1.15);
    expect(c33).toBeCloseTo(listed['C33_GPa']!, 1);
  });
});

it('an image of a sheet is another sheet: graphite of two or four layers in the cell is the same', () => {
  const spacing = 3.35;
  const model = models['kolmogorov-crespi'];
  const four: Frame = {
    cell: cellFromMatrix([2.46, 0, 0, 1.23, 2.13, 0, 0, 0, 4 * spacing]),
    species: ['C'],
    rows: Float64Array.from(
      [0, 1, 2, 3].flatMap((layer) => [0, 1].flatMap((k) => [0, (k + (layer % 2)) * 1.42, layer * spacing, 0])),
    ),
  };
  const two: Frame = {
    ...four,
    cell: cellFromMatrix([2.46, 0, 0, 1.23, 2.13, 0, 0, 0, 2 * spacing]),
    rows: four.rows.slice(0, 16),
  };
  expect(evaluate(model, four).energy).toBeCloseTo(2 * evaluate(model, two).energy, 12);
  expect(evaluate(model, two).energy).toBeLessThan(-0.18);
});
