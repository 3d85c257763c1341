/**
 * Pore by pore: how the number of guests in every pore of a carbon is distributed, by cooling at fixed N, flat histograms or a gauge
 * cell. Filling a pore is a first-order transition that a ladder passes late on both branches.
 *
 * One pore is sampled at a time, with the guests everywhere else held where the ladder left them at the end of the slope: once as discharge left
 * them (all others empty) and once as charge did (all others full). The two may differ by tens of mV, and say in which order pores fill. Then
 * each is sampled in its turn: those before it full, those after it empty. Whatever the order, the work of filling all of them is the same.
 */
import { fillingOrder } from '../analysis/pore-order.ts';
import { type PoreRegions, poreRegions } from '../analysis/pore-regions.ts';
import type { Frame } from '../core/frame.ts';
import { type ExchangeSums, sumsOf } from '../core/macrostates.ts';
import type { ChainSetup } from '../engine/chain.ts';
import { cooledMacrostates, coolingStreams } from '../engine/cooling.ts';
import { FlatHistogram } from '../engine/flat-histogram.ts';
import { GaugeWalk } from '../engine/gauge-walk.ts';
import { lnActivityAt } from '../engine/reservoir.ts';
import {
  type Background,
  type Branch,
  type LadderPoint,
  type PoreFilling,
  type PoreMacrostates,
  wholeHost,
} from '../trajectory/series.ts';
import { chainMaker } from './backend.ts';
import { curveBegin, fewest, fullEnd, slopeEnd } from './ladder-ends.ts';
import { Backgrounds } from './pore-backgrounds.ts';
import { confined, type Divided, outsideCounts, PoreMap } from './pore-map.ts';
import type { ReplicaEvent, ReplicaTask } from './replica.ts';
import { decodePore, encodePore, type SampledPore } from './saved.ts';

export interface FillingRun {
  readonly task: ReplicaTask;
  readonly host: Frame;
  /** of the ladder's chain */
  readonly setup: ChainSetup;
  /** the finished ladder */
  readonly points: readonly LadderPoint[];
  readonly displacement: number;
  readonly emit: (event: ReplicaEvent) => void;
  readonly stopped: () => boolean;
}

/** Fewer guests than this where the carbon is full are no pore: they count with what lies outside. */
const fewestGuests = 8;
/** Sums belong to this voltage: inside the plateau of a hard carbon. */
const referenceVoltage = 0.05;
/** Streams of the random numbers: those of pores are far from those of ladders. */
const poreStreams = 1 << 20;
/** Those of the chains of one pore among them: apart by more than there are replicas. */
const coolingSeparation = 1 << 10;

/** What surrounds a pore while it is sampled, in the order of streams. */
const backgrounds: readonly Background[] = ['discharge', 'charge', 'equilibrium'];
/** Those of its backgrounds, and that of what is between pores. */
const streamsPerPore = 4;
/** Samplings of a pore with each of the two backgrounds that its turn follows from. */
const bracketLoops = 1;

/**
 * Samples every pore, or the whole carbon at once, or reads back what an earlier run has sampled.
 *
 * @returns undefined when stopped on the way
 */
export async function fillPores(run: FillingRun): Promise<PoreFilling | undefined> {
  const { over, probe, loops, voltages } = run.task.spec.equilibrium;
  if (over === 'whole') {
    const pores = await sampleParts(run, [wholeCarbon(run)], { loops, from: 0, to: 1 });
    return pores && { pores, outside: [], small: 0 };
  }
  const regions = poreRegions(run.host, probe);
  const map = new PoreMap(run.setup, regions);
  const found = poresOf(run, regions, map);
  const sampled = new Set(found.map(({ pore }) => pore));
  // one alone has no neighbours that come before it or after it
  const share = found.length > 1 ? (2 * bracketLoops) / (2 * bracketLoops + loops) : 0;
  const bracket =
    found.length > 1
      ? await sampleParts(
          run,
          found.flatMap((one) =>
            (['discharge', 'charge'] as const).map((branch) => partOf(run, one, branch, () => one.divided(branch))),
          ),
          { loops: bracketLoops, from: 0, to: share },
        )
      : [];
  if (!bracket) return undefined;
  const turns = fillingOrder(bracket, Math.min(0, voltages.at(-1)!), run.task.metal.temperature);
  const surrounding = new Backgrounds(run, map, sampled, lnActivityAt(run.task.metal, referenceVoltage));
  const parts = found.map((one) => {
    const before = new Set(turns.slice(0, Math.max(0, turns.indexOf(one.pore))));
    const stream = streamOf(run, one.pore, streamsPerPore - 1);
    return partOf(run, one, 'equilibrium', () => surrounding.of(one.pore, before, stream));
  });
  const pores = await sampleParts(run, parts, { loops, from: share, to: 1 });
  if (!pores) return undefined;
  return {
    pores: [...bracket, ...pores],
    outside: outsideCounts(run.points, map, sampled),
    small: regions.pores.length - sampled.size,
  };
}

/** What is sampled by itself: a pore with one background, or the whole carbon. */
interface Part {
  /** of the file that keeps it */
  readonly name: string;
  readonly about: Omit<PoreMacrostates, 'voltage' | keyof SampledPore>;
  /** guests in it where the carbon is full */
  readonly fullest: number;
  /** first stream of its random numbers */
  readonly stream: number;
  /** made when its turn comes: a mask of voxels for each of many pores of a large box would be too much at once */
  readonly start: () => PartStart;
}

interface PartStart {
  /** [voxels] 1 where its guests may be */
  readonly mask: Uint8Array;
  /** [N, 4] guests to begin with, and those that are held, Å */
  readonly inside: Float64Array;
  readonly outside: Float64Array;
  readonly least: number;
}

/** How often each part is sampled, and which share of the whole work that is. */
interface Round {
  readonly loops: number;
  readonly from: number;
  readonly to: number;
}

/** Samples one part after the other; undefined when stopped on the way. */
async function sampleParts(
  run: FillingRun,
  parts: readonly Part[],
  { loops, from, to }: Round,
): Promise<PoreMacrostates[] | undefined> {
  const { task, emit } = run;
  const total = parts.reduce((sum, { fullest }) => sum + fullest, 0);
  const pores: PoreMacrostates[] = [];
  let done = 0;
  for (const part of parts) {
    const { name, fullest, about } = part;
    const kept = task.saved?.files.get(name);
    const share = (n: number): number => from + ((to - from) * (done + n)) / total;
    const sampled = kept ? decodePore(kept, name) : await samplePart(run, part, loops, share);
    if (!sampled) return undefined;
    if (!kept) emit({ type: 'save', replica: task.replica, name, bytes: encodePore(sampled) });
    pores.push({ ...about, voltage: referenceVoltage, ...sampled });
    done += fullest;
  }
  return pores;
}

/** A pore that takes more than a few guests. */
interface Pore {
  readonly pore: number;
  readonly about: Omit<Part['about'], 'background'>;
  readonly fullest: number;
  readonly startWith: (rows: Divided) => PartStart;
  /** as a branch left it and what is around it at the end of the slope */
  readonly divided: (branch: Branch) => Divided;
}

function poresOf({ points, task }: FillingRun, regions: PoreRegions, map: PoreMap): Pore[] {
  const { analysis, equilibrium } = task.spec;
  const end = fullEnd(points, equilibrium.voltages.at(-1)!);
  const beginning = curveBegin(points, equilibrium.voltages[0]!);
  return regions.pores.flatMap(({ centre, diameter, volume }, pore): Pore[] => {
    const countsOf = ({ snapshots }: LadderPoint) =>
      snapshots.map((frame) => map.divide(frame.rows, pore).inside.length / 4);
    const fullest = Math.max(...countsOf(end));
    if (fullest < fewestGuests) return [];
    return [
      {
        ...{ pore, fullest, about: { pore, centre, diameter, volume } },
        divided: (branch) => map.divide(slopeEnd(points, branch, analysis.slopeCut), pore),
        startWith: ({ inside, outside }) => {
          const least = fewest([inside.length / 4, ...beginning.flatMap(countsOf)]);
          return { mask: map.mask(pore), inside, outside, least };
        },
      },
    ];
  });
}

const streamOf = ({ task }: FillingRun, pore: number, k: number): number =>
  poreStreams * (1 + pore * streamsPerPore + k) + task.replica;

/** A pore, with what is in it and around it made when its turn comes. */
function partOf(
  run: FillingRun,
  { pore, about, fullest, startWith }: Pore,
  background: Background,
  divided: () => Divided,
): Part {
  return {
    name: `pore-${String(pore).padStart(3, '0')}-${background}`,
    about: { ...about, background },
    fullest,
    stream: streamOf(run, pore, backgrounds.indexOf(background)),
    start: () => startWith(divided()),
  };
}

/** All of the carbon at once. */
function wholeCarbon({ points, setup, task }: FillingRun): Part {
  const { analysis, equilibrium } = task.spec;
  const end = fullEnd(points, equilibrium.voltages.at(-1)!);
  return {
    name: 'whole',
    about: { pore: wholeHost, centre: [0, 0, 0], diameter: 0, volume: 0, background: 'discharge' },
    fullest: Math.max(...end.snapshots.map(({ rows }) => rows.length / 4)),
    stream: poreStreams + task.replica,
    start: () => {
      const inside = slopeEnd(points, 'discharge', analysis.slopeCut);
      const counts = curveBegin(points, equilibrium.voltages[0]!).flatMap((point) => Array.from(point.counts));
      return {
        mask: new Uint8Array(setup.grid.levels.length).fill(1),
        ...{ inside, outside: new Float64Array(), least: fewest([inside.length / 4, ...counts]) },
      };
    },
  };
}

async function samplePart(
  { task, setup, displacement, emit, stopped }: FillingRun,
  { start, fullest, stream, about: { pore } }: Part,
  loops: number,
  share: (guests: number) => number,
): Promise<SampledPore | undefined> {
  const { by, perStep, cooled } = task.spec.equilibrium;
  const { mask, inside, outside, least } = start();
  const ofPore: ChainSetup = {
    ...confined(setup, mask),
    guests: inside,
    fixed: outside,
    // inside one pore most exchanges go to the surface of its cluster, so that moving within it pays
    moves: { displace: 0.3, exchange: 0.6, teleport: 0.1 },
    stream,
  };
  const make = chainMaker(task.spec);
  const most = Math.max(fullest + 1, inside.length / 4, least + 1);
  const lnActivity = lnActivityAt(task.metal, referenceVoltage);
  const range = { least, most, loops, perStep };
  const sampling =
    by === 'cooling'
      ? byCooling(ofPore, { ...range, cooled, make, displacement, lnActivity, seed: task.spec.seed })
      : byWalking(ofPore, { ...range, make, displacement, lnActivity, by });
  let step = sampling.next();
  for (; !step.done; step = sampling.next()) {
    if (stopped()) return undefined;
    const { n, done, trials } = step.value;
    emit({ type: 'filling', replica: task.replica, pore, guests: n, share: share(fullest * done), trials });
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  return step.value;
}

interface Sampling {
  readonly make: ReturnType<typeof chainMaker>;
  readonly displacement: number;
  readonly lnActivity: number;
  readonly least: number;
  readonly most: number;
  readonly loops: number;
  readonly perStep: number;
}

/** Guests now, the share that is done, and trials so far. */
interface PoreStep {
  readonly n: number;
  readonly done: number;
  readonly trials: number;
}

/** Up and down through all N at the temperature of the study. */
function* byWalking(
  setup: ChainSetup,
  {
    make,
    displacement,
    lnActivity,
    least,
    most,
    loops,
    perStep,
    by,
  }: Sampling & { readonly by: 'histogram' | 'gauge' },
): Generator<PoreStep, SampledPore> {
  const chain = make(setup);
  chain.lnActivity = lnActivity;
  chain.displacement = displacement;
  const walk = new { histogram: FlatHistogram, gauge: GaugeWalk }[by](chain, { least, most, blocks: loops });
  for (let loop = 0; loop <= loops; loop++) {
    // the first loop warms up
    for (const { n, up } of walk.loop(loop === 0 ? null : loop - 1, perStep)) {
      const way = (up ? n - least : 2 * most - least - n) / (2 * (most - least));
      yield { n, done: (loop + way) / (loops + 1), trials: walk.trials };
    }
  }
  const blocks = walk.blocks.map(({ least, up, down, triedUp, triedDown }) => ({
    least,
    up,
    down,
    triedUp,
    triedDown,
  }));
  return { blocks, roundTrips: walk.roundTrips, trials: walk.trials };
}

/** Cooled at fixed N, upwards and downwards in turn. */
function* byCooling(
  setup: ChainSetup,
  { make, loops, seed, ...range }: Sampling & { readonly cooled: number; readonly seed: string | number },
): Generator<PoreStep, SampledPore> {
  const blocks: ExchangeSums[] = [];
  let [trials, roundTrips] = [0, 0];
  for (let loop = 0; loop < loops; loop++) {
    const streams = coolingSeparation * (1 + loop * coolingStreams);
    const cooling = cooledMacrostates({
      ...range,
      make: ({ k, ...start }) => make({ ...setup, ...start, stream: setup.stream + streams + coolingSeparation * k }),
      temperature: setup.temperature,
      guests: setup.guests!,
      way: loop % 2 === 0 ? 'up' : 'down',
      seed: `${seed} ${setup.stream + streams}`,
    });
    let step = cooling.next();
    for (; !step.done; step = cooling.next()) {
      yield { n: step.value.n, done: (loop + step.value.share) / loops, trials: trials + step.value.trials };
    }
    trials += step.value.trials;
    roundTrips += step.value.roundTrips;
    blocks.push(sumsOf(step.value.lnPi, step.value.least, range.least, range.most));
  }
  return { blocks, roundTrips, trials };
}
