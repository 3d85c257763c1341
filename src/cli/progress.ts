/** Progress of a study on stderr: one bar on a terminal, a line now and then where lines are asked for, else nothing. */
import { Presets, SingleBar } from 'cli-progress';
import type { StudyEvent } from '../index.ts';
import type { Flags } from './flags.ts';

/** Seconds between the lines of `--progress` where stderr is no terminal. */
const lineInterval = 5;

export interface ProgressView {
  readonly show: (event: StudyEvent) => void;
  /** a line of its own, where anything is shown at all */
  readonly say: (line: string) => void;
  readonly close: () => void;
}

/** The view that flags and terminal ask for; warnings are kept back by `--quiet` only. */
export function progressView(flags: Flags): ProgressView {
  const write = (line: string) => process.stderr.write(`${line}\n`);
  const nothing = () => {};
  if (flags.quiet) return { show: nothing, say: nothing, close: nothing };
  if (process.stderr.isTTY) return barView(write);
  if (flags.progress) return lineView(write);
  return { show: (event) => event.type === 'warning' && write(`warning: ${event.text}`), say: nothing, close: nothing };
}

/** A bar of a share from 0 to 1 with a text, on a terminal only. */
export function shareBar(flags: Flags): {
  readonly show: (done: number, text: string) => void;
  readonly close: () => void;
} {
  if (flags.quiet || !process.stderr.isTTY) return { show: () => {}, close: () => {} };
  const bar = textBar();
  bar.start(1, 0, { text: '' });
  return { show: (done, text) => bar.update(done, { text }), close: () => bar.stop() };
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

function barView(write: (line: string) => void): ProgressView {
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
  const show = (event: StudyEvent) => {
    if (event.type === 'stage') say(stageText(event));
    if (event.type === 'warning') say(`warning: ${event.text}`);
    if (event.type !== 'progress') return;
    const payload = { text: progressText(event) };
    if (running) bar.update(event.trialsDone, payload);
    else bar.start(event.trialsTotal, event.trialsDone, payload);
    running = true;
  };
  return { show, say, close };
}

function lineView(write: (line: string) => void): ProgressView {
  let next = 0;
  const show = (event: StudyEvent) => {
    if (event.type === 'stage') write(stageText(event));
    if (event.type === 'warning') write(`warning: ${event.text}`);
    if (event.type !== 'progress' || performance.now() < next) return;
    next = performance.now() + 1000 * lineInterval;
    write(`${Math.floor((100 * event.trialsDone) / event.trialsTotal)} %  ${progressText(event)}`);
  };
  return { show, say: write, close: () => {} };
}

function stageText(event: Extract<StudyEvent, { type: 'stage' }>): string {
  return event.replica === undefined ? event.text : `replica ${event.replica + 1}: ${event.text}`;
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
