/** The fit itself: free parameters, their ranges, residuals, and samples of the posterior. */
import { leastSquares, type Range } from '../../src/analysis/least-squares.ts';
import { elements } from '../../src/core/elements.ts';
import { RandomStream } from '../../src/core/random.ts';
import { atRest, type Opening, type Properties, propertiesOf } from './properties.ts';
import { type SiteTarget, siteTargets } from './site-targets.ts';
import { fitSites, type Sites } from './sites.ts';
import { type Free, start } from './start.ts';
import { type Target, targets } from './targets.ts';

export interface Fitted {
  readonly free: Free;
  readonly properties: Properties;
  readonly sites: Sites;
  /** Σ weight ((x − value)/tolerance)², of the targets fitted to */
  readonly cost: number;
}

/** Coefficients of φ stay this near to where they began, in eV, at a cost of one: cancellation of large ones helps nobody. */
const coefficientPrior = 25;

function unpack(held: Free, x: readonly number[]): Free {
  const n = held.coefficients.length;
  const [xi, q, d1, a1, r1, d2, a2, r2, switchStart, switchFraction, repulsion] = x.slice(n) as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return {
    ...held,
    coefficients: x.slice(0, n),
    xi,
    q,
    ion: [d1, a1, r1],
    metal: [d2, a2, r2],
    switchStart,
    switchFraction,
    repulsion,
  };
}

function rangesOf(from: Free): Range[] {
  const around = (value: number, share: number): Range => ({
    start: value,
    low: value * (1 - share),
    high: value * (1 + share),
  });
  const between = (value: number, low: number, high: number): Range => ({ start: value, low, high });
  return [
    ...from.coefficients.map((c) => between(c, c - 40, c + 40)),
    around(from.xi, 0.4),
    between(from.q, 0.3, 2),
    around(from.ion[0], 0.6),
    between(from.ion[1], 0.9, 3),
    around(from.ion[2], 0.2),
    around(from.metal[0], 0.7),
    // a steeper wall could not be tabulated down to where guests overlap carbon
    between(from.metal[1], 0.8, Math.min(4, start[from.species]!.metal[1] + 1)),
    around(from.metal[2], 0.2),
    between(from.switchStart, 0, 0.35),
    between(from.switchFraction, 0.45, 0.95),
    between(from.repulsion, 0, 6),
  ];
}

/** Fits one guest to targets, beginning at `from`. */
export function fitGuest(
  from: Free,
  wanted: readonly Target[],
  ladder: readonly SiteTarget[],
  opening: Opening,
): Fitted {
  const ranges = rangesOf(from);
  const { mass } = elements[from.species]!;
  const home = start[from.species]!.coefficients;
  const residuals = (x: readonly number[]): Float64Array => {
    const free = unpack(from, x);
    const properties = propertiesOf(free, mass, opening);
    const ours = wanted.map((t) => (Math.sqrt(t.weight) * (properties[t.key]! - t.value)) / t.tolerance);
    const prior = free.coefficients.map((c, k) => (c - home[k]!) / coefficientPrior);
    return Float64Array.from([...ours, ...prior]);
  };
  const { parameters } = leastSquares(residuals, ranges);
  const free = unpack(from, parameters);
  const properties = propertiesOf(free, mass, opening);
  const sites = fitSites(atRest(free).p, ladder);
  return { free, properties, sites, cost: costOf(properties, wanted) };
}

export const costOf = (properties: Properties, wanted: readonly Target[]): number =>
  wanted.reduce((sum, t) => sum + t.weight * ((properties[t.key]! - t.value) / t.tolerance) ** 2, 0);

/** Where the switch begins and ends when a fit starts: the cost has several valleys along these. */
const switchStarts = [
  [0.08, 0.46],
  [0.1, 0.5],
  [0.2, 0.5],
  [0.2, 0.62],
  [0.1, 0.7],
] as const;

/** Best fit of a guest: the lowest of several, gone on with until it stays. */
export function bestFit(species: string, opening: Opening): Fitted {
  const home = start[species]!;
  const from = (free: Free) => fitGuest(free, targets[species]!, siteTargets[species]!, opening);
  let best: Fitted | undefined;
  for (const [switchStart, switchFraction] of switchStarts) {
    for (const repulsion of [home.repulsion || 1, 0.5 * (home.repulsion || 1)]) {
      const one = from({ ...home, switchStart, switchFraction, repulsion });
      if (!best || one.cost < best.cost) best = one;
    }
  }
  for (let k = 0; k < 3; k++) {
    const next = from(best!.free);
    if (next.cost > best!.cost - 0.01) break;
    best = next;
  }
  return best!;
}

/**
 * One sample of the posterior, by randomised maximum likelihood: a fit to targets that are moved by what they may be off. Exact where
 * properties are linear in the parameters.
 */
export function sampleFit(best: Fitted, index: number, opening: Opening): Fitted {
  const { species } = best.free;
  const random = new RandomStream(`posterior of ${species}`, index);
  const moved = targets[species]!.map((t) => ({ ...t, value: t.value + (t.spread ?? t.tolerance) * random.normal() }));
  const ladder = siteTargets[species]!.map((t) => ({ ...t, value: Math.min(-0.4, t.value + 0.2 * random.normal()) }));
  return fitGuest(best.free, moved, ladder, opening);
}
