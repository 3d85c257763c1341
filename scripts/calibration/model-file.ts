/** A fit as a model file: the tables of the engine come from what is written here. */
import type { Fitted } from './fit.ts';
import { decay, hostTaper, type Morse } from './guest-energy.ts';
import { atRest } from './properties.ts';
import { metallicShare, siteTaper, strongSites } from './sites.ts';

const digits = (x: number): number => Number(x.toPrecision(8));
const taper = ([from, to]: readonly [number, number]) => ({ kind: 'taper', from, to });

function morseSpec([depth, alpha, re]: Morse, end: readonly [number, number]) {
  return { radial: 'morse', depth: digits(depth), alpha: digits(alpha), re: digits(re), cutoff: taper(end) };
}

/** The `terms` of a model file. */
export function termsOf({ free, sites }: Fitted): object[] {
  const { species, r0 } = free;
  const { p } = atRest(free);
  const pair = `${species}-${species}`;
  const own = Object.fromEntries(
    strongSites.map((site) => {
      const [depth, alpha, re] = sites.own[site]!;
      const morse = (share: number) => morseSpec([share * depth, alpha, re], siteTaper);
      return [`C:${site}`, { ion: morse(1), metal: morse(metallicShare) }];
    }),
  );
  return [
    {
      form: 'embedded',
      pair: {
        [pair]: { radial: 'cubic-knots', coefficients: p.coefficients.map(digits), radii: p.radii },
      },
      density: {
        [pair]: { radial: 'exponential', amplitude: 1, k: digits(2 * p.q), r0, cutoff: taper(p.densityTaper) },
      },
      embedding: { [species]: { xi: digits(p.xi), exponent: p.exponent } },
      chargeSwitch: {
        shape: 'smooth',
        bulkCoordination: { [species]: digits(p.bulkCoordination) },
        switchStart: { [species]: digits(p.switchStart) },
        switchFraction: { [species]: digits(p.switchFraction) },
        coordination: {
          [pair]: {
            radial: 'exponential',
            amplitude: 1,
            k: 6,
            r0,
            cutoff: taper([digits(1.2 * r0), digits(1.6 * r0)]),
          },
        },
        repulsion: {
          [pair]: p.bareIons
            ? { radial: 'cubic-knots', coefficients: [digits(p.repulsion)], radii: [p.ionReach] }
            : {
                radial: 'yukawa',
                q: digits(p.repulsion),
                lambda: decay,
                cutoff: taper([p.ionReach - 2, p.ionReach]),
              },
        },
        ...(p.saturation ? { saturation: { [species]: p.saturation } } : {}),
        ...(p.bareIons ? { bareIons: true } : {}),
        host: { [species]: { ion: morseSpec(p.ion, hostTaper), metal: morseSpec(p.metal, hostTaper) } },
        strength: {
          [species]: Object.fromEntries(
            Object.entries(sites.strength).map(([site, strength]) => [`C:${site}`, digits(strength)]),
          ),
        },
        sites: { [species]: own },
      },
    },
  ];
}
