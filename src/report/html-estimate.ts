/** The estimate without simulation on the page: a sentence below the curve, and its numbers beside those that were simulated. */
import { formatWithError } from './format.ts';
import { escapeHtml, quantityTable } from './html-tables.ts';
import type { Report } from './report.ts';

/** What the thin dashes are and what they come to. */
export function estimateCaption({ estimate: e }: Report): string {
  if (!e) return '';
  const metal =
    e.fillingVoltage.value === null
      ? ''
      : `, of it ${formatWithError(e.metal)} metal in pores, which the capillary law fills at ${formatWithError(e.fillingVoltage)} V on average`;
  return (
    ` Thin dashes: an estimate without simulation, from sites that a lone guest finds in the empty carbon and the capillary law; ${formatWithError(e.slope)} mAh/g ` +
    `to the cut of the slope and ${formatWithError(e.total)} mAh/g to 0 V${metal}. Where it departs from the branches, forces between guests matter.`
  );
}

/** All numbers of the estimate, folded. */
export function estimateNumbers({ estimate: e, capacities: c }: Report): string {
  if (!e) return '';
  const { definition, distribution: _, points: __, ...numbers } = e;
  const table = quantityTable('Number', [
    ['Estimate', numbers],
    ['Simulated', { slope: c.slope, total: c.total }],
  ]);
  return `<details><summary>Estimate without simulation</summary><p class="soft">${escapeHtml(definition)}</p>${table}</details>`;
}
