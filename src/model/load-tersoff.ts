/** LAMMPS Tersoff files → compiled models. */
import type { TersoffFile } from '../io/tersoff-file.ts';
import { type BondOrderTerm, largestCutoff, type Model } from './model.ts';

/**
 * A model of one bond-order term from a .tersoff file: same energies, same forces as LAMMPS.
 *
 * @oracle test/oracle/tersoff.test.ts (LAMMPS)
 */
export function modelFromTersoff({ elements, triples }: TersoffFile, name: string): Model {
  const term: BondOrderTerm = { form: 'bond-order', elements, kind: elements.map((_, k) => k), triples };
  return {
    name,
    about: `Tersoff file ${name}: ${elements.join(', ')}`,
    citation: [name],
    validity: 'as published with the file',
    licence: 'as published with the file',
    species: elements,
    terms: [term],
    cutoff: largestCutoff([term]),
    cavity: {},
    references: {},
    hostSpecies: [],
  };
}
