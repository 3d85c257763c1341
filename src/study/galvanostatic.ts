/**
 * The galvanostatic branches of one replica: N is driven through the carbon by a gauge cell, an ideal gas of few guests in a box of its
 * own that exchanges with it, and the voltage follows. Up from where the ladder ended to what it held at 0 V on charge, and back.
 *
 *   z_N = (N_t − N)/V_g    aimed so that the cell holds `gauge` guests where N is what was asked
 *
 * At every state of charge ln z comes from the exchanges themselves, which know what they would cost undriven (engine/drive.ts):
 *
 *   ln z(N → N+1) = ln z_ref − ln{[up(N)/triedUp(N)] / [down(N+1)/triedDown(N+1)]},   averaged over the N that were visited
 *
 * so nothing depends on how large the cell is, but how far N strays.
 *
 * @cite Neimark & Vishnyakov, Phys. Rev. E 62, 4611 (2000) doi:10.1103/PhysRevE.62.4611
 */
import { type Frame, massOfFrame } from '../core/frame.ts';
import { jackknifeOver } from '../core/macrostates.ts';
import { boltzmann, capacityPerGuest } from '../core/units.ts';
import type { Chain, ChainSetup } from '../engine/chain.ts';
import { type Drive, gaugeDrive, type Transitions } from '../engine/drive.ts';
import { lnActivityAt } from '../engine/reservoir.ts';
import type { Branch, GaugePoint } from '../trajectory/series.ts';
import { chainMaker } from './backend.ts';
import type { ReplicaEvent, ReplicaTask } from './replica.ts';
import { decodeGauge, encodeGauge } from './saved.ts';

export interface GaugeRun {
  readonly task: ReplicaTask;
  readonly host: Frame;
  readonly setup: ChainSetup;
  /** the ladder's chain where it ended */
  readonly chain: Chain;
  /** guests of the full carbon: the branch up ends there */
  readonly full: number;
  readonly emit: (event: ReplicaEvent) => void;
  readonly stopped: () => boolean;
}

/** Production is divided into so many blocks, each a voltage of its own. */
const blocks = 8;
/** Equilibration is divided into so many parts, each with a look at where N is. */
const parts = 10;
/** Parts after which N is taken to be where it will ever be. */
const mostParts = 40;
/** Share of the way to the target that a correction of ln z should take N, were the carbon as soft as the cell. */
const aim = 0.5;
/** First change of ln z where N is too far from what was asked. */
const firstPush = 0.5;
const largestPush = 1.5;
/** Trials between two looks at whether to stop. */
const slice = 20_000;

const fileOf = (index: number): string => `gauge-${String(index).padStart(3, '0')}`;

/** @returns undefined when stopped on the way */
export async function driveCharge(run: GaugeRun): Promise<readonly GaugePoint[] | undefined> {
  const { task, host, setup, emit } = run;
  const { step } = task.spec.galvanostatic;
  const perGuest = capacityPerGuest / massOfFrame(host);
  const points: GaugePoint[] = [];
  let { chain } = run;
  for (let bytes = task.saved?.files.get(fileOf(0)); bytes; bytes = task.saved?.files.get(fileOf(points.length))) {
    const { point, chain: state } = decodeGauge(bytes, fileOf(points.length));
    points.push(point);
    // the last one says where the chain stands
    if (!task.saved?.files.has(fileOf(points.length))) chain = chainMaker(task.spec)({ ...setup, state });
  }
  const first = Math.ceil((run.chain.count * perGuest) / step + 1e-9);
  const last = Math.max(first, Math.floor((run.full * perGuest) / step + 1e-9));
  for (;;) {
    const next = nextState(points, { first, last, step });
    if (!next) return points;
    const point = await holdCharge(run, chain, next, perGuest, points.at(-1));
    if (!point) return undefined;
    emit({
      type: 'save',
      replica: task.replica,
      name: fileOf(points.length),
      bytes: encodeGauge({ point, chain: chain.save() }),
    });
    points.push(point);
  }
}

interface ChargeState {
  readonly branch: Branch;
  /** mAh/g */
  readonly capacity: number;
}

/** Up in equal steps from the first state to the last, then down through the same ones; undefined when all is done. */
function nextState(
  points: readonly GaugePoint[],
  { first, last, step }: { first: number; last: number; step: number },
): ChargeState | undefined {
  const before = points.at(-1);
  if (!before) return { branch: 'discharge', capacity: first * step };
  const at = Math.round(before.capacity / step);
  if (before.branch === 'discharge' && at < last) return { branch: 'discharge', capacity: (at + 1) * step };
  return at > first ? { branch: 'charge', capacity: (at - 1) * step } : undefined;
}

/** Brings N near what was asked and measures the voltage there. */
async function holdCharge(
  { task, emit, stopped }: GaugeRun,
  chain: Chain,
  { branch, capacity }: ChargeState,
  perGuest: number,
  before: GaugePoint | undefined,
): Promise<GaugePoint | undefined> {
  const { gauge, equilibration, production } = task.spec.galvanostatic;
  const target = Math.max(1, Math.round(capacity / perGuest));
  let lnActivity = before ? lnActivityAt(task.metal, before.voltage.value) : lnActivityAt(task.metal, 1);
  const begin = chain.trial;
  const drive = (): void => chain.drive(cellFor(target, chain.count, gauge, lnActivity));
  const advance = async (trials: number): Promise<boolean> => {
    for (let left = trials; left > 0; left -= slice) {
      chain.advance(Math.min(slice, left));
      emit({ type: 'gauge', replica: task.replica, branch, capacity, guests: chain.count, trials: chain.trial });
      await new Promise((resolve) => setTimeout(resolve, 0));
      if (stopped()) return false;
    }
    return true;
  };
  // near the target ln z is corrected by how far N is off; far from it it is pushed, harder as long as that does not help
  let push = firstPush;
  for (let near = 0, k = 0; near < parts && k < mostParts; k++) {
    drive();
    if (!(await advance(Math.ceil(equilibration / parts)))) return undefined;
    const off = target - chain.count;
    chain.takeTransitions();
    if (Math.abs(off) <= 0.25 * gauge) {
      near++;
      lnActivity += (aim * off) / gauge;
      push = firstPush;
    } else {
      const harder = Math.sign(off) === Math.sign(push) ? 1.3 * Math.abs(push) : 0.5 * firstPush;
      push = Math.sign(off) * Math.min(harder, largestPush);
      lnActivity += push;
    }
  }
  chain.refresh();
  drive();
  // sums belong to the activity that N is held at: elsewhere they would hang on configurations that are hardly ever visited
  chain.lnActivity = lnActivity;
  const sums: Transitions[] = [];
  for (let b = 0; b < blocks; b++) {
    if (!(await advance(production / blocks))) return undefined;
    sums.push(chain.takeTransitions()!);
  }
  chain.drive(null);
  const found = jackknifeOver(sums, (some) => lnActivityOf(some, lnActivity));
  const kT = boltzmann * task.spec.temperature;
  return {
    branch,
    capacity,
    target,
    guests: jackknifeOver(sums, meanCount),
    voltage: { value: kT * (task.metal.lnActivity - found.value), error: found.error && kT * found.error },
    trials: chain.trial - begin,
  };
}

/**
 * Gauge cell of the given activity where N is the target; N_t leaves it `gauge` guests there, or where N is now if that is more. N that
 * has come within `gauge` of the target stays there: else a pore that wants to be empty or full would be.
 */
function cellFor(target: number, count: number, gauge: number, lnActivity: number): Drive {
  const total = Math.max(target, count) + gauge;
  const cell = gaugeDrive(total, (total - target) / Math.exp(lnActivity));
  const least = Math.max(0, Math.min(count, target - gauge));
  const most = Math.max(count, target + gauge);
  return { least, most, lnActivity: cell.lnActivity.slice(least, most) };
}

/** ln z averaged over the N visited; where no step was seen from both sides, the activity that N was held at. */
function lnActivityOf(blocks: readonly Transitions[], held: number): number {
  const total = (name: Exclude<keyof Transitions, 'least'>, k: number): number =>
    blocks.reduce((sum, block) => sum + block[name][k]!, 0);
  let [sum, weight] = [0, 0];
  for (let k = 0; k + 1 < blocks[0]!.up.length; k++) {
    const [up, down] = [total('up', k), total('down', k + 1)];
    if (up === 0 || down === 0) continue;
    const own = total('visits', k) + total('visits', k + 1);
    sum += own * (held - Math.log(up / total('triedUp', k) / (down / total('triedDown', k + 1))));
    weight += own;
  }
  return weight > 0 ? sum / weight : held;
}

function meanCount(blocks: readonly Transitions[]): number {
  let [sum, weight] = [0, 0];
  for (const { least, visits } of blocks) {
    for (const [k, v] of visits.entries()) [sum, weight] = [sum + v * (least + k), weight + v];
  }
  return sum / weight;
}
