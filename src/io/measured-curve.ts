/** A measured voltage curve from a table of text: capacity, voltage and, where it is told, the branch; separators and units are found out. */
import { SpecError } from '../core/errors.ts';

export interface MeasuredPoint {
  /** mAh/g */
  readonly capacity: number;
  /** V */
  readonly voltage: number;
}

export interface MeasuredCurve {
  /** voltage falls, the carbon fills; capacity is what is in it */
  readonly discharge: readonly MeasuredPoint[];
  /** voltage rises, the carbon empties; capacity is what is still in it */
  readonly charge: readonly MeasuredPoint[];
  /** what was made out of the table, and what in it could not be read */
  readonly notes: readonly string[];
}

type Branch = 'discharge' | 'charge';

/** Lines that cannot be read and are named one by one. */
const mostNamed = 5;

const capacityUnits: Readonly<Record<string, number>> = {
  'mah/g': 1,
  'mahg-1': 1,
  'ah/kg': 1,
  'ah/g': 1000,
  'ahg-1': 1000,
};
const voltageUnits: Readonly<Record<string, number>> = { v: 1, mv: 1e-3 };
const branchWords: Readonly<Record<string, Branch>> = {
  discharge: 'discharge',
  dis: 'discharge',
  d: 'discharge',
  insertion: 'discharge',
  sodiation: 'discharge',
  lithiation: 'discharge',
  charge: 'charge',
  cha: 'charge',
  c: 'charge',
  extraction: 'charge',
  desodiation: 'charge',
  delithiation: 'charge',
};

interface Column {
  readonly at: number;
  readonly factor: number;
}

interface Layout {
  readonly capacity: Column;
  readonly voltage: Column;
  readonly branch?: number;
  readonly notes: readonly string[];
  /** line of the header; 0: there is none */
  readonly header: number;
}

interface Row extends MeasuredPoint {
  readonly line: number;
  readonly branch?: Branch;
}

/**
 * Reads a table with columns capacity (mAh/g, Ah/kg), voltage (V, mV) and, if there, branch (discharge, charge), in any order and
 * separated by commas, semicolons, tabs or spaces; decimal commas where no comma separates. Without a header the columns are capacity,
 * voltage, branch. Lines that cannot be read are named in `notes`; more than one in ten is an error. A charge branch whose capacity grows
 * with the voltage counts what was taken out: it is turned into what is still inside.
 *
 * @param file  name of the file, for messages
 * @throws SpecError  with the line of the first problem
 */
export function parseMeasuredCurve(text: string, file = 'measured curve'): MeasuredCurve {
  const lines = text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\r|\n/)
    .map((line, k) => ({ line: k + 1, text: line.trim() }))
    .filter(({ text }) => text !== '' && !/^[#%]/.test(text));
  if (lines.length === 0) throw new SpecError(`${file} is empty`);
  const split = splitter(lines.map(({ text }) => text));
  const rows = lines.map(({ line, text }) => ({ line, text, cells: split(text) }));
  const layout = layoutOf(rows[0]!, file);
  const bad: string[] = [];
  const read = rows
    .filter(({ line }) => line > layout.header)
    .flatMap(({ line, text, cells }): Row[] => {
      const [capacity, voltage] = [layout.capacity, layout.voltage].map(
        ({ at, factor }) => numberIn(cells[at]) * factor,
      );
      const told = layout.branch === undefined ? undefined : cells[layout.branch]?.toLowerCase();
      const branch = told === undefined || told === '' ? undefined : branchWords[told];
      const wrong = !Number.isFinite(capacity)
        ? `capacity must be a number, got "${cells[layout.capacity.at] ?? ''}"`
        : !Number.isFinite(voltage)
          ? `voltage must be a number, got "${cells[layout.voltage.at] ?? ''}"`
          : told && !branch
            ? `branch must be discharge or charge, got "${told}"`
            : Math.abs(voltage!) > 10
              ? `voltage must be within ±10 V, got ${voltage} (mV? say so in the header; columns are capacity, voltage)`
              : capacity! < 0
                ? `capacity must be at least 0, got ${capacity}`
                : undefined;
      if (wrong === undefined) return [{ line, capacity: capacity!, voltage: voltage!, ...(branch && { branch }) }];
      bad.push(`${file}, line ${line}: ${wrong} in "${text.length > 40 ? `${text.slice(0, 39)}…` : text}"`);
      return [];
    });
  if (bad.length > 0 && (bad.length > (read.length + bad.length) / 10 || read.length < 3)) throw new SpecError(bad[0]!);
  if (read.length < 3) throw new SpecError(`${file} must have at least three points, got ${read.length}`);
  const more = bad.length > mostNamed ? [`${file}: ${bad.length - mostNamed} more lines that cannot be read`] : [];
  const skipped = bad.slice(0, mostNamed).map((problem) => `${problem}: left out`);
  return branches(read, [...layout.notes, ...skipped, ...more]);
}

/** How lines are cut into cells: by what separates in most of them. */
function splitter(lines: readonly string[]): (line: string) => string[] {
  const share = (separator: RegExp) => lines.filter((line) => separator.test(line)).length / lines.length;
  const clean = (cells: readonly string[]) =>
    cells.map((cell) =>
      cell
        .trim()
        .replace(/^"(.*)"$/, '$1')
        .trim(),
    );
  if (share(/;/) > 0.5) return (line) => clean(line.split(';'));
  if (share(/\t/) > 0.5) return (line) => clean(line.split('\t'));
  // `268,5 0,05`: commas are decimal where spaces separate numbers
  const spaced = share(/^[\d.,eE+-]+\s+[\d.,eE+-]+(\s|$)/) > 0.5;
  if (!spaced && share(/,/) > 0.5) return (line) => clean(line.split(','));
  return (line) => clean(line.split(/\s+(?![^()[\]]*[)\]])/));
}

function numberIn(cell: string | undefined): number {
  if (cell === undefined || !/^[+-]?(\d+[.,]?\d*|[.,]\d+)([eE][+-]?\d+)?$/.test(cell)) return Number.NaN;
  return Number(cell.replace(',', '.'));
}

function layoutOf(
  { line, text, cells }: { readonly line: number; readonly text: string; readonly cells: readonly string[] },
  file: string,
): Layout {
  if (cells.filter((cell) => Number.isFinite(numberIn(cell))).length >= 2) {
    const branch = cells.length > 2 ? { branch: 2 } : {};
    const notes = ['no header: columns are taken for capacity (mAh/g), voltage (V) and branch'];
    return { capacity: { at: 0, factor: 1 }, voltage: { at: 1, factor: 1 }, ...branch, notes, header: 0 };
  }
  const find = (pattern: RegExp) => cells.findIndex((cell) => pattern.test(cell));
  const capacity = find(/capacity|^q\b|^cap\b|mah|ah\/kg/i);
  const voltage = find(/voltage|potential|^(e|u|v)\b|ewe|\bm?v\b/i);
  if (capacity < 0 || voltage < 0 || capacity === voltage) {
    const missing = capacity < 0 ? 'capacity' : 'voltage';
    throw new SpecError(
      `${file}, line ${line}: the header must name a capacity and a voltage, found no ${missing} in "${text}"`,
    );
  }
  const branch = find(/branch|direction|state|half/i);
  return {
    capacity: { at: capacity, factor: unitFactor(cells[capacity]!, capacityUnits, `${file}, line ${line}`) },
    voltage: { at: voltage, factor: unitFactor(cells[voltage]!, voltageUnits, `${file}, line ${line}`) },
    ...(branch >= 0 && { branch }),
    notes: [],
    header: line,
  };
}

/** Factor of the unit behind a name: `Capacity (mAh/g)`, `E / V`, `voltage_mV`; the base unit where none is told. */
function unitFactor(header: string, units: Readonly<Record<string, number>>, where: string): number {
  const told =
    /[([]\s*([^)\]]*?)\s*[)\]]/.exec(header)?.[1] ?? /(?:^|[\s_/,])(m?Ah[\s/].*|A?h\/kg|m?V)\b.*$/.exec(header)?.[1];
  if (told === undefined) return 1;
  const unit = told
    .toLowerCase()
    .replaceAll(/[\s·*^{}]/g, '')
    .replace('⁻¹', '-1')
    .replace('−', '-')
    .replace(/(vs\.?|\/(na|li|k)).*$/, '');
  const factor = units[unit];
  if (factor !== undefined) return factor;
  throw new SpecError(
    `${where}: the unit of "${header}" must be one of ${Object.keys(units).join(', ')}, got "${told}"`,
  );
}

/** Rows by branch: as told, else by where the voltage goes. */
function branches(rows: readonly Row[], notes: readonly string[]): MeasuredCurve {
  const told = rows.some(({ branch }) => branch !== undefined);
  // one file may hold both: down to the lowest voltage, then up
  const lowest = rows.reduce((k, row, i) => (row.voltage <= rows[k]!.voltage ? i : k), 0);
  const branchOf = (row: Row, k: number): Branch => row.branch ?? (k <= lowest ? 'discharge' : 'charge');
  const startsLow = lowest < Math.max(2, 0.02 * rows.length);
  const split = rows.map((row, k) => ({ row, branch: !told && startsLow ? ('charge' as const) : branchOf(row, k) }));
  const pick = (wanted: Branch, sign: number) =>
    split
      .filter(({ branch }) => branch === wanted)
      .map(({ row: { capacity, voltage } }) => ({ capacity, voltage }))
      .sort((a, b) => sign * (a.voltage - b.voltage));
  const discharge = pick('discharge', -1);
  const found = pick('charge', 1);
  const said = told
    ? notes
    : [
        ...notes,
        `branches by where the voltage goes: ${discharge.length} points of discharge, ${found.length} of charge`,
      ];
  if (found.length < 2 || found.at(-1)!.capacity <= found[0]!.capacity)
    return { discharge, charge: found, notes: said };
  const taken = Math.max(...found.map(({ capacity }) => capacity));
  const full = discharge.length > 0 ? Math.max(...discharge.map(({ capacity }) => capacity)) : taken;
  const known =
    discharge.length > 0
      ? 'where discharge ends'
      : 'all of it, for there is no discharge: its first-cycle loss is not known';
  return {
    discharge,
    charge: found.map(({ capacity, voltage }) => ({ capacity: full - capacity, voltage })),
    notes: [
      ...said,
      `capacity on charge is what was taken out: counted down from ${Number(full.toPrecision(4))} mAh/g, ${known}`,
    ],
  };
}
