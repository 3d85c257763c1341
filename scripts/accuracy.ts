/**
 * How well both force fields meet independent records, and each other: writes docs/accuracy.md. `npm run accuracy`, seconds.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cellFromMatrix, orthorhombicCell } from '../src/core/cell.ts';
import { atomCount, type Frame } from '../src/core/frame.ts';
import { cubicCrystal } from '../src/core/lattice.ts';
import { type ForceField, referenceForceField } from '../src/engine/force-field.ts';
import { wasmForceField } from '../src/engine/wasm-forces.ts';
import { version } from '../src/generated/version.ts';
import { parseLammpsData } from '../src/io/lammps-data.ts';
import { fineTables } from '../src/model/load.ts';
import { modelFromTersoff } from '../src/model/load-tersoff.ts';
import { modelFromText } from '../src/model/load-text.ts';
import { largestCutoff, type Model } from '../src/model/model.ts';
import { type Deviation, deviation, type ForceCase, forceCases, rattled } from '../test/conformance/force-frames.ts';
import { lennardJonesModel, shippedModel } from '../test/conformance/models.ts';

/** eV/Å³ in bar as LAMMPS has it (`nktv2p` of units metal) */
const lammpsBar = 1.6021765e6;

/** What an independent program says of a frame. What it does not say is null. */
interface Record_ {
  readonly form: string;
  readonly name: string;
  readonly source: string;
  readonly model: Model;
  readonly frame: Frame;
  /** eV */
  readonly energy: number;
  /** [N] eV */
  readonly atoms: readonly number[] | null;
  /** [N] rows (fx, fy, fz), eV/Å */
  readonly forces: readonly (readonly number[])[] | null;
  /** [9] eV; NaN where not told */
  readonly virial: readonly number[] | null;
}

type Pressure = Readonly<Record<'xx' | 'yy' | 'zz' | 'xy' | 'xz' | 'yz', number>>;

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
const there = (path: string): boolean => existsSync(new URL(`../${path}`, import.meta.url));
const json = (path: string) => JSON.parse(read(path));
const skipped: string[] = [];

const virialOf = (p: Pressure, volume: number): number[] =>
  [p.xx, p.xy, p.xz, p.xy, p.yy, p.yz, p.xz, p.yz, p.zz].map((x) => (x * volume) / lammpsBar);

const bare = (frame: Frame): Frame => ({ ...frame, species: frame.species.map((one) => one.replace(/:.*/, '')) });
const dataFrame = (name: string): Frame => bare(parseLammpsData(read(`test/data/${name}.data`)).frame);
const lammps = 'LAMMPS 29 Sep 2021';

/** Records of test/data: always there. */
function own(): Record_[] {
  const tersoff = json('test/data/tersoff.json');
  const records = ['carbon', 'sic', 'toy'].map((name): Record_ => {
    const { data, energy, atoms, pressure_bar } = tersoff[name];
    const frame = dataFrame(data);
    return {
      ...{ form: 'bond-order', name: `${name}.tersoff`, source: `${lammps}, test/data/tersoff.json`, frame, energy },
      model: modelFromText(read(`test/data/${name}.tersoff`), `${name}.tersoff`),
      atoms: atoms.map((row: number[]) => row[0]),
      forces: atoms.map((row: number[]) => row.slice(1)),
      virial: virialOf(pressure_bar, frame.cell.volume),
    };
  });
  const eam = json('test/data/toy-eam.json');
  for (const flavour of ['alloy', 'fs'] as const) {
    const { energy, atoms } = (eam[flavour] ?? eam[`toy.eam.${flavour}`]) as { energy: number; atoms: number[][] };
    records.push({
      ...{ form: 'embedded', name: `toy.eam.${flavour}`, source: `${lammps}, test/data/toy-eam.json`, energy },
      model: modelFromText(read(`test/data/toy.eam.${flavour}`), `toy.eam.${flavour}`),
      frame: dataFrame('toy'),
      atoms: null,
      forces: atoms.map((row) => row.slice(-3)),
      virial: null,
    });
  }
  const layers = json('test/data/interlayer.json');
  for (const [name, file] of [
    ['kolmogorov-crespi', 'carbon-kc'],
    ['ilp', 'carbon-ilp'],
  ] as const) {
    const { data, energy, atoms, pressure_bar } = layers[name];
    const frame = dataFrame(data);
    // LAMMPS tapers from 0 on
    const terms = shippedModel(file).terms.flatMap((term) =>
      term.form === 'interlayer' ? [{ ...term, laws: term.laws.map((law) => ({ ...law, taperFrom: 0 })) }] : [],
    );
    records.push({
      ...{ form: 'interlayer', name, source: `${lammps}, test/data/interlayer.json`, frame, energy },
      model: { ...shippedModel(file), terms, cutoff: largestCutoff(terms) },
      atoms: null,
      forces: atoms,
      virial: virialOf(pressure_bar, frame.cell.volume),
    });
  }
  return records;
}

const shared = '../shared';
const lammpsPotentials = [process.env['LAMMPS_POTENTIALS'], '/usr/share/lammps/potentials'];

/** The text of one of LAMMPS's own potential files, or null. */
function lammpsPotential(file: string): string | null {
  const path = lammpsPotentials.map((folder) => `${folder}/${file}`).find(existsSync);
  return path === undefined ? null : readFileSync(path, 'utf8');
}

/** Records of oracles kept elsewhere, of those that are there. */
function others(): Record_[] {
  const available = (name: string): boolean => {
    const path = `${shared}/oracles/${name}.json`;
    if (!there(path)) skipped.push(`${name}: no record`);
    return there(path);
  };
  const lammpsRecord = (form: string, name: string, model: Model, what = name): Record_ => {
    const r = json(`${shared}/oracles/${name}.json`);
    const names: string[] = [...new Set<string>(r.species)];
    const frame: Frame = {
      cell: orthorhombicCell(...(r.box as [number, number, number]), r.pbc),
      species: names,
      rows: Float64Array.from(
        r.positions.flatMap((p: number[], i: number) => [...p, names.indexOf(r.species[i])]) as number[],
      ),
    };
    return {
      ...{ form, name: what, source: `${lammps}, ${name}.json`, model, frame, energy: r.energy },
      ...{ atoms: r.atom_energy, forces: r.forces, virial: virialOf(r.pressure_bar, frame.cell.volume) },
    };
  };
  const records: Record_[] = [];
  for (const name of ['lj_mix216', 'lj_carbon5k'].filter(available)) {
    const { pairs, cutoff } = json(`${shared}/oracles/${name}.json`).potential;
    records.push(
      lammpsRecord('pair', name, lennardJonesModel(pairs, { kind: 'truncate', to: cutoff }, 1.7, fineTables)),
    );
  }
  for (const name of ['eamfs_AlFe', 'eamalloy_NiAlH'].filter(available)) {
    const { file } = json(`${shared}/oracles/${name}.json`).potential;
    const text = lammpsPotential(file);
    if (text === null) skipped.push(`${name}: ${file} (Debian package lammps-data, or set LAMMPS_POTENTIALS)`);
    else records.push(lammpsRecord('embedded', name, modelFromText(text, file), file));
  }
  for (const name of ['BNC_flake', 'SiC_flake', 'SiC_graphene_pbc', 'SiC_diamond_pbc'].filter((one) =>
    available(`tersoff_${one}`),
  )) {
    const { CCC: p } = json(`${shared}/oracles/tersoff_${name}.json`).potential;
    const entry = {
      ...{ m: p.m, gamma: p.gamma, lambda3: p.lambda3, c: p.c, d: p.d, cosTheta0: p.costheta0, n: p.n, beta: p.beta },
      ...{ lambda2: p.lambda2, b: p.B, middle: p.R, halfWidth: p.D, lambda1: p.lambda1, a: p.A },
    };
    const model = modelFromTersoff({ elements: ['C'], triples: [entry] }, name);
    records.push(lammpsRecord('bond-order', `tersoff_${name}`, model));
  }
  for (const [name, file] of [
    ['nep4-carbon-diamond', 'C_2024_NEP4.txt'],
    ['nep4-carbon-graphite', 'C_2024_NEP4.txt'],
    ['nep4-carbon-disordered', 'C_2024_NEP4.txt'],
    ['nep3-pbte', 'PbTe_NEP3.txt'],
    ['nep4-zbl-alloy', 'UNEP_v1_16metals_NEP4_zbl.txt'],
  ] as const) {
    if (!available(name)) continue;
    const { energy, box, virial, atoms } = json(`${shared}/oracles/${name}.json`);
    const model = modelFromText(read(`${shared}/potentials/${file}`), file);
    records.push({
      ...{ form: 'neural', name, source: `NEP_CPU, ${name}.json`, model, energy, virial },
      frame: {
        cell: cellFromMatrix([0, 3, 6, 1, 4, 7, 2, 5, 8].map((k) => box[k])),
        species: model.species,
        rows: Float64Array.from(atoms.flatMap(([type, x, y, z]: number[]) => [x, y, z, type])),
      },
      atoms: atoms.map((row: number[]) => row[4]),
      forces: atoms.map((row: number[]) => row.slice(5)),
    });
  }
  return records;
}

const number = (x: number): string =>
  x === 0
    ? '0'
    : x
        .toExponential(1)
        .replace('e', ' · 10^')
        .replace(/\^(-?\+?)(\d+)/, (_, sign, digits) => superscript(`${sign === '-' ? '-' : ''}${digits}`));
const superscript = (text: string): string =>
  [...text].map((c) => (c === '-' ? '⁻' : '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(c)]!)).join('');
const cell = (x: number | null): string => (x === null ? '–' : number(x));
const row = (...cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
const largest = (values: Iterable<number>): number => [...values].reduce((most, x) => Math.max(most, Math.abs(x)), 0);

const sumOf = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0);

/** One line of the first table. */
function against(
  { form, name, source, frame, energy, atoms, forces, virial }: Record_,
  backend: string,
  found: ForceField,
): string {
  const differences = (wanted: readonly number[], of: (k: number) => number): number =>
    largest(wanted.map((w, k) => (Number.isNaN(w) ? 0 : of(k) - w)));
  const atom = atoms && differences(atoms, (i) => found.forces[4 * i + 3]!);
  const flat = forces?.flat();
  const component = (k: number): number => found.forces[4 * Math.floor(k / 3) + (k % 3)]!;
  const force = flat ? differences(flat, component) : null;
  const rms = flat && Math.sqrt(sumOf(flat.map((f, k) => (component(k) - f) ** 2)) / sumOf(flat.map((f) => f * f)));
  const stress = virial && differences(virial, (k) => found.virial[k]!) / largest(virial);
  return row(
    ...[
      form,
      name,
      String(atomCount(frame)),
      backend,
      number(Math.abs(found.energy / energy - 1)),
      cell(atom),
      cell(force),
    ],
    ...[cell(force === null ? null : force / largest(flat!)), cell(rms ?? null), cell(stress), source],
  );
}

const first: string[] = [];
for (const record of [...others(), ...own()].sort((a, b) => a.form.localeCompare(b.form))) {
  const { model, frame, name } = record;
  console.log(name);
  const fields = [
    ['reference', referenceForceField(model, frame)],
    ['WebAssembly', await wasmForceField(model, frame)],
  ] as const;
  for (const [backend, field] of fields) {
    field.compute(frame.cell);
    first.push(against(record, backend, field));
    field.dispose();
  }
}

/** Published metals as rattled crystals: neighbours from touching to the cutoff. */
function published(): ForceCase[] {
  const files = [
    { file: 'Na_MendelevM_2014.eam.fs', metal: 'Na', a: 4.23 },
    { file: 'Li_v2.eam.fs', metal: 'Li', a: 3.49 },
    { file: 'K_v2.eam.fs', metal: 'K', a: 5.24 },
  ];
  return files.flatMap(({ file, metal, a }): ForceCase[] => {
    const path = `${shared}/potentials/${file}`;
    if (!there(path)) return [];
    const frames = [0.05, 0.15, 0.3].map((by) => ({
      what: `rattled by ${by} Å`,
      frame: rattled(cubicCrystal(metal, 'bcc', a, 5), by, file),
    }));
    return [{ form: 'embedded', name: file, model: modelFromText(read(path), file), frames, matter: frames[0]!.frame }];
  });
}

const second: string[] = [];
for (const { form, name, model, frames, matter } of [...forceCases(), ...published()]) {
  console.log(name);
  const worst: Record<keyof Deviation, number> = {
    ...{ energy: 0, atom: 0, force: 0, forceRelative: 0, forceRms: 0, virial: 0 },
  };
  let atoms = 0;
  for (const { frame } of [...frames, { frame: matter }]) {
    const reference = referenceForceField(model, frame);
    const field = await wasmForceField(model, frame);
    for (const one of [reference, field]) one.compute(frame.cell);
    const found = deviation(field, reference);
    for (const key of Object.keys(worst) as (keyof Deviation)[]) worst[key] = Math.max(worst[key], found[key]);
    atoms += atomCount(frame);
    field.dispose();
  }
  const { energy, atom, force, forceRelative, forceRms, virial } = worst;
  second.push(
    row(
      form,
      name,
      `${frames.length + 1}`,
      `${atoms}`,
      ...[energy, atom, force, forceRelative, forceRms, virial].map(number),
    ),
  );
}

writeFileSync(
  new URL('../docs/accuracy.md', import.meta.url),
  `# Accuracy of energies and forces

Written by \`npm run accuracy\` with Cardhouse ${version}. Largest differences over all atoms and components.

## Against other programs

Energy and virial are relative to the record's (the virial to its largest component), atom energies in eV, forces in eV/Å, relative
to the largest component of the frame, and as the root mean square of all differences relative to that of all forces.

${row('form', 'record', 'atoms', 'backend', 'energy', 'atom energy', 'force', 'force, relative', 'force, rms', 'virial', 'made with')}
|---|---|--:|---|--:|--:|--:|--:|--:|--:|---|
${first.join('\n')}
${skipped.length > 0 ? `\nNot compared here: ${skipped.join('; ')}.\n` : ''}
How to read it:

- **reference** is the readable evaluator in TypeScript, all f64; what is left of its differences is the rounding of the records, or
  what follows.
- *pair, embedded*: formulas become cubic tables, refused when they miss by more than 10⁻⁷ eV. Published tables (setfl) are splined as
  LAMMPS does it, but r·φ is divided by r first: on the coarse knots of the two invented files (0.085 Å) that is seen, on published ones not.
- *bond-order*: the plain formulas; the virial of LAMMPS has its own value of the bar.
- *interlayer*: the plain formulas, here with the taper from 0 to 16 Å that LAMMPS has.
- *neural*: the plain formulas. Boxes of graphite and disordered carbon are written with nine and eight decimals: 5 · 10⁻⁹ Å times the
  50 eV/Å² of a bond are the 10⁻⁷ eV/Å seen here.

## WebAssembly against the reference

The frames of \`test/conformance/force-frames.ts\`: rattled crystals, atoms thrown together in skewed, small, partly open cells, atoms far
outside the cell, atoms that touch. Energy in eV per atom; forces relative to the largest of the frame, or to 1 eV/Å where all are smaller;
virial relative to its largest component, or to 1 eV per atom.

${row('form', 'model', 'frames', 'atoms', 'energy', 'atom energy', 'force', 'force, relative', 'force, rms', 'virial')}
|---|---|--:|--:|--:|--:|--:|--:|--:|--:|
${second.join('\n')}

What limits each:

- *pair, embedded*: kernels look functions up by r² on tables made from the model's own, where these follow within 5 · 10⁻⁸ eV/Å. Published
  tables (setfl) are pieced together, and bend where the pieces meet (φ of AlFe_mm at 2.05 Å, of the sodium file at 3.0 Å, the
  density of the lithium file at 2.32 Å): they keep their own knots, and only rounding is left.
- *bond-order*: f_C f_R, f_C f_A and f_C are tables of 512 rows where f_C falls, b(ζ) one of 128 rows for every factor of two.
- *neural, interlayer*: the same formulas in another order of sums. What the carbon models with an interlayer law show is their bond-order
  part.

Energy and forces of one backend always belong together: each force is the derivative of the energy that the same tables give.
`,
);
console.log('docs/accuracy.md');
