/** A study as a person writes it: the keys, their units, limits and defaults. */
import { z } from 'zod';
import { count, group, list, numberOrText, quantity, real, text, wordOr } from './fields.ts';
import { modelNames, stageList } from './md-fields.ts';
import { recipeFields } from './recipe-fields.ts';
import { sweepFields } from './sweep-fields.ts';

/** Twenty voltages over both branches: dense where a hard carbon's plateau begins, down to the floor that fills pores. */
const defaultDischarge = [1.5, 1.0, 0.7, 0.4, 0.2, 0.1, 0.05, 0, -0.1, -0.2, -0.3, -0.4];
const defaultCharge = [-0.2, 0, 0.05, 0.1, 0.2, 0.4, 0.7, 1.0];

/** Dense where pores of hard carbons fill. */
const defaultEquilibrium = [
  0.3, 0.25, 0.2, 0.17, 0.15, 0.14, 0.13, 0.12, 0.11, 0.1, 0.09, 0.08, 0.07, 0.06, 0.05, 0.04, 0.03, 0.02, 0.01, 0,
  -0.02, -0.05,
];

/** How a study finds its curve. */
export const protocols = ['potentiostatic', 'galvanostatic', 'equilibrium'] as const;
/** What is sampled by itself: pore after pore, or a small carbon as it is. */
export const equilibriumParts = ['pores', 'whole'] as const;
export const poreRoutes = ['cooling', 'histogram', 'gauge'] as const;

/** What may run the chains; gpujs is known so that it can be refused by name. */
export const backends = ['auto', 'reference', 'wasm', 'webgpu', 'gpujs'] as const;

/** What error bars hold besides one another. */
export const uncertainties = ['sampling', 'calibration'] as const;

/** Where the field of the host comes from. */
export const hostFields = ['exact', 'map', 'auto'] as const;

const voltages = (about: string, least: number) => list(quantity('voltage', about), least);

/** Schema of a study file. */
export const studyFields = group({
  name: text(
    'name of the run directory',
    /^[\p{L}\p{N}_][\p{L}\p{N}._+-]*$/u,
    'a word of letters, digits, . _ + -',
  ).prefault('study'),
  about: text('one sentence').optional(),
  seed: numberOrText('same seed, same bytes').prefault(1),
  host: group({
    recipe: z.union([z.string().meta({ description: 'name of a file in models/structures' }), recipeFields]).optional(),
    file: text('structure file (extended XYZ, LAMMPS data, CIF, POSCAR, PDB), beside the study').optional(),
    prepare: group({ model: modelNames, stages: stageList })
      .superRefine(({ stages }, context) => {
        const i = stages.findIndex((stage) => stage.relax?.cell === 'full');
        if (i < 0) return;
        const message = 'must be none, isotropic or anisotropic in a host: the box stays orthorhombic, got full';
        context.addIssue({ code: 'custom', path: ['stages', i, 'relax', 'cell'], message });
      })
      .optional()
      .meta({ description: 'how every host is relaxed or annealed before guests come' }),
  }).superRefine((host, context) => {
    if ((host.recipe === undefined) === (host.file === undefined)) {
      const got = host.file === undefined ? 'neither' : 'both';
      context.addIssue({ code: 'custom', message: `must have a recipe or a file, got ${got}` });
    }
  }),
  guest: group({
    species: text('element that is exchanged with the electrode', /^[A-Z][a-z]?$/, 'the symbol of an element (Na)'),
    model: text('name of a file in models/potentials, or a path to one'),
    access: wordOr(
      'everywhere',
      'length',
      'where guests may be: a length confines them to what channels of that radius, beyond the van der Waals surface, lead to',
      { above: 0 },
    ).prefault('everywhere'),
  }),
  temperature: quantity('temperature', 'temperature', { above: 0 }).prefault(300),
  ladder: group({
    discharge: voltages('against the bulk metal of the guest, descending to the floor that fills the pores', 1)
      .superRefine(ordered(-1))
      .prefault(defaultDischarge),
    charge: voltages('ascending; empty: no plateau is reported', 0).superRefine(ordered(1)).optional(),
    equilibration: count('trials per voltage before sampling starts', 0).prefault(300_000),
    production: count('trials per voltage that are sampled').prefault(300_000),
    samples: count('samples of N and U per voltage').prefault(200),
    snapshots: count('guest snapshots kept per voltage').prefault(4),
    error: real('mAh/g: production goes on until the block error of a voltage is below', { above: 0 }).optional(),
    longest: count('times production at most, where an error is asked for').prefault(8),
  })
    .superRefine(({ discharge, charge, production, samples, snapshots }, context) => {
      const issue = (path: PropertyKey[], message: string) => context.addIssue({ code: 'custom', path, message });
      const floor = discharge.at(-1)!;
      if (charge?.length && charge[0]! < floor) {
        issue(['charge', 0], `must be at least ${floor} V, where discharge ends, got ${charge[0]}`);
      }
      if (samples > production) issue(['samples'], `must be at most production (${production} trials), got ${samples}`);
      if (snapshots > samples) issue(['snapshots'], `must be at most samples (${samples}), got ${snapshots}`);
    })
    // the branch back up starts where the branch down has ended
    .transform(({ discharge, charge, ...trials }) => ({
      discharge,
      charge: charge ?? defaultCharge.filter((voltage) => voltage > discharge.at(-1)!),
      ...trials,
    }))
    .prefault({}),
  protocol: z
    .enum(protocols, { error: (issue) => `must be one of ${protocols.join(', ')}, got ${JSON.stringify(issue.input)}` })
    .prefault('potentiostatic')
    .meta({
      description:
        'galvanostatic: after the ladder N is driven up and down by a gauge cell, the voltage follows; equilibrium: every pore is sampled by itself, which gives the plateau a voltage',
    }),
  galvanostatic: group({
    step: real('mAh/g between states of charge', { above: 0 }).prefault(15),
    gauge: count('guests in the gauge cell: N strays by about its square root', 2).prefault(30),
    equilibration: count('trials at each state of charge before sampling starts').prefault(300_000),
    production: count('trials at each state of charge that are sampled', 8).prefault(400_000),
  }).prefault({}),
  equilibrium: group({
    probe: quantity('length', 'radius of the sphere that tells pores from galleries and edges', { above: 0 }).prefault(
      2.4,
    ),
    by: z
      .enum(poreRoutes, {
        error: (issue) => `must be one of ${poreRoutes.join(', ')}, got ${JSON.stringify(issue.input)}`,
      })
      .prefault('cooling')
      .meta({
        description:
          'how ln Π(N) of a pore is found: guests cooled at fixed N from where nothing hinders them, or N taken through all fillings by a flat histogram or a gauge cell',
      }),
    over: z
      .enum(equilibriumParts, {
        error: (issue) => `must be ${equilibriumParts.join(' or ')}, got ${JSON.stringify(issue.input)}`,
      })
      .prefault('pores')
      .meta({
        description:
          'pores: one after the other, guests elsewhere held; whole: all guests of a small carbon at once, which takes nothing apart and is the check of it',
      }),
    voltages: voltages('of the equilibrium curve, descending', 2).superRefine(ordered(-1)).prefault(defaultEquilibrium),
    perStep: count(
      'trials for every guest that a pore takes, on the way up and again on the way down; cooling: while hot, and ten times as many at each temperature of a cooled N',
    ).prefault(1_000),
    cooled: count('numbers of guests at which a pore is cooled; its free energy between them is a spline', 6).prefault(
      18,
    ),
    loops: count('ways that are averaged, each a block for errors', 2).prefault(4),
  }).prefault({}),
  uncertainty: z
    .enum(uncertainties, {
      error: (issue) => `must be ${uncertainties.join(' or ')}, got ${JSON.stringify(issue.input)}`,
    })
    .prefault('sampling')
    .meta({
      description:
        'what error bars hold: sampling, of chains and structures; calibration, also the doubt in the model, over whose posterior samples the replicas are spread',
    }),
  backend: z
    .enum(backends, { error: (issue) => `must be one of ${backends.join(', ')}, got ${JSON.stringify(issue.input)}` })
    .prefault('wasm')
    .meta({
      description:
        'what runs the chains: wasm and reference everything, webgpu the protocol potentiostatic; auto takes the faster one after a look of two seconds; gpujs has no chains',
    }),
  moves: group({
    displace: real('relative frequency', { atLeast: 0 }).prefault(0.3),
    exchange: real('relative frequency of insertions and deletions together', { above: 0 }).prefault(0.6),
    teleport: real('relative frequency', { atLeast: 0 }).prefault(0.1),
  }).prefault({}),
  sampling: group({
    host: z
      .enum(hostFields, {
        error: (issue) => `must be one of ${hostFields.join(', ')}, got ${JSON.stringify(issue.input)}`,
      })
      .prefault('exact')
      .meta({
        description:
          'where the field of the carbon comes from: exact sums over its atoms; map, a spline made once (errors below 0.5 meV, reported); auto, a map where it fits in mapMemory',
      }),
    mapMemory: real('GiB that a host map may take', { above: 0 }).prefault(2),
    domains: count(
      'slabs of a large box that are sampled at the same time, each on a worker of its own; 1: the box in one piece',
    ).prefault(1),
  }).prefault({}),
  replicas: count('independent structures (recipe) or independent chains (file)').prefault(4),
  analysis: group({
    slopeCut: quantity('voltage', 'capacity above it is the slope, below it the plateau').prefault(0.1),
    irreversibleAbove: quantity('voltage', 'capacity above it is counted as first-cycle loss').prefault(1),
  })
    .superRefine(({ slopeCut, irreversibleAbove }, context) => {
      if (irreversibleAbove >= slopeCut) return;
      const message = `must be at least analysis.slopeCut (${slopeCut} V), got ${irreversibleAbove}`;
      context.addIssue({ code: 'custom', path: ['irreversibleAbove'], message });
    })
    .prefault({}),
  sweep: sweepFields.optional(),
}).superRefine(({ protocol, backend, sampling }, context) => {
  if (sampling.domains === 1) return;
  const refuse = (path: string, wanted: string, got: string): void =>
    context.addIssue({
      code: 'custom',
      path: [path],
      message: `must be ${wanted} where sampling.domains is ${sampling.domains}, got ${got}`,
    });
  if (protocol !== 'potentiostatic') refuse('protocol', 'potentiostatic', protocol);
  if (backend === 'reference' || backend === 'gpujs') refuse('backend', 'wasm, webgpu or auto', backend);
});

/** Refinement: every voltage beyond the one before it, upwards (`sign` 1) or downwards (−1). */
function ordered(sign: 1 | -1) {
  return (values: readonly number[], context: z.RefinementCtx): void => {
    const i = values.findIndex((value, k) => k > 0 && sign * (value - values[k - 1]!) <= 0);
    if (i < 0) return;
    const [wanted, verb] = sign < 0 ? ['below', 'discharge descends'] : ['above', 'charge ascends'];
    const message = `must be ${wanted} ${values[i - 1]} V, the voltage before it (${verb}), got ${values[i]}`;
    context.addIssue({ code: 'custom', path: [i], message });
  };
}
