/** Guests in the three-dimensional view, and what its legend says. Browser code, part of the viewer. */
import { bytes, unpackPlaces } from './places.ts';
import type { Scene, SceneState } from './scene.ts';
import { carbonColors, clusterColors, loneColor } from './theme.ts';
import type { Balls } from './viewer-balls.ts';
import type { Part } from './viewer-space.ts';

/** Guests of a state as balls, in the colours of their classes or clusters. */
export function guestBalls(scene: Scene, state: SceneState, byCluster: boolean, isShown: Part): Balls {
  const positions = unpackPlaces(state.positions);
  const classes = new Uint8Array(bytes(state.classes));
  const clusters = new Uint16Array(bytes(state.clusters));
  const radii = Float32Array.from(classes, (kind, i) =>
    isShown(positions[3 * i]!, positions[3 * i + 1]!, positions[3 * i + 2]!)
      ? (scene.classes[kind]!.radius ?? scene.radius)
      : 0,
  );
  return byCluster
    ? { positions, radii, inks: Uint8Array.from(clusters, clusterInk), colors: [loneColor, ...clusterColors] }
    : { positions, radii, inks: classes, colors: scene.classes.map(({ color }) => color) };
}

/** Place in the colours of clusters: 0 for lone guests, then the largest. */
function clusterInk(rank: number): number {
  return rank === 0 ? 0 : 1 + ((rank - 1) % clusterColors.length);
}

/** One line of the legend. */
export interface Entry {
  readonly color: string;
  readonly text: string;
  /** drawn as a bar, as bonds are */
  readonly bond?: boolean;
}

/** Legend with the number of guests of each colour, and what the colours of the bonds mean. */
export function legendOf(scene: Scene, state: SceneState | undefined, byCluster: boolean): Entry[] {
  const classes = new Uint8Array(bytes(state?.classes ?? ''));
  const clusters = new Uint16Array(bytes(state?.clusters ?? ''));
  const biggest = Math.min(
    4,
    clusters.reduce((most, rank) => Math.max(most, rank), 0),
  );
  const entries = byCluster
    ? [0, ...Array.from({ length: biggest }, (_, k) => k + 1)].map((rank) => ({
        color: [loneColor, ...clusterColors][clusterInk(rank)]!,
        text: `${rank === 0 ? 'lone guests' : `cluster ${rank}`} ${clusters.filter((r) => r === rank).length}`,
      }))
    : scene.classes.map(({ name, color }, k) => ({ color, text: `${name} ${classes.filter((x) => x === k).length}` }));
  const kinds = scene.host.palette?.map(({ name, color }) => ({ color, text: name, bond: true })) ?? [
    { color: carbonColors[2]!, text: 'strong carbon edges', bond: true },
  ];
  return [...entries, ...kinds];
}
