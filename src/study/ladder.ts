/**
 * The potentiostatic ladder of one replica: voltage after voltage, each equilibrated and then sampled with everything fixed. It can be
 * stopped after any slice of trials, and goes on from what it saved with the same bits: when it saves does not touch the chain.
 */
import { PhysicsError } from '../core/errors.ts';
import { type Frame, massOfFrame } from '../core/frame.ts';
import { blockAverage, mean, measured } from '../core/statistics.ts';
import { capacityPerGuest } from '../core/units.ts';
import type { LadderChain, MoveName } from '../engine/chain.ts';
import { lnActivityAt } from '../engine/reservoir.ts';
import { type DensityLimit, squeezedGuests } from '../engine/validity.ts';
import type { Branch, LadderPoint, MoveCount } from '../trajectory/series.ts';
import type { ReplicaEvent, ReplicaTask } from './replica.ts';
import { decodePoint, encodePlace, encodePoint, type LadderPlace, pointName } from './saved.ts';
import type { StudySpec } from './spec.ts';

export interface LadderRun {
  readonly task: ReplicaTask;
  /** as the place left it, or new */
  readonly chain: LadderChain;
  readonly host: Frame;
  /** where an earlier run has stopped */
  readonly place: LadderPlace | undefined;
  /** wall time spent on the host, s */
  readonly build: number;
  readonly emit: (event: ReplicaEvent) => void;
  readonly stopped: () => boolean;
  /** of the guest's model, where it has one */
  readonly densityLimit?: DensityLimit | undefined;
}

export interface LadderResult {
  readonly points: readonly LadderPoint[];
  readonly stopped: boolean;
  readonly seconds: { readonly build: number; readonly sampling: number };
}

/** Energies are recomputed from positions after every voltage; the running sum may be off by this much, eV. */
const driftLimit = 1e-3;
/** Share of the guests that may be squeezed beyond the model's limit. */
const squeezedShare = 0.01;
/** Displacements are tuned to this acceptance while equilibrating. */
const displacementTarget = 0.35;
/** Trials between two looks at the clock. */
const slice = 20_000;
/** the same where a box is in domains: each slice begins with a sum over all guests */
const domainSlice = 1_000_000;
const ticksPerSecond = 4;
const defaultCheckpointEvery = 60;

interface Step {
  readonly branch: Branch;
  readonly voltage: number;
}

/**
 * Runs or goes on with a ladder.
 *
 * @throws PhysicsError  the running energy drifts from the recomputed one, or is not a number; guests are squeezed beyond the model
 */
export async function runLadder(run: LadderRun): Promise<LadderResult> {
  return await new Ladder(run).run();
}

class Ladder {
  readonly #run: LadderRun;
  readonly #spec: StudySpec;
  readonly #steps: readonly Step[];
  readonly #points: LadderPoint[] = [];
  readonly #begin = performance.now();
  readonly #before: LadderPlace['seconds'];
  readonly #trialsBefore: number;
  #acceptance = 0;
  #equilibrated = 0;
  #produced = 0;
  #counts: number[] = [];
  #energies: number[] = [];
  #snapshots: Frame[] = [];
  #nextTick = 0;
  #nextSave: number;

  constructor(run: LadderRun) {
    this.#run = run;
    const { task, place, build, chain } = run;
    this.#spec = task.spec;
    this.#steps = [
      ...task.spec.ladder.discharge.map((voltage) => ({ branch: 'discharge' as const, voltage })),
      ...task.spec.ladder.charge.map((voltage) => ({ branch: 'charge' as const, voltage })),
    ];
    this.#before = place?.seconds ?? { build, sampling: 0 };
    this.#trialsBefore = chain.trial;
    this.#nextSave = this.#begin + 1000 * (task.checkpointEvery ?? defaultCheckpointEvery);
    if (!place) return;
    for (let i = 0; i < place.index; i++)
      this.#points.push(decodePoint(task.saved!.files.get(pointName(i))!, pointName(i)));
    this.#acceptance = place.acceptance;
    this.#equilibrated = place.equilibrated;
    this.#produced = place.produced;
    this.#counts = [...place.counts];
    this.#energies = [...place.energies];
    this.#snapshots = [...place.snapshots];
  }

  async run(): Promise<LadderResult> {
    const { task, emit, host } = this.#run;
    const { replica } = task;
    let going = !this.#run.stopped();
    while (going && this.#points.length < this.#steps.length) {
      const step = this.#steps[this.#points.length]!;
      going = (await this.#equilibrate(step)) && (await this.#produce(step));
      if (!going) break;
      const point = this.#conclude(step);
      emit({ type: 'save', replica, name: pointName(this.#points.length), bytes: encodePoint(point) });
      this.#points.push(point);
      const capacity = measured((mean(point.counts) * capacityPerGuest) / massOfFrame(host), null, 'mAh/g');
      emit({ type: 'point', replica, ...step, capacity });
      this.#save();
    }
    const stopped = this.#points.length < this.#steps.length;
    if (stopped && this.#run.chain.trial > 0) this.#save();
    return { points: this.#points, stopped, seconds: this.#seconds() };
  }

  #seconds(): LadderPlace['seconds'] {
    const { build, sampling } = this.#before;
    return { build, sampling: sampling + (performance.now() - this.#begin) / 1000 };
  }

  async #advance(step: Step, n: number): Promise<void> {
    const { chain, task } = this.#run;
    await chain.advance(n);
    if (!Number.isFinite(chain.energy)) {
      throw new PhysicsError(
        `the energy is ${chain.energy} after ${chain.trial} trials at ${step.voltage} V (replica ${task.replica + 1})`,
      );
    }
  }

  /** Reports, and saves when it is time; false when the run is to stop. */
  async #pause(step: Step): Promise<boolean> {
    const { chain, task, host, emit, stopped } = this.#run;
    const now = performance.now();
    if (now >= this.#nextTick) {
      this.#nextTick = now + 1000 / ticksPerSecond;
      emit({
        type: 'tick',
        replica: task.replica,
        ...step,
        point: this.#points.length + 1,
        points: this.#steps.length,
        trials: chain.trial,
        rate: (chain.trial - this.#trialsBefore) / ((now - this.#begin) / 1000),
        acceptance: this.#acceptance,
        capacity: (chain.count * capacityPerGuest) / massOfFrame(host),
      });
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
    if (now >= this.#nextSave) {
      this.#nextSave = now + 1000 * (task.checkpointEvery ?? defaultCheckpointEvery);
      this.#save();
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
    return !stopped();
  }

  #save(): void {
    const { chain, task, emit } = this.#run;
    const bytes = encodePlace({
      index: this.#points.length,
      equilibrated: this.#equilibrated,
      produced: this.#produced,
      counts: Float64Array.from(this.#counts),
      energies: Float64Array.from(this.#energies),
      snapshots: this.#snapshots,
      acceptance: this.#acceptance,
      seconds: this.#seconds(),
      chain: chain.save(),
    });
    emit({ type: 'save', replica: task.replica, name: 'chain', bytes });
  }

  get #slice(): number {
    return this.#spec.sampling.domains > 1 ? domainSlice : slice;
  }

  /** Equilibration with tuning; false when stopped on the way. */
  async #equilibrate(step: Step): Promise<boolean> {
    const { chain, task } = this.#run;
    const { equilibration } = this.#spec.ladder;
    chain.lnActivity = lnActivityAt(task.metal, step.voltage);
    while (this.#equilibrated < equilibration) {
      const n = Math.min(this.#slice, equilibration - this.#equilibrated);
      await this.#advance(step, n);
      this.#equilibrated += n;
      const counts = chain.takeCounts();
      tuneDisplacement(chain, counts.displace);
      this.#acceptance = exchangeAcceptance(counts);
      if (this.#equilibrated === equilibration) this.#startProduction();
      if (!(await this.#pause(step))) return false;
    }
    if (equilibration === 0 && this.#produced === 0) this.#startProduction();
    return true;
  }

  #startProduction(): void {
    this.#run.chain.refresh();
    this.#run.chain.takeCounts();
  }

  /** Sampling at equal distances; false when stopped on the way. */
  async #produce(step: Step): Promise<boolean> {
    const { chain, host } = this.#run;
    const { production, samples, snapshots } = this.#spec.ladder;
    while (this.#counts.length < samples || this.#wantsMore()) {
      const s = this.#counts.length;
      const until = Math.round(((s + 1) * production) / samples);
      while (this.#produced < until) {
        const n = Math.min(this.#slice, until - this.#produced);
        await this.#advance(step, n);
        this.#produced += n;
        if (this.#produced === until) {
          this.#counts.push(chain.count);
          this.#energies.push(chain.energy);
          if (this.#counts.length % samples === 0) this.#audit(step);
          if (Math.floor(((s + 1) * snapshots) / samples) > this.#snapshots.length) {
            const info = { ...step, sample: s + 1 };
            const species = [this.#spec.guest.species];
            this.#snapshots.push({ cell: host.cell, species, rows: chain.guestRows(), info });
          }
        }
        if (!(await this.#pause(step))) return false;
      }
    }
    return true;
  }

  /** After every production that is whole: whether the block error is still above what was asked, and another one allowed. */
  #wantsMore(): boolean {
    const { samples, error, longest } = this.#spec.ladder;
    const n = this.#counts.length;
    if (n % samples !== 0) return true;
    if (error === undefined || n >= longest * samples) return false;
    const { error: own } = blockAverage(this.#counts);
    return !((own * capacityPerGuest) / massOfFrame(this.#run.host) <= error);
  }

  /** Recomputes the energy; what the running sum was off must be little, and hardly a guest squeezed beyond what the model knows. */
  #audit(step: Step): void {
    const { chain, densityLimit } = this.#run;
    const drift = chain.refresh();
    if (densityLimit) requireKnownDensity(chain, densityLimit, this.#spec.guest.species, step.voltage);
    if (drift <= driftLimit) return;
    throw new PhysicsError(
      `the energy drifted by ${drift.toExponential(1)} eV over ${this.#spec.ladder.production} trials at ${step.voltage} V (limit ${driftLimit} eV)`,
    );
  }

  /** The finished point; the next one starts from nothing. */
  #conclude(step: Step): LadderPoint {
    const { chain } = this.#run;
    const point: LadderPoint = {
      ...step,
      counts: Float64Array.from(this.#counts),
      energies: Float64Array.from(this.#energies),
      moves: chain.takeCounts(),
      snapshots: this.#snapshots,
    };
    this.#equilibrated = 0;
    this.#produced = 0;
    this.#counts = [];
    this.#energies = [];
    this.#snapshots = [];
    return point;
  }
}

/** @throws PhysicsError  more than a hundredth of the guests are squeezed beyond the limit: single ones may be, in passing */
function requireKnownDensity(chain: LadderChain, limit: DensityLimit, species: string, voltage: number): void {
  const { count, largest } = squeezedGuests(chain, limit);
  if (count <= squeezedShare * chain.count) return;
  throw new PhysicsError(
    `${count} of ${chain.count} ${species} at ${voltage} V are squeezed beyond what the model was made for: density ρ up to ${(largest / limit.bulk).toFixed(2)} times that of the bulk metal (limit ${(limit.rho / limit.bulk).toFixed(2)}, the metal compressed by a tenth in length); end the ladder at a higher voltage`,
  );
}

function exchangeAcceptance(counts: Record<MoveName, MoveCount>): number {
  const attempted = counts.insert.attempted + counts.delete.attempted;
  return attempted > 0 ? (counts.insert.accepted + counts.delete.accepted) / attempted : 0;
}

/** Longer steps when too many are accepted, shorter ones when too few: only while equilibrating, between 0.05 and 2 Å. */
function tuneDisplacement(chain: LadderChain, { attempted, accepted }: MoveCount): void {
  if (attempted < 100) return;
  const factor = Math.min(1.5, Math.max(0.67, accepted / attempted / displacementTarget));
  chain.displacement = Math.min(2, Math.max(0.05, chain.displacement * factor));
}
