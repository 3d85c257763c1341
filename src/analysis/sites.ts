/**
 * Where a guest sits, from geometry alone: at an edge, between two layers, on one, or in the metal of a pore.
 */
import { siteOf } from '../core/elements.ts';
import { atomCount, type Frame, massOfFrame } from '../core/frame.ts';
import { neighborList } from '../core/neighbors.ts';
import type { Measured } from '../core/statistics.ts';
import { capacityPerGuest } from '../core/units.ts';
import type { Branch, LadderTrajectory } from '../trajectory/series.ts';
import { nearby, type Query } from './near.ts';
import { combineReplicas, estimateOf } from './replicas.ts';
import { ladderSteps } from './states.ts';

export const siteClasses = ['edge', 'interlayer', 'surface', 'pore'] as const;
export type SiteClass = (typeof siteClasses)[number];

/** Thresholds of the rule, Å and neighbours. */
export interface SiteRule {
  /** nearest carbon nearer than this and not basal: edge */
  readonly edgeDistance: number;
  /** carbons nearer than this on opposite sides: interlayer */
  readonly layerDistance: number;
  /** two carbons are on opposite sides when the cosine of the angle between them is at most this */
  readonly oppositeCosine: number;
  /** no carbon nearer than this: pore */
  readonly surfaceDistance: number;
  /** guests nearer than this are neighbours */
  readonly guestDistance: number;
  /** at least so many neighbours (of 14 in bulk bcc): pore, whatever wall is near */
  readonly poreNeighbors: number;
}

/** The usual thresholds; `guestDistance` is the bonding cutoff of the guest (`bondingCutoff`). */
export function siteRule(guestDistance: number): SiteRule {
  return {
    edgeDistance: 3.2,
    layerDistance: 3.3,
    oppositeCosine: -0.8,
    surfaceDistance: 4,
    guestDistance,
    poreNeighbors: 8,
  };
}

/** How far the rule looks for carbon, Å. */
export function reachOf({ edgeDistance, layerDistance, surfaceDistance }: SiteRule): number {
  return Math.max(edgeDistance, layerDistance, surfaceDistance);
}

/**
 * Class of every guest of a snapshot; the first rule that holds wins:
 *
 * 1. `pore`: at least 8 guests within the bonding cutoff (bulk bcc 14, the wall layer of a thick cluster about 10, a
 *    single layer 6): metal, whatever its wall is made of.
 * 2. `edge`: the nearest carbon is closer than 3.2 Å and is not basal.
 * 3. `interlayer`: two carbons closer than 3.3 Å lie on opposite sides (angle ≥ 143°). A guest 2.1 Å from both walls of a
 *    gallery has them in every stacking; one on a single flat or gently curved sheet cannot.
 * 4. `pore` again: no carbon closer than 4 Å.
 * 5. `surface`: what is left: carbon on one side, few guests around.
 *
 * Assumes a host typed by site (`C:basal`, `C:zigzag`, …); carbon without a site counts as basal.
 *
 * @param query  `nearby(host, reachOf(rule))`
 * @returns  [N] class per guest
 */
export function classifyGuests(guests: Frame, host: Frame, query: Query, rule: SiteRule): SiteClass[] {
  const isEdge = host.species.map((name) => !['', 'basal'].includes(siteOf(name)));
  const neighbors = neighborList(guests, rule.guestDistance);
  return Array.from({ length: atomCount(guests) }, (_, i) => {
    if (neighbors.start[i + 1]! - neighbors.start[i]! >= rule.poreNeighbors) return 'pore';
    let nearest = Infinity;
    let nearestIsEdge = false;
    const directions: number[] = [];
    query(guests.rows[4 * i]!, guests.rows[4 * i + 1]!, guests.rows[4 * i + 2]!, (j, dx, dy, dz, r) => {
      if (r < nearest) {
        nearest = r;
        nearestIsEdge = isEdge[host.rows[4 * j + 3]!]!;
      }
      if (r < rule.layerDistance) directions.push(dx / r, dy / r, dz / r);
    });
    if (nearestIsEdge && nearest < rule.edgeDistance) return 'edge';
    if (hasOpposites(directions, rule.oppositeCosine)) return 'interlayer';
    return nearest >= rule.surfaceDistance ? 'pore' : 'surface';
  });
}

function hasOpposites(u: readonly number[], cosine: number): boolean {
  for (let a = 0; a < u.length; a += 3) {
    for (let b = a + 3; b < u.length; b += 3) {
      if (u[a]! * u[b]! + u[a + 1]! * u[b + 1]! + u[a + 2]! * u[b + 2]! <= cosine) return true;
    }
  }
  return false;
}

export interface SiteCounts {
  readonly branch: Branch;
  /** V */
  readonly voltage: number;
  /** guests per box in each class */
  readonly counts: Readonly<Record<SiteClass, Measured>>;
  /** capacity in each class, mAh/g */
  readonly capacities: Readonly<Record<SiteClass, Measured>>;
}

/** [trajectory][point][snapshot][guest] */
export type SnapshotClasses = readonly (readonly (readonly (readonly SiteClass[])[])[])[];

/** Class of every guest of every snapshot. */
export function classifySnapshots(trajectories: readonly LadderTrajectory[], rule: SiteRule): SnapshotClasses {
  return trajectories.map(({ host, points }) => {
    const query = nearby(host, reachOf(rule));
    return points.map(({ snapshots }) => snapshots.map((guests) => classifyGuests(guests, host, query, rule)));
  });
}

/**
 * Guests and capacity per site class at every ladder point that has snapshots, averaged over snapshots (block errors) and
 * replicas. Snapshots are fewer than samples: the sum of the classes equals the capacity of the curve within errors only.
 *
 * @param classes  where they are known already
 * @returns  one entry per branch and voltage, in the order the first replica ran them
 */
export function siteCounts(
  trajectories: readonly LadderTrajectory[],
  rule: SiteRule,
  classes: SnapshotClasses = classifySnapshots(trajectories, rule),
): SiteCounts[] {
  const perGuest = trajectories.map(({ host }) => capacityPerGuest / massOfFrame(host));
  const steps = ladderSteps(trajectories, (_, r, k) => ({ perGuest: perGuest[r]!, classes: classes[r]![k]! }));
  return steps.map(({ branch, voltage, replicas }) => {
    const average = (site: SiteClass, unit: string, factor: (perGuest: number) => number): Measured =>
      combineReplicas(
        replicas.map(({ perGuest, classes }) =>
          estimateOf(
            classes.map((c) => c.filter((x) => x === site).length),
            factor(perGuest),
          ),
        ),
        unit,
      );
    const record = (unit: string, factor: (perGuest: number) => number) =>
      Object.fromEntries(siteClasses.map((site) => [site, average(site, unit, factor)])) as Record<SiteClass, Measured>;
    return { branch, voltage, counts: record('1', () => 1), capacities: record('mAh/g', (perGuest) => perGuest) };
  });
}
