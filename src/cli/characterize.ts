/** `cardhouse characterize`: a structure through every virtual instrument, told on the terminal and written as a report. */
import { basename, extname, join } from 'node:path';
import {
  byProbe,
  type Characterization,
  type Described,
  didYouMean,
  formatValue,
  formatWithError,
  forPeople,
  type InstrumentName,
  instrumentNames,
  labelOf,
  type Quantity,
  SpecError,
  version,
} from '../index.ts';
import type { CharacterizeEnd, CharacterizeTask } from './characterize-worker.ts';
import { machine, stopSignal } from './execute.ts';
import { interruptedCode } from './failure.ts';
import { loadFrame, refuseOtherThan } from './files.ts';
import type { Flags } from './flags.ts';
import { standingView } from './progress.ts';
import { writeDirectory } from './run-directory.ts';
import { columns, entryText, terminalWidth, wrapped } from './table.ts';
import { inThread } from './thread.ts';

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
  refuseOtherThan('cardhouse/characterization/', out, '--out', flags.force === true);
  const frame = loadFrame(file);
  const facts = { version, name: basename(file), source: basename(file), ...machine() };
  const view = standingView(flags);
  const signal = stopSignal(() => view.say('stopped: nothing is written'));
  const module = new URL('./characterize-worker.js', import.meta.url);
  const end = await inThread<CharacterizeTask, CharacterizeEnd>(module, { frame, only, facts }, signal, view.show);
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
    const said = notes
      .filter((note) => note.from === from)
      .map(({ text }) => `  note: ${wrapped(text, '        ').trimStart()}`);
    return `${title}\n${tableOf(values)}${said.join('')}`;
  });
  return `${parts.join('\n')}\nReport: ${join(out, 'report.html')}\n`;
}

function tableOf(values: Readonly<Record<string, Described>>): string {
  const { plain, rows, probes } = byProbe(values);
  const text = (key: string, value: Described): string => entryText(forPeople(key, value));
  const lines = plain.map(([key, value]) => [`  ${labelOf(key)}`, text(key, value).trimEnd()]);
  const matrix = (write: (entry: Quantity) => string): string =>
    columns([
      ['  by probe', ...probes.map(({ name }) => name)],
      ...rows.map(({ key, label, unit, values: found }) => [
        `  ${label}${unit === '' ? '' : `, ${unit}`}`,
        ...probes.map(({ ending }) => (found[ending] ? write(forPeople(key, found[ending])) : '–')),
      ]),
    ]);
  const withErrors = matrix(formatWithError);
  const fits = withErrors.split('\n').every((line) => line.length <= terminalWidth());
  return [
    lines.length === 0 ? '' : columns(lines),
    // a narrow terminal gets the values only; their digits still say how sure they are
    rows.length === 0 ? '' : fits ? withErrors : matrix(({ value, error }) => formatValue(value, error)),
  ].join('');
}
