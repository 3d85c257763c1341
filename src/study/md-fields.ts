/** A run of dynamics as a person writes it: the keys, their units, limits and defaults. */
import { z } from 'zod';
import { crystalFields } from './crystal-fields.ts';
import { count, group, list, numberOrText, quantity, text, word } from './fields.ts';
import { recipeFields } from './recipe-fields.ts';

const speciesNames = list(text('an element (C), or a species with its site (C:zigzag-H)'), 0);

/** How a minimum is sought: method, what of the cell may move, when it is reached. */
const relaxFields = group({
  method: word('minimiser', ['fire', 'l-bfgs']).prefault('fire'),
  cell: word('what of the cell may move', ['none', 'isotropic', 'anisotropic', 'full']).prefault('none'),
  force: quantity('force', 'largest force left on an atom', { above: 0 }).prefault(0.01),
  pressure: quantity('pressure', 'outer pressure, for a cell that moves').prefault(0),
  steps: count('at most so many steps').prefault(2000),
  frozen: speciesNames.prefault([]),
}).superRefine(({ cell, pressure }, context) => {
  if (cell !== 'none' || pressure === 0) return;
  context.addIssue({
    code: 'custom',
    path: ['pressure'],
    message: 'must have a cell that moves beside it, got cell none',
  });
});

const temperature = quantity('temperature', 'temperature', { above: 0 });
const coupling = (about: string) => quantity('time', about, { above: 0 });

const thermostat = z.union([
  z.enum(['none', 'langevin', 'bussi']).transform((kind) => ({ kind, time: 100 })),
  group({
    kind: word('how heat goes in and out', ['none', 'langevin', 'bussi']),
    time: coupling('relaxation time').prefault(100),
  }),
]);

const mdFields = group({
  time: quantity('time', 'simulated time', { above: 0 }),
  timestep: quantity('time', 'step of the integrator', { above: 0 }).prefault(1),
  temperature: z
    .union([
      temperature.transform((value) => ({ from: value, to: value })),
      group({ from: temperature, to: temperature }),
    ])
    .prefault(300),
  thermostat: thermostat.prefault('langevin'),
  pressure: group({
    target: quantity('pressure', 'outer pressure').prefault(0),
    kind: word('what of the cell may move', ['isotropic', 'anisotropic']).prefault('isotropic'),
    time: coupling('relaxation time').prefault(1000),
    compressibility: quantity('compressibility', 'an estimate: sets how fast the cell answers', { above: 0 }).prefault(
      '0.03 1/GPa',
    ),
  }).optional(),
  frozen: speciesNames.prefault([]),
  every: group({
    frames: quantity('time', 'between frames of the trajectory (default: 100 fs)', { above: 0 }).optional(),
    velocities: quantity('time', 'between velocities for vacf and vdos (default: 4 fs)', { above: 0 }).optional(),
    thermo: quantity('time', 'between samples of temperature, pressure, energy (default: 10 fs)', {
      above: 0,
    }).optional(),
  }).prefault({}),
  observe: list(word('what is measured', ['diffusion', 'rdf', 'vacf', 'vdos']), 0).prefault([]),
  velocities: word('keep those of the stage before, or draw new ones', ['keep', 'draw']).prefault('keep'),
})
  .superRefine((md, context) => {
    const issue = (path: PropertyKey[], message: string) => context.addIssue({ code: 'custom', path, message });
    const whole = (time: number) => {
      const steps = time / md.timestep;
      return steps > 0.5 && Math.abs(steps - Math.round(steps)) < 1e-6 * steps;
    };
    const { frames, velocities, thermo } = md.every;
    for (const [path, time] of Object.entries({
      time: md.time,
      'every.frames': frames,
      'every.velocities': velocities,
      'every.thermo': thermo,
    })) {
      if (time === undefined || whole(time)) continue;
      const nearest = wholeTime(time, md.timestep);
      issue(
        path.split('.'),
        `must be a whole number of timesteps of ${md.timestep} fs, got ${time} fs (near: ${nearest} fs)`,
      );
    }
    if (md.pressure && md.thermostat.kind === 'none') {
      issue(['pressure'], 'must have a thermostat beside it (bussi or langevin), got none');
    }
    if (md.temperature.from !== md.temperature.to && md.thermostat.kind === 'none') {
      issue(['temperature'], 'must be one number where the thermostat is none, got a ramp');
    }
  })
  .transform(({ every, ...md }) => ({
    ...md,
    every: {
      frames: every.frames ?? wholeTime(100, md.timestep),
      velocities: every.velocities ?? wholeTime(4, md.timestep),
      thermo: every.thermo ?? wholeTime(10, md.timestep),
    },
  }));

/** The multiple of the timestep nearest to a time, at least one. */
function wholeTime(time: number, timestep: number): number {
  return Number((Math.max(1, Math.round(time / timestep)) * timestep).toPrecision(12));
}

/** Stages: one after the other, each of the next going on from where the one before ended. */
export const stageList = list(
  group({ relax: relaxFields.optional(), md: mdFields.optional() }).transform((stage, context) => {
    if ((stage.relax === undefined) === (stage.md === undefined)) {
      const got = stage.md === undefined ? 'neither' : 'both';
      context.addIssue({ code: 'custom', message: `must be one of relax or md, got ${got}` });
      return z.NEVER;
    }
    return stage.md === undefined ? { relax: stage.relax! } : { md: stage.md };
  }),
  1,
);

/** A model by name or file, several by a list or joined by `+`. */
export const modelNames = z.union([
  list(text('name of a file in models/potentials, or a path to a model file'), 1),
  text('name of a file in models/potentials, or a path to a model file; several joined by +').transform((names) =>
    names.split('+').map((name) => name.trim()),
  ),
]);

/** Schema of a file of dynamics. */
export const dynamicsFields = group({
  name: text(
    'name of the run directory',
    /^[\p{L}\p{N}_][\p{L}\p{N}._+-]*$/u,
    'a word of letters, digits, . _ + -',
  ).prefault('md'),
  about: text('one sentence').optional(),
  seed: numberOrText('same seed, same bytes').prefault(1),
  structure: group({
    recipe: z.union([z.string().meta({ description: 'name of a file in models/structures' }), recipeFields]).optional(),
    file: text('structure file (extended XYZ, LAMMPS data, CIF, POSCAR, PDB), beside the spec').optional(),
    crystal: crystalFields.optional(),
  }).superRefine((structure, context) => {
    const given = Object.keys(structure).filter((key) => structure[key as keyof typeof structure] !== undefined);
    if (given.length === 1) return;
    const got = given.length === 0 ? 'none of them' : given.join(' and ');
    context.addIssue({ code: 'custom', message: `must have a recipe, a file or a crystal, got ${got}` });
  }),
  fill: group({
    species: text('element that fills the structure', /^[A-Z][a-z]?$/, 'the symbol of an element (Na)'),
    model: text('name of a file in models/potentials, or a path to one'),
    voltage: quantity('voltage', 'against the bulk metal of the species'),
    temperature: temperature.prefault(300),
    trials: count('Monte Carlo trials').prefault(300_000),
  }).optional(),
  model: modelNames,
  backend: word(
    'who computes forces; webgpu: those of dynamics, and the processor what a GPU cannot do (relaxation, barostats, some terms), which is said',
    ['wasm', 'reference', 'webgpu'],
  ).prefault('wasm'),
  stages: stageList,
  output: group({
    trajectory: word('format of the trajectory', ['h5md', 'extxyz', 'both', 'none']).prefault('h5md'),
    checkpoint: quantity('duration', 'wall-clock time between checkpoints', { above: 0 }).prefault(60),
  }).prefault({}),
});
