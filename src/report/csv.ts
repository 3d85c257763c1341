/** Every curve of a report as CSV; the first line names each column with its unit. */
import { siteClasses } from '../analysis/sites.ts';
import type { TableName } from './contents.ts';
import { guestTables } from './csv-guests.ts';
import { type Column, csv, pair } from './csv-text.ts';
import type { Report } from './report.ts';

export { type Cell, type Column, csv } from './csv-text.ts';

/** Text of one table of the report. */
export function reportCsv(report: Report, table: TableName): string {
  return tables[table](report);
}

const tables: Readonly<Record<TableName, (report: Report) => string>> = {
  ...guestTables,
  curve: ({ curve }) => {
    const rows = branches(curve);
    const moves = [...new Set(rows.flatMap((row) => Object.keys(row.acceptance)))];
    return csv(rows, [
      ['branch', (row) => row.branch],
      ['voltage (V)', (row) => row.voltage],
      ...pair<(typeof rows)[0]>('capacity', 'mAh/g', (row) => row.capacity),
      ...pair<(typeof rows)[0]>('guests per box', '1', (row) => row.guests),
      ...pair<(typeof rows)[0]>('energy per guest', 'eV', (row) => row.energy),
      ...pair<(typeof rows)[0]>('drift', 'mAh/g', (row) => row.drift),
      ['equilibrated (true/false)', (row) => row.equilibrated],
      ...moves.map(
        (move): Column<(typeof rows)[0]> => [`acceptance ${move} (1)`, (row) => row.acceptance[move]?.value],
      ),
    ]);
  },
  galvanostatic: ({ galvanostatic }) => {
    const rows = galvanostatic?.points ?? [];
    return csv(rows, [
      ['branch', (row) => row.branch],
      ...pair<(typeof rows)[0]>('capacity', 'mAh/g', (row) => row.capacity),
      ...pair<(typeof rows)[0]>('voltage', 'V', (row) => row.voltage),
    ]);
  },
  equilibrium: ({ equilibrium }) => {
    const rows = equilibrium?.points ?? [];
    return csv(rows, [
      ['voltage (V)', (row) => row.voltage],
      ...pair<(typeof rows)[0]>('capacity', 'mAh/g', (row) => row.capacity),
      ...pair<(typeof rows)[0]>('capacity in pores', 'mAh/g', (row) => row.pores),
    ]);
  },
  estimate: ({ estimate }) => {
    const rows = estimate?.points ?? [];
    return csv(rows, [
      ['voltage (V)', (row) => row.voltage],
      ...pair<(typeof rows)[0]>('capacity', 'mAh/g', (row) => row.capacity),
      ...pair<(typeof rows)[0]>('capacity on sites', 'mAh/g', (row) => row.sites),
      ...pair<(typeof rows)[0]>('capacity as metal in pores', 'mAh/g', (row) => row.metal),
    ]);
  },
  'estimate-sites': ({ estimate }) => {
    const rows = estimate?.distribution ?? [];
    return csv(rows, [
      ['half full from (V)', (row) => row.from],
      ['to (V)', (row) => row.to],
      ...pair<(typeof rows)[0]>('capacity of sites', 'mAh/g', (row) => row.capacity),
    ]);
  },
  pores: ({ equilibrium }) => {
    const rows = equilibrium?.pores ?? [];
    return csv(rows, [
      ['structure', (row) => row.replica + 1],
      ['diameter (Å)', (row) => row.diameter],
      ['volume (Å³)', (row) => row.volume],
      ...pair<(typeof rows)[0]>('filling voltage', 'V', (row) => row.fillingVoltage),
      ['others empty (V)', (row) => row.othersEmpty.value],
      ['others full (V)', (row) => row.othersFull.value],
      ...pair<(typeof rows)[0]>('guests', '1', (row) => row.guests),
      ...pair<(typeof rows)[0]>('barrier', 'kT', (row) => row.barrier),
      ['round trips', (row) => row.roundTrips],
    ]);
  },
  'dq-dv': ({ differential }) => {
    const rows = branches(differential);
    return csv(rows, [
      ['branch', (row) => row.branch],
      ['voltage (V)', (row) => row.voltage],
      ['from (V)', (row) => row.from],
      ['to (V)', (row) => row.to],
      ...pair<(typeof rows)[0]>('dQ/dV', 'mAh/g/V', (row) => row.slope),
    ]);
  },
  sites: ({ sites }) =>
    csv(sites.points, [
      ['branch', (row) => row.branch],
      ['voltage (V)', (row) => row.voltage],
      ...siteClasses.flatMap((name) =>
        pair<(typeof sites.points)[0]>(`capacity ${name}`, 'mAh/g', (row) => row.capacities[name]),
      ),
      ...siteClasses.flatMap((name) =>
        pair<(typeof sites.points)[0]>(`guests ${name}`, '1', (row) => row.counts[name]),
      ),
    ]),
  clusters: ({ clusters: { points } }) =>
    csv(points, [
      ['branch', (row) => row.branch],
      ['voltage (V)', (row) => row.voltage],
      ...pair<(typeof points)[0]>('largest cluster', 'guests', (row) => row.largest),
      ...pair<(typeof points)[0]>('mean cluster size', 'guests', (row) => row.meanSize),
      ...pair<(typeof points)[0]>('mass-weighted cluster size', 'guests', (row) => row.massMeanSize),
      ...pair<(typeof points)[0]>('coordination', '1', (row) => row.coordination),
      ...pair<(typeof points)[0]>('share in percolating clusters', '1', (row) => row.percolating),
      ...pair<(typeof points)[0]>('directions of percolation', '1', (row) => row.directions),
      ...pair<(typeof points)[0]>('radius of gyration', 'Å', (row) => row.gyration),
      ...pair<(typeof points)[0]>('shape anisotropy', '1', (row) => row.anisotropy),
    ]),
  'cluster-sizes': ({ clusters }) => {
    const rows = clusters.points.flatMap(({ branch, voltage, sizes }) => sizes.map((s) => ({ branch, voltage, ...s })));
    return csv(rows, [
      ['branch', (row) => row.branch],
      ['voltage (V)', (row) => row.voltage],
      ['size from (guests)', (row) => row.from],
      ['size to (guests)', (row) => row.to],
      ...pair<(typeof rows)[0]>('share of clusters', '1', (row) => row.clusters),
      ...pair<(typeof rows)[0]>('share of guests', '1', (row) => row.guests),
    ]);
  },
  rdf: (report) => {
    const rows = report.rdf.flatMap(({ state, pair: partners, r, g, error, neighbors }) =>
      r.map((x, k) => ({ state, partners, r: x, g: g[k], error: error[k], neighbors: neighbors[k] })),
    );
    return csv(rows, [
      ['state', (row) => row.state],
      ['pair', (row) => row.partners],
      ['r (Å)', (row) => row.r],
      ['g(r) (1)', (row) => row.g],
      ['g(r) error (1)', (row) => row.error],
      ['neighbours within shell (1)', (row) => row.neighbors],
    ]);
  },
};

function branches<T>({
  discharge,
  charge,
}: {
  discharge: readonly T[];
  charge: readonly T[];
}): (T & { branch: string })[] {
  return [
    ...discharge.map((row) => ({ branch: 'discharge', ...row })),
    ...charge.map((row) => ({ branch: 'charge', ...row })),
  ];
}
