/** The files of a report, as texts: numbers, page, tables, figures, structures. */
import type { Analysis } from '../analysis/analyse.ts';
import { pointAt } from '../analysis/states.ts';
import { type Frame, mergeFrames } from '../core/frame.ts';
import { formatExtxyz } from '../io/extxyz.ts';
import type { LadderPoint, LadderTrajectory } from '../trajectory/series.ts';
import { type FigureName, reportContents, type TableName } from './contents.ts';
import { reportCsv } from './csv.ts';
import { renderFigure } from './figures.ts';
import { reportHtml } from './html.ts';
import { formatJson } from './json.ts';
import type { Report } from './report.ts';
import { buildScene } from './scene.ts';

export interface ReportExtras {
  /** one per replica, those the report was made from */
  readonly trajectories: readonly LadderTrajectory[];
  readonly analysis: Analysis;
}

/**
 * Every file of a report by name: `results.json`, `report.html`, CSV and SVG of every curve, `host.xyz` (all structures),
 * `final.xyz` (host and guests at the end of the ladder), `guests-<state>.xyz` (guests at each named state), all with one
 * frame per replica, and `trajectory.xyz` (guests of every snapshot, replica by replica along the ladder). Extended XYZ.
 */
export async function reportFiles(
  report: Report,
  { trajectories, analysis }: ReportExtras,
): Promise<Map<string, string>> {
  const { figures: figureNames, tables: tableNames, files: names } = reportContents(report);
  const json = formatJson(report);
  const tables = new Map<TableName, string>(tableNames.map((name) => [name, reportCsv(report, name)]));
  const figures = new Map<FigureName, string>();
  for (const name of figureNames) figures.set(name, await renderFigure(report, name));
  const scene = trajectories[0] && buildScene(trajectories[0], analysis);

  const files = new Map([
    ['results.json', json],
    ['report.html', reportHtml(report, { json, tables, figures, scene })],
    ...[...tables].map(([name, text]) => [`${name}.csv`, text] as const),
    ...[...figures].map(([name, text]) => [`${name}.svg`, text] as const),
    ['host.xyz', formatExtxyz(trajectories.map(({ host, replica }) => ({ ...host, info: { ...host.info, replica } })))],
  ]);
  if (names.includes('final.xyz')) {
    const last = trajectories.map((t) => frameOf(t, t.points.at(-1), true)).filter((frame) => frame !== undefined);
    files.set('final.xyz', formatExtxyz(last));
    files.set('trajectory.xyz', formatExtxyz(trajectories.flatMap(snapshotsOf)));
    for (const state of report.states) {
      const frames = trajectories
        .map((t) => frameOf(t, pointAt(t, state), false))
        .filter((frame) => frame !== undefined);
      files.set(`guests-${state.name}.xyz`, formatExtxyz(frames));
    }
  }
  return files;
}

/** Guests of every snapshot in the order they were taken. */
function snapshotsOf({ replica, points }: LadderTrajectory): Frame[] {
  return points.flatMap(({ branch, voltage, snapshots }) =>
    snapshots.map((frame) => ({ ...frame, info: { ...frame.info, replica, branch, voltage } })),
  );
}

/** Last snapshot of a ladder point, with or without its host, labelled by where it comes from. */
function frameOf(
  { host, replica }: LadderTrajectory,
  point: LadderPoint | undefined,
  withHost: boolean,
): Frame | undefined {
  const guests = point?.snapshots.at(-1);
  if (point === undefined || guests === undefined) return undefined;
  const frame = withHost ? mergeFrames(host, guests) : guests;
  return { ...frame, info: { ...frame.info, replica, branch: point.branch, voltage: point.voltage } };
}
