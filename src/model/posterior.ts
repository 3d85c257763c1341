/**
 * Samples of a model's calibration: other sets of its parameters that meet the targets within what those may be off. A study that spreads its
 * replicas over them has error bars that hold the doubt in the model too.
 *
 * @oracle test/unit/posterior.test.ts
 */
import { z } from 'zod';
import { ModelError } from '../core/errors.ts';

const posteriorSchema = z.strictObject({
  format: z.literal('cardhouse/posterior/1'),
  model: z.string(),
  samples: z
    .array(z.strictObject({ terms: z.array(z.unknown()), reference: z.record(z.string(), z.unknown()) }))
    .min(1),
});

/** How many samples a parsed posterior file has. */
export function sampleCount(posterior: unknown, name: string): number {
  return read(posterior, name).samples.length;
}

/**
 * The model file with the parameters of a sample in the place of its own.
 *
 * @param model  parsed model file, as `loadModel` takes it
 * @param index  any whole number from 0: they repeat
 * @param name   of the posterior file, for messages
 * @throws ModelError  not a posterior, or that of another model
 */
export function sampledModel(model: unknown, posterior: unknown, index: number, name: string): unknown {
  const { samples, model: of } = read(posterior, name);
  const own = (model as { name?: unknown }).name;
  if (own !== of) throw new ModelError(`${name} holds samples of ${of}, wanted those of ${own}`);
  return { ...(model as object), ...samples[index % samples.length]! };
}

function read(posterior: unknown, name: string): z.infer<typeof posteriorSchema> {
  const parsed = posteriorSchema.safeParse(posterior);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw new ModelError(`${name}: ${issue.path.join('.') || 'file'}: ${issue.message}`);
}
