/** The schema of `results.json` of a characterization. Every value is `{ value, error, unit, definition }`, curves are lists. */
import { z } from 'zod';
import { instrumentNames } from '../analysis/characterize.ts';

const described = z
  .strictObject({
    value: z.number().nullable(),
    error: z.number().nullable().describe('standard error; null when exact or unknown'),
    unit: z.string().describe('1 for pure numbers'),
    definition: z.string().describe('what exactly the number is'),
  })
  .meta({ id: 'described' });

const values = z.record(z.string(), described);
const curve = z
  .record(z.string(), z.array(z.number().nullable()))
  .describe('columns of equal length, units in the names');

const instrument = z.strictObject({
  values,
  curves: z.record(z.string(), curve),
  notes: z.array(z.string()).describe('what must be known before the numbers are trusted'),
});

const residualRow = z.strictObject({
  key: z.string().describe('key of the measured value'),
  label: z.string(),
  asked: z.strictObject({ value: z.number(), unit: z.string(), definition: z.string().optional() }),
  measured: z
    .strictObject({ value: z.number(), error: z.number().nullable(), unit: z.string() })
    .nullable()
    .describe('in the unit that was asked in; null when it was not measured'),
  deviation: z.number().nullable().describe('(measured − asked)/asked; the difference where 0 was asked'),
  tolerance: z.number().describe('largest deviation that counts as met'),
  within: z.boolean(),
  note: z.string().optional(),
});

export const characterizationSchema = z
  .strictObject({
    schema: z.literal('cardhouse/characterization/1'),
    structure: z.strictObject({
      name: z.string(),
      about: z.string().optional(),
      formula: z.string(),
      elements: z.record(z.string(), z.number()).describe('atoms of each element'),
      species: z
        .record(z.string(), z.number())
        .describe('atoms of each species, where species say more than the element'),
      cell: z.strictObject({
        lengths: z.array(z.number()).describe('a, b, c, Å'),
        angles: z.array(z.number()).describe('α, β, γ, degrees'),
        periodic: z.array(z.boolean()),
      }),
      values,
    }),
    residual: z.array(residualRow).optional().describe('what was asked beside what was measured'),
    published: z.array(residualRow).optional().describe('what was published of such a carbon beside what was measured'),
    instruments: z.strictObject(
      Object.fromEntries(instrumentNames.map((name) => [name, instrument.optional()])) as Record<
        (typeof instrumentNames)[number],
        z.ZodOptional<typeof instrument>
      >,
    ),
    settings: z.strictObject({ instruments: z.array(z.enum(instrumentNames)) }),
    warnings: z.array(z.string()),
    provenance: z.strictObject({
      program: z.literal('cardhouse'),
      version: z.string(),
      source: z.string().describe('where the structure came from'),
      spec: z.string().optional().describe('recipe the structure was built from, as text'),
      files: z.array(z.string()),
    }),
    performance: z
      .strictObject({
        wallSeconds: z.number(),
        seconds: z.record(z.string(), z.number()).describe('of each instrument'),
        hostName: z.string(),
        runtime: z.string(),
        date: z.string().describe('ISO 8601'),
      })
      .describe('the only part that differs between two runs'),
  })
  .meta({ title: 'Cardhouse characterization' });

/** The published JSON schema (draft 2020-12) of results.json of a characterization. */
export function characterizationJsonSchema(): unknown {
  return z.toJSONSchema(characterizationSchema, { io: 'output' });
}
