/** What can be known to be wrong with a study before any work starts. */

import { elements } from '../core/elements.ts';
import { didYouMean, SpecError } from '../core/errors.ts';
import type { Frame } from '../core/frame.ts';
import { gramPerCm3 } from '../core/units.ts';
import { type Model, modelSpeciesIndex } from '../model/model.ts';
import { checkRecipe } from '../structure/check-recipe.ts';
import type { HardCarbonRecipe } from '../structure/recipe.ts';
import type { StudySpec } from './spec.ts';

/** Why a study cannot run on gpu.js; the key or flag stands before it. */
export const noChains =
  'must be auto, reference, wasm or webgpu, got gpujs: gpu.js sums energies at many points and has no chains; the library (widomMap, gpuJsHost, gpuJsForces) and bench use it';

/**
 * Checks a study against its model and host: guest known and with a reference metal, host species known, box at least two
 * cutoffs wide, recipe buildable.
 *
 * @param host  the frame, when the study names a structure file
 * @throws SpecError  one line with the path of the offending key
 */
export function checkStudy(spec: StudySpec, model: Model, host?: Frame): void {
  if (spec.backend === 'gpujs') throw new SpecError(`backend ${noChains}`);
  const { species } = spec.guest;
  const guests = model.species.filter((name) => !model.hostSpecies.includes(name));
  if (!guests.includes(species)) {
    throw new SpecError(
      `guest.species is "${species}", which model ${model.name} does not know as a guest (it knows ${guests.join(', ')})${didYouMean(species, guests)}`,
    );
  }
  if (!model.references[species]) {
    throw new SpecError(
      `guest.model "${model.name}" has no bulk metal of ${species}, so a voltage against it means nothing; models for voltages are na-carbon, li-carbon, k-carbon`,
    );
  }
  if ('recipe' in spec.host) {
    checkBox(spec.host.recipe, model, 'host.recipe');
    checkRecipe({ ...spec.host.recipe, seed: spec.seed });
  } else if (host) checkHost(host, model, 'host.file');
}

/**
 * Whether a recipe gives a box that is at least two cutoffs wide.
 *
 * @param where  the key that holds the recipe
 * @throws SpecError  one line
 */
export function checkBox(recipe: Pick<HardCarbonRecipe, 'atoms' | 'density'>, model: Model, where: string): void {
  const shortest = 2 * model.cutoff;
  const perAtom = elements['C']!.mass * gramPerCm3;
  const edge = Math.cbrt((recipe.atoms * perAtom) / recipe.density);
  if (edge >= shortest) return;
  const needed = Math.ceil((shortest ** 3 * recipe.density) / perAtom);
  throw new SpecError(
    `${where}.atoms gives a box ${edge.toFixed(1)} Å wide, wanted at least ${shortest.toFixed(1)} Å, twice the cutoff of model ${model.name}: use ${needed} atoms or more`,
  );
}

/**
 * Whether a rigid host can be filled: species known, orthorhombic periodic box at least two cutoffs wide.
 *
 * @param where  the key that names the host
 * @throws SpecError  one line
 */
export function checkHost(host: Frame, model: Model, where: string): void {
  for (const name of host.species) {
    if (modelSpeciesIndex(model, name) < 0) {
      throw new SpecError(
        `${where} holds ${name}, which model ${model.name} does not know (it knows ${model.species.join(', ')})`,
      );
    }
  }
  if (!host.cell.orthorhombic || host.cell.periodic.includes(false)) {
    throw new SpecError(`${where} must hold an orthorhombic box, periodic in all directions`);
  }
  const narrowest = Math.min(...host.cell.heights);
  const shortest = 2 * model.cutoff;
  if (narrowest < shortest) {
    throw new SpecError(
      `${where} has a cell ${narrowest.toFixed(2)} Å wide, wanted at least ${shortest.toFixed(2)} Å, twice the cutoff of model ${model.name}; repeat the cell`,
    );
  }
}
