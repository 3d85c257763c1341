/** Schema of what a report says about its guests. */
import { z } from 'zod';
import { classNumbers } from '../analysis/class-windows.ts';
import { shiftParts } from '../analysis/nmr.ts';
import { siteClasses } from '../analysis/sites.ts';
import { branch, describedNumber, quantity, stateName } from './quantity-schema.ts';

const volt = z.number().describe('V vs the bulk metal of the guest');

const guestState = z.strictObject({
  branch,
  voltage: volt,
  charge: quantity.describe('mean of the charge switch s: 1 ion, 0 metal'),
  metalShare: quantity.describe('mean of 1 − s², the share by which the energy of a guest is that of metal'),
  hostDensity: quantity.describe('mean host density over that of bulk metal; all of it comes from other guests'),
  parts: z
    .strictObject(
      Object.fromEntries(shiftParts.map((name) => [name, quantity])) as Record<
        (typeof shiftParts)[number],
        typeof quantity
      >,
    )
    .describe('share of guests with 1 − s² below 0.1, to 0.9, above'),
  shift: quantity.optional().describe('mean of the mapped NMR shift, ppm: a mapping, not a computed shift'),
});

export const guestsSchema = z.strictObject({
  classes: z.array(
    z.strictObject({ site: z.enum(siteClasses), values: z.partialRecord(z.enum(classNumbers), describedNumber) }),
  ),
  states: z
    .strictObject({
      points: z.array(guestState),
      nmr: z
        .strictObject({
          nucleus: z.string(),
          definition: z.string(),
          spectra: z.array(
            z.strictObject({
              state: stateName,
              shift: z.array(z.number()).describe('ppm'),
              intensity: z.array(z.number()).describe('1/ppm, area one'),
            }),
          ),
        })
        .optional(),
    })
    .optional()
    .describe('there when the model has a charge switch'),
  pores: z
    .strictObject({
      definition: z.string(),
      bins: z.array(
        z.strictObject({
          from: z.number().describe('Å'),
          to: z.number().nullable().describe('Å; null: no end'),
          volume: quantity.describe('share of the box'),
        }),
      ),
      points: z.array(z.strictObject({ branch, voltage: volt, filling: z.array(quantity).describe('[bins]') })),
    })
    .optional(),
  scattering: z
    .strictObject({
      state: stateName,
      values: z.record(z.string(), describedNumber),
      curves: z
        .record(z.string(), z.record(z.string(), z.array(z.number().nullable())))
        .describe('of the first structure'),
      notes: z.array(z.string()),
    })
    .optional()
    .describe('X-rays of the host alone and with its guests'),
});
