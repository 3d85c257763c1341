/** What the colours of guests mean. */
import { siteClasses } from '../../analysis/sites.ts';
import { elementOf, elements } from '../../core/elements.ts';
import { atomCount, type Frame } from '../../core/frame.ts';
import { clusterColors, loneColor, siteColors } from '../theme.ts';
import type { Colouring, LegendEntry, Snapshot } from './snapshot.ts';

/** From ion to metal. */
const metalInks = ['#5a2a83', '#3f5fa8', '#3d93a6', '#8cbf6a', '#e0c04f', '#f2a33a'] as const;

/** Colour of every guest, and the legend. */
export function coloursOf(
  snapshot: Snapshot,
  guests: Frame,
  colour: Colouring,
): { colors: readonly string[]; legend: LegendEntry[] } {
  const m = atomCount(guests);
  const named = Array.from({ length: m }, (_, i) => elementOf(guests.species[guests.rows[4 * i + 3]!]!));
  // asked for one by one: each may be worked out only now
  const classes = colour === 'class' ? snapshot.classes : undefined;
  if (classes) {
    return {
      colors: Array.from(classes, (c) => siteColors[siteClasses[c]!]),
      legend: siteClasses.map((name, c) => ({
        color: siteColors[name],
        text: `${name} ${classes.filter((x) => x === c).length}`,
      })),
    };
  }
  const { clusters, clusterSizes } = colour === 'cluster' ? snapshot : {};
  if (clusters && clusterSizes) {
    const colorOf = (rank: number): string =>
      clusterSizes[rank] === 1 ? loneColor : clusterColors[rank % clusterColors.length]!;
    const lone = clusterSizes.filter((size) => size === 1).length;
    const several = clusterSizes.filter((size) => size > 1);
    return {
      colors: Array.from(clusters, colorOf),
      legend: [
        ...several.slice(0, 4).map((size, k) => ({ color: colorOf(k), text: `cluster of ${size}` })),
        ...(several.length > 4 ? [{ color: '', text: `${several.length - 4} smaller` }] : []),
        ...(lone > 0 ? [{ color: loneColor, text: `lone ${lone}` }] : []),
      ],
    };
  }
  const metal = colour === 'metal' ? snapshot.metal : undefined;
  if (metal) {
    const bin = (x: number): number => Math.min(metalInks.length - 1, Math.floor(x * metalInks.length));
    return {
      colors: Array.from(metal, (x) => metalInks[bin(x)]!),
      legend: metalInks.map((color, k) => ({
        color,
        text:
          k === 0
            ? `ion ${metal.filter((x) => bin(x) === k).length}`
            : k === metalInks.length - 1
              ? `metal ${metal.filter((x) => bin(x) === k).length}`
              : String(metal.filter((x) => bin(x) === k).length),
      })),
    };
  }
  const species = [...new Set(named)];
  return {
    colors: named.map((name) => elements[name]?.color ?? '#b0b6be'),
    legend: species.map((name) => ({
      color: elements[name]?.color ?? '#b0b6be',
      text: `${name} ${named.filter((x) => x === name).length}`,
    })),
  };
}
