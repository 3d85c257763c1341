/** What the three-dimensional view needs, packed: positions in sixteen bits, the rest as base64 of little-endian arrays. */
import type { Analysis } from '../analysis/analyse.ts';
import { siteClasses } from '../analysis/sites.ts';
import { wrapRows } from '../core/cell.ts';
import { elements, siteOf } from '../core/elements.ts';
import { atomCount } from '../core/frame.ts';
import type { LadderTrajectory } from '../trajectory/series.ts';
import { formatVoltage } from './format.ts';
import { base64, type Places, packPlaces } from './places.ts';
import { siteColors } from './theme.ts';

/** Of more carbons a slab is shown first: only the outside of the whole is seen. */
const mostWhole = 20_000;

/** Slab that is shown first, Å: as thick as a few sheets, so that stacks and the pores between them are seen. */
export const slabThickness = 14;

/** Carbons nearer than this are drawn bonded, Å. */
const bondLength = 1.75;

export interface SceneState {
  readonly name: string;
  readonly label: string;
  readonly caption: string;
  readonly positions: Places;
  /** [N] uint8, index into `classes` */
  readonly classes: string;
  /** [N] uint16, 0 for a lone guest, else 1 + rank of its cluster by size; empty: no clusters are known */
  readonly clusters: string;
}

export interface Scene {
  readonly guest: string;
  /** radius of a guest as drawn, Å */
  readonly radius: number;
  /** [9] rows a, b, c, Å */
  readonly cell: readonly number[];
  readonly host: {
    readonly positions: Places;
    /** [N] uint8, index into `palette`; without one: 0 basal, 1 edge, 2 strong edge */
    readonly kinds: string;
    /** what the kinds are; a bond has the colour of the higher of its two */
    readonly palette?: readonly { readonly name: string; readonly color: string }[];
    /** [B, 2] uint32, bonds that do not cross the boundary; or how near two atoms are that the page draws bonded, Å */
    readonly bonds: string | number;
    /** rings are filled, so that sheets look like sheets */
    readonly filled?: boolean;
  };
  /** a slab through the middle, shown first in place of the whole: thickness along side 0, 1 or 2 of the cell, Å */
  readonly slab?: {
    readonly axis: number;
    readonly thickness: number;
    readonly caption: string;
    /** what else can be shown: the whole box, or more of a large one */
    readonly rest: string;
  };
  readonly classes: readonly { readonly name: string; readonly color: string; readonly radius?: number }[];
  /** the first is shown; may be empty: a carbon without guests */
  readonly states: readonly SceneState[];
  /** said above the view where there is no state to say it */
  readonly caption?: string;
}

/** Host of the first replica with its guests at every named state; undefined when no snapshot was kept. */
export function buildScene({ host, guest }: LadderTrajectory, { states, pictures }: Analysis): Scene | undefined {
  if (pictures.length === 0) return undefined;
  const wrapped = { ...host, rows: host.rows.slice() };
  wrapRows(host.cell, wrapped.rows);
  return {
    guest,
    radius: elements[guest]?.radius ?? 1.3,
    cell: [...host.cell.matrix],
    host: {
      positions: packPlaces(wrapped.rows),
      kinds: base64(
        Uint8Array.from({ length: atomCount(host) }, (_, i) => kindOf(host.species[host.rows[4 * i + 3]!]!)),
      ),
      bonds: bondLength,
    },
    ...(atomCount(host) > mostWhole && {
      slab: {
        axis: 1,
        thickness: slabThickness,
        caption: `A slab of ${slabThickness} Å through the middle of ${atomCount(host)} C`,
        rest: 'Whole box',
      },
    }),
    classes: siteClasses.map((name) => ({ name, color: siteColors[name] })),
    states: pictures.map(({ state: name, guests, classes, clusters }) => {
      const { label, branch, voltage } = states.find((s) => s.name === name)!;
      const inside = { ...guests, rows: guests.rows.slice() };
      wrapRows(guests.cell, inside.rows);
      return {
        name,
        label,
        caption: `${branch} at ${formatVoltage(voltage)} V · ${classes.length} ${guest} in ${atomCount(host)} C`,
        positions: packPlaces(inside.rows),
        classes: base64(Uint8Array.from(classes, (c) => siteClasses.indexOf(c))),
        clusters: base64(
          Uint16Array.from(clusters.label, (rank) => (clusters.sizes[rank] === 1 ? 0 : Math.min(65535, rank + 1))),
        ),
      };
    }),
  };
}

function kindOf(species: string): number {
  const site = siteOf(species);
  return site === '' || site === 'basal' ? 0 : site.startsWith('strong') ? 2 : 1;
}
