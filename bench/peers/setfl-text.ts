/** A metal of a shipped model as setfl text, for engines that read nothing else. */
import { massOf } from '../../src/core/elements.ts';
import { cubicCrystal } from '../../src/core/lattice.ts';
import { neighborList } from '../../src/core/neighbors.ts';
import type { EmbeddedTerm, Model } from '../../src/model/model.ts';
import { tableValue } from '../../src/model/table.ts';

/**
 * The embedded term of one element, tabulated: F at 2 001 densities up to twice that of the bcc crystal, f and r·φ at 4 001
 * distances. What a table this coarse adds in error is in every engine alike.
 *
 * @param a  lattice constant of the bcc metal, Å
 */
export function setflText(model: Model, element: string, a: number): string {
  const s = model.species.indexOf(element);
  const term = model.terms.find((one): one is EmbeddedTerm => one.form === 'embedded')!;
  const [pair, density, embedding] = [term.pair[s]![s]!, term.density[s]![s]!, term.embedding[s]!];
  const cutoff = Math.max(pair.to, density.to);
  const list = neighborList(cubicCrystal(element, 'bcc', a, Math.ceil((2 * cutoff) / a) + 1), cutoff);
  let inCrystal = 0;
  for (let p = list.start[0]!; p < list.start[1]!; p++) inCrystal += tableValue(density, list.rows[4 * p + 3]!);
  const [nRho, nR] = [2001, 4001];
  const [dRho, dr] = [(2 * inCrystal) / (nRho - 1), cutoff / (nR - 1)];
  const column = (n: number, f: (k: number) => number): string =>
    Array.from({ length: n }, (_, k) => f(k).toExponential(16)).join('\n');
  return [
    `# metal part of ${model.name}`,
    ...['#', '#', `1 ${element}`, `${nRho} ${dRho} ${nR} ${dr} ${cutoff}`, `11 ${massOf(element)} ${a} bcc`],
    column(nRho, (k) => tableValue(embedding, k * dRho)),
    column(nR, (k) => tableValue(density, k * dr)),
    column(nR, (k) => k * dr * tableValue(pair, k * dr)),
    '',
  ].join('\n');
}
