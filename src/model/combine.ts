/** Several models as one: a carbon that moves, and guests in it. */
import { ModelError } from '../core/errors.ts';
import { emptyPairs, type Model, modelSpeciesIndex, type PairTables, type Term } from './model.ts';

/**
 * The sum of several models over the union of their species. A model that knows a plain C applies to C:basal, C:armchair … of
 * another, one that knows sites takes a plain C for its basal one (`modelSpeciesIndex`). What both describe is counted twice, so
 * combine models of different pairs. No species is a rigid host in the result.
 *
 * @throws ModelError  no model, or two give a reference metal for one species
 * @oracle test/unit/model-combine.test.ts
 */
export function combineModels(models: readonly Model[]): Model {
  const [only] = models;
  if (!only) throw new ModelError('nothing to combine: wanted one model or more');
  const species = [...new Set(models.flatMap((model) => model.species))];
  const references: Record<string, Model['references'][string]> = {};
  for (const model of models) {
    for (const [guest, reference] of Object.entries(model.references)) {
      if (references[guest]) {
        throw new ModelError(`${model.name}: another model of the sum has a reference for ${guest} already`);
      }
      references[guest] = reference;
    }
  }
  const joined = (part: (model: Model) => string): string => [...new Set(models.map(part))].join('; ');
  return {
    name: models.map(({ name }) => name).join('+'),
    about: joined(({ about }) => about),
    citation: [...new Set(models.flatMap(({ citation }) => citation))],
    validity: joined(({ validity }) => validity),
    licence: joined(({ licence }) => licence),
    species,
    terms: models.flatMap((model) => {
      const index = species.map((name) => modelSpeciesIndex(model, name));
      return model.terms.map((term) => reindexed(term, index, model.species.length));
    }),
    cutoff: Math.max(...models.map(({ cutoff }) => cutoff)),
    cavity: Object.assign({}, ...models.map(({ cavity }) => cavity)),
    references,
    hostSpecies: [],
  };
}

/**
 * A term over other species.
 *
 * @param index  by new species, the old one; −1 where the term does not know it
 * @param old    number of old species
 */
function reindexed(term: Term, index: readonly number[], old: number): Term {
  const pairs = (tables: PairTables): PairTables => {
    const wide = emptyPairs(index.length);
    index.forEach((a, i) => {
      index.forEach((b, j) => {
        wide[i]![j] = tables[a]?.[b] ?? null;
      });
    });
    return wide;
  };
  const each = <T>(values: readonly T[], none: T): T[] => index.map((a) => (a < 0 ? none : values[a]!));
  switch (term.form) {
    case 'pair':
      return { ...term, pair: pairs(term.pair) };
    case 'bond-order':
    case 'neural':
      return { ...term, kind: each(term.kind, -1) };
    case 'interlayer':
      return { ...term, law: index.flatMap((a) => index.map((b) => (a < 0 || b < 0 ? -1 : term.law[a * old + b]!))) };
    case 'embedded': {
      const change = term.chargeSwitch;
      return {
        ...term,
        pair: pairs(term.pair),
        density: pairs(term.density),
        embedding: each(term.embedding, null),
        chargeSwitch: change && {
          shape: change.shape,
          coordination: pairs(change.coordination),
          nSwitch: each(change.nSwitch, 0),
          nStart: each(change.nStart, 0),
          repulsion: pairs(change.repulsion),
          ion: pairs(change.ion),
          metal: pairs(change.metal),
          saturation: each(change.saturation, null),
          bareIons: change.bareIons,
        },
      };
    }
  }
}
