/** The ladder of sites: how much stronger than basal carbon each kind binds, found from the energy of one guest at its best place there. */
import { taper } from '../../src/model/radial/cutoffs.ts';
import { saturated } from '../../src/model/saturation.ts';
import { type GuestParameters, hostPair, type Morse, morse } from './guest-energy.ts';
import type { SiteTarget } from './site-targets.ts';
import { type SiteCarbon, sheetWith } from './structures.ts';

/** Short taper of sites with functions of their own, Å: they hold the guests beside them and no others. */
export const siteTaper = [3.5, 5] as const;
/** Å⁻¹, of sites with functions of their own: half as wide as basal carbon. */
const siteAlpha = 2.2;
/** Share of V_ion that a metallic guest keeps at a strong site: without it these sites vanish when a pore fills. */
export const metallicShare = 0.35;

/** What is fitted per site: a factor on V_ion of basal carbon, or a Morse of its own. */
export interface Sites {
  readonly strength: Readonly<Record<string, number>>;
  readonly own: Readonly<Record<string, Morse>>;
}

/** Kinds with functions of their own; the others are basal carbon times a factor. */
export const strongSites = ['strong-armchair', 'strong-zigzag', 'vacancy'] as const;
export const weakSites = ['armchair', 'zigzag', 'stone-wales'] as const;

/** Distance of a strong site's well from its carbon, in that of basal carbon: guests sit closer to bare atoms. */
const siteDistance = 0.86;

/** Fits every kind of site to its target. */
export function fitSites(p: GuestParameters, targets: readonly SiteTarget[]): Sites {
  const targetOf = (site: string) => targets.find((t) => t.site === site)!;
  const strength = Object.fromEntries(
    weakSites.map((site) => {
      const binding = (s: number) => bindingAt(p, targetOf(site), { strength: { [site]: s }, own: {} });
      return [site, root((s) => binding(s) - targetOf(site).value, 0.3, 14)];
    }),
  );
  const own = Object.fromEntries(
    strongSites.map((site): [string, Morse] => {
      const at = (depth: number): Morse => [depth, siteAlpha, siteDistance * p.ion[2]];
      const binding = (depth: number) => bindingAt(p, targetOf(site), { strength: {}, own: { [site]: at(depth) } });
      return [site, at(root((depth) => binding(depth) - targetOf(site).value, 0.02, 3))];
    }),
  );
  return { strength: { basal: 1, ...strength }, own };
}

/** V_ion of one carbon by its site. */
function siteField(p: GuestParameters, { strength, own }: Sites, site: string): (r: number) => number {
  const mine = own[site];
  if (mine) return (r) => morse(mine, r) * taper(r, ...siteTaper);
  const factor = strength[site] ?? 1;
  return (r) => factor * hostPair(p.ion, r);
}

const patches = new Map<string, readonly SiteCarbon[]>();

/** Energy of one guest at its best place near a site, eV. */
export function bindingAt(p: GuestParameters, { host, site }: SiteTarget, sites: Sites): number {
  const key = `${host} ${site}`;
  if (!patches.has(key))
    patches.set(
      key,
      sheetWith(host, site).filter(({ at }) => Math.hypot(at[0], at[1]) < 11),
    );
  const carbons = patches.get(key)!;
  const fields = new Map([...new Set(carbons.map((c) => c.site))].map((s) => [s, siteField(p, sites, s)]));
  const energy = (x: number, y: number, z: number): number => {
    let sum = 0;
    for (const { at, site: kind } of carbons) {
      const r = Math.hypot(at[0] - x, at[1] - y, at[2] - z);
      if (r < 1.4) return 100;
      if (r < 7) sum += fields.get(kind)!(r);
    }
    return sum;
  };
  // one unit along the edge is enough, and everything across it
  const along = host === 'armchair edge' ? 1 : 0;
  const starts: { at: [number, number, number]; e: number }[] = [];
  for (let u = -3; u <= 5.5; u += 0.5) {
    for (let v = -2.2; v <= 2.2; v += 0.45) {
      for (const z of [0, 0.7, 1.4, 2, 2.6]) {
        const at: [number, number, number] = along === 1 ? [u, v, z] : [v, u, z];
        if (host !== 'armchair edge' && host !== 'zigzag edge' && Math.hypot(at[0], at[1]) > 3) continue;
        starts.push({ at, e: energy(...at) });
      }
    }
  }
  starts.sort((a, b) => a.e - b.e);
  return saturated(Math.min(...starts.slice(0, 4).map(({ at }) => downhill(energy, at))), p.saturation);
}

/** Least energy by steps along x, y, z that shrink. */
function downhill(energy: (x: number, y: number, z: number) => number, from: [number, number, number]): number {
  let at = from;
  let e = energy(...at);
  for (let step = 0.25; step > 0.002; ) {
    let better = false;
    for (let k = 0; k < 3; k++) {
      for (const sign of [1, -1]) {
        const next = [...at] as [number, number, number];
        next[k]! += sign * step;
        const there = energy(...next);
        if (there < e) [at, e, better] = [next, there, true];
      }
    }
    if (!better) step /= 2;
  }
  return e;
}

/** Where a falling function crosses zero, by halving. */
function root(f: (x: number) => number, low: number, high: number): number {
  let [a, b] = [low, high];
  for (let k = 0; k < 24; k++) {
    const middle = 0.5 * (a + b);
    if (f(middle) > 0) a = middle;
    else b = middle;
  }
  return 0.5 * (a + b);
}
