/** The schema of `results.json` of a run of dynamics. Measured entries are `{ value, error, unit }`, curves are lists of numbers. */
import { z } from 'zod';
import { directions } from '../analysis/msd.ts';
import { quantity } from './schema.ts';

const curve = z.array(z.number().nullable());
const valueAndError = { value: curve, error: curve };
const perDirection = <T extends z.ZodType>(type: T) =>
  z.strictObject(Object.fromEntries(directions.map((name) => [name, type])) as Record<(typeof directions)[number], T>);
const facts = z.record(z.string(), z.union([quantity, z.string()]));

const thermo = z.strictObject({
  from: z.number().describe('fs'),
  to: z.number().describe('fs'),
  samples: z.number(),
  temperature: quantity,
  pressure: quantity,
  pressureEvPerA3: quantity,
  potential: quantity,
  kinetic: quantity,
  total: quantity,
  drift: quantity.describe('of total energy less the heat of thermostat and barostat'),
  conservedNoise: quantity,
  volume: quantity,
  density: quantity,
});

const diffusion = z.strictObject({
  species: z.string(),
  atoms: z.number(),
  window: z.strictObject({ from: z.number(), to: z.number() }).describe('lags that were fitted, fs'),
  exponent: quantity.describe('log–log slope of the mean squared displacement in the window: 1 is diffusion'),
  diffusive: z.boolean(),
  note: z.string().optional().describe('why the coefficients describe no diffusion'),
  coefficient: perDirection(quantity),
  coefficientCm2PerS: perDirection(quantity),
  intercept: z.number().nullable().optional(),
  greenKubo: quantity.optional(),
  msd: z
    .strictObject({
      unit: z.strictObject({ lag: z.string(), value: z.string() }),
      reference: z.array(z.string()).describe('elements whose common motion was taken out'),
      lag: curve,
      value: perDirection(curve),
      error: perDirection(curve),
    })
    .optional(),
});

const velocity = z.strictObject({
  species: z.string(),
  atoms: z.number(),
  mass: z.number(),
  unit: z.strictObject({ lag: z.string(), raw: z.string(), normalised: z.string() }),
  lag: curve,
  raw: z.strictObject(valueAndError),
  normalised: z.strictObject(valueAndError),
});

const vibrations = z.strictObject({
  unit: z.strictObject({ frequency: z.string(), value: z.string() }),
  frequency: curve,
  total: z.strictObject(valueAndError),
  species: z.array(z.strictObject({ species: z.string(), atoms: z.number(), ...valueAndError })),
  resolution: z.number().describe('width of a sharp line, THz'),
  nyquist: z.number().describe('frequencies above are folded back, THz'),
});

const rdf = z.strictObject({
  pair: z.array(z.string()),
  unit: z.strictObject({ r: z.string(), g: z.string() }),
  r: curve,
  g: curve,
  error: curve,
  neighbors: curve,
});

export const dynamicsResultsSchema = z
  .strictObject({
    schema: z.literal('cardhouse/dynamics/1'),
    run: z.strictObject({
      name: z.string(),
      about: z.string().optional(),
      seed: z.union([z.string(), z.number()]),
      complete: z.boolean(),
      model: z.string(),
      atoms: z.number(),
      structure: facts,
      conditions: facts.describe('stages, and what each came to'),
    }),
    analysis: z.strictObject({ from: z.number(), reference: z.array(z.string()), frames: z.number() }),
    thermo: thermo.optional(),
    diffusion: z.array(diffusion),
    velocity: z.array(velocity),
    vibrations: vibrations.optional(),
    rdf: z.array(rdf),
    warnings: z.array(z.string()),
    notes: z.array(z.string()),
    provenance: z.strictObject({
      program: z.literal('cardhouse'),
      version: z.string(),
      model: z.strictObject({
        name: z.string(),
        citation: z.array(z.string()),
        validity: z.string().optional(),
        licence: z.string().optional(),
      }),
      random: z.string().optional(),
      spec: z.string().optional(),
      files: z.array(z.string()).optional(),
    }),
    performance: z
      .strictObject({
        wallSeconds: z.number(),
        steps: z.number(),
        stepsPerSecond: z.number(),
        atomStepsPerSecond: z.number(),
        workers: z.number(),
        device: z.string().nullable().optional(),
        hostName: z.string(),
        runtime: z.string(),
        date: z.string(),
      })
      .describe('all that differs between two runs of one seed'),
  })
  .meta({ title: 'Cardhouse dynamics results', description: 'results.json of one run of dynamics' });

/** The published JSON schema of `results.json` of a run of dynamics. */
export function dynamicsResultsJsonSchema(): unknown {
  return z.toJSONSchema(dynamicsResultsSchema);
}
