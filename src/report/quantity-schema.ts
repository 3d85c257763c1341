/** What every schema of a report is made of. */
import { z } from 'zod';

/** A number that may be missing: value, standard error, unit. */
export const quantity = z
  .strictObject({
    value: z.number().nullable().describe('null when it could not be computed'),
    error: z.number().nullable().describe('standard error; null when exact or unknown'),
    unit: z.string().describe('1 for pure numbers'),
    note: z.string().optional().describe('why there is no value'),
  })
  .meta({ id: 'quantity' });

/** A number with its error and unit. */
export const measured = z
  .strictObject({ value: z.number(), error: z.number().nullable(), unit: z.string() })
  .meta({ id: 'measured' });

/** A measured number that carries its definition. */
export const describedNumber = z
  .strictObject({ value: z.number(), error: z.number().nullable(), unit: z.string(), definition: z.string() })
  .meta({ id: 'described' });

export const branch = z.enum(['discharge', 'charge']);
export const stateName = z.enum(['first-edge', 'slope-end', 'half-plateau', 'floor', 'zero-volt']);
