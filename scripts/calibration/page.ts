/** docs/models/NAME.md: what a guest was fitted to and what came out. Written by the calibration and by nothing else. */

import { boltzmann } from '../../src/core/units.ts';
import type { MetalFreeEnergy } from '../../src/engine/free-energy.ts';
import type { Fitted } from './fit.ts';
import { atRest } from './properties.ts';
import { type SiteTarget, siteTargets } from './site-targets.ts';
import { bindingAt } from './sites.ts';
import { type Target, targets } from './targets.ts';

/** Tolerance (eV) and weight of every rung of the ladder. */
export const ladderTolerance = 0.2;

export interface PageInputs {
  readonly name: string;
  readonly best: Fitted;
  readonly samples: readonly Fitted[];
  readonly free: MetalFreeEnergy;
  readonly temperature: number;
}

export const bindings = ({ free, sites }: Fitted, ladder: readonly SiteTarget[]): number[] => {
  const { p } = atRest(free);
  return ladder.map((target) => bindingAt(p, target, sites));
};

export function page({ name, best, samples, free, temperature }: PageInputs): string {
  const { species } = best.free;
  const wanted = targets[species]!;
  const ladder = siteTargets[species]!;
  const heavy = wanted.filter((t) => t.weight >= 4);
  const missed = heavy.filter((t) => Math.abs(best.properties[t.key]! - t.value) > t.tolerance);
  const rungs = bindings(best, ladder);
  const sampled = samples.map((sample) => bindings(sample, ladder));
  const errors = rungs.map((rung, k) => rung - ladder[k]!.value).sort((a, b) => a - b);
  const milli = 1000 * boltzmann * temperature;
  const mu = ({ value, error }: { value: number; error: number | null }) =>
    `${((value * milli) / 1000).toFixed(4)} eV ± ${((error ?? 0) * milli).toFixed(1)} meV (ln z₀ ${value.toFixed(3)})`;
  return [
    `# ${name}`,
    '',
    `Written by \`npm run calibrate -- ${species}\`; do not edit. Form and parameters are in [models/potentials/${name}.json](../../models/potentials/${name}.json).`,
    '',
    `Cost Σ weight (deviation/tolerance)² = ${best.cost.toFixed(1)} over ${wanted.length} targets. Of the ${heavy.length} targets of weight 4 and more, ` +
      (missed.length === 0
        ? 'all are within their tolerance.'
        : `${heavy.length - missed.length} are within their tolerance; not: ${missed.map((t) => t.what).join('; ')}.`),
    '',
    `The last column is the spread over the ${samples.length} samples of the posterior (models/posteriors/${name}.json): fits to targets moved at random by what ` +
      'they may be off. `uncertainty: calibration` in a study spreads its replicas over them.',
    '',
    '| target | value | tolerance | weight | model | deviation | posterior | source |',
    '|---|---|---|---|---|---|---|---|',
    ...wanted.map((t) =>
      targetRow(
        t,
        best.properties[t.key]!,
        samples.map((s) => s.properties[t.key]!),
      ),
    ),
    '',
    '## Sites',
    '',
    `Energy of one guest at its best place, against a free atom (eV); tolerance ${ladderTolerance} eV, weight 3. Median signed deviation ${signed(errors[Math.floor(errors.length / 2)]!, 3)} eV.`,
    '',
    '| site | carbons of kind | value | model | deviation | posterior | source |',
    '|---|---|---|---|---|---|---|',
    ...ladder.map(
      (t, k) =>
        `| ${t.what} | C:${t.site} | ${t.value.toFixed(2)} | ${rungs[k]!.toFixed(3)} | ${signed(rungs[k]! - t.value, 3)} | ${spreadOf(
          sampled.map((s) => s[k]!),
          2,
        )} | ${t.source} |`,
    ),
    '',
    `## Reference metal at ${temperature} K`,
    '',
    `- harmonic: ${mu({ value: free.harmonic, error: 0 })}`,
    `- Frenkel–Ladd: ${mu(free.einstein)}; runs use this (temperature integration and the zero-volt test beside it: docs/validation.md)`,
    `- lattice constant: ${free.latticeConstant.value.toFixed(4)} ± ${(free.latticeConstant.error ?? 0).toFixed(4)} Å (at rest ${best.properties['a']!.toFixed(4)} Å)`,
    '',
  ].join('\n');
}

function targetRow(t: Target, ours: number, samples: readonly number[]): string {
  const digits = t.unit === 'THz' || t.unit === 'GPa' ? 2 : 3;
  const off = (ours - t.value) / t.tolerance;
  const deviation = `${signed(ours - t.value, digits)} (${signed(off, 1)} tol.)`;
  return `| ${t.what} | ${t.value.toFixed(digits)} ${t.unit} | ${t.tolerance.toFixed(digits)} | ${t.weight} | ${ours.toFixed(digits)} | ${Math.abs(off) > 1 && t.weight >= 4 ? `**${deviation}**` : deviation} | ${spreadOf(samples, digits)} | ${t.source} |`;
}

function spreadOf(values: readonly number[], digits: number): string {
  if (values.length < 2) return '';
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (values.length - 1);
  return `${mean.toFixed(digits)} ± ${Math.sqrt(variance).toFixed(digits)}`;
}

const signed = (x: number, digits: number): string => `${x < 0 ? '−' : '+'}${Math.abs(x).toFixed(digits)}`;
