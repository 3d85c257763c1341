/** Progress of a study on stderr: one bar on a terminal, a line now and then where lines are asked for, else nothing. */
import { Presets, SingleBar } from 'cli-progress';
import { type StudyEvent, wholeHost } from '../index.ts';
import type { Flags } from './flags.ts';
import type { Standing } from './thread.ts';

/** Seconds between the lines of `--progress` where stderr is no terminal. */
const lineInterval = 5;

/** An event as a person reads it: a line of its own, or where the work stands. */
export type Moment =
  | { readonly type: 'line' | 'warning'; readonly text: string }
  | { readonly type: 'standing'; readonly done: number; readonly total: number; readonly text: string };

export interface ProgressView<Event> {
  readonly show: (event: Event) => void;
  /** a line of its own, where anything is shown at all */
  readonly say: (line: string) => void;
  readonly close: () => void;
}

/** The view of a study that flags and terminal ask for; warnings are kept back by `--quiet` only. */
export function progressView(flags: Flags): ProgressView<StudyEvent> {
  return eventView(flags, studyMoment);
}

/** The view of any events, `read` by a function that leaves out what nobody needs to see. */
export function eventView<Event>(flags: Flags, read: (event: Event) => Moment | undefined): ProgressView<Event> {
  const write = (line: string) => process.stderr.write(`${line}\n`);
  const nothing = () => {};
  const view = flags.quiet
    ? { show: nothing, say: nothing, close: nothing }
    : process.stderr.isTTY
      ? barView(write)
      : flags.progress
        ? lineView(write)
        : { show: (moment: Moment) => warn(moment, write), say: nothing, close: nothing };
  const show = (event: Event) => {
    const moment = read(event);
    if (moment !== undefined) view.show(moment);
  };
  return { ...view, show };
}

function warn(moment: Moment, write: (line: string) => void): void {
  if (moment.type === 'warning') write(`warning: ${moment.text}`);
}

/** The view of work that says which share of it is done. */
export function standingView(flags: Flags): ProgressView<Standing> {
  return eventView(flags, ({ done, text }: Standing) => ({ type: 'standing' as const, done, total: 1, text }));
}

function textBar(): SingleBar {
  return new SingleBar(
    {
      clearOnComplete: true,
      gracefulExit: false,
      linewrap: true,
      barsize: 8,
      stream: process.stderr,
      format: '{bar}  {percentage} %  {text}',
    },
    Presets.shades_classic,
  );
}

function barView(write: (line: string) => void): ProgressView<Moment> {
  const bar = textBar();
  let running = false;
  const close = () => {
    if (running) bar.stop();
    running = false;
  };
  const say = (line: string) => {
    close();
    write(line);
  };
  const show = (moment: Moment) => {
    if (moment.type === 'line') say(moment.text);
    warn(moment, say);
    if (moment.type !== 'standing') return;
    const payload = { text: moment.text };
    if (running) bar.update(moment.done, payload);
    else bar.start(moment.total, moment.done, payload);
    running = true;
  };
  return { show, say, close };
}

function lineView(write: (line: string) => void): ProgressView<Moment> {
  let next = 0;
  const show = (moment: Moment) => {
    if (moment.type === 'line') write(moment.text);
    warn(moment, write);
    if (moment.type !== 'standing' || performance.now() < next) return;
    next = performance.now() + 1000 * lineInterval;
    write(`${Math.floor((100 * moment.done) / moment.total)} %  ${moment.text}`);
  };
  return { show, say: write, close: () => {} };
}

function studyMoment(event: StudyEvent): Moment | undefined {
  if (event.type === 'stage') {
    return {
      type: 'line',
      text: event.replica === undefined ? event.text : `replica ${event.replica + 1}: ${event.text}`,
    };
  }
  if (event.type === 'warning') return event;
  if (event.type === 'filling') {
    const where = event.pore === wholeHost ? 'all at once' : `pore ${event.pore + 1}`;
    const text = `replica ${event.replica + 1}, ${where}: ${event.guests} guests`;
    return { type: 'standing', done: event.share, total: 1, text };
  }
  if (event.type === 'gauge') {
    const text = `replica ${event.replica + 1}, ${event.branch} driven, ${event.capacity.toFixed(0)} mAh/g: ${event.guests} guests`;
    return { type: 'standing', done: 0, total: 1, text };
  }
  if (event.type !== 'progress') return undefined;
  return { type: 'standing', done: event.trialsDone, total: event.trialsTotal, text: progressText(event) };
}

/** `2.10 M/s  acc 1.3 %  discharge -0.10 V  182 mAh/g  ETA 0:45`: with percentage and bar it fits 80 columns. */
export function progressText(event: Extract<StudyEvent, { type: 'progress' }>): string {
  const { rate, acceptance, branch, voltage, capacity, trialsDone, trialsTotal } = event;
  const parts = [
    `${rateText(rate)}/s`,
    `acc ${(100 * acceptance).toPrecision(2)} %`,
    `${branch} ${voltage.toFixed(2)} V`,
    `${capacity.toFixed(0)} mAh/g`,
  ];
  if (rate > 0) parts.push(`ETA ${durationText((trialsTotal - trialsDone) / rate)}`);
  return parts.join('  ');
}

/** `850 k`, `2.10 M` */
export function rateText(perSecond: number): string {
  if (perSecond >= 1e6) return `${(perSecond / 1e6).toFixed(2)} M`;
  return perSecond >= 1e3 ? `${(perSecond / 1e3).toFixed(0)} k` : perSecond.toFixed(0);
}

/** `0:45`, `12:05`, `3:07:00` */
export function durationText(seconds: number): string {
  const whole = Math.round(seconds);
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (n: number) => String(n).padStart(2, '0');
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}
