/**
 * The bond-order form against LAMMPS (29 Sep 2021): records made for these tests (test/data/README.md: two elements with every
 * parameter different, a silicon–carbon alloy, defective graphite), and four of other hands whose potential files are those of
 * Debian's package lammps-data, looked for there and in $LAMMPS_POTENTIALS.
 */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { orthorhombicCell } from '../../src/core/cell.ts';
import type { Frame } from '../../src/core/frame.ts';
import { parseLammpsData } from '../../src/io/lammps-data.ts';
import { parseTersoff, type TersoffParameters } from '../../src/io/tersoff-file.ts';
import { type Evaluation, evaluate } from '../../src/model/evaluate.ts';
import { modelFromTersoff } from '../../src/model/load-tersoff.ts';
import type { BondOrderTerm, Model } from '../../src/model/model.ts';
import { shippedModel } from '../conformance/models.ts';

/** eV/Å³ in bar as LAMMPS has it (`nktv2p` of units metal); the exact number is 8e-8 larger */
const lammpsBar = 1.6021765e6;
const tolerance = 1e-8;

type Pressure = Readonly<Record<'xx' | 'yy' | 'zz' | 'xy' | 'xz' | 'yz', number>>;

/** @param atoms  [N] rows (energy, fx, fy, fz) */
function compare(
  found: Evaluation,
  frame: Frame,
  energy: number,
  atoms: readonly (readonly number[])[],
  pressure: Pressure,
): void {
  expect(found.forces.length).toBe(4 * atoms.length);
  expect(Math.abs(found.energy / energy - 1)).toBeLessThan(tolerance);
  const worst = [0, 0, 0, 0];
  const largest = [0, 0, 0, 0];
  atoms.forEach(([u, ...force], i) => {
    [...force, u!].forEach((wanted, k) => {
      worst[k] = Math.max(worst[k]!, Math.abs(found.forces[4 * i + k]! - wanted));
      largest[k] = Math.max(largest[k]!, Math.abs(wanted));
    });
  });
  expect(Math.max(...largest.slice(0, 3))).toBeGreaterThan(1);
  expect(Math.max(...worst.slice(0, 3)) / Math.max(...largest.slice(0, 3))).toBeLessThan(tolerance);
  expect(worst[3]! / largest[3]!).toBeLessThan(tolerance);
  const most = Math.max(...Object.values(pressure).map(Math.abs));
  const components = { xx: 0, yy: 4, zz: 8, xy: 1, xz: 2, yz: 5 } as const;
  for (const [name, k] of Object.entries(components)) {
    const off = (found.virial[k]! / frame.cell.volume) * lammpsBar - pressure[name as keyof Pressure];
    expect(Math.abs(off) / most).toBeLessThan(tolerance);
  }
}

interface OwnRecord {
  readonly data: string;
  readonly energy: number;
  readonly pressure_bar: Pressure;
  readonly atoms: readonly (readonly number[])[];
}

const data = (file: string): string => readFileSync(new URL(`../data/${file}`, import.meta.url), 'utf8');

describe.each([
  { name: 'toy', elements: ['Na', 'C'] },
  { name: 'sic', elements: ['C', 'Si'] },
  { name: 'carbon', elements: ['C'] },
])('$name.tersoff', ({ name, elements }) => {
  it('energy, atom energies, forces and pressure', () => {
    const record = JSON.parse(data('tersoff.json'))[name] as OwnRecord;
    const { frame } = parseLammpsData(data(`${record.data}.data`));
    const file = parseTersoff(data(`${name}.tersoff`), `${name}.tersoff`);
    expect(file.elements).toEqual(elements);
    const bare: Frame = { ...frame, species: frame.species.map((one) => one.replace(/:.*/, '')) };
    const found = evaluate(modelFromTersoff(file, name), bare);
    compare(found, bare, record.energy, record.atoms, record.pressure_bar);
  });
});

it('the bond-order term of carbon.json is carbon.tersoff', () => {
  const shipped = shippedModel('carbon').terms.find((term): term is BondOrderTerm => term.form === 'bond-order')!;
  expect(shipped.triples).toEqual(parseTersoff(data('carbon.tersoff')).triples);
});

interface SharedRecord {
  readonly box: readonly [number, number, number];
  readonly pbc: readonly [boolean, boolean, boolean];
  readonly potential: { readonly file: string; readonly CCC: Readonly<Record<string, number>> };
  readonly species: readonly string[];
  readonly positions: readonly (readonly number[])[];
  readonly energy: number;
  readonly pressure_bar: Pressure;
  readonly atom_energy: readonly number[];
  readonly forces: readonly (readonly number[])[];
}

const folders = [process.env['LAMMPS_POTENTIALS'], '/usr/share/lammps/potentials'].filter((one) => one !== undefined);

/** The model of the C C C entry that stands in the record itself. */
function modelOfEntry({ potential: { CCC: p } }: SharedRecord): Model {
  const entry: TersoffParameters = {
    ...{ m: p['m']!, gamma: p['gamma']!, lambda3: p['lambda3']!, c: p['c']!, d: p['d']!, cosTheta0: p['costheta0']! },
    ...{ n: p['n']!, beta: p['beta']!, lambda2: p['lambda2']!, b: p['B']!, middle: p['R']!, halfWidth: p['D']! },
    ...{ lambda1: p['lambda1']!, a: p['A']! },
  };
  return modelFromTersoff({ elements: ['C'], triples: [entry] }, 'entry');
}

describe.each(['BNC_flake', 'SiC_flake', 'SiC_graphene_pbc', 'SiC_diamond_pbc'])('tersoff_%s', (name) => {
  const path = `../shared/oracles/tersoff_${name}.json`;
  const load = (): SharedRecord => JSON.parse(readFileSync(path, 'utf8'));
  const check = (record: SharedRecord, model: Model): void => {
    expect([...new Set(record.species)]).toEqual(['C']);
    const frame: Frame = {
      cell: orthorhombicCell(...record.box, record.pbc),
      species: ['C'],
      rows: Float64Array.from(record.positions.flatMap((p) => [...p, 0])),
    };
    const atoms = record.forces.map((force, i) => [record.atom_energy[i]!, ...force]);
    compare(evaluate(model, frame), frame, record.energy, atoms, record.pressure_bar);
  };

  it('with the parameters of the record', ({ skip }) => {
    if (!existsSync(path)) skip(`${path} is not there`);
    const record = load();
    check(record, modelOfEntry(record));
  });

  it('with the potential file, all its elements', ({ skip }) => {
    if (!existsSync(path)) skip(`${path} is not there`);
    const record = load();
    const { file } = record.potential;
    const found = folders.map((folder) => `${folder}/${file}`).find(existsSync);
    if (found === undefined) skip(`${file} is not there (Debian package lammps-data, or set LAMMPS_POTENTIALS)`);
    check(record, modelFromTersoff(parseTersoff(readFileSync(found!, 'utf8'), file), file));
  });
});
