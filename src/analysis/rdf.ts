/**
 * Radial distribution functions: guests around guests, carbon around guests, any element around any in a run.
 */
import { elementOf } from '../core/elements.ts';
import { SpecError } from '../core/errors.ts';
import { atomCount, type Frame, speciesAt } from '../core/frame.ts';
import { neighborList } from '../core/neighbors.ts';
import { nearby, type Query } from './near.ts';
import { combineReplicas, estimateOf } from './replicas.ts';

export interface RdfOptions {
  /** Å */
  readonly rMax: number;
  readonly bins: number;
}

export interface Rdf {
  /** [bins] middle of each shell, Å */
  readonly r: readonly number[];
  /** [bins] dimensionless */
  readonly g: readonly number[];
  /** [bins] standard error; null where a single snapshot is all there is */
  readonly error: readonly (number | null)[];
  /** [bins] mean number of partners nearer than the outer edge of the shell */
  readonly neighbors: readonly number[];
}

/** One replica: its host and its snapshots (guests only). */
export interface RdfReplica {
  readonly host: Frame;
  readonly snapshots: readonly Frame[];
}

export const rdfDefaults: RdfOptions = { rMax: 10, bins: 100 };

/**
 * Guests around a guest.
 *
 *   g(r) = V · n(r) / ((N − 1) · V_shell(r)),   n(r) mean number of partners in the shell, V_shell exact
 *
 * 1 for an ideal gas at every N, because of the N − 1. Density is that of the whole box: in a pore g(r) is above 1 at
 * short range just because guests share the pore. Error: block error over snapshots, combined over replicas.
 *
 * @returns  undefined when no snapshot has two guests
 * @throws SpecError  the cell is not periodic in all directions
 * @oracle test/unit/analysis-rdf.test.ts (bcc shells), test/property/analysis-rdf.test.ts (ideal gas)
 */
export function guestGuestRdf(replicas: readonly RdfReplica[], options: RdfOptions = rdfDefaults): Rdf | undefined {
  return averaged(
    replicas.map(({ snapshots }) =>
      snapshots
        .filter((frame) => atomCount(frame) > 1)
        .map((frame) => {
          const histogram = new Float64Array(options.bins);
          const list = neighborList(frame, options.rMax);
          for (let p = 3; p < list.rows.length; p += 4) count(histogram, list.rows[p]!, options);
          return shells(frame, histogram, atomCount(frame), atomCount(frame) - 1, options);
        }),
    ),
    options,
  );
}

/**
 * Carbon around a guest, normalised by the mean density of host atoms in the box; otherwise as `guestGuestRdf`.
 *
 * @returns  undefined when no snapshot has a guest
 * @throws SpecError  the cell is not periodic in all directions
 */
export function guestHostRdf(replicas: readonly RdfReplica[], options: RdfOptions = rdfDefaults): Rdf | undefined {
  return averaged(
    replicas.map(({ host, snapshots }) => {
      const query: Query = nearby(host, options.rMax);
      return snapshots
        .filter((frame) => atomCount(frame) > 0)
        .map((frame) => {
          const histogram = new Float64Array(options.bins);
          for (let i = 0; i < frame.rows.length; i += 4) {
            query(frame.rows[i]!, frame.rows[i + 1]!, frame.rows[i + 2]!, (_j, _dx, _dy, _dz, r) =>
              count(histogram, r, options),
            );
          }
          return shells(frame, histogram, atomCount(frame), atomCount(host), options);
        });
    }),
    options,
  );
}

export interface PairRdf extends Rdf {
  /** elements: partners of the second around one of the first */
  readonly pair: readonly [string, string];
}

/**
 * g(r) of every pair of elements over the frames of a run, in any cell periodic in all directions; otherwise as `guestGuestRdf`.
 *
 * @param frames  correlated frames of one run, the cell may change; one is enough, then without errors
 * @returns       one per pair of elements that has partners, in the order of the species
 * @throws SpecError  the cell is not periodic in all directions
 * @oracle test/unit/analysis-rdf.test.ts, test/property/analysis-rdf.test.ts
 */
export function pairRdfs(frames: readonly Frame[], options: RdfOptions = rdfDefaults): PairRdf[] {
  const elements = [...new Set(frames.flatMap(({ species }) => species.map(elementOf)))];
  const pairs = elements.flatMap((a, i) => elements.slice(i).map((b) => [a, b] as const));
  const histograms = frames.map((frame) => {
    const kind = Int32Array.from({ length: atomCount(frame) }, (_, i) =>
      elements.indexOf(elementOf(speciesAt(frame, i))),
    );
    const found = elements.map(() => elements.map(() => new Float64Array(options.bins)));
    const query = nearby(frame, options.rMax);
    for (let i = 0; i < kind.length; i++) {
      query(frame.rows[4 * i]!, frame.rows[4 * i + 1]!, frame.rows[4 * i + 2]!, (j, _dx, _dy, _dz, r) => {
        if (j !== i || r > 1e-6) count(found[kind[i]!]![kind[j]!]!, r, options);
      });
    }
    return { frame, found, atoms: elements.map((_, e) => kind.reduce((sum, k) => sum + (k === e ? 1 : 0), 0)) };
  });
  return pairs.flatMap(([a, b]) => {
    const [ia, ib] = [elements.indexOf(a), elements.indexOf(b)];
    const partners = (atoms: readonly number[]): number => atoms[ib]! - (ia === ib ? 1 : 0);
    const usable = histograms.filter(({ atoms }) => atoms[ia]! > 0 && partners(atoms) > 0);
    const rdf = averaged(
      [usable.map(({ frame, found, atoms }) => shells(frame, found[ia]![ib]!, atoms[ia]!, partners(atoms), options))],
      options,
    );
    return rdf ? [{ pair: [a, b] as const, ...rdf }] : [];
  });
}

function count(histogram: Float64Array, r: number, { rMax, bins }: RdfOptions): void {
  histogram[Math.min(bins - 1, Math.floor((r / rMax) * bins))]!++;
}

interface Shells {
  readonly g: Float64Array;
  readonly neighbors: Float64Array;
}

/** Histogram of one snapshot over `centres` atoms with `partners` possible partners each → g and running coordination. */
function shells(frame: Frame, histogram: Float64Array, centres: number, partners: number, options: RdfOptions): Shells {
  if (frame.cell.periodic.includes(false)) {
    throw new SpecError('rdf: the cell must be periodic in all directions, got an open one; its density is undefined');
  }
  const width = options.rMax / options.bins;
  let running = 0;
  const neighbors = histogram.map((h) => (running += h / centres));
  const g = histogram.map((h, k) => {
    const shell = ((4 * Math.PI) / 3) * width ** 3 * ((k + 1) ** 3 - k ** 3);
    return (h / centres) * (frame.cell.volume / (partners * shell));
  });
  return { g, neighbors };
}

function averaged(snapshots: readonly (readonly Shells[])[], { rMax, bins }: RdfOptions): Rdf | undefined {
  const replicas = snapshots.filter((s) => s.length > 0);
  if (replicas.length === 0) return undefined;
  const average = (pick: (s: Shells) => Float64Array, k: number) =>
    combineReplicas(
      replicas.map((frames) => estimateOf(frames.map((s) => pick(s)[k]!))),
      '1',
    );
  const g = Array.from({ length: bins }, (_, k) => average((s) => s.g, k));
  return {
    r: Array.from({ length: bins }, (_, k) => ((k + 0.5) * rMax) / bins),
    g: g.map((m) => m.value),
    error: g.map((m) => m.error),
    neighbors: Array.from({ length: bins }, (_, k) => average((s) => s.neighbors, k).value),
  };
}
