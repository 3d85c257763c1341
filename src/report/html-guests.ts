/** Sections of report.html on what the guests are. */
import { classNumbers } from '../analysis/class-windows.ts';
import { formatValue, formatWithError } from './format.ts';
import { downloadLink, type Section, type SectionParts } from './html.ts';
import { escapeHtml } from './html-tables.ts';
import type { Report } from './report.ts';

const titles = {
  capacity: 'At 0 V (mAh/g)',
  highest: 'Most (mAh/g)',
  windowFrom: '10 % at (V)',
  windowTo: '90 % at (V)',
  meanVoltage: 'Mean (V)',
} as const;

/** Figures of metal share, pores and X-rays. */
export function guestSections({ guests, study }: Report): Section[] {
  if (!guests) return [];
  const { states, pores, scattering } = guests;
  return [
    ...(states
      ? [
          {
            title: 'From ion to metal',
            figures: ['metal-share'],
            table: 'metal-share',
            caption:
              'Left: mean of 1 − s², the share by which the energy of a guest is that of metal, s the charge switch of the model. ' +
              (states.nmr
                ? `Right: what a ${states.nmr.nucleus} spectrum might look like. ${states.nmr.definition}`
                : `No NMR mapping is known well enough for ${study.guest}.`),
          },
        ]
      : []),
    ...(pores
      ? [{ title: 'Pores by size', figures: ['pore-filling'], table: 'pore-filling', caption: pores.definition }]
      : []),
    ...(scattering
      ? [
          {
            title: 'X-rays, before and after',
            figures: ['filled-host'],
            table: 'filled-host',
            caption: 'Structure factor and small angles of the first structure, empty and with its guests at 0 V.',
          },
        ]
      : []),
  ];
}

/** Capacity and voltage window of every class of sites, and the numbers from X-rays, with their definitions. */
export function guestNumbers({ classes, scattering }: NonNullable<Report['guests']>, parts: SectionParts): string {
  const shown = classNumbers.filter((key) => classes.some(({ values }) => values[key]));
  const csv = parts.tables.get('classes');
  const rows = classes.map(
    ({ site, values }) =>
      `<tr><th>${site}</th>${shown
        .map((key) => {
          const value = values[key];
          return `<td class="number">${value ? escapeHtml(formatWithError(value)) : '–'}</td>`;
        })
        .join('')}</tr>`,
  );
  const sentences = shown.flatMap((key) => {
    const one = classes.find(({ values }) => values[key])?.values[key];
    return one ? [`<li><b>${titles[key]}</b> ${escapeHtml(one.definition)}</li>`] : [];
  });
  const rays = Object.values(scattering?.values ?? {}).map(
    ({ value, error, unit, definition }) =>
      `<tr><td class="text">${escapeHtml(definition)}</td><td class="number">${escapeHtml(
        error === null ? formatValue(Number(value.toPrecision(4))) : formatWithError({ value, error, unit }),
      )}</td><td>${escapeHtml(unit === '1' ? '' : unit)}</td></tr>`,
  );
  return `<section>
<h2>Sites: what each kind stores, and where</h2>
<div class="scroll"><table>
<thead><tr><th>Class</th>${shown.map((key) => `<th class="number">${titles[key]}</th>`).join('')}</tr></thead>
<tbody>${rows.join('')}</tbody></table></div>
<details><summary>What these are</summary><ul>${sentences.join('')}</ul></details>
${rays.length === 0 ? '' : `<details><summary>Numbers from X-rays</summary><div class="scroll"><table><tbody>${rays.join('')}</tbody></table></div></details>`}
<p class="links">${csv === undefined ? '' : downloadLink('classes.csv', 'text/csv', csv)}</p>
</section>`;
}
