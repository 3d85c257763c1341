/**
 * g(r) and coordination, read from the same pair histogram as the pattern.
 */
import { type Curve, type Described, described } from './described.ts';
import { type PairHistogram, pairIndex } from './pair-histogram.ts';

/** Å; bins of the curve, and how far it goes */
const width = 0.05;
const farthest = 20;

/**
 * Distances between atoms of the most frequent element.
 *
 *   4πr²ρ(r) = neighbours per atom and Å,   g(r) = ρ(r) V / N
 *
 * The first shell ends at the lowest point between the first maximum and 1.6 times its distance; its distance and
 * coordination are the mean and the number of neighbours nearer than that.
 *
 * @returns  undefined for fewer than two atoms of that element
 * @oracle test/unit/analysis-scattering.test.ts (graphite: 3 at 1.42 Å)
 */
export function radialDistribution(
  histogram: PairHistogram,
): { values: Record<string, Described>; curve: Curve } | undefined {
  const { atoms, elements, counts, volume } = histogram;
  const most = atoms.indexOf(Math.max(...atoms));
  const n = atoms[most]!;
  if (n < 2) return undefined;
  const fine = counts[pairIndex(most, most, elements.length)]!;
  const every = Math.max(1, Math.round(width / histogram.width));
  const step = every * histogram.width;
  const bins = Math.floor(Math.min(farthest, histogram.rMax) / step);
  const neighbours = Array.from({ length: bins }, (_, k) => {
    let sum = 0;
    // bin k of the histogram is centred on k widths: half a bin is a matter of 0.005 Å
    for (let j = k * every; j < (k + 1) * every; j++) sum += fine[j] ?? 0;
    return (2 * sum) / n;
  });
  const r = neighbours.map((_, k) => (k + 0.5) * step - 0.5 * histogram.width);
  let running = 0;
  const curve: Record<string, number[]> = {
    'r (Å)': r,
    '4πr²ρ (1/Å)': neighbours.map((v) => v / step),
    'neighbours nearer': neighbours.map((v) => (running += v)),
  };
  if (volume !== undefined) {
    curve['g(r)'] = neighbours.map((v, k) => (v * volume) / (n * 4 * Math.PI * step * (r[k]! ** 2 + step ** 2 / 12)));
  }
  const values: Record<string, Described> = {};
  const end = firstShell(neighbours, r);
  if (end !== undefined) {
    let [sum, moment] = [0, 0];
    for (let j = 0; j * histogram.width < r[end]!; j++) {
      sum += fine[j]!;
      moment += fine[j]! * j * histogram.width;
    }
    const name = elements[most]!;
    values['bondLengthRdf'] = described(
      moment / sum,
      null,
      'Å',
      `Mean distance of the first shell of ${name} around ${name}, which ends at the first minimum of the radial distribution, ${r[end]!.toFixed(2)} Å.`,
    );
    values['coordinationRdf'] = described(
      (2 * sum) / n,
      null,
      '1',
      `Mean number of ${name} around ${name} nearer than the first minimum of the radial distribution, ${r[end]!.toFixed(2)} Å.`,
    );
  }
  return { values, curve };
}

function firstShell(neighbours: readonly number[], r: readonly number[]): number | undefined {
  const start = neighbours.findIndex((v) => v > 0);
  if (start < 0) return undefined;
  let top = start;
  for (let k = start; k < r.length && r[k]! < 1.25 * r[start]!; k++) if (neighbours[k]! > neighbours[top]!) top = k;
  let low = -1;
  for (let k = top + 1; k < r.length && r[k]! < 1.6 * r[top]!; k++) {
    if (low < 0 || neighbours[k]! < neighbours[low]!) low = k;
  }
  return low < 0 ? undefined : low;
}
