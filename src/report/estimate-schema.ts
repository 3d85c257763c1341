/** The part of `results.json` that was found without simulation: sites of lone guests and the capillary law. */
import { z } from 'zod';
import { quantity } from './quantity-schema.ts';

const volt = z.number().describe('V vs the bulk metal of the guest');

export const estimateSchema = z.strictObject({
  definition: z.string(),
  slope: quantity.describe('at slopeCut, metal included'),
  total: quantity.describe('at 0 V'),
  metal: quantity.describe('part of the total that is metal in pores'),
  fillingVoltage: quantity.describe('mean of the capillary law over the volume of the pores'),
  wallDimension: quantity.describe('m of the walls: 1 slits, 2 cylinders, 3 spheres'),
  wetting: quantity.describe('W − γ of the metal on flat carbon at rest'),
  siteDistance: quantity.describe('no two sites are nearer: neighbours in the bulk metal'),
  siteVolume: quantity.describe('room of a lone guest per site'),
  thinnest: quantity.describe('least diameter of void that the metal fills: two of its densest planes'),
  distribution: z
    .array(z.strictObject({ from: z.number(), to: z.number(), capacity: quantity }))
    .describe('capacity of the sites that are half full between two voltages; the outermost hold all beyond'),
  points: z.array(z.strictObject({ voltage: volt, capacity: quantity, sites: quantity, metal: quantity })),
});
