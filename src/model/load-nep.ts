/** NEP files → compiled models. */
import { type NepPotential, nepCutoff } from '../io/nep-file.ts';
import type { Model } from './model.ts';

/**
 * A model from a NEP potential of GPUMD. Energies are those of its training data: an atom by itself has what the network
 * says without neighbours.
 *
 * @param name  name of the file
 * @oracle test/oracle/nep.test.ts
 */
export function modelFromNep(potential: NepPotential, name: string): Model {
  const { species, version } = potential;
  return {
    name,
    about: `NEP${version} file ${name}: ${species.join(', ')}`,
    citation: [
      'Fan et al., Phys. Rev. B 104, 104309 (2021) doi:10.1103/PhysRevB.104.104309',
      'Fan et al., J. Chem. Phys. 157, 114801 (2022) doi:10.1063/5.0106617',
    ],
    validity: 'as published with the file',
    licence: 'as published with the file',
    species,
    terms: [{ form: 'neural', kind: species.map((_, s) => s), potential }],
    cutoff: nepCutoff(potential),
    cavity: {},
    references: {},
    hostSpecies: [],
  };
}
