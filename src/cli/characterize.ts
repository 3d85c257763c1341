/** `cardhouse characterize`: a structure through every virtual instrument, told on the terminal and written as a report. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, extname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import {
  byProbe,
  type Characterization,
  type Described,
  didYouMean,
  formatWithError,
  forPeople,
  type InstrumentName,
  instrumentNames,
  labelOf,
  SpecError,
  version,
} from '../index.ts';
import type { CharacterizeMessage, CharacterizeTask } from './characterize-worker.ts';
import { stopSignal } from './execute.ts';
import { interruptedCode } from './failure.ts';
import { loadFrame } from './files.ts';
import type { Flags } from './flags.ts';
import { eventView } from './progress.ts';
import { writeDirectory } from './run-directory.ts';
import { columns, entryText } from './table.ts';

/** What people call the instruments. */
const instrumentsByName: Readonly<Record<string, InstrumentName>> = {
  xrd: 'scattering',
  saxs: 'scattering',
  pores: 'porosity',
  bonds: 'bonding',
  ...Object.fromEntries(instrumentNames.map((name) => [name, name])),
};

const titles: Readonly<Record<InstrumentName, string>> = {
  scattering: 'Scattering',
  porosity: 'Pores',
  bonding: 'Bonds and rings',
};

export async function characterize(file: string, flags: Flags): Promise<number> {
  const only = flags.only === undefined ? undefined : chosen(flags.only);
  const name = basename(file, extname(file));
  const out = flags.out ?? `${name}-characterized`;
  refuse(out, flags.force === true);
  const frame = loadFrame(file);
  const facts = {
    version,
    name: basename(file),
    source: basename(file),
    hostName: hostname(),
    runtime: `Node ${process.version}, ${process.platform} ${process.arch}`,
  };
  const view = eventView(flags, ({ done, text }: { done: number; text: string }) => ({
    type: 'standing' as const,
    done,
    total: 1,
    text,
  }));
  const signal = stopSignal(() => view.say('stopped: nothing is written'));
  const end = await measure({ frame, only, facts }, signal, view.show);
  view.close();
  if (end === undefined) return interruptedCode;
  writeDirectory(out, end.files);
  process.stdout.write(
    flags.json
      ? `${JSON.stringify(JSON.parse(end.files.get('results.json')!))}\n`
      : tell(file, end.characterization, out),
  );
  return 0;
}

/**
 * Measures in a thread of its own, which is ended when `signal` aborts.
 *
 * @returns undefined when it was
 */
async function measure(
  task: CharacterizeTask,
  signal: AbortSignal,
  show: (standing: { done: number; text: string }) => void,
): Promise<Extract<CharacterizeMessage, { type: 'end' }> | undefined> {
  const worker = new Worker(new URL('./characterize-worker.js', import.meta.url), { workerData: task });
  try {
    return await new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => resolve(undefined));
      worker.on('error', reject);
      worker.on('exit', () => reject(new Error('the measuring thread ended without a word')));
      worker.on('message', (message: CharacterizeMessage) => {
        if (message.type === 'standing') show(message);
        else if (message.type === 'end') resolve(message);
        else {
          const { name, message: text, exitCode } = message;
          reject(Object.assign(new Error(text), { name }, exitCode === undefined ? {} : { exitCode }));
        }
      });
    });
  } finally {
    await worker.terminate();
  }
}

/** `--only xrd,pores` as names of instruments. */
function chosen(text: string): InstrumentName[] {
  return text.split(',').map((part) => {
    const word = part.trim().toLowerCase();
    const name = instrumentsByName[word];
    if (name !== undefined) return name;
    throw new SpecError(
      `--only must be some of xrd, pores, bonds, got "${part.trim()}"${didYouMean(word, Object.keys(instrumentsByName))}`,
    );
  });
}

/** Refuses a place that is taken by anything but an older characterization that may be replaced. */
function refuse(path: string, force: boolean): void {
  if (!existsSync(path)) return;
  let own = false;
  try {
    if (readdirSync(path).length === 0) return;
    own = readFileSync(join(path, 'results.json'), 'utf8').includes('"cardhouse/characterization/');
  } catch {
    own = false;
  }
  if (!own) throw new SpecError(`${path} exists and is not a characterization: choose another --out`);
  if (!force) throw new SpecError(`${path} exists: choose another --out, or replace it with --force`);
}

/** The numbers by instrument, and what must be known of them. */
function tell(file: string, { composition, instruments, notes }: Characterization, out: string): string {
  const groups = instrumentNames.flatMap((name) => {
    const instrument = instruments[name];
    return instrument ? [{ title: titles[name], values: instrument.values, from: name as string }] : [];
  });
  const parts = [
    { title: `${file}: ${composition.formula}`, values: composition.values, from: 'composition' },
    ...groups,
  ].map(({ title, values, from }) => {
    const said = notes.filter((note) => note.from === from).map(({ text }) => `  note: ${text}\n`);
    return `${title}\n${tableOf(values)}${said.join('')}`;
  });
  return `${parts.join('\n')}\nReport: ${join(out, 'report.html')}\n`;
}

function tableOf(values: Readonly<Record<string, Described>>): string {
  const { plain, rows, probes } = byProbe(values);
  const text = (key: string, value: Described): string => entryText(forPeople(key, value));
  const lines = plain.map(([key, value]) => [`  ${labelOf(key)}`, text(key, value).trimEnd()]);
  const matrix = rows.map(({ key, label, unit, values: found }) => [
    `  ${label}${unit === '' ? '' : `, ${unit}`}`,
    ...probes.map(({ ending }) => (found[ending] ? formatWithError(forPeople(key, found[ending])) : '–')),
  ]);
  return [
    lines.length === 0 ? '' : columns(lines),
    matrix.length === 0 ? '' : columns([['  probe', ...probes.map(({ name }) => name)], ...matrix]),
  ].join('');
}
