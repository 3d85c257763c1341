/** The second half of the 'grains' route: pores of asked diameters are carved out of domains that fill the box. */
import { SpecError } from '../core/errors.ts';
import type { RandomStream } from '../core/random.ts';
import { type Carved, growTo } from './carve.ts';
import { type Channel, channelsBetween, outsideOf, type Pore, placePores, sphereVolume } from './pores.ts';
import type { HardCarbonRecipe, PoreRecipe } from './recipe.ts';

/** A piece of a sheet that pores have cut off stays when it has so many atoms: four rings. */
export const leastPiece = 16;
/** Channels let nitrogen (3.64 Å) through when nothing else is said, Å. */
const usualNeck = 4.5;

export interface Porous extends Carved {
  readonly pores: readonly Pore[];
  readonly channels: readonly Channel[];
}

/**
 * Carves pores until `wanted` atoms are left, or until there are as many as the recipe's pore volume makes.
 *
 * @param packed  more atoms than wanted
 * @param wanted  atoms to be left; flakes shrink at their rims when the pores leave more
 * @throws SpecError  pores of this diameter do not fit in the number that the density wants
 */
export function carvePores(
  packed: Carved,
  recipe: HardCarbonRecipe & { readonly pores: PoreRecipe },
  wanted: number,
  random: RandomStream,
): Porous {
  const { pores: asked, density } = recipe;
  const solid = packed.atoms;
  const { pose, domain } = solid;
  const box = pose.edge ** 3;
  const surplus = domain.length - wanted;
  const volume = asked.volume === undefined ? box : asked.volume * density * box;
  const most = Math.max(1, Math.round(volume / sphereVolume(asked.diameter)));
  const costOf = (placed: readonly Pore[]) => placed.reduce((sum, { cost }) => sum + cost, 0);
  const enough = (placed: readonly Pore[]) => asked.volume === undefined && costOf(placed) >= surplus;
  const pores = placePores(solid, asked, most, enough, random);
  const taken = costOf(pores);
  for (;;) {
    const channels = asked.kind === 'open' ? channelsBetween(pores, asked.neck ?? usualNeck, pose.edge) : [];
    const carved = growTo(solid, wanted, packed.gap, outsideOf(solid, pores, channels), leastPiece);
    const left = carved.atoms.domain.length;
    if (left >= wanted || pores.length === 0) {
      if (asked.volume === undefined && taken < surplus) throw noRoom(pores, domain.length - taken, recipe);
      return { ...carved, trimmed: packed.trimmed, pores, channels };
    }
    // too many pores: what pruning took beside them was not counted
    const share = (wanted - left) / Math.max(1, domain.length - left);
    pores.length -= Math.max(1, Math.floor(0.8 * share * pores.length));
  }
}

function noRoom(pores: readonly Pore[], left: number, { pores: asked, density, atoms }: HardCarbonRecipe): SpecError {
  const least = Math.ceil((100 * density * left) / atoms) / 100;
  return new SpecError(
    `recipe.density must be at least ${least.toFixed(2)} g/cm³ so that ${asked!.kind} pores of ${asked!.diameter} Å find room ` +
      `(${pores.length} did), got ${density}; open pores, or wider ones, allow less`,
  );
}
