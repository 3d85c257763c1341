/** `cardhouse build`: a carbon from its recipe, and what it came out as beside what was asked. */
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import {
  checkRecipe,
  formatValue,
  formatWithError,
  forPeople,
  labelOf,
  type ResidualRow,
  SpecError,
  structureWriter,
  version,
} from '../index.ts';
import type { BuildEnd, BuildTask } from './build-worker.ts';
import { machine, stopSignal } from './execute.ts';
import { interruptedCode } from './failure.ts';
import { loadRecipe, refuseOtherThan, shippedNames } from './files.ts';
import { countOf, type Flags, seedOf } from './flags.ts';
import { standingView } from './progress.ts';
import { writeDirectory, writeWhole } from './run-directory.ts';
import { columns, entryText, wrapped } from './table.ts';
import { inThread } from './thread.ts';

export async function build(given: string, flags: Flags): Promise<number> {
  if (given === '' && flags.la === undefined && flags.lc === undefined && flags.d002 === undefined) {
    const names = shippedNames('structures', '.json').join(', ');
    throw new SpecError(`name a recipe (${names}), or give --la, --lc, --d002 and --density`);
  }
  const { recipe: read, reference, name, about } = loadRecipe(given, flags);
  const seed = seedOf(flags.seed ?? '1');
  const recipe = 'crystal' in read ? read : { ...read, seed };
  const out = flags.out ?? `${basename(given, '.json') || 'hard-carbon'}.xyz`;
  const { report, measure = true, refine = false, strict = false } = flags;
  if (!measure && (refine || strict || report !== undefined)) {
    throw new SpecError('--no-measure must not be given beside --refine, --strict or --report, which measure');
  }
  if (existsSync(out) && !flags.force)
    throw new SpecError(`${out} exists: choose another --out, or replace it with --force`);
  if (report !== undefined) refuseOtherThan('cardhouse/characterization/', report, '--report', flags.force === true);
  const write = structureWriter(out);
  if (!('crystal' in recipe)) checkRecipe(recipe);
  else if (refine) throw new SpecError('--refine must not be given for a crystal, whose sizes are exact');

  const view = standingView(flags);
  const signal = stopSignal(() => view.say('stopped: nothing is written'));
  const spec = JSON.stringify(recipe, null, 2);
  const facts = {
    version,
    name,
    about,
    source: 'crystal' in recipe ? 'a crystal' : `built from a recipe, seed ${seed}`,
    spec,
    ...machine(),
  };
  const task: BuildTask = {
    recipe,
    reference,
    measure,
    refine,
    workers: flags.workers === undefined ? 1 : countOf(flags.workers, '--workers'),
    ...(report !== undefined && { facts }),
  };
  const module = new URL('./build-worker.js', import.meta.url);
  const end = await inThread<BuildTask, BuildEnd>(module, task, signal, view.show);
  view.close();
  if (end === undefined) return interruptedCode;
  if (!flags.quiet) for (const warning of end.warnings) process.stderr.write(`warning: ${warning}\n`);
  writeWhole(out, write(end.frame));
  if (end.files)
    writeDirectory(report!, new Map([[`structure.xyz`, structureWriter('structure.xyz')(end.frame)], ...end.files]));
  process.stdout.write(flags.json ? `${JSON.stringify(documentOf(out, recipe, end))}\n` : tell(out, report, end));
  const missed = end.measured?.residual.filter(({ within }) => !within) ?? [];
  if (!strict || missed.length === 0) return 0;
  const what = missed.map(({ label }) => label).join(', ');
  process.stderr.write(`--strict: asked and measured differ by more than the tolerance in ${what}\n`);
  return 1;
}

function documentOf(file: string, asked: BuildTask['recipe'], { built, warnings, measured }: BuildEnd) {
  const { characterization, residual, published, given, rounds } = measured ?? {};
  return {
    file,
    asked,
    built,
    warnings,
    ...(measured && { residual, published, given, rounds, measured: characterization!.values }),
  };
}

function tell(out: string, report: string | undefined, { built, measured }: BuildEnd): string {
  const lines = Object.entries(built).map(([key, entry]) => [
    `  ${builtNames[key] ?? labelOf(key)}`,
    entryText(forPeople(key, entry)).trimEnd(),
  ]);
  const parts = lines.length > 0 ? [`Built\n${columns(lines)}`] : [];
  if (measured) {
    const { residual, published, rounds } = measured;
    if (residual.length > 0)
      parts.push(`Asked and measured${rounds > 1 ? `, after ${rounds} rounds` : ''}\n${comparison(residual, 'asked')}`);
    if (published.length > 0) parts.push(`Published and measured\n${comparison(published, 'published')}`);
  }
  const where = report === undefined ? '' : `Report:    ${join(report, 'report.html')}\n`;
  return `${[...parts, `Structure: ${out}\n${where}`].join('\n')}`;
}

/** What the builder knows of its own work, where the name of the number alone would not say it. */
const builtNames: Readonly<Record<string, string>> = {
  la: 'La, as built',
  lc: 'Lc, as built',
  d002: 'd(002), as built',
  strongShare: 'strong, of edge carbons',
  closestContact: 'closest contact of two domains',
  trimmedShare: 'cut off where discs meet',
  porosity: 'room for the middle of a 1.5 Å probe',
  poreVolume: 'the same, per gram',
  heldShare: 'atoms held still while relaxing',
  relaxationEnergy: 'energy change by relaxing',
  largestForce: 'largest force left',
};

/** Rows of the residual as a table; remarks stand below what they belong to. */
function comparison(rows: readonly ResidualRow[], heading: string): string {
  const lines = rows.map(({ key, label, asked, measured, deviation, within, tolerance }) => {
    const wanted = forPeople(key, { ...asked, error: null });
    return [
      `  ${label}${wanted.unit === '' ? '' : `, ${wanted.unit}`}`,
      formatValue(wanted.value),
      measured === null ? 'not measured' : formatWithError(forPeople(key, measured)),
      deviation === null || asked.value === 0 ? '' : signedPercent(deviation),
      measured === null ? '' : within ? 'met' : missedText(tolerance, asked.value),
    ];
  });
  const [head, ...body] = columns([['', heading, 'measured', 'deviation', ''], ...lines])
    .trimEnd()
    .split('\n');
  const noted = body.map((line, k) => {
    const { note } = rows[k]!;
    return `${line}\n${note === undefined || note === 'not measured' ? '' : wrapped(note, '      ')}`;
  });
  return `${head}\n${noted.join('')}`;
}

function missedText(tolerance: number, asked: number): string {
  return asked === 0 ? 'missed' : `missed (± ${formatValue(Number((100 * tolerance).toPrecision(3)))} % were allowed)`;
}

/** `+3.2 %`, and no sign where it would belong to a zero. */
function signedPercent(share: number): string {
  const size = Math.abs(100 * share);
  if (size < 0.005) return ' 0 %';
  return `${share > 0 ? '+' : '−'}${size < 1 ? formatValue(Number(size.toPrecision(3))) : size.toFixed(1)} %`;
}
