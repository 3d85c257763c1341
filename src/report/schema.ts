/** The schema of `results.json`. Every measured entry is `{ value, error, unit }`; what could not be had is null with a note. */
import { z } from 'zod';
import { siteClasses } from '../analysis/sites.ts';
import { estimateSchema } from './estimate-schema.ts';
import { guestsSchema } from './guests-schema.ts';
import { branch, measured, quantity, stateName } from './quantity-schema.ts';

export { quantity } from './quantity-schema.ts';

const volt = z.number().describe('V vs the bulk metal of the guest');

const curvePoint = z.strictObject({
  voltage: volt,
  capacity: measured.describe('26801.4·⟨N⟩/M_host, mAh per gram of host'),
  guests: measured.describe('guests per box'),
  energy: quantity.describe('⟨U⟩/⟨N⟩, eV per guest'),
  acceptance: z.record(z.string(), measured).describe('accepted fraction per move'),
  drift: quantity.describe('second half of production minus first'),
  unsettled: z.number().describe('half of a significant drift, else 0, mAh/g; part of the error of the capacity'),
  equilibrated: z
    .boolean()
    .nullable()
    .describe('false: what is unsettled exceeds the statistical error; null: too few samples to tell'),
  replicas: z.array(z.strictObject({ replica: z.number(), value: z.number(), error: z.number().nullable() })),
});

const equilibriumPoint = z.strictObject({
  voltage: volt,
  capacity: measured,
  pores: measured.describe('part of it in pores'),
  replicas: z.array(z.strictObject({ replica: z.number(), value: z.number(), error: z.number().nullable() })),
});

const galvanostaticPoint = z.strictObject({
  branch,
  capacity: measured,
  voltage: measured,
  replicas: z.array(z.strictObject({ replica: z.number(), value: z.number(), error: z.number().nullable() })),
});

const filledPore = z.strictObject({
  replica: z.number(),
  diameter: z.number().describe('of the largest sphere in it, between carbon surfaces, Å'),
  volume: z.number().describe('Å³'),
  fillingVoltage: quantity.describe('voltage at which it is half full'),
  othersEmpty: quantity.describe('the same with all other pores empty'),
  othersFull: quantity.describe('the same with all other pores full'),
  guests: measured.describe('at the lowest voltage of the curve'),
  barrier: quantity.describe('between empty and full at their coexistence, kT'),
  roundTrips: z.number().describe('journeys of N from end to end and back'),
});

const differentialPoint = z.strictObject({ voltage: volt, from: volt, to: volt, slope: measured });

const perClass = z.strictObject(
  Object.fromEntries(siteClasses.map((name) => [name, measured])) as Record<
    (typeof siteClasses)[number],
    typeof measured
  >,
);

const clusterPoint = z.strictObject({
  branch,
  voltage: volt,
  largest: quantity.describe('guests in the largest cluster'),
  meanSize: quantity.describe('guests per cluster'),
  massMeanSize: quantity.describe('guests in the cluster of a random guest, Σs²/Σs'),
  coordination: quantity.describe('neighbours per guest within the cutoff'),
  percolating: quantity.describe('share of guests in clusters connected to their own periodic image'),
  directions: quantity.describe('directions of the box along which the largest cluster meets its own image, 0 … 3'),
  gyration: quantity.describe(
    'radius of gyration, mass-weighted, clusters of eight guests and more that do not percolate',
  ),
  anisotropy: quantity.describe('their relative shape anisotropy: 0 sphere, 1/4 disc, 1 rod'),
  sizes: z.array(z.strictObject({ from: z.number(), to: z.number(), clusters: quantity, guests: quantity })),
  coordinations: z.array(quantity).describe('[k] share of guests with k neighbours'),
});

const rdf = z.strictObject({
  state: stateName,
  pair: z.enum(['guest–guest', 'guest–carbon']),
  peak: z.strictObject({ distance: measured, height: measured }),
  unit: z.strictObject({ r: z.literal('Å'), g: z.literal('1') }),
  r: z.array(z.number()),
  g: z.array(z.number()),
  error: z.array(z.number().nullable()),
  neighbors: z.array(z.number()).describe('mean number of partners nearer than the outer edge of the shell'),
});

export const reportSchema = z
  .strictObject({
    schema: z.literal('cardhouse/results/1'),
    study: z.strictObject({
      name: z.string(),
      about: z.string(),
      seed: z.union([z.string(), z.number()]),
      guest: z.string(),
      model: z.string(),
      temperature: measured,
      replicas: z.number(),
      complete: z.boolean(),
    }),
    capacities: z.strictObject({
      slopeCut: volt,
      irreversibleAbove: volt,
      total: quantity.describe('charge branch at 0 V'),
      slope: quantity.describe('discharge branch at slopeCut'),
      plateau: quantity.describe('total − slope'),
      irreversible: quantity.describe('discharge branch at irreversibleAbove'),
      plateauBracket: z
        .strictObject({ discharge: quantity, charge: quantity })
        .describe('voltages at which the branches pass slope + plateau/2: the plateau lies between them'),
      voltageHysteresis: quantity.describe(
        'largest voltage between the branches at equal capacity, middle 80 % of the plateau',
      ),
      capacityHysteresis: quantity.describe('charge minus discharge branch at 0 V'),
      meanVoltage: z
        .strictObject({ discharge: quantity, charge: quantity })
        .describe('∫V dq / ∫dq between irreversibleAbove and the total capacity'),
    }),
    equilibrium: z
      .strictObject({
        slope: quantity.describe('at slopeCut'),
        total: quantity.describe('at 0 V'),
        plateau: quantity.describe('total − slope'),
        plateauVoltage: quantity.describe('∫V dq / ∫dq between slopeCut and 0 V'),
        points: z.array(equilibriumPoint),
        pores: z.array(filledPore),
      })
      .optional()
      .describe(
        'independent of the branch, pore by pore or of the whole carbon at once; there when the study asked for the protocol equilibrium',
      ),
    galvanostatic: z
      .strictObject({
        hysteresis: quantity.describe('mean of charge − discharge voltage over the plateau'),
        plateauVoltage: quantity.describe('mean voltage of both branches over the plateau'),
        points: z.array(galvanostaticPoint),
      })
      .optional()
      .describe(
        'N driven by a gauge cell, the voltage follows; there when the study asked for the protocol galvanostatic',
      ),
    estimate: estimateSchema
      .optional()
      .describe('the curve without simulation, from the empty hosts; there when every replica came to its end'),
    states: z.array(z.strictObject({ name: stateName, label: z.string(), branch, voltage: volt, capacity: measured })),
    curve: z.strictObject({ discharge: z.array(curvePoint), charge: z.array(curvePoint) }),
    differential: z
      .strictObject({ discharge: z.array(differentialPoint), charge: z.array(differentialPoint) })
      .describe('dQ/dV between neighbouring voltages, mAh/g/V'),
    sites: z.strictObject({
      rule: z.record(z.string(), z.number()),
      points: z.array(z.strictObject({ branch, voltage: volt, counts: perClass, capacities: perClass })),
    }),
    clusters: z.strictObject({ cutoff: measured, points: z.array(clusterPoint) }),
    rdf: z.array(rdf),
    guests: guestsSchema.optional().describe('what the guests are; there when snapshots were kept'),
    structure: z.strictObject({
      asked: z.record(z.string(), z.union([quantity, z.string()])),
      measured: z.record(z.string(), quantity).describe('mean over the structures'),
      replicas: z.array(
        z.strictObject({
          replica: z.number(),
          measured: z.record(z.string(), quantity),
          warnings: z.array(z.string()),
        }),
      ),
    }),
    reservoir: z.record(z.string(), quantity).describe('the bulk metal behind the voltage scale'),
    sampling: z.record(z.string(), z.number()),
    warnings: z.array(z.string()),
    provenance: z.strictObject({
      program: z.literal('cardhouse'),
      version: z.string(),
      model: z.strictObject({
        name: z.string(),
        citation: z.array(z.string()),
        validity: z.string(),
        licence: z.string(),
      }),
      random: z.string(),
      backend: z
        .strictObject({
          asked: z.string().describe('backend the study asked for'),
          used: z.enum(['reference', 'wasm', 'webgpu']).describe('what ran its chains'),
          device: z.string().nullable().describe('the GPU by the name of its driver, on which the last bits depend'),
        })
        .describe('another one than was asked for is also a warning'),
      files: z.array(z.string()),
    }),
    performance: z
      .strictObject({
        wallSeconds: z.number(),
        trials: z.number(),
        trialsPerSecond: z.number(),
        workers: z.number(),
        backend: z.string().describe('why this backend'),
        hostName: z.string(),
        runtime: z.string(),
        date: z.string(),
      })
      .describe('all that differs between two runs of one seed'),
  })
  .meta({ title: 'Cardhouse results', description: 'results.json of one study' });
