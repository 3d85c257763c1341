/** Which files a report has: decided by what was measured, in one place. */
import type { Report } from './report.ts';

export type FigureName =
  | 'voltage-curve'
  | 'voltage-curve-near-zero'
  | 'dq-dv'
  | 'sites'
  | 'clusters'
  | 'metal-share'
  | 'pore-filling'
  | 'filled-host'
  | 'rdf';
export type TableName =
  | 'curve'
  | 'galvanostatic'
  | 'estimate'
  | 'estimate-sites'
  | 'equilibrium'
  | 'pores'
  | 'dq-dv'
  | 'sites'
  | 'clusters'
  | 'cluster-sizes'
  | 'classes'
  | 'metal-share'
  | 'nmr'
  | 'pore-filling'
  | 'filled-host'
  | 'rdf';

export interface Contents {
  readonly figures: readonly FigureName[];
  readonly tables: readonly TableName[];
  /** names of all files, `results.json` first */
  readonly files: string[];
}

/** Figures and tables that have data, and the names of all files of the report. */
export function reportContents(report: Report): Contents {
  const differential = report.differential.discharge.length + report.differential.charge.length > 0;
  const sites = report.sites.points.length > 0;
  const clusters = report.clusters.points.length > 0;
  const rdf = report.rdf.length > 0;
  const { guests } = report;
  const only = <T>(wanted: boolean, ...names: T[]): T[] => (wanted ? names : []);
  const figures: FigureName[] = [
    'voltage-curve',
    'voltage-curve-near-zero',
    ...only<FigureName>(differential, 'dq-dv'),
    ...only<FigureName>(sites, 'sites'),
    ...only<FigureName>(clusters && report.states.length > 0, 'clusters'),
    ...only<FigureName>(guests?.states !== undefined, 'metal-share'),
    ...only<FigureName>(guests?.pores !== undefined, 'pore-filling'),
    ...only<FigureName>(guests?.scattering !== undefined, 'filled-host'),
    ...only<FigureName>(rdf, 'rdf'),
  ];
  const tables: TableName[] = [
    'curve',
    ...only<TableName>(report.galvanostatic !== undefined, 'galvanostatic'),
    ...only<TableName>(report.estimate !== undefined, 'estimate', 'estimate-sites'),
    ...only<TableName>(report.equilibrium !== undefined, 'equilibrium', 'pores'),
    ...only<TableName>(differential, 'dq-dv'),
    ...only<TableName>(sites, 'sites'),
    ...only<TableName>(clusters, 'clusters', 'cluster-sizes'),
    ...only<TableName>(guests !== undefined, 'classes'),
    ...only<TableName>(guests?.states !== undefined, 'metal-share'),
    ...only<TableName>(guests?.states?.nmr !== undefined, 'nmr'),
    ...only<TableName>(guests?.pores !== undefined, 'pore-filling'),
    ...only<TableName>(guests?.scattering !== undefined, 'filled-host'),
    ...only<TableName>(rdf, 'rdf'),
  ];
  const files = [
    'results.json',
    'report.html',
    ...tables.map((name) => `${name}.csv`),
    ...figures.map((name) => `${name}.svg`),
    'host.xyz',
    ...only(sites, 'final.xyz', 'trajectory.xyz', ...report.states.map(({ name }) => `guests-${name}.xyz`)),
  ];
  return { figures, tables, files };
}
