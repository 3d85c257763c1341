/** The report of a characterization: numbers, page, tables and figures. */
import type { Characterization } from '../analysis/characterize.ts';
import type { Curve } from '../analysis/described.ts';
import type { ResidualRow } from '../analysis/residual.ts';
import type { Frame } from '../core/frame.ts';
import { characterizationHtml } from './characterization-html.ts';
import { type Column, csv } from './csv.ts';
import { drawFigure } from './figures.ts';
import { type CurveFigure, characterizationFigures, fileNameOf } from './figures-characterization.ts';
import { formatJson, plainData } from './json.ts';
import { structureScene } from './structure-scene.ts';

/** What the report needs besides structure and measurements. */
export interface CharacterizationFacts {
  /** of Cardhouse */
  readonly version: string;
  readonly name: string;
  readonly about?: string;
  /** where the structure came from: a file, a recipe and its seed */
  readonly source: string;
  /** text of the recipe, shown as it is */
  readonly spec?: string;
  /** other files beside the report */
  readonly files?: readonly string[];
  readonly warnings?: readonly string[];
  /** the only part that differs between two runs */
  readonly performance: {
    readonly wallSeconds: number;
    readonly hostName: string;
    readonly runtime: string;
    /** ISO 8601 */
    readonly date: string;
  };
}

/** Everything that makes up a report. */
export interface CharacterizationReportData {
  readonly characterization: Characterization;
  /** for the three-dimensional view; without it there is none */
  readonly frame?: Frame;
  readonly facts: CharacterizationFacts;
  /** asked against measured, shown first */
  readonly residual?: readonly ResidualRow[];
  /** published against measured, shown behind it */
  readonly published?: readonly ResidualRow[];
}

/** All that was found as plain data: `results.json`. */
export function characterizationResults(data: CharacterizationReportData): Record<string, unknown> {
  const { characterization, facts, residual, published } = data;
  const { composition, instruments, settings, seconds } = characterization;
  const { version, name, about, source, spec, performance } = facts;
  const { notes: _, ...structure } = composition;
  return plainData({
    schema: 'cardhouse/characterization/1',
    structure: { name, about, ...structure },
    residual,
    published,
    instruments,
    settings,
    warnings: cautions(data),
    provenance: { program: 'cardhouse', version, source, spec, files: fileNames(data) },
    performance: { ...performance, seconds },
  }) as Record<string, unknown>;
}

/** What a careful colleague would say before quoting the numbers. */
function cautions({ characterization, facts }: CharacterizationReportData): string[] {
  return [
    ...(facts.warnings ?? []).map(sentence),
    ...characterization.notes.map(({ from, text }) =>
      from === 'composition' ? sentence(text) : `${titles[from]}: ${sentence(text)}`,
    ),
  ];
}

/** With a capital and a full stop. */
function sentence(text: string): string {
  const begun = /^[a-z]{2}/.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}

const titles = { scattering: 'Scattering', porosity: 'Pores', bonding: 'Bonds' } as const;

/**
 * Every file of the report by name: `results.json`, `report.html`, a CSV file and a picture of every curve.
 *
 * @oracle test/unit/characterization-report.test.ts
 */
export async function characterizationReport(data: CharacterizationReportData): Promise<Map<string, string>> {
  const { characterization, frame } = data;
  const json = formatJson(characterizationResults(data));
  const tables = new Map(Object.entries(characterization.curves).map(([key, one]) => [fileNameOf(key), curveCsv(one)]));
  const drawn: (CurveFigure & { svg: string })[] = [];
  for (const figure of characterizationFigures(characterization)) {
    drawn.push({ ...figure, svg: await drawFigure(figure.spec, figure.name) });
  }
  const scene = frame && structureScene(frame);
  return new Map([
    ['results.json', json],
    ['report.html', characterizationHtml(data, { json, tables, figures: drawn, scene, warnings: cautions(data) })],
    ...[...tables].map(([name, text]) => [`${name}.csv`, text] as const),
    ...drawn.map(({ name, svg }) => [`${name}.svg`, svg] as const),
  ]);
}

function fileNames({ characterization, facts }: CharacterizationReportData): string[] {
  return [
    'results.json',
    'report.html',
    ...Object.keys(characterization.curves).map((key) => `${fileNameOf(key)}.csv`),
    ...characterizationFigures(characterization).map(({ name }) => `${name}.svg`),
    ...(facts.files ?? []),
  ];
}

/** A curve as CSV; the first line names each column with its unit. */
function curveCsv(curve: Curve): string {
  const columns = Object.entries(curve);
  const rows = Array.from({ length: columns[0]?.[1].length ?? 0 }, (_, k) => k);
  return csv(
    rows,
    columns.map(([name, values]): Column<number> => [name, (k) => (Number.isFinite(values[k]) ? values[k] : null)]),
  );
}
