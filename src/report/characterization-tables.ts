/** Tables and cards of a characterization. */
import type { Described } from '../analysis/described.ts';
import { headingOf, labelOf, probeNames } from '../analysis/labels.ts';
import type { Quantity } from '../analysis/replicas.ts';
import type { ResidualRow } from '../analysis/residual.ts';
import { formatValue, formatWithError } from './format.ts';
import { card, cardValue, escapeHtml } from './html-tables.ts';

/** A number as people read it: shares in per cent, no unit where there is none. */
export function forPeople(key: string, { value, error, unit }: Quantity): Quantity {
  if (unit === '1' && /Share|porosity$/i.test(key)) {
    return { value: value === null ? null : 100 * value, error: error === null ? null : 100 * error, unit: '%' };
  }
  return { value, error, unit: unit === '1' ? '' : unit };
}

/** One quantity that was measured with several probes. */
export interface ProbeRow {
  /** key without the ending of the probe */
  readonly key: string;
  readonly label: string;
  readonly unit: string;
  readonly definition: string;
  /** by the ending of the key, see `probeNames` */
  readonly values: Readonly<Record<string, Described>>;
}

/**
 * Splits values into plain ones and those measured with several probes (`poreVolumeHe`, `poreVolumeN2` …).
 *
 * @returns probes: endings in the order they appear, with the names of their columns
 */
export function byProbe(values: Readonly<Record<string, Described>>): {
  readonly plain: readonly (readonly [string, Described])[];
  readonly rows: readonly ProbeRow[];
  readonly probes: readonly { readonly ending: string; readonly name: string }[];
} {
  const endings = Object.keys(probeNames);
  const stems = new Map<string, Record<string, Described>>();
  for (const [key, value] of Object.entries(values)) {
    const ending = endings.find((one) => key.endsWith(one) && key.length > one.length);
    if (ending === undefined) continue;
    const stem = key.slice(0, -ending.length);
    stems.set(stem, { ...stems.get(stem), [ending]: value });
  }
  for (const [stem, found] of stems) if (Object.keys(found).length < 2) stems.delete(stem);
  const isProbed = (key: string): boolean =>
    endings.some((one) => key.endsWith(one) && stems.has(key.slice(0, -one.length)));
  const used = endings.filter((one) => [...stems.values()].some((found) => found[one]));
  return {
    plain: Object.entries(values).filter(([key]) => !isProbed(key)),
    rows: [...stems].map(([stem, found]) => {
      const first = Object.values(found)[0]!;
      return {
        key: stem,
        label: labelOf(stem),
        unit: forPeople(stem, first).unit,
        definition: first.definition.replace(probeText, 'the probe'),
        values: found,
      };
    }),
    probes: used.map((ending) => {
      const some = [...stems.values()].find((found) => found[ending])![ending]!;
      const size = probeText.exec(some.definition)?.[1];
      return { ending, name: `${probeNames[ending]}${size === undefined ? '' : ` ${size} Å`}` };
    }),
  };
}

const probeText = /a hard sphere of ([\d.]+) Å \([^)]*\)/;

const numbersFirst: readonly (readonly [key: string, text: string])[] = [
  ['d002', 'spacing of the sheets, from a fit of the (002) line'],
  ['lcScherrer', 'height of the stacks'],
  ['laScherrer', 'width of the sheets'],
  ['density', 'mass over volume of the box'],
  ['poreVolumeN2', 'pores that nitrogen fits into, open or closed'],
  ['surfaceN2', 'surface that nitrogen touches, closed pores included'],
  ['skeletalDensityHe', 'as a helium pycnometer sees it'],
  ['poreDiameterMode', 'peak of the pore size distribution'],
  ['sp2Share', 'carbons with three bonds, and edges'],
  ['laFromEdges', 'an estimate from edge carbons, no Raman spectrum'],
];

/** The numbers a reader looks for first, those that are there. */
export function headlineCards(values: Readonly<Record<string, Described>>): string {
  return numbersFirst
    .filter(([key]) => values[key] !== undefined)
    .slice(0, 9)
    .map(([key, text]) => card(escapeHtml(headingOf(key)), cardValue(shortened(forPeople(key, values[key]!))), text))
    .join('\n');
}

/** A number short enough for a card: four digits where the error lies beyond them. */
function shortened({ value, error, unit }: Quantity): Quantity {
  const exact = value !== null && error !== null && error < 5e-4 * Math.abs(value);
  return { value: exact ? Number(value.toPrecision(4)) : value, error: exact ? null : error, unit };
}

/** One line per value: name, number, unit, definition. On a phone the definition goes below. */
export function valueTable(values: readonly (readonly [string, Described])[]): string {
  if (values.length === 0) return '';
  const rows = values.map(([key, value]) => {
    const shown = forPeople(key, value);
    return `<tr id="${escapeHtml(key)}"><td>${escapeHtml(headingOf(key))}</td><td class="number">${formatWithError(shown)}</td><td>${escapeHtml(shown.unit)}</td><td class="text">${escapeHtml(value.definition)}</td></tr>`;
  });
  return `<table class="values"><thead><tr><th>Quantity</th><th class="number">Value</th><th>Unit</th><th>Definition</th></tr></thead>
<tbody>${rows.join('\n')}</tbody></table>`;
}

/** One line per quantity, one column per probe. */
export function probeTable({ rows, probes }: ReturnType<typeof byProbe>): string {
  if (rows.length === 0) return '';
  const head = `<tr><th>Quantity</th><th>Unit</th>${probes.map(({ name }) => `<th class="number">${escapeHtml(name)}</th>`).join('')}</tr>`;
  const body = rows.map(({ key, unit, values }) => {
    const cells = probes.map(({ ending }) => {
      const value = values[ending];
      return `<td class="number">${value ? formatWithError(forPeople(key, value)) : '–'}</td>`;
    });
    return `<tr><td>${escapeHtml(headingOf(key))}</td><td>${escapeHtml(unit)}</td>${cells.join('')}</tr>`;
  });
  const definitions = rows
    .map(({ key, definition }) => `<dt>${escapeHtml(headingOf(key))}</dt><dd>${escapeHtml(definition)}</dd>`)
    .join('\n');
  return `<h3>By probe</h3>
<div class="scroll"><table class="dense"><thead>${head}</thead><tbody>${body.join('\n')}</tbody></table></div>
<dl class="definitions">${definitions}</dl>`;
}

/** `+3.2 %`; where nothing was asked to be there, what is there. */
function deviationText(row: ResidualRow): string {
  if (row.deviation === null) return '–';
  if (row.asked.value !== 0 && Math.abs(row.deviation) < 5e-5) return '0 %';
  return `${row.deviation > 0 ? '+' : ''}${relativeText(row, row.deviation)}`;
}

/** A share of what was asked in per cent, or a number in its unit where 0 was asked. */
function relativeText({ key, asked }: ResidualRow, value: number): string {
  const plain = forPeople(key, { value, error: null, unit: asked.unit });
  const [number, unit] = asked.value === 0 ? [plain.value!, plain.unit] : [100 * value, '%'];
  return `${formatValue(Number(number.toPrecision(number < 10 ? 2 : 3)))} ${escapeHtml(unit)}`.trimEnd();
}

/** `3 of 4 measured numbers are within the tolerance; 2 could not be measured.` */
function countMet(rows: readonly ResidualRow[]): string {
  const measured = rows.filter(({ measured: found }) => found !== null);
  const met = measured.filter(({ within }) => within).length;
  const missing = rows.length - measured.length;
  const some = missing === 0 ? '' : ' measured';
  const parts = [
    ...(measured.length === 0
      ? []
      : [
          `${met} of ${measured.length}${some} ${measured.length === 1 ? 'number' : 'numbers'} ${met === 1 ? 'is' : 'are'} within the tolerance`,
        ]),
    ...(missing === 0 ? [] : [`${missing} could not be measured`]),
  ];
  return `${parts.join('; ')}.`;
}

/** Asked, or published, against measured, with a sentence above. */
export function residualTable(rows: readonly ResidualRow[], wanted: 'asked' | 'published' = 'asked'): string {
  if (rows.length === 0) return '';
  const heading = wanted === 'asked' ? 'Asked' : 'Published';
  const body = rows.map((row) => {
    const { key, asked, measured, within, note } = row;
    const unit = forPeople(key, { ...asked, error: null }).unit;
    const say = (value: number, error: number | null, from: string): string =>
      formatWithError(forPeople(key, { value, error, unit: from }));
    const mark =
      measured === null ? '' : within ? '<span class="met">✓ met</span>' : '<span class="missed">✗ missed</span>';
    const below = [asked.definition, note]
      .filter((text) => text !== undefined)
      .map((text) => `<div class="soft">${escapeHtml(text)}</div>`);
    const cells = [
      [heading, say(asked.value, null, asked.unit)],
      ['Measured', measured === null ? '–' : say(measured.value, measured.error, measured.unit)],
      ['Unit', escapeHtml(unit)],
      ['Deviation', deviationText(row)],
      ['Tolerance', `± ${relativeText(row, row.tolerance)}`],
    ].map(([name, text]) => {
      const own =
        name === heading || (name === 'Measured' && measured !== null) ? ` data-unit=" ${escapeHtml(unit)}"` : '';
      return `<td class="${name === 'Unit' ? 'unit' : 'number'}" data-name="${name}"${own}>${text}</td>`;
    });
    return `<tr><td class="what">${escapeHtml(headingOf(key))}${below.join('')}</td>${cells.join('')}<td class="mark">${mark}</td></tr>`;
  });
  return `<section><h2>${heading} and measured</h2>
<p class="soft">${countMet(rows)}${wanted === 'asked' ? '' : ' These are numbers of real carbons, which the model was not fitted to.'}</p>
<div class="scroll"><table class="residual"><thead><tr><th>Quantity</th><th class="number">${heading}</th><th class="number">Measured</th><th>Unit</th><th class="number">Deviation</th><th class="number">Tolerance</th><th></th></tr></thead>
<tbody>${body.join('\n')}</tbody></table></div></section>`;
}
