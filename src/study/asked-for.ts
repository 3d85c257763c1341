/** What a recipe asks for, as numbers that the instruments measure. */
import type { Asked } from '../analysis/residual.ts';
import type { HardCarbonRecipe } from '../structure/recipe.ts';
import type { ReferenceValue } from './recipe-fields.ts';

/** Deviations that are accepted without a warning. */
const tolerance = { size: 0.1, d002: 0.005, density: 0.01, pores: 0.1, share: 0.1 } as const;

/**
 * The asked numbers by the key of the measured one.
 *
 * La and Lc are compared with what a diffractometer reads (Scherrer, K = 1.84 and 0.89), pore volumes with what nitrogen fills.
 */
export function askedFor(recipe: HardCarbonRecipe): Record<string, Asked> {
  const { la, lc, d002, density, poreVolume, pores, edges } = recipe;
  const asked: Record<string, Asked> = {
    apparentDensity: { value: density, unit: 'g/cm³', tolerance: tolerance.density },
    d002: { value: d002, unit: 'Å', tolerance: tolerance.d002 },
    laScherrer: { value: la, unit: 'Å', tolerance: tolerance.size },
    lcScherrer: { value: lc, unit: 'Å', tolerance: tolerance.size },
  };
  // one sheet alone has no (002) line
  if (lc < 1.5 * d002) {
    delete asked['d002'];
    delete asked['lcScherrer'];
  }
  if (pores) asked['poreDiameterMode'] = { value: pores.diameter, unit: 'Å', tolerance: tolerance.pores };
  if (poreVolume !== undefined)
    asked['poreVolumeN2'] = { value: poreVolume, unit: 'cm³/g', tolerance: tolerance.pores };
  if (edges.hydrogen !== undefined) {
    asked['hydrogenPerCarbon'] = { value: edges.hydrogen, unit: '1', tolerance: tolerance.share };
  }
  return asked;
}

/** Published values of the carbon a recipe stands for, in the same form; those without a tolerance are judged at 10 %. */
export function published(reference: Readonly<Record<string, ReferenceValue>>): Record<string, Asked> {
  return Object.fromEntries(
    Object.entries(reference).map(([key, { value, unit, tolerance: own, source }]) => [
      key,
      { value, unit, tolerance: own ?? tolerance.size, ...(source !== undefined && { definition: source }) },
    ]),
  );
}
