/** Models for engine tests: the shipped ones by name, and Lennard-Jones ones from numbers. */
import { readFileSync } from 'node:fs';
import { type LoadOptions, loadModel } from '../../src/model/load.ts';
import type { Model } from '../../src/model/model.ts';
import type { Cutoff } from '../../src/model/radial/cutoffs.ts';

export const shippedModel = (name: string): Model =>
  loadModel(JSON.parse(readFileSync(`models/potentials/${name}.json`, 'utf8')), name);

/**
 * A shipped model by name, or one whose charge switch has the given shape, whatever it ships with, and falls from the first guest on:
 * `na-carbon, linear`. `li-carbon, bare` has ions without embedding whose V_ion saturates early.
 */
export function switchedModel(title: string): Model {
  const [name, shape] = title.split(', ');
  if (!shape) return shippedModel(title);
  const file = JSON.parse(readFileSync(`models/potentials/${name}.json`, 'utf8'));
  if (shape === 'bare') {
    file.terms[0].chargeSwitch.bareIons = true;
    file.terms[0].chargeSwitch.saturation = { [file.species[0]]: { from: 0.4, width: 0.7 } };
    return loadModel(file, title);
  }
  file.terms[0].chargeSwitch.shape = shape;
  file.terms[0].chargeSwitch.switchStart = undefined;
  return loadModel(file, title);
}

/**
 * Lennard-Jones pairs, all ended at one cutoff.
 *
 * @param pairs    `A-B` → [ε eV, σ Å]; a depth of zero is left out
 * @param overlap  Å, nearer than this is an overlap
 */
export function lennardJonesModel(
  pairs: Readonly<Record<string, readonly [number, number]>>,
  cutoff: Cutoff,
  overlap: number,
  options?: LoadOptions,
): Model {
  const species = [...new Set(Object.keys(pairs).flatMap((key) => key.split('-')))];
  const real = Object.entries(pairs).filter(([, [epsilon]]) => epsilon !== 0);
  const file = {
    format: 'cardhouse/model/1',
    name: 'lennard-jones',
    about: 'for tests',
    citation: ['tests'],
    licence: 'MIT',
    validity: 'tests',
    provenance: 'tests',
    species,
    host: [],
    overlap: Object.fromEntries(species.flatMap((a) => species.map((b) => [`${a}-${b}`, overlap]))),
    cavity: {},
    terms: [
      {
        form: 'pair',
        pair: Object.fromEntries(
          real.map(([key, [epsilon, sigma]]) => [key, { radial: 'lennard-jones', epsilon, sigma, cutoff }]),
        ),
      },
    ],
    reference: {},
  };
  return loadModel(file, 'lennard-jones', options);
}

/** ILP of carbon with hydrogen, the published set (Ouyang, Mandelli, Urbakh & Hod, Nano Lett. 18, 6009 (2018)). */
export const ilpOfHydrogen = {
  alpha: 12.9141,
  beta: 2.64295,
  gamma: 1.020257,
  epsilon: 0.9750012e-3,
  c: 25.340996e-3,
  d: 15.222927,
  sR: 0.8115998,
  rEff: 3.887324,
  c6: 5.6874617,
  taperFrom: 0,
  cutoff: 16,
} as const;
