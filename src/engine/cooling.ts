/**
 * ln Π(N) of guests that condense, by way of heat.
 *
 * At room temperature a handful of ions in a pore and a cluster of as many atoms are two states with a barrier between them that no chain at
 * fixed N crosses: driven up, the ions live on to fifteen guests and more; driven down, the cluster to five. A layer that is filled guest
 * by guest is not at rest either: its vacancies and edges lag behind. ln Π(N) by such ways is wrong by tens of kT, both ways and
 * their mean. Hot enough none of this is so. So N goes up and down where it is hot, and is cooled at a number of fixed N:
 *
 *   ln Π(N) = N ln z + f(N, β_h) + D(N) + const,   f = ln Z/N! by a flat histogram at β_h,   D(N) = ln Z(N, β)/Z(N, β_h)
 *
 * At each N chains at a ladder of temperatures trade them (replica exchange), so that the cold ones are renewed from the hot end. D is the
 * sum over neighbours of Bennett's acceptance ratio:
 *
 *   Σ_a 1/(1 + e^{Δβ U − ΔF}) = Σ_b 1/(1 + e^{ΔF − Δβ U}),   ΔF = −ln Z_b/Z_a, as many samples of a as of b
 *
 * It is nearly −Δβ U(N), smooth in N where ln N! is not: a spline through it gives the N between. The N are gone through upwards or
 * downwards: what the ways differ in is what was not at rest.
 *
 * @cite Bennett, J. Comput. Phys. 22, 245 (1976) doi:10.1016/0021-9991(76)90078-4; Swendsen & Wang, Phys. Rev. Lett. 57, 2607 (1986)
 *       doi:10.1103/PhysRevLett.57.2607 (replica exchange)
 * @oracle test/statistical/cooling.test.ts (an ideal gas; Lennard-Jones atoms by a flat histogram at their own temperature)
 */
import { PhysicsError, SpecError } from '../core/errors.ts';
import { addSums, knownMacrostates } from '../core/macrostates.ts';
import { zeroOfRising } from '../core/minimum.ts';
import { naturalSpline } from '../core/spline.ts';
import { boltzmann } from '../core/units.ts';
import type { Chain, ChainSetup } from './chain.ts';
import type { ExchangeRung } from './exchange-ladder.ts';
import { FlatHistogram } from './flat-histogram.ts';
import { ReplicaExchange } from './replica-exchange.ts';

/** What one chain of a cooling begins with. */
export type CoolingStart = Required<Pick<ChainSetup, 'temperature' | 'guests' | 'moves'>> & { readonly k: number };

export interface CoolingRequest {
  /** a chain that differs in these from all others of its host; its stream is one of its own for every k < `coolingStreams` */
  readonly make: (start: CoolingStart) => Chain;
  /** K, where ln Π is wanted */
  readonly temperature: number;
  /** ln z (Å⁻³) that it belongs to */
  readonly lnActivity: number;
  /** half edge of the displacement cube at that temperature, Å */
  readonly displacement: number;
  /** [N, 4] guests to begin with, least ≤ N ≤ most */
  readonly guests: Float64Array;
  readonly least: number;
  readonly most: number;
  /** trials at each N of the hot histogram, each way; ten times as many at each temperature of a cooled N, more for more than forty guests */
  readonly perStep: number;
  /** at so many N, more than five: the first four, the last and some between */
  readonly cooled: number;
  /** which way the cooled N are gone through */
  readonly way: 'up' | 'down';
  /** of the random numbers that decide swaps */
  readonly seed: string | number;
}

/** Where the sampling stands. */
export interface CoolingProgress {
  /** guests now */
  readonly n: number;
  /** of the whole, 0 to 1 */
  readonly share: number;
  readonly trials: number;
}

export interface CooledMacrostates {
  /** first N that was reached */
  readonly least: number;
  /** [n] ln Π(N) at `lnActivity` from there on, zero at the first */
  readonly lnPi: Float64Array;
  /** N that were cooled, and the coldest guests of each in the end, [N, 4] Å */
  readonly cooled: readonly { readonly n: number; readonly guests: Float64Array }[];
  /** journeys of a chain from the hottest to the coldest rung and back, the fewest at any N */
  readonly roundTrips: number;
  readonly trials: number;
}

/** Streams of random numbers that one cooling may take, more than it has rungs. */
export const coolingStreams = 64;
/** Hot temperature over the wanted one: 1200 K for 300 K, where clusters of alkali atoms evaporate. */
const heat = 4;
/** Most that βU of neighbouring rungs may differ by, in its standard deviations. */
const reach = 1.3;
const fewestRungs = 6;
/** Ways up and down of the hot histogram that count; one before them does not. */
const hotLoops = 2;
/** Share of the rounds at an N that are equilibration. */
const settling = 0.3;
/** Trials at each temperature of a cooled N over those at one N of the hot histogram: the same for each guest, and never fewer than ten. */
const perRung = (n: number): number => Math.max(10, n / 4);
/** The hot histogram lives of exchanges; at fixed N they are wasted, and what finds a strong site or a cluster is a teleport. */
const hotMoves = { displace: 0.3, exchange: 0.5, teleport: 0.2 };
const coolMoves = { displace: 0.4, exchange: 0.05, teleport: 0.55 };
/** Trials of a chain between two swaps: two of each guest, and never fewer than this. */
const leastStride = 50;
/** The first few N, each cooled: among them dilute guests become a cluster. */
const single = 4;

/**
 * Samples a host or a pore of it; yields where it stands.
 *
 * @throws SpecError     guests to begin with outside of the limits; more guests than the ladder of temperatures has rungs for
 * @throws PhysicsError  N stays where it is even when hot
 */
export function* cooledMacrostates(request: CoolingRequest): Generator<CoolingProgress, CooledMacrostates> {
  const { make, temperature, lnActivity, displacement, guests, least, most, perStep, cooled } = request;
  const begin = guests.length / 4;
  if (!(most > least && begin >= least && begin <= most))
    throw new SpecError(`cooling needs least ≤ N ≤ most, got ${least} ≤ ${begin} ≤ ${most}`);
  if (!(cooled > single + 1)) throw new SpecError(`cooling needs more than ${single + 1} cooled N, got ${cooled}`);
  const temperatures = ladderOf(temperature, most);
  const sampled = stationsOf(least, most, cooled).reduce((sum, n) => sum + (n > 0 ? perRung(n) : 0), 0);
  const whole = perStep * (2 * (hotLoops + 1) * (most - least) + sampled * temperatures.length);
  const progress = (n: number, done: number): CoolingProgress => ({
    n,
    share: Math.min(1, done / whole),
    trials: done,
  });

  const hot = make({ temperature: temperatures[0]!, guests, moves: hotMoves, k: 0 });
  hot.displacement = displacement * Math.sqrt(heat);
  // of no consequence, but that about as much must be able to come as to leave
  hot.lnActivity = lnActivity / heat;
  const flat = new FlatHistogram(hot, { least, most, blocks: hotLoops });
  for (let loop = 0; loop <= hotLoops; loop++) {
    for (const { n } of flat.loop(loop === 0 ? null : loop - 1, perStep)) yield progress(n, flat.trials);
  }
  // what a site holds for good, or what never finds room, leaves a gap at an end
  const known = knownMacrostates(addSums(flat.blocks));
  const [first, last] = [known.least, known.least + known.lnPi.length - 1];
  if (first === last) {
    throw new PhysicsError(
      `hot guests (${temperatures[0]!.toFixed(0)} K) come and go nowhere from N = ${least} to ${most}; more trials per step are needed`,
    );
  }
  const stations = stationsOf(first, last, cooled);
  let { trials } = flat;

  const rows = hot.guestRows();
  const chains = temperatures.map((_, k): Chain => {
    const chain = k === 0 ? hot : make({ temperature: temperatures[0]!, guests: rows, moves: coolMoves, k });
    chain.displacement = hot.displacement;
    chain.lnActivity = hot.lnActivity;
    return chain;
  });
  const stride = Math.max(leastStride, 2 * most);
  const ladder = new ReplicaExchange(chains, {
    ...{ temperatures, seed: request.seed, stride },
    lnActivities: chains.map(() => hot.lnActivity),
  });
  const found = new Map<number, { readonly guests: Float64Array; readonly lnRatio: number }>();
  let roundTrips = Number.POSITIVE_INFINITY;
  for (const n of request.way === 'up' ? stations : stations.toReversed()) {
    for (const chain of chains) holdAt(chain, n);
    // without guests there is nothing to sample: the energy of what does not move
    const rounds = n === 0 ? 4 : Math.ceil((perRung(n) * perStep) / stride);
    const settled = Math.ceil(settling * rounds);
    for (let round = 0; round < rounds; round++) {
      if (round === settled) ladder.forget();
      ladder.round();
      trials += stride * chains.length;
      yield progress(n, trials);
    }
    if (n > 0) roundTrips = Math.min(roundTrips, ladder.roundTrips);
    found.set(n, { guests: ladder.chainOn(temperatures.length - 1).guestRows(), lnRatio: lnCooled(ladder.rungs) });
  }
  const knots = stations.map((n) => ({ n, ...found.get(n)! }));
  const cooling = naturalSpline(
    stations,
    knots.map(({ lnRatio }) => lnRatio),
  );
  const lnPi = known.lnPi.map((x, k) => x + k * (lnActivity - hot.lnActivity) + cooling(first + k) - cooling(first));
  return {
    least: first,
    lnPi,
    cooled: knots.map(({ n, guests: end }) => ({ n, guests: end })),
    roundTrips,
    trials,
  };
}

/** Temperatures from hot to the wanted one, K: βU of n guests has a variance of some 2n. */
function ladderOf(temperature: number, most: number): number[] {
  const steps = Math.ceil((Math.log(heat) * Math.sqrt(2 * most)) / reach);
  if (steps >= coolingStreams) {
    throw new SpecError(
      `cooling ${most} guests at once needs ${steps} temperatures, there are at most ${coolingStreams - 1}: sample pores one by one, or large ones by: histogram`,
    );
  }
  const rungs = Math.max(fewestRungs, steps);
  return Array.from({ length: rungs + 1 }, (_, k) => temperature * heat ** (1 - k / rungs));
}

/** N that are cooled: the first few, the last, and some between. */
function stationsOf(least: number, most: number, cooled: number): number[] {
  const stations = new Set<number>([least, most]);
  for (let n = least; n < Math.min(most, least + single); n++) stations.add(n);
  const stride = Math.max(1, (most - least - single) / (cooled - single));
  for (let n = least + single; n < most; n += stride) stations.add(Math.round(n));
  return [...stations].sort((a, b) => a - b);
}

/** ln of the partition function on the last rung over that on the first. */
function lnCooled(rungs: readonly ExchangeRung[]): number {
  const beta = (k: number): number => 1 / (boltzmann * rungs[k]!.temperature);
  const energies = rungs.map((rung) => Float64Array.from(rung.energies));
  return energies
    .slice(1)
    .reduce((sum, cold, k) => sum + lnPartitionRatio(energies[k]!, cold, beta(k + 1) - beta(k)), 0);
}

/**
 * ln Z_b/Z_a of one system at two temperatures, from potential energies at each (Bennett's acceptance ratio).
 *
 * @param a      energies at a, eV; as many as at b
 * @param slope  β_b − β_a, 1/eV
 */
export function lnPartitionRatio(a: Float64Array, b: Float64Array, slope: number): number {
  const fermi = (x: number): number => 1 / (1 + Math.exp(x));
  const excess = (free: number): number => {
    let sum = 0;
    for (const u of a) sum += fermi(slope * u - free);
    for (const u of b) sum -= fermi(free - slope * u);
    return sum;
  };
  // energies are far from zero: the search begins in their midst
  const middle = slope * a[a.length >> 1]!;
  return -(middle + zeroOfRising((x) => excess(middle + x)));
}

/** Takes N to n and holds it there: from now on the chain neither inserts nor deletes. */
function holdAt(chain: Chain, n: number): void {
  // more than any site binds at the lowest temperature, kT
  const strong = 1000;
  for (let patience = 2000; chain.count !== n; patience--) {
    if (patience === 0) throw new PhysicsError(`${n} guests find no place: ${chain.count} did`);
    const [least, most] = [Math.min(chain.count, n), Math.max(chain.count, n)];
    const way = Math.sign(n - chain.count) * strong;
    chain.drive({ least, most, lnActivity: new Float64Array(most - least).fill(chain.lnActivity + way) });
    chain.advance(100);
  }
  chain.drive({ least: n, most: n, lnActivity: new Float64Array() });
}
