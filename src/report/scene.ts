/** What the three-dimensional view needs, packed: positions and bonds as base64 of little-endian arrays. */
import type { Analysis } from '../analysis/analyse.ts';
import { siteClasses } from '../analysis/sites.ts';
import { wrapRows } from '../core/cell.ts';
import { elements, siteOf } from '../core/elements.ts';
import { atomCount, type Frame } from '../core/frame.ts';
import { neighborList } from '../core/neighbors.ts';
import type { LadderTrajectory } from '../trajectory/series.ts';
import { formatVoltage } from './format.ts';
import { siteColors } from './theme.ts';

/** Carbons nearer than this are drawn bonded, Å. */
const bondLength = 1.75;

export interface SceneState {
  readonly name: string;
  readonly label: string;
  readonly caption: string;
  /** [N, 3] float32, Å */
  readonly positions: string;
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
    /** [N, 3] float32, Å */
    readonly positions: string;
    /** [N] uint8, index into `palette`; without one: 0 basal, 1 edge, 2 strong edge */
    readonly kinds: string;
    /** what the kinds are; a bond has the colour of the higher of its two */
    readonly palette?: readonly { readonly name: string; readonly color: string }[];
    /** [B, 2] uint32, bonds that do not cross the boundary */
    readonly bonds: string;
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
      positions: base64(positions(wrapped)),
      kinds: base64(
        Uint8Array.from({ length: atomCount(host) }, (_, i) => kindOf(host.species[host.rows[4 * i + 3]!]!)),
      ),
      bonds: base64(bonds(wrapped)),
    },
    classes: siteClasses.map((name) => ({ name, color: siteColors[name] })),
    states: pictures.map(({ state: name, guests, classes, clusters }) => {
      const { label, branch, voltage } = states.find((s) => s.name === name)!;
      const inside = { ...guests, rows: guests.rows.slice() };
      wrapRows(guests.cell, inside.rows);
      return {
        name,
        label,
        caption: `${branch} at ${formatVoltage(voltage)} V · ${classes.length} ${guest} in ${atomCount(host)} C`,
        positions: base64(positions(inside)),
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

/** [N, 3] positions of a frame, Å. */
export function positions({ rows }: Frame): Float32Array {
  return Float32Array.from({ length: (rows.length / 4) * 3 }, (_, k) => rows[4 * Math.floor(k / 3) + (k % 3)]!);
}

function bonds(frame: Frame): Uint32Array {
  const list = neighborList(frame, bondLength);
  const pairs: number[] = [];
  for (let i = 0; i < atomCount(frame); i++) {
    for (let p = list.start[i]!; p < list.start[i + 1]!; p++) {
      const j = list.index[p]!;
      const direct = [0, 1, 2].every(
        (d) => Math.abs(frame.rows[4 * j + d]! - frame.rows[4 * i + d]! - list.rows[4 * p + d]!) < 1e-6,
      );
      if (i < j && direct) pairs.push(i, j);
    }
  }
  return Uint32Array.from(pairs);
}

/** Base64 of the bytes of a typed array, or of text in UTF-8. */
export function base64(data: ArrayBufferView | string): string {
  const bytes =
    typeof data === 'string'
      ? new TextEncoder().encode(data)
      : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  let text = '';
  for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return btoa(text);
}
