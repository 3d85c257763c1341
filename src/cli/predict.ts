/** `cardhouse predict`: what the fits through a sweep say of a carbon that was not computed. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  askSurfaces,
  didYouMean,
  fitSurfaces,
  formatTwoDigits,
  formatWithError,
  nameOfKey,
  numericAxes,
  parseStudySpec,
  SpecError,
  type SurfaceAnswer,
  type SweepDocument,
  surfaceGroups,
  surfaceNumbers,
} from '../index.ts';
import { coordinateOf, setKey } from '../sweep/design.ts';
import { loadRecipeData, parseJson, readText } from './files.ts';
import type { Flags } from './flags.ts';
import { columns } from './table.ts';

/** Flags that have a name of their own. */
const short = {
  la: 'host.recipe.la',
  lc: 'host.recipe.lc',
  d002: 'host.recipe.d002',
  density: 'host.recipe.density',
} as const;

export async function predict(folder: string, flags: Flags): Promise<number> {
  const document = loadSweep(folder);
  const asked = askedOf(flags);
  const axes = numericAxes(document);
  const place = readPlace(document, asked);
  const groups = surfaceGroups(document);
  const group = groups.find(({ fixed }) =>
    Object.entries(fixed).every(([key, value]) => !(key in asked) || asked[key] === String(value)),
  );
  const open = Object.keys(groups[0]?.fixed ?? {}).filter((key) => groups.length > 1 && !(key in asked));
  if (!group || open.length > 0) {
    const known = groups.map(({ name }) => name).join('; ');
    throw new SpecError(
      `the sweep has ${groups.length} kinds of points (${known}): say which with --set ${open[0] ?? Object.keys(group?.fixed ?? groups[0]!.fixed)[0]}=…`,
    );
  }
  const missing = axes.filter((axis) => !(axis in place));
  if (missing.length > 0) {
    const flag = Object.entries(short).find(([, key]) => key === missing[0])?.[0];
    throw new SpecError(
      `${missing[0]} is missing: the sweep varies it, give ${flag ? `--${flag}` : `--set ${missing[0]}=…`}`,
    );
  }
  const surfaces = fitSurfaces(group, axes, surfaceNumbers(document), document.surrogates?.[group.name]);
  if (surfaces.length === 0) {
    const wanted = Math.max(5, axes.length + 2);
    throw new SpecError(
      `${folder} has too few points for a fit: ${group.averages.length} of at least ${wanted}, over ${axes.length} keys that vary`,
    );
  }
  const answers = askSurfaces(
    surfaces,
    axes,
    axes.map((axis) => place[axis]!),
  );
  const held = Object.entries(place).flatMap(([key, value]) => heldNote(document, axes, key, value));
  if (flags.json) {
    const numbers = answers.map(({ number, quantity, parts, spread, extrapolates }) => ({
      ...number,
      ...quantity,
      ...(parts.calibration !== null && { parts }),
      spread,
      extrapolates: [...extrapolates, ...held],
    }));
    process.stdout.write(
      `${JSON.stringify({ sweep: document.study.name, place, points: group.averages.length, numbers })}\n`,
    );
    return 0;
  }
  process.stdout.write(text(document, answers, place, axes, held, group.averages.length));
  return 0;
}

/** The table of a sweep. */
function loadSweep(folder: string): SweepDocument {
  const path = join(folder, 'sweep.json');
  if (existsSync(folder) && !existsSync(path))
    throw new SpecError(`${folder} holds no sweep: there is no sweep.json in it`);
  const document = parseJson(readText(path, 'sweep'), path) as SweepDocument;
  if (document.schema === 'cardhouse/sweep/1') return document;
  throw new SpecError(
    `${path} must be the table of a sweep (cardhouse/sweep/1), got ${JSON.stringify(document.schema)}`,
  );
}

/** Keys and values of the flags, as written. */
function askedOf(flags: Flags): Record<string, string> {
  const asked: Record<string, string> = {};
  for (const [flag, key] of Object.entries(short)) {
    const value = flags[flag as keyof typeof short];
    if (value !== undefined) asked[key] = value;
  }
  for (const given of flags.set ?? []) {
    const [, key, value] = /^([a-z][\w.]*)=(.+)$/i.exec(given) ?? [];
    if (key === undefined) throw new SpecError(`--set must be key=value, got "${given}"`);
    asked[key] = value!;
  }
  return asked;
}

/** Numbers of the keys asked for, in base units: read by the study's own parser. */
function readPlace(document: SweepDocument, asked: Readonly<Record<string, string>>): Record<string, number> {
  const place: Record<string, number> = {};
  for (const [key, value] of Object.entries(asked)) {
    const data: unknown = structuredClone(document.base);
    setKey(data, key, /^[+-]?[\d.]+([eE][+-]?\d+)?$/.test(value) ? Number(value) : value);
    const number = coordinateOf(parseStudySpec(data, { loadRecipe: (name) => loadRecipeData(name) }), key);
    if (number !== undefined) place[key] = number;
    else if (!document.axes.some((axis) => axis.key === key)) {
      throw new SpecError(
        `the sweep does not vary ${key}${didYouMean(
          key,
          document.axes.map((axis) => axis.key),
        )}`,
      );
    }
  }
  return place;
}

/** A key that was asked for and not varied: the answer is for what it was held at. */
function heldNote(document: SweepDocument, axes: readonly string[], key: string, value: number): string[] {
  if (axes.includes(key)) return [];
  const base = coordinateOf(parseStudySpec(document.base, { loadRecipe: (name) => loadRecipeData(name) }), key);
  const own = document.averages[0]?.coordinates[key] ?? base;
  if (own === value) return [];
  return [`${nameOfKey(key)} was held at ${own} in the sweep, asked is ${value}: what it does is not known`];
}

function text(
  document: SweepDocument,
  answers: readonly SurfaceAnswer[],
  place: Readonly<Record<string, number>>,
  axes: readonly string[],
  held: readonly string[],
  points: number,
): string {
  const where = axes.map((axis) =>
    `${nameOfKey(axis)} ${place[axis]} ${document.axes.find(({ key }) => key === axis)!.unit}`.trim(),
  );
  const band = ({ value, error }: SurfaceAnswer['quantity']): string => {
    const digits = { value: value! - 2 * error!, error, unit: '' };
    return `${formatWithError(digits).split(' ')[0]} … ${formatWithError({ ...digits, value: value! + 2 * error! }).split(' ')[0]}`;
  };
  const apart = answers.some(({ parts }) => parts.calibration !== null);
  const rows = answers.map(({ number, quantity, parts, spread, extrapolates }) => [
    `  ${number.label}`,
    formatWithError(quantity),
    band(quantity),
    ...(apart ? [formatTwoDigits(parts.surface), formatTwoDigits(parts.calibration)] : []),
    number.unit,
    extrapolates.length > 0 || held.length > 0 ? `extrapolates, ${Math.round(100 * spread)} % open` : '',
  ]);
  const split = apart ? ['± surface', '± calibration'] : [];
  const reasons = [...new Set([...held, ...answers.flatMap(({ extrapolates }) => extrapolates)])];
  return (
    `${document.study.name}, ${where.join(', ')}: from a fit through ${points} points\n` +
    columns([['  ', 'expected', 'within two standard deviations', ...split, 'unit', ''], ...rows]) +
    reasons.map((reason) => `  extrapolates: ${reason}\n`).join('')
  );
}
