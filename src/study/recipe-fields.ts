/** A carbon recipe as a person writes it. */
import { z } from 'zod';
import { SpecError } from '../core/errors.ts';
import { carbonDensity, envelopeDensity } from '../structure/check-recipe.ts';
import type { HardCarbonRecipe } from '../structure/recipe.ts';
import { count, firstProblem, group, quantity, type Range, real, text, word } from './fields.ts';

/** A length, or the mean and the standard deviation of a distribution. */
function distribution(about: string, range: Range) {
  const spread = quantity('length', `standard deviation of the ${about}`, { atLeast: 0 }).prefault(0);
  return z.union([
    group({ mean: quantity('length', `mean ${about}`, range), spread }),
    quantity('length', about, range).transform((mean) => ({ mean, spread: 0 })),
  ]);
}

const share = (about: string, most: number) => quantity('fraction', about, { atLeast: 0, atMost: most });

const poreFields = group({
  diameter: distribution('diameter of the pores between carbon surfaces', { atLeast: 3, atMost: 200 }),
  kind: z
    .enum(['closed', 'open'], { error: (issue) => `must be closed or open, got ${JSON.stringify(issue.input)}` })
    .prefault('closed'),
  neck: quantity('length', 'diameter of the channels between open pores', { atLeast: 2 }).optional(),
});

/** Measured or published numbers of the carbon a recipe stands for, by the name of the measured number. */
export interface ReferenceValue {
  readonly value: number;
  readonly unit: string;
  /** share of the value; nothing is judged where it is not given */
  readonly tolerance?: number;
  readonly source?: string;
}

const referenceFields = z.record(
  z.string(),
  group({
    value: real('published value'),
    unit: text('its unit', /^/),
    tolerance: share('deviation that is accepted', 10).optional(),
    source: text('where it was read').optional(),
  }),
);

const shape = {
  name: text('name of the recipe').optional(),
  about: text('one sentence').optional(),
  cite: text('where the numbers come from').optional(),
  reference: referenceFields
    .optional()
    .meta({ description: 'published numbers of this carbon, shown beside the measured ones' }),
  route: word('how domains become a carbon: cards, whose gaps are the pores, or grains, of which pores are carved', [
    'cards',
    'grains',
  ]).optional(),
  la: distribution('diameter of the graphitic domains in the plane', { atLeast: 8, atMost: 500 }),
  lc: distribution('height of the stacks', { above: 0, atMost: 500 }),
  d002: distribution('spacing of the sheets', { atLeast: 3.3, atMost: 4.5 }),
  density: quantity('density', 'mass density of the finished box', { above: 0 }).optional(),
  poreVolume: real('pores per mass of carbon, cm³/g: in place of the density, or beside it where pores are carved', {
    above: 0,
    atMost: 10,
  }).optional(),
  poreFraction: share(
    'of the box that is not stacks within their van der Waals surfaces: in place of the density, which follows from it',
    0.9,
  ).optional(),
  pores: poreFields.optional().meta({ description: 'spherical pores that are carved between the domains' }),
  curvatureRadius: quantity('length', 'radius that sheets are bent to; flat when not given', { above: 0 }).optional(),
  defects: group({
    vacancies: share('missing atoms inside sheets, per atom', 0.03).prefault(0),
    stoneWales: share('rotated bonds inside sheets, per atom', 0.02).prefault(0),
  }).optional(),
  crossLinks: share('of the places where a carbon can bridge two domains, how many it does', 1).prefault(0),
  atoms: count('carbon atoms in the periodic box; 8000 when no box is given', 50).optional(),
  box: quantity('length', 'edge of the periodic cube, in place of the number of atoms', { above: 0 }).optional(),
  edges: group({
    strong: share('fraction of edge carbons that are strong (bare); the others are H-terminated', 1).prefault(0.15),
    hydrogen: share('H/C of the whole carbon, which decides the share of strong edges', 1).optional(),
    oxygen: share('O/C of the whole carbon, as carbonyl at strong edges', 1).optional(),
    explicit: z
      .boolean({ error: 'must be true or false' })
      .optional()
      .meta({ description: 'hydrogen and oxygen as atoms' }),
  }).prefault({}),
  relax: z.boolean({ error: 'must be true or false' }).optional().meta({
    description: 'short anneal and relaxation by dynamics; default: true where there are pores, defects or cross-links',
  }),
};

/** Schema of a recipe: written inline in a study, or a file of models/structures. */
export const recipeFields = group(shape).transform((written, context): Omit<HardCarbonRecipe, 'seed'> => {
  const { la, lc, d002, pores, poreVolume, curvatureRadius, defects, crossLinks, edges, box } = written;
  const fail = (path: string, message: string): never => {
    context.addIssue({ code: 'custom', message, path: [path] });
    return z.NEVER;
  };
  const sizes = { la: la.mean, lc: lc.mean, d002: d002.mean };
  const { poreFraction } = written;
  const envelope = envelopeDensity(sizes);
  const density =
    written.density ??
    (poreFraction !== undefined ? (1 - poreFraction) * envelope : poreVolume && 1 / (poreVolume + 1 / envelope));
  if (density === undefined) return fail('density', 'is missing: give a density, a poreVolume or a poreFraction');
  const beside = written.density !== undefined ? 'a density' : poreVolume !== undefined ? 'a poreVolume' : undefined;
  if (poreFraction !== undefined && beside) {
    return fail('poreFraction', `must not be given beside ${beside}: each of them decides the others`);
  }
  if (written.density !== undefined && poreVolume !== undefined && !pores) {
    return fail('poreVolume', 'must not be given beside a density unless pores are carved: the density decides it');
  }
  if (written.atoms !== undefined && box !== undefined) return fail('box', 'must not be given beside atoms');
  const atoms = written.atoms ?? (box === undefined ? 8000 : Math.round((density * box ** 3) / carbonDensity));
  const spread = { la: la.spread, lc: lc.spread, d002: d002.spread };
  return {
    ...((written.route || pores) && { route: written.route ?? ('grains' as const) }),
    ...sizes,
    ...(Object.values(spread).some((s) => s > 0) && { spread }),
    density,
    ...(poreVolume !== undefined && { poreVolume }),
    ...(pores && {
      pores: {
        diameter: pores.diameter.mean,
        spread: pores.diameter.spread,
        kind: pores.kind,
        ...(pores.neck !== undefined && { neck: pores.neck }),
        ...(written.density !== undefined && poreVolume !== undefined && { volume: poreVolume }),
      },
    }),
    ...(curvatureRadius !== undefined && { curvatureRadius }),
    ...(defects && { defects }),
    ...(crossLinks > 0 && { crossLinks }),
    atoms,
    edges,
    ...((written.relax ?? (pores !== undefined || defects !== undefined || crossLinks > 0)) && { relax: true }),
  };
});

/**
 * Reads a recipe; the seed is not part of it.
 *
 * @param data   parsed JSON or YAML; lengths in Å or with a unit, density in g/cm³
 * @param where  name of the recipe, for messages
 * @throws SpecError  one line for the first problem
 */
export function parseRecipe(data: unknown, where = 'recipe'): Omit<HardCarbonRecipe, 'seed'> {
  if (typeof data === 'object' && data !== null && 'crystal' in data) {
    throw new SpecError(`${where} is a crystal, not the recipe of a carbon: build it to a file and name that`);
  }
  const result: z.ZodSafeParseResult<Omit<HardCarbonRecipe, 'seed'>> = recipeFields.safeParse(data);
  if (result.success) return result.data;
  const { line, path } = firstProblem(result.error, where);
  throw new SpecError(path.length > 0 ? `${where}: ${line}` : line);
}

/** The published numbers of a recipe, read by `parseRecipe` before. */
export function referenceOf(data: unknown): Readonly<Record<string, ReferenceValue>> {
  const given = typeof data === 'object' && data !== null && 'reference' in data ? data.reference : undefined;
  return given === undefined ? {} : (referenceFields.parse(given) as Readonly<Record<string, ReferenceValue>>);
}
