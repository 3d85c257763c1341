/** What a sweep says while it runs: a row of numbers for every finished point, and one bar for all of it. */
import { formatWithError, nameOfKey, type Quantity, type StudyEvent, type SweepRow } from '../index.ts';
import type { SweepPoint } from '../sweep/design.ts';
import type { Flags } from './flags.ts';
import { durationText, eventView, type Moment, type ProgressView } from './progress.ts';

/** `La 20A, Lc 9A, seed 2` */
export function pointText({ at, spec }: SweepPoint): string {
  const parts = Object.entries(at).map(([key, value]) => `${nameOfKey(key)} ${value}`);
  return [...parts, ...('seed' in at ? [] : [`seed ${spec.seed}`])].join(', ');
}

const columnsShown = ['slope', 'plateau', 'total'] as const;

/** The board of a sweep. */
export class SweepBoard {
  readonly #view: ProgressView<Moment>;
  readonly #total: number;
  readonly #begun = performance.now();
  readonly #live = new Map<string, number>();
  #before: number;
  #done: number;

  /**
   * @param total     points
   * @param finished  of them before this began
   */
  constructor(flags: Flags, total: number, finished: number) {
    this.#view = eventView(flags, (moment: Moment) => moment);
    this.#total = total;
    this.#before = finished;
    this.#done = finished;
  }

  /** A line of its own. */
  say(text: string): void {
    this.#view.say(text);
  }

  close(): void {
    this.#view.close();
  }

  /** Hears of a point on its way. */
  see(key: string, event: StudyEvent, protocol: string): void {
    if (event.type === 'warning' || event.type === 'stage') return;
    const share = shareOf(event, protocol);
    if (share === undefined) return;
    // replicas tell of themselves in turn: what was reached is never taken back
    this.#live.set(key, Math.max(share, this.#live.get(key) ?? 0));
    this.tick();
  }

  /** Draws where the sweep stands. */
  tick(text?: string): void {
    const running = [...this.#live.values()].reduce((sum, share) => sum + share, 0);
    const mine = this.#done - this.#before + running;
    const left = this.#total - this.#done - running;
    const seconds = (performance.now() - this.#begun) / 1000;
    const eta = mine > 0.02 ? `  ETA ${durationText((seconds * left) / mine)}` : '';
    const told = text ?? (this.#live.size === 1 ? '1 running' : `${this.#live.size} running`);
    this.#view.show({
      type: 'standing',
      done: this.#done + running,
      total: this.#total,
      text: `${this.#done} of ${this.#total} points, ${told}${eta}`,
    });
  }

  /** Hears that a point is finished. */
  finished(row: SweepRow, point: SweepPoint): void {
    this.#live.delete(row.key);
    this.#done++;
    const numbers = columnsShown.map((name) => `${name} ${numberText(row.numbers[name])}`).join('  ');
    this.say(
      `${String(this.#done).padStart(String(this.#total).length)}/${this.#total}  ${pointText(point)}  ${numbers} mAh/g`,
    );
    this.tick();
  }

  /** Hears that a point will not be finished now. */
  left(key: string): void {
    this.#live.delete(key);
  }
}

const numberText = (entry: Quantity | undefined): string => (entry ? formatWithError(entry) : '–');

/** Share of a study that is done; the ladder is taken for a part of it where another protocol comes after. */
function shareOf(event: StudyEvent, protocol: string): number | undefined {
  const ladder = protocol === 'potentiostatic' ? 1 : 0.4;
  if (event.type === 'progress') return (ladder * event.trialsDone) / event.trialsTotal;
  if (event.type === 'filling') return ladder + (1 - ladder) * event.share * 0.9;
  return undefined;
}
