/** How a study asks for the field of its host: exact sums, or a map of it. */
import { BackendError } from '../core/errors.ts';
import { measured } from '../core/statistics.ts';
import type { ChainSetup } from '../engine/chain.ts';
import { auditHostMap } from '../engine/host-map/audit.ts';
import { buildHostMap, type HostMap } from '../engine/host-map/build.ts';
import type { StudySpec } from './spec.ts';

type Felt = Pick<ChainSetup, 'tables' | 'host'>;

/**
 * The map that a study asks for.
 *
 * @param say  hears what the map takes before it is built, or why `auto` does without one
 * @returns undefined: exact sums
 * @throws BackendError  `map` is asked and takes more memory than allowed
 */
export function mapOfHost({ sampling }: StudySpec, felt: Felt, say: (text: string) => void): HostMap | undefined {
  if (sampling.host === 'exact') return undefined;
  try {
    return buildHostMap(felt, { memory: sampling.mapMemory * 2 ** 30 }, ({ shape, stored, blocks, bytes }) => {
      const share = Math.round((100 * stored) / blocks);
      say(`host map of ${shape.join(' × ')} knots, ${share} % stored, ${Math.ceil(bytes / 2 ** 20)} MiB`);
    });
  } catch (error) {
    if (sampling.host === 'map' || !(error instanceof BackendError)) throw error;
    say(`exact sums: ${error.message}`);
    return undefined;
  }
}

/** Errors of a map against exact sums for the report's table of the structure, meV. */
export function mapErrors(felt: Felt, map: HostMap, temperature: number) {
  const { ion, metal, worst } = auditHostMap(felt, map, temperature);
  const asMeasured = (error: number) => measured(1000 * error, null, 'meV');
  return {
    hostMapErrorIon: asMeasured(ion),
    hostMapErrorMetal: asMeasured(metal),
    hostMapErrorLargest: asMeasured(worst),
  };
}
