/** A snapshot as it is drawn: host and guests, what is cut away, and what the colours mean. */
import { wrapRows } from '../../core/cell.ts';
import { elementOf, elements, siteOf } from '../../core/elements.ts';
import { atomCount, type Frame } from '../../core/frame.ts';
import { nearPairs } from '../near-pairs.ts';
import { type FilledRings, filledRings } from '../rings.ts';
import { carbonColors, sheetColor } from '../theme.ts';
import { type Bodies, cross, dot, type Ink, unit, type Vector } from './bodies.ts';
import { coloursOf } from './colours.ts';

/** One moment: a host and the guests in it, with what is known of each. */
export interface Snapshot {
  readonly host: Frame;
  readonly guests: Frame;
  /** [G] index into `siteClasses` */
  readonly classes?: Uint8Array;
  /** [G] number of the cluster, 0 the largest */
  readonly clusters?: Int32Array;
  /** atoms per cluster, falling */
  readonly clusterSizes?: readonly number[];
  /** [G] share of metal, 0 (ion) … 1 (bulk metal) */
  readonly metal?: Float64Array | undefined;
}

export const colourings = ['class', 'cluster', 'species', 'metal'] as const;
export type Colouring = (typeof colourings)[number];

/**
 * What is taken away so that the inside is seen: `none`; `front`, the host before the plane through the middle; `corner`, host and
 * guests in the eighth of the box nearest to the eye; `slab`, all but a slab through the middle.
 */
export const cuts = ['none', 'front', 'corner', 'slab'] as const;
export type Cut = (typeof cuts)[number];

export const hostStyles = ['sheets', 'sticks', 'none'] as const;
export type HostStyle = (typeof hostStyles)[number];

export interface SnapshotLook {
  readonly colour: Colouring;
  readonly cut: Cut;
  /** of a slab, Å */
  readonly thickness: number;
  readonly host: HostStyle;
  /** from the middle to the eye */
  readonly toward: Vector;
  readonly up: Vector;
}

/** One line of the legend: what a colour means and how many have it. */
export interface LegendEntry {
  readonly color: string;
  readonly text: string;
  /** drawn as a bar, as bonds are, not as a ball */
  readonly bond?: boolean;
}

export interface DrawnSnapshot {
  readonly bodies: Bodies;
  readonly legend: readonly LegendEntry[];
  /** [P, 3] what must fit into the picture */
  readonly outline: Float64Array;
}

const bondLength = 1.75;
const stickRadius = 0.17;

/**
 * Bodies of a snapshot. Atoms are wrapped into the box; bonds through its faces are left out; a guest is drawn with the radius that
 * elements.ts has for it, carbon as sticks, rings filled where sheets are asked for.
 *
 * @throws nothing: a snapshot without guests is a picture of its host
 */
export function snapshotBodies(snapshot: Snapshot, look: SnapshotLook): DrawnSnapshot {
  const host = inside(snapshot.host);
  const guests = inside(snapshot.guests);
  const place = placer(host, look);
  const n = look.host === 'none' ? 0 : atomCount(host);
  const m = atomCount(guests);
  const shownHost = Uint8Array.from({ length: n }, (_, i) => (place(host.rows, 4 * i, true) ? 1 : 0));
  const inks: Ink[] = [];
  const inkOf = (color: string, shine: number): number => {
    const found = inks.findIndex((ink) => ink.color === color && ink.shine === shine);
    return found >= 0 ? found : inks.push({ color, shine }) - 1;
  };
  const carbon = carbonColors.map((color) => inkOf(color, 0.04));
  const sheet = inkOf(sheetColor, 0);
  const kinds = host.species.map(kindOf);

  const balls = new Float64Array(4 * (n + m));
  const ballInk = new Uint8Array(n + m);
  const shade = new Float32Array(n + m);
  const other = host.species.map((name) => !['C', 'H'].includes(elementOf(name)));
  const radii = host.species.map((name, s) =>
    other[s] ? 0.55 * (elements[elementOf(name)]?.radius ?? 1) : stickRadius,
  );
  const hostInk = host.species.map((name, s) =>
    other[s] ? inkOf(elements[elementOf(name)]?.color ?? '#b0b6be', 0.2) : carbon[kinds[s]!]!,
  );
  for (let i = 0; i < n; i++) {
    for (let d = 0; d < 3; d++) balls[4 * i + d] = host.rows[4 * i + d]!;
    const s = host.rows[4 * i + 3]!;
    if (shownHost[i] === 1) balls[4 * i + 3] = radii[s]!;
    ballInk[i] = hostInk[s]!;
    // the grid of light sees carbon as thin as it is drawn, not as it excludes others
    shade[i] = shownHost[i] === 1 ? (look.host === 'sheets' ? 2.2 : 1.3) : 0;
  }
  const { colors, legend } = coloursOf(snapshot, guests, look.colour);
  let shownGuests = 0;
  for (let i = 0; i < m; i++) {
    const at = 4 * (n + i);
    for (let d = 0; d < 3; d++) balls[at + d] = guests.rows[4 * i + d]!;
    const radius = elements[elementOf(guests.species[guests.rows[4 * i + 3]!]!)]?.radius ?? 1.3;
    const shown = place(guests.rows, 4 * i, false);
    ballInk[n + i] = inkOf(colors[i]!, 0.35);
    if (!shown) continue;
    shownGuests++;
    balls[at + 3] = radius;
    shade[n + i] = (4 / 3) * Math.PI * radius ** 3 * 0.7;
  }
  const sticks = n === 0 ? new Uint32Array(0) : bondsOf(host, shownHost);
  const stickInk = Uint8Array.from({ length: sticks.length / 2 }, (_, k) => {
    const kind = (i: number): number => kinds[host.rows[4 * i + 3]!]!;
    return carbon[Math.max(kind(sticks[2 * k]!), kind(sticks[2 * k + 1]!))]!;
  });
  const { faces, faceNormal } = facesOf(filledRings(look.host === 'sheets' ? sticks : sticks.subarray(0, 0), n), balls);
  const lines = edgesOf(host, look);
  let strong = false;
  for (let i = 0; i < n; i++) if (kinds[host.rows[4 * i + 3]!] === 2) strong = true;
  return {
    bodies: {
      inks,
      balls,
      ballInk,
      shade,
      sticks,
      stickInk,
      stickRadius,
      faces,
      faceNormal,
      faceInk: new Uint8Array(faces.length / 3).fill(sheet),
      lines,
    },
    legend: [
      ...legend,
      ...(n > 0 ? [{ color: carbonColors[0]!, text: 'carbon', bond: true }] : []),
      ...(n > 0 && strong ? [{ color: carbonColors[2]!, text: 'strong edges', bond: true }] : []),
      ...(shownGuests < m ? [{ color: '', text: `${shownGuests} of ${m} guests are not cut away` }] : []),
    ],
    outline: lines,
  };
}

function inside(frame: Frame): Frame {
  const rows = frame.rows.slice();
  wrapRows(frame.cell, rows);
  return { ...frame, rows };
}

/** 0 basal, 1 edge, 2 strong edge. */
function kindOf(species: string): number {
  const site = siteOf(species);
  return site === '' || site === 'basal' ? 0 : site.startsWith('strong') ? 2 : 1;
}

/** Whether an atom at a row is drawn. */
function placer(host: Frame, look: SnapshotLook): (rows: Float64Array, at: number, isHost: boolean) => boolean {
  const { matrix: m, inverse: v } = host.cell;
  const toward = unit(look.toward);
  const middle: Vector = [0, 1, 2].map((d) => 0.5 * (m[d]! + m[3 + d]! + m[6 + d]!)) as unknown as Vector;
  const before = (rows: Float64Array, at: number): number =>
    dot([rows[at]! - middle[0], rows[at + 1]! - middle[1], rows[at + 2]! - middle[2]], toward);
  switch (look.cut) {
    case 'none':
      return () => true;
    case 'front':
      return (rows, at, isHost) => !isHost || before(rows, at) < 0;
    case 'slab':
      return (rows, at) => Math.abs(before(rows, at)) <= look.thickness / 2;
    case 'corner': {
      // the eighth whose corner points to the eye
      const side = [0, 1, 2].map((k) => Math.sign(dot([m[3 * k]!, m[3 * k + 1]!, m[3 * k + 2]!], toward)) || 1);
      return (rows, at) => {
        for (let k = 0; k < 3; k++) {
          const s = rows[at]! * v[k]! + rows[at + 1]! * v[3 + k]! + rows[at + 2]! * v[6 + k]! - 0.5;
          if (s * side[k]! <= 0) return true;
        }
        return false;
      };
    }
  }
}

/** Pairs of shown host atoms nearer than a bond; hydrogens are not drawn: they would hide edges. */
function bondsOf({ rows, species }: Frame, shown: Uint8Array): Uint32Array {
  const bonded = species.map((name) => elementOf(name) !== 'H');
  if (bonded.every(Boolean)) return nearPairs(rows, 4, shown, bondLength);
  return nearPairs(
    rows,
    4,
    shown.map((one, i) => (one === 1 && bonded[rows[4 * i + 3]!] ? 1 : 0)),
    bondLength,
  );
}

/** Rings as fans of triangles, with the normal of the plane that fits the ring (the sum of its triangles'). */
function facesOf({ start, atoms }: FilledRings, balls: Float64Array): { faces: Uint32Array; faceNormal: Float32Array } {
  const count = atoms.length - 2 * (start.length - 1);
  const faces = new Uint32Array(3 * count);
  const faceNormal = new Float32Array(3 * count);
  let f = 0;
  for (let ring = 0; ring + 1 < start.length; ring++) {
    const [begin, end] = [start[ring]!, start[ring + 1]!];
    let [x, y, z] = [0, 0, 0];
    for (let k = begin, before = atoms[end - 1]!; k < end; before = atoms[k++]!) {
      const [p, q] = [4 * before, 4 * atoms[k]!];
      x += balls[p + 1]! * balls[q + 2]! - balls[p + 2]! * balls[q + 1]!;
      y += balls[p + 2]! * balls[q]! - balls[p]! * balls[q + 2]!;
      z += balls[p]! * balls[q + 1]! - balls[p + 1]! * balls[q]!;
    }
    const perLength = 1 / Math.sqrt(x * x + y * y + z * z);
    for (let k = begin + 1; k + 1 < end; k++, f++) {
      faces[3 * f] = atoms[begin]!;
      faces[3 * f + 1] = atoms[k]!;
      faces[3 * f + 2] = atoms[k + 1]!;
      faceNormal[3 * f] = x * perLength;
      faceNormal[3 * f + 1] = y * perLength;
      faceNormal[3 * f + 2] = z * perLength;
    }
  }
  return { faces, faceNormal };
}

/** The twelve edges of the box, or of the slab cut from it. */
function edgesOf({ cell: { matrix: m } }: Frame, look: SnapshotLook): Float64Array {
  const at = (i: number, j: number, k: number): number[] =>
    [0, 1, 2].map((d) => i * m[d]! + j * m[3 + d]! + k * m[6 + d]!);
  const lines: number[] = [];
  for (const i of [0, 1]) {
    for (const j of [0, 1]) {
      lines.push(...at(0, i, j), ...at(1, i, j), ...at(i, 0, j), ...at(i, 1, j), ...at(i, j, 0), ...at(i, j, 1));
    }
  }
  if (look.cut === 'slab') {
    // edges seen along the view lie flat in the slab: its middle plane shows them once
    const t = unit(look.toward);
    const middle = dot(at(0.5, 0.5, 0.5) as unknown as Vector, t);
    for (let k = 0; k < lines.length; k += 3) {
      const off = dot([lines[k]!, lines[k + 1]!, lines[k + 2]!], t) - middle;
      const keep = Math.max(-look.thickness / 2, Math.min(look.thickness / 2, off));
      for (let d = 0; d < 3; d++) lines[k + d]! += (keep - off) * t[d]!;
    }
  }
  return Float64Array.from(lines);
}

/** Direction to the eye from azimuth (around c, from a) and elevation, degrees; c is upright. */
export function directionOf(azimuth: number, elevation: number): Vector {
  const [a, e] = [(azimuth * Math.PI) / 180, (elevation * Math.PI) / 180];
  return [Math.cos(e) * Math.cos(a), Math.cos(e) * Math.sin(a), Math.sin(e)];
}

/** Direction that looks straight onto the face of the box that lies across side 0, 1 or 2, and what is upright then. */
export function faceOn({ cell: { matrix: m } }: Frame, side: number): { toward: Vector; up: Vector } {
  const vector = (k: number): Vector => [m[3 * (k % 3)]!, m[3 * (k % 3) + 1]!, m[3 * (k % 3) + 2]!];
  const toward = unit(cross(vector(side + 1), vector(side + 2)));
  const up = side === 2 ? unit(vector(1)) : unit(vector(2));
  return { toward: dot(toward, vector(side)) < 0 ? (toward.map((x) => -x) as unknown as Vector) : toward, up };
}
