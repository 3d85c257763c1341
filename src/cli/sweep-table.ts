/** The table of a sweep in the making: in memory, and whole on disk after every point. */
import { join } from 'node:path';
import {
  averageSeeds,
  type Report,
  type SweepDocument,
  type SweepRow,
  sweepReport,
  sweepTrends,
  trendsCsv,
  unitOfKey,
} from '../index.ts';
import { sweepParquet } from '../sweep/parquet.ts';
import { headlineEntries, sweepCsv } from '../sweep/table.ts';
import { writeWhole } from './run-directory.ts';
import type { SweepPlan } from './sweep-plan.ts';
import type { Job } from './sweep-point.ts';

/** Seconds between two pages while work goes on: drawing one takes a few. */
const pageInterval = 120;

/** The table of a sweep in the making. */
export class SweepTable {
  readonly #plan: SweepPlan;
  readonly #path: string;
  readonly #rows = new Map<string, SweepRow>();
  readonly #failed = new Map<string, SweepDocument['failed'][number]>();
  readonly #curves = new Map<string, Report['curve']>();
  #surrogates: SweepDocument['surrogates'];
  #drawn = performance.now();

  /** @param path  of the sweep */
  constructor(plan: SweepPlan, path: string) {
    this.#plan = plan;
    this.#path = path;
  }

  /** Takes in what a point gave. */
  add({ point, key }: Job, report: Report): SweepRow {
    const { at, coordinates, spec } = point;
    const row: SweepRow = {
      ...{ key, at, coordinates, seed: spec.seed },
      ...(spec.uncertainty === 'calibration' && { parameterSets: spec.replicas }),
      numbers: headlineEntries(report),
    };
    this.#rows.set(key, row);
    this.#curves.set(key, report.curve);
    this.#surrogates = undefined;
    return row;
  }

  /** Takes in that a point cannot be computed. */
  fail({ point: { at, spec }, key }: Job, error: string): void {
    this.#failed.set(key, { key, at, seed: spec.seed, error });
  }

  /** Rows in the order of the design, whenever they were finished. */
  document(): SweepDocument {
    const { jobs, name, about, base, keys, seeds } = this.#plan;
    const rows = jobs.flatMap(({ key }) => this.#rows.get(key) ?? []);
    const { guest, replicas } = jobs[0]!.inputs.spec;
    const uncertainty = [...new Set(jobs.map(({ inputs }) => inputs.spec.uncertainty))].join(', ');
    const axes = keys.map((key) => ({ key, unit: unitOfKey(key) }));
    const averages = averageSeeds(rows);
    return {
      schema: 'cardhouse/sweep/1',
      study: { name, about, guest: guest.species, model: guest.model, uncertainty, replicas },
      base,
      axes,
      seeds,
      points: jobs.length,
      rows,
      averages,
      trends: sweepTrends({ axes, rows, averages, guest: guest.species }),
      failed: [...this.#failed.values()],
      ...(this.#surrogates && { surrogates: this.#surrogates }),
    };
  }

  /** Writes the tables: whole or not at all. */
  write(): void {
    const document = this.document();
    writeWhole(join(this.#path, 'sweep.json'), `${JSON.stringify(document, undefined, 1)}\n`);
    writeWhole(join(this.#path, 'sweep.csv'), sweepCsv(document));
    writeWhole(join(this.#path, 'sweep.parquet'), sweepParquet(document));
    writeWhole(join(this.#path, 'trends.csv'), trendsCsv(document.trends));
  }

  /** Draws the page and fits the surfaces, then writes the tables with them. */
  async draw(): Promise<void> {
    // several points may end while the page is being drawn: one of them draws the next
    this.#drawn = performance.now();
    const document = this.document();
    const { html, surrogates } = await sweepReport(document, this.#curves, sweepCsv(document));
    this.#surrogates = surrogates;
    writeWhole(join(this.#path, 'report.html'), html);
    this.write();
  }

  /** Whether the page is old enough to be drawn anew while work goes on. */
  get stale(): boolean {
    return performance.now() - this.#drawn > 1000 * pageInterval;
  }
}
