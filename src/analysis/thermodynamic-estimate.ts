/**
 * A voltage curve without simulation, from one empty host: sites that lone guests find, each holding one, and metal that fills the pores at
 * the voltage of the capillary law.
 *
 * What it leaves out: guests on sites do not feel one another beyond that no two share a site (no repulsion of ions, no change of an ion
 * into metal), metal has its bulk density up to the carbon surface and the wetting of a flat sheet at rest (no frustration of narrow widths,
 * no entropy of films, no necks), and there is no hysteresis.
 */
import { massOfFrame } from '../core/frame.ts';
import { measured } from '../core/statistics.ts';
import { boltzmann, capacityPerGuest, joulePerM2 } from '../core/units.ts';
import type { EmptyHost, LadderTrajectory } from '../trajectory/series.ts';
import { wallDimensionDoubt } from './pore-walls.ts';
import { combineReplicas, type Quantity, unavailable } from './replicas.ts';

/** How the curve without simulation is made, in a few sentences. */
export const estimateDefinition =
  'Without simulation, from the empty host: sites found by Widom insertion of a lone guest, no two nearer than neighbours in the metal, fill by ' +
  '1/(1 + exp(β(ε − μ))); void wide enough for two atomic planes fills with metal of bulk density at the voltage of the capillary law, 2m(W − γ)Ω/D, m = 1 in ' +
  'slits, 2 in cylinders, 3 in spheres as the walls are found; of sites and metal in void of one size the one with the lower grand potential is taken. Left out: ' +
  'forces between guests on sites, ions that become metal, films whose width does not fit, their entropy at temperature, necks, hysteresis.';

/** Guests in the box at one voltage. */
export interface Filling {
  /** on sites, and as metal in pores */
  readonly sites: number;
  readonly metal: number;
}

export interface EstimatePoint {
  /** V vs the bulk metal of the guest */
  readonly voltage: number;
  /** mAh per gram of host, and the parts it is made of */
  readonly capacity: Quantity;
  readonly sites: Quantity;
  readonly metal: Quantity;
}

export interface ThermodynamicEstimate {
  /** mAh/g at the cut of the slope, and at 0 V */
  readonly slope: Quantity;
  readonly total: Quantity;
  /** part of the total that is metal, mAh/g */
  readonly metal: Quantity;
  /** mean of the capillary law over the metal, V */
  readonly fillingVoltage: Quantity;
  /** m of the walls */
  readonly wallDimension: Quantity;
  /** adhesion less surface energy, J/m² */
  readonly wetting: Quantity;
  readonly siteDistance: Quantity;
  /** room of a lone guest per site, Å³ */
  readonly siteVolume: Quantity;
  /** least diameter of void with metal, Å */
  readonly thinnest: Quantity;
  /** sites by the voltage at which they are half full: capacity of those between `from` and `to`, V */
  readonly distribution: readonly { readonly from: number; readonly to: number; readonly capacity: Quantity }[];
  /** falling voltage */
  readonly points: readonly EstimatePoint[];
}

/**
 * Guests on sites that hold one each and know nothing of one another (Langmuir's isotherm, a Fermi function of the site's free energy).
 *
 *   ⟨N⟩ = Σ_s z K_s / (1 + z K_s),    K_s = ∫_s exp(−βU) dV;    z → 0: ⟨N⟩ = z ∫ exp(−βU) dV, without a host zV;    z → ∞: one a site
 *
 * @param lnIntegrals  [S] ln K_s, Å³
 * @param lnActivity   ln z, Å⁻³
 * @oracle test/unit/thermodynamic-estimate.test.ts (ideal gas, one site), test/statistical/insertion.test.ts (chain at low activity)
 */
export function siteFilling(lnIntegrals: ArrayLike<number>, lnActivity: number): number {
  let sum = 0;
  for (let s = 0; s < lnIntegrals.length; s++) sum += 1 / (1 + Math.exp(-(lnIntegrals[s]! + lnActivity)));
  return sum;
}

/**
 * Voltage at which metal fills a pore of diameter D: what carbon gives for its surface less what the metal costs, per atom.
 *
 *   eV = (W − γ) Ω S/V = 2m (W − γ) Ω / D
 *
 * @param wetting     W − γ, eV/Å²
 * @param atomVolume  Ω, Å³
 * @param diameter    between carbon surfaces, Å
 * @param dimension   m: 1 slit, 2 cylinder, 3 sphere
 */
export function capillaryVoltage(wetting: number, atomVolume: number, diameter: number, dimension: number): number {
  return (2 * dimension * wetting * atomVolume) / diameter;
}

/**
 * Filling of one empty host at each voltage. Void of one class of sizes holds either guests on sites or metal, whichever has the lower grand potential:
 *
 *   ln Ξ = Σ_classes max( Σ_s ln(1 + z K_s),  M β(eV_cap − eV) ),   M = V_class/Ω,     ⟨N⟩ = ∂ ln Ξ / ∂ ln z
 *
 * A sum of maxima of convex functions is convex, so N never falls with the voltage; it is bounded by sites outside of pores plus, class by
 * class, the larger of sites and metal.
 *
 * @param temperature  K
 * @returns            in the order of the voltages
 */
export function estimatedFilling(host: EmptyHost, temperature: number, voltages: readonly number[]): Filling[] {
  const kT = boltzmann * temperature;
  const { outside, classes } = byClass(host);
  return voltages.map((voltage) => {
    const lnZ = host.lnActivity - voltage / kT;
    let sites = siteFilling(outside, lnZ);
    let metal = 0;
    for (const { integrals, atoms, filledAt } of classes) {
      const lnSites = integrals.reduce((sum, lnK) => sum + softplus(lnK + lnZ), 0);
      if ((atoms * (filledAt - voltage)) / kT > lnSites) metal += atoms;
      else sites += siteFilling(integrals, lnZ);
    }
    return { sites, metal };
  });
}

/** ln(1 + eˣ) */
function softplus(x: number): number {
  return x > 30 ? x : Math.log1p(Math.exp(x));
}

interface PoreClass {
  /** ln K of its sites */
  readonly integrals: readonly number[];
  readonly atoms: number;
  /** V; −∞ where nothing is known of the metal on carbon */
  readonly filledAt: number;
}

/** Sites by the class of void that they lie in; those in narrower void, in galleries and at edges, are outside. */
function byClass(host: EmptyHost): { readonly outside: readonly number[]; readonly classes: readonly PoreClass[] } {
  const { lnSiteIntegrals, siteSizes, thinnest, poreSizes, poreVolumes, wallDimension, wetting, atomVolume } = host;
  const outside: number[] = [];
  const inside = Array.from(poreSizes, (): number[] => []);
  lnSiteIntegrals.forEach((lnK, s) => {
    const size = siteSizes[s]!;
    if (size < thinnest || poreSizes.length === 0) outside.push(lnK);
    else inside[nearest(poreSizes, size)]!.push(lnK);
  });
  const classes = inside.map((integrals, k) => ({
    integrals,
    atoms: poreVolumes[k]! / atomVolume,
    filledAt:
      wetting === null || wallDimension === null
        ? Number.NEGATIVE_INFINITY
        : capillaryVoltage(wetting, atomVolume, poreSizes[k]!, wallDimension),
  }));
  return { outside, classes };
}

/** Index of the value of an ascending list that is nearest. */
function nearest(values: Float64Array, x: number): number {
  let best = 0;
  for (let k = 1; k < values.length; k++) if (Math.abs(values[k]! - x) < Math.abs(values[best]! - x)) best = k;
  return best;
}

/** Ends of the distribution of sites and width of its bins, V: sites beyond count in the outermost. */
const distributionEnds = [-1, 3] as const;
const distributionStep = 0.1;
/** Between the points of the curve, V. */
const pointStep = 0.01;
/** mAh/g: the capillary law says nothing of so little metal */
const leastMetal = 1e-6;

/**
 * The curve without simulation, mean over the replicas with their scatter as error.
 *
 * @param slopeCut  V
 * @param range     V, highest and lowest voltage of the curve; 0 V and the cut are among its points where it holds them
 * @returns         undefined where no replica was looked at
 */
export function thermodynamicEstimate(
  trajectories: readonly LadderTrajectory[],
  slopeCut: number,
  range: readonly [number, number],
): ThermodynamicEstimate | undefined {
  const hosts = trajectories.flatMap(({ empty, host, temperature }) =>
    empty ? [{ empty, temperature, perGuest: capacityPerGuest / massOfFrame(host) }] : [],
  );
  if (hosts.length === 0 || hosts.length < trajectories.length) return undefined;
  const steps = Math.round((range[0] - range[1]) / pointStep);
  const grid = Array.from({ length: steps + 1 }, (_, k) => Number((range[0] - k * pointStep).toFixed(6)));
  const asked = [slopeCut, 0];
  const voltages = [...new Set([...grid, ...asked.filter((v) => v <= range[0] && v >= range[1])])].sort(
    (a, b) => b - a,
  );
  const all = [...voltages, ...asked];
  const fillings = hosts.map(({ empty, temperature }) => estimatedFilling(empty, temperature, all));
  const over = (of: (filling: Filling) => number, k: number): Quantity =>
    combineReplicas(
      hosts.map(({ perGuest }, r) => ({ value: perGuest * of(fillings[r]![k]!), error: null })),
      'mAh/g',
    );
  const whole = ({ sites, metal }: Filling): number => sites + metal;
  // `doubt`: of a single value, as a share of it over m
  const perHost = (of: (empty: EmptyHost) => number | null, unit: string, note: string, doubt?: number): Quantity => {
    const values = hosts.map(({ empty }) => of(empty));
    if (!values.every((value) => value !== null)) return unavailable(unit, note);
    const errorOf = (value: number, r: number) =>
      doubt === undefined ? null : (Math.abs(value) * doubt) / (hosts[r]!.empty.wallDimension ?? 1);
    return combineReplicas(
      values.map((value, r) => ({ value, error: errorOf(value, r) })),
      unit,
    );
  };
  const noPores = 'a structure has no void wide enough for two planes of metal';
  const { siteDistance, thinnest } = hosts[0]!.empty;
  return {
    slope: over(whole, voltages.length),
    total: over(whole, voltages.length + 1),
    metal: over(({ metal }) => metal, voltages.length + 1),
    fillingVoltage: perHost(meanFilling, 'V', noPores, wallDimensionDoubt),
    wallDimension: perHost(({ wallDimension }) => wallDimension, '1', noPores, wallDimensionDoubt),
    wetting: perHost(
      ({ wetting }) => (wetting === null ? null : wetting * joulePerM2),
      'J/m²',
      'the model has no film of its metal on carbon',
    ),
    siteDistance: measured(siteDistance, null, 'Å'),
    siteVolume: perHost(({ siteVolume }) => siteVolume, 'Å³', ''),
    thinnest: measured(thinnest, null, 'Å'),
    distribution: distributionOf(hosts),
    points: voltages.map((voltage, k) => ({
      voltage,
      capacity: over(whole, k),
      sites: over(({ sites }) => sites, k),
      metal: over(({ metal }) => metal, k),
    })),
  };
}

/** Mean of the capillary law over the volume of the pores, V. */
function meanFilling({ wetting, wallDimension, atomVolume, poreSizes, poreVolumes }: EmptyHost): number | null {
  if (wetting === null || wallDimension === null) return null;
  let [volume, sum] = [0, 0];
  poreVolumes.forEach((own, k) => {
    volume += own;
    sum += own * capillaryVoltage(wetting, atomVolume, poreSizes[k]!, wallDimension);
  });
  return volume > leastMetal ? sum / volume : null;
}

/** Capacity of sites by the voltage of half filling, e V = kT (ln z₀ + ln K). */
function distributionOf(
  hosts: readonly { readonly empty: EmptyHost; readonly temperature: number; readonly perGuest: number }[],
): ThermodynamicEstimate['distribution'] {
  const [low, high] = distributionEnds;
  const bins = Math.round((high - low) / distributionStep);
  const counts = hosts.map(({ empty, temperature, perGuest }) => {
    const own = new Float64Array(bins);
    for (const lnK of empty.lnSiteIntegrals) {
      const half = boltzmann * temperature * (empty.lnActivity + lnK);
      own[Math.max(0, Math.min(bins - 1, Math.floor((half - low) / distributionStep)))]! += perGuest;
    }
    return own;
  });
  const edge = (k: number): number => Number((low + k * distributionStep).toFixed(6));
  return Array.from({ length: bins }, (_, k) => ({
    from: edge(k),
    to: edge(k + 1),
    capacity: combineReplicas(
      counts.map((own) => ({ value: own[k]!, error: null })),
      'mAh/g',
    ),
  }));
}
