/** Edges as a recipe wants them: kinds of site, strong ones chosen, hydrogen and oxygen as atoms where they are asked for. */
import { atomCount, type Frame, wrapped } from '../core/frame.ts';
import { type DefectSites, typeCarbons } from './edges.ts';
import type { HardCarbonRecipe } from './recipe.ts';
import { terminate } from './terminations.ts';

/**
 * Share of the edge carbons that are strong: what hydrogen leaves, never less than what oxygen takes.
 *
 * @param edges  edge carbons
 * @param atoms  all carbons
 */
export function strongShare(
  { strong, hydrogen, oxygen = 0 }: HardCarbonRecipe['edges'],
  edges: number,
  atoms: number,
): number {
  if (edges === 0) return 0;
  const bare = hydrogen === undefined ? strong : 1 - (hydrogen * atoms) / edges;
  return Math.min(1, Math.max(0, bare, (oxygen * atoms) / edges));
}

/**
 * Types carbons by their bonds and terminates edges.
 *
 * @param frame  carbons only
 * @param defects  atoms of defects
 * @throws SpecError  an atom is no carbon
 */
export function finishEdges(frame: Frame, defects: DefectSites, recipe: HardCarbonRecipe): Frame {
  const atoms = atomCount(frame);
  const { edges, seed } = recipe;
  const typed = typeCarbons(frame, { strongFraction: (count) => strongShare(edges, count, atoms), seed, defects });
  if (!edges.explicit) return typed;
  const kind = (i: number) => typed.rows[4 * i + 3]!;
  const all = Array.from({ length: atoms }, (_, i) => i);
  const isStrong = (i: number) => typed.species[kind(i)]!.startsWith('C:strong');
  const strong = all.filter(isStrong);
  const oxidised = terminate(typed, 'O', strong.slice(0, Math.round((edges.oxygen ?? 0) * atoms))).frame;
  const ended = terminate(
    oxidised,
    'H',
    all.filter((i) => kind(i) === 1 || kind(i) === 2),
  );
  return wrapped(ended.frame);
}
