/** The systems whose speed is measured: atoms, model, time step and velocities, the same for every engine. */
import { existsSync, readFileSync } from 'node:fs';
import { cellFromMatrix, cubicCell } from '../../src/core/cell.ts';
import { massOf } from '../../src/core/elements.ts';
import { atomCount, type Frame, speciesAt } from '../../src/core/frame.ts';
import { cubicCrystal } from '../../src/core/lattice.ts';
import { keyFromSeed } from '../../src/core/random.ts';
import { createDynamics, thermalVelocities } from '../../src/engine/dynamics.ts';
import { wasmForceField } from '../../src/engine/wasm-forces.ts';
import { parseSetfl } from '../../src/io/setfl.ts';
import { loadModel } from '../../src/model/load.ts';
import { modelFromSetfl } from '../../src/model/load-setfl.ts';
import { largestCutoff, type Model } from '../../src/model/model.ts';
import { buildHardCarbon } from '../../src/structure/hard-carbon.ts';
import { setflText } from './setfl-text.ts';
import { tersoffText } from './tersoff-text.ts';

/** What LAMMPS is told of a system. */
export interface LammpsSide {
  readonly pair: readonly string[];
  /** name → text of the files that `pair` names */
  readonly files: Readonly<Record<string, string>>;
  /** Å; of the lists LAMMPS makes: the one it was fastest with, of 0.2, 0.3, 0.4, 0.5, 0.7, 1, 1.5, 2 */
  readonly skin: number;
  /** the pair style has a variant in the OPT package */
  readonly opt: boolean;
}

export interface System {
  /** what atoms, what model, in words */
  readonly about: string;
  readonly frame: Frame;
  readonly model: Model;
  /** fs */
  readonly timestep: number;
  /** [N, 4] */
  readonly velocities: Float64Array;
  readonly masses: Float64Array;
}

/** A model shipped with the library. */
export function shipped(name: string): Model {
  return loadModel(JSON.parse(readFileSync(`models/potentials/${name}.json`, 'utf8')), name);
}

/** The model with only its terms of one form. */
export function onlyForm(model: Model, form: Model['terms'][number]['form']): Model {
  const terms = model.terms.filter((term) => term.form === form);
  return { ...model, terms, cutoff: largestCutoff(terms) };
}

/** nx × ny × nz copies side by side. */
export function replicated(frame: Frame, copies: readonly [number, number, number]): Frame {
  const { matrix } = frame.cell;
  const rows: number[] = [];
  for (let a = 0; a < copies[0]; a++) {
    for (let b = 0; b < copies[1]; b++) {
      for (let c = 0; c < copies[2]; c++) {
        for (let i = 0; i < frame.rows.length; i += 4) {
          for (let k = 0; k < 3; k++) {
            rows.push(frame.rows[i + k]! + a * matrix[k]! + b * matrix[3 + k]! + c * matrix[6 + k]!);
          }
          rows.push(frame.rows[i + 3]!);
        }
      }
    }
  }
  const cell = cellFromMatrix(matrix.map((x, k) => x * copies[Math.floor(k / 3)]!));
  return { cell, species: frame.species, rows: Float64Array.from(rows) };
}

/** Every carbon a plain C: engines then see one kind of atom. */
export function plainCarbon(frame: Frame): Frame {
  return { cell: frame.cell, species: ['C'], rows: frame.rows.map((x, k) => (k % 4 === 3 ? 0 : x)) };
}

/** A built hard carbon of about so many atoms, repeated `copies` times along each axis. */
export function hardCarbon(atoms: number, copies = 1): Frame {
  const recipe = { la: 25, lc: 11, d002: 3.75, density: 1.45, seed: 'bench', edges: { strong: 0.15 } };
  const { frame } = buildHardCarbon({ ...recipe, atoms: Math.round(atoms / copies ** 3) });
  return replicated(plainCarbon(frame), [copies, copies, copies]);
}

/** Atoms at rest get velocities of `temperature`, K. */
export function systemOf(about: string, frame: Frame, model: Model, timestep: number, temperature: number): System {
  const masses = Float64Array.from({ length: atomCount(frame) }, (_, i) => massOf(speciesAt(frame, i)));
  const velocities = thermalVelocities(masses, temperature, keyFromSeed('bench'), 0);
  return { about, frame, model, timestep, velocities, masses };
}

/** Bond-order carbon: both engines read the parameters of the shipped model. */
export function tersoffSide(model: Model): LammpsSide {
  const term = model.terms.find((one) => one.form === 'bond-order')!;
  return {
    pair: ['pair_style tersoff', 'pair_coeff * * C.tersoff C'],
    files: { 'C.tersoff': tersoffText(term) },
    skin: 0.3,
    opt: false,
  };
}

const publishedSodium = '../shared/potentials/Na_MendelevM_2014.eam.fs';

/** Sodium as eam/fs: a published file where it is at hand, else the metal part of na-carbon written as one. */
export function sodium(cubes: number): System & { readonly lammps: LammpsSide } {
  const published = existsSync(publishedSodium);
  const text = published ? readFileSync(publishedSodium, 'utf8') : setflText(shipped('na-carbon'), 'Na', 4.2291);
  const origin = published ? 'Wilson, Gunawardana & Mendelev 2015' : 'metal part of na-carbon, tabulated';
  const model = modelFromSetfl(parseSetfl(text, 'Na.eam.fs', 'fs'), 'Na.eam.fs');
  const frame = cubicCrystal('Na', 'bcc', published ? 4.228 : 4.2291, cubes);
  const about = `bcc sodium, eam/fs (${origin}), cutoff ${model.cutoff.toFixed(1)} Å`;
  const pair = ['pair_style eam/fs', 'pair_coeff * * Na.eam.fs Na'];
  return {
    // half of it goes into the springs of the lattice: about 300 K remain
    ...systemOf(about, frame, model, 2, 600),
    lammps: { pair, files: { 'Na.eam.fs': text }, skin: 0.4, opt: true },
  };
}

const argonLaw = { epsilon: 0.0103, sigma: 3.4, cutoff: 10 };

/** Lennard-Jones argon, truncated. */
function argon(): Model {
  const { epsilon, sigma, cutoff } = argonLaw;
  const data = {
    ...{ format: 'cardhouse/model/1', name: 'argon', about: 'argon', citation: ['-'], licence: '-', validity: '-' },
    ...{ provenance: '-', species: ['Ar'], host: [], overlap: { 'Ar-Ar': 2 }, cavity: {}, reference: {} },
    terms: [
      {
        form: 'pair',
        pair: { 'Ar-Ar': { radial: 'lennard-jones', epsilon, sigma, cutoff: { kind: 'truncate', to: cutoff } } },
      },
    ],
  };
  return loadModel(data, 'argon');
}

/** Liquid argon near its triple point: 2 048 atoms melted and cooled here, repeated twice along each axis. */
export async function liquidArgon(): Promise<System & { readonly lammps: LammpsSide }> {
  const model = argon();
  const { epsilon, sigma, cutoff } = argonLaw;
  // 0.84 σ⁻³
  const edge = (2048 / (0.84 / sigma ** 3)) ** (1 / 3);
  const lattice = cubicCrystal('Ar', 'fcc', edge / 8, 8);
  const forceField = await wasmForceField(model, lattice);
  const { masses, velocities } = systemOf('', lattice, model, 4, 600);
  const dynamics = createDynamics({
    ...{ forceField, masses, velocities, cell: lattice.cell, timestep: 4, key: keyFromSeed('melt'), stream: 0 },
    thermostat: { kind: 'langevin', temperature: 300, time: 200 },
  });
  dynamics.advance(500);
  dynamics.setTemperature(94);
  dynamics.advance(500);
  const cell = cubicCell(edge);
  const liquid: Frame = { cell, species: ['Ar'], rows: forceField.positions.slice() };
  forceField.dispose();
  return {
    ...systemOf(`liquid argon, Lennard-Jones, cutoff ${cutoff} Å`, replicated(liquid, [2, 2, 2]), model, 4, 94),
    lammps: {
      pair: [`pair_style lj/cut ${cutoff}`, `pair_coeff * * ${epsilon} ${sigma}`],
      files: {},
      skin: 0.4,
      opt: true,
    },
  };
}
