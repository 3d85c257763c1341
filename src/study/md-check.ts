/** What can be known to be wrong with a run of dynamics before any work starts. */

import { elementOf } from '../core/elements.ts';
import { didYouMean, SpecError } from '../core/errors.ts';
import type { Frame } from '../core/frame.ts';
import { type Model, modelSpeciesIndex } from '../model/model.ts';
import { checkRecipe } from '../structure/check-recipe.ts';
import { checkBox, checkHost } from './check.ts';
import type { DynamicsSpec } from './md-spec.ts';
import { crystalOf } from './md-start.ts';

/** What a run is made of besides its spec. */
export interface DynamicsParts {
  readonly model: Model;
  /** when the spec fills */
  readonly fillModel?: Model;
  /** when the spec names a structure file */
  readonly structure?: Frame;
}

/**
 * Checks a run against its models and structure: species known, frozen names there, recipe buildable, box wide enough to be
 * filled.
 *
 * @throws SpecError  one line with the path of the offending key
 */
export function checkDynamics(spec: DynamicsSpec, { model, fillModel, structure }: DynamicsParts): void {
  const frame = 'crystal' in spec.structure ? crystalOf(spec.structure.crystal) : structure;
  const { fill } = spec;
  const found = frame ? frame.species : ['C'];
  const species = fill ? [...found, fill.species] : found;
  for (const name of species) {
    if (modelSpeciesIndex(model, name) >= 0) continue;
    throw new SpecError(
      `${found.includes(name) ? 'structure holds' : 'fill brings'} ${name}, which model ${model.name} does not know (it knows ${model.species.join(', ')})${didYouMean(name, model.species)}`,
    );
  }
  // a recipe's carbons have kinds of edges that only the builder knows
  const names = [...new Set([...species, ...species.map(elementOf)])];
  for (const [i, stage] of spec.stages.entries()) {
    const { kind, frozen } = 'md' in stage ? { kind: 'md', ...stage.md } : { kind: 'relax', ...stage.relax };
    const other = frozen.find(
      (name) => !names.includes(name) && !('recipe' in spec.structure && elementOf(name) === 'C'),
    );
    if (other === undefined) continue;
    throw new SpecError(
      `stages[${i}].${kind}.frozen names "${other}", but there is no such atom (there are ${species.join(', ')})`,
    );
  }
  if ('recipe' in spec.structure) checkRecipe({ ...spec.structure.recipe, seed: spec.seed });
  if (!fill || !fillModel) return;
  if (!fillModel.references[fill.species]) {
    throw new SpecError(
      `fill.model "${fillModel.name}" has no bulk metal of ${fill.species}, so a voltage against it means nothing`,
    );
  }
  if (found.includes(fill.species)) {
    throw new SpecError(`fill.species ${fill.species} is in the structure already: leave fill out`);
  }
  if (frame) checkHost(frame, fillModel, 'structure');
  else if ('recipe' in spec.structure) checkBox(spec.structure.recipe, fillModel, 'structure.recipe');
}
