/** The atoms a run of dynamics begins with: built, read or crystalline, filled where the spec says so. */
import { BackendError } from '../core/errors.ts';
import { atomCount, type Frame } from '../core/frame.ts';
import type { Model } from '../model/model.ts';
import { graphene, graphite } from '../structure/crystal.ts';
import { buildCarbon } from './build-carbon.ts';
import { fillStructure } from './fill.ts';
import type { CrystalSpec, DynamicsSpec } from './md-spec.ts';

export interface StartingStructure {
  readonly frame: Frame;
  /** guests that were filled in; null where the spec does not fill */
  readonly filled: number | null;
  readonly warnings: readonly string[];
}

/** The crystal of a spec. */
export function crystalOf({ kind, cells, layers, spacing, vacuum }: CrystalSpec): Frame {
  return kind === 'graphene' ? graphene(...cells, vacuum) : graphite(...cells, layers, spacing);
}

interface StartEvent {
  readonly type: 'stage';
  readonly stage: 'build' | 'fill';
  readonly text: string;
}

/**
 * Makes the structure of a spec. A recipe is built from seed "s/0", as the first replica of a study is.
 *
 * @throws SpecError     the recipe cannot be built, the box is too small to be filled
 * @throws BackendError  stopped before there was a structure
 */
export async function* startingStructure(
  { structure, fill, seed }: DynamicsSpec,
  given: { readonly structure?: Frame; readonly fillModel?: Model },
  stopped: () => boolean,
): AsyncGenerator<StartEvent, StartingStructure> {
  const warnings: string[] = [];
  let frame: Frame;
  if ('recipe' in structure) {
    yield { type: 'stage', stage: 'build', text: `packing ${structure.recipe.atoms} carbons` };
    await new Promise((resolve) => setTimeout(resolve, 0));
    const built = await buildCarbon({ ...structure.recipe, seed: `${seed}/0` }, { stopped });
    if (!built.complete) throw new BackendError('stopped before there was a structure');
    warnings.push(...built.warnings.map((text) => `structure: ${text}`));
    frame = built.frame;
  } else if ('crystal' in structure) {
    frame = crystalOf(structure.crystal);
  } else {
    if (!given.structure) throw new Error('a spec that names a structure file needs its frame');
    frame = given.structure;
  }
  if (!fill) return { frame, filled: null, warnings };
  if (!given.fillModel) throw new Error('a spec that fills needs the model of its guests');
  yield { type: 'stage', stage: 'fill', text: `${fill.species} at ${fill.voltage} V, ${fill.trials} trials` };
  const full = await fillStructure(frame, fill, given.fillModel, seed, stopped);
  if (!full) throw new BackendError('stopped before there was a structure');
  return { frame: full, filled: atomCount(full) - atomCount(frame), warnings };
}
