import { beforeAll, describe, expect, it } from 'vitest';
import { analyse } from '../../src/analysis/analyse.ts';
import { mostAnalysedAtoms } from '../../src/analysis/limits.ts';
import { reportCsv } from '../../src/report/csv.ts';
import { formatVoltage } from '../../src/report/format.ts';
import { formatJson } from '../../src/report/json.ts';
import { assembleReport, type Report, reportJsonSchema } from '../../src/report/report.ts';
import { reportSchema } from '../../src/report/schema.ts';
import { collectWarnings } from '../../src/report/warnings.ts';
import { type SyntheticStudy, syntheticMetadata, syntheticStudy } from './report-synthetic.ts';

let study: SyntheticStudy;
beforeAll(() => {
  study = syntheticStudy(2);
});

const options = { slopeCut: 0.1, irreversibleAbove: 1 };

describe('assembleReport', () => {
  it('survives writing and reading, and the schema accepts what was read', () => {
    const text = formatJson(study.report);
    expect(text).not.toMatch(/NaN|Infinity/);
    const read = JSON.parse(text);
    expect(read).toEqual(study.report);
    expect(reportSchema.parse(read)).toEqual(study.report);
  });

  it('is the same for the same seed, but for the key performance', () => {
    const again = syntheticStudy(2, {
      ...syntheticMetadata,
      performance: {
        ...syntheticMetadata.performance,
        wallSeconds: 1,
        date: '2027-02-03T00:00:00Z',
        hostName: 'other',
      },
    });
    expect(again.report.performance).not.toEqual(study.report.performance);
    const rest = ({ report }: SyntheticStudy) => formatJson({ ...report, performance: null });
    expect(rest(again)).toBe(rest(study));
  });

  it('carries the numbers of the analysis unchanged', () => {
    const { report, analysis } = study;
    expect(report.capacities).toEqual(analysis.capacities);
    expect(report.curve.discharge.map((p) => p.capacity)).toEqual(analysis.curve.discharge.map((p) => p.capacity));
    expect(report.states.map((s) => s.name)).toEqual(['first-edge', 'slope-end', 'floor', 'zero-volt', 'half-plateau']);
    expect(report.structure.measured['la']!.value).toBeCloseTo((17.6 + 17.9) / 2, 12);
    expect(report.structure.measured['la']!.error).toBeCloseTo(0.15, 12);
  });

  it('has site classes that add up to the capacity of the curve, within errors', () => {
    for (const { branch, voltage, capacities } of study.report.sites.points) {
      const sum = Object.values(capacities).reduce((s, c) => s + c.value, 0);
      const point = study.report.curve[branch].find((p) => p.voltage === voltage)!;
      expect(Math.abs(sum - point.capacity.value)).toBeLessThan(5 * (point.capacity.error ?? 0) + 5);
    }
  });

  it('warns of few structures, missing numbers, early stops and frozen points', () => {
    const [first] = study.trajectories;
    const oneWay = {
      ...first!,
      points: first!.points
        .filter((p) => p.branch === 'discharge')
        .map((p) => ({ ...p, moves: { insert: { attempted: 10, accepted: p.voltage === 2 ? 0 : 1 } } })),
    };
    const { warnings } = assembleReport([oneWay], analyse([oneWay], options), {
      ...syntheticMetadata,
      complete: false,
      warnings: ['from the caller'],
    });
    expect(warnings[0]).toBe('from the caller');
    expect(warnings).toContain('The study was stopped before its end; later voltages or replicas are missing.');
    expect(warnings.find((w) => w.includes('Errors rest on 1 structure:'))).toBeDefined();
    expect(warnings).toContain('No exchange was accepted, the number of guests is frozen: discharge +2.00 V.');
    expect(warnings.find((w) => w.endsWith('no charge branch was run.'))).toMatch(
      /^Not computed: total capacity, plateau capacity/,
    );
    expect(study.report.warnings.some((w) => w.includes('Not computed'))).toBe(false);
  });

  it('warns of an equilibrium that lies outside of the branches, and only then', () => {
    const { curve } = study.report;
    const at = (voltage: number, beyond: number) => {
      const both = [curve.discharge, curve.charge].map((branch) => branch.find((p) => p.voltage === voltage)!);
      const value = Math.min(...both.map(({ capacity }) => capacity.value)) - beyond;
      return { voltage, capacity: { value, error: 1, unit: 'mAh/g' }, pores: { value: 0, error: 0, unit: 'mAh/g' } };
    };
    const shared = curve.discharge.map((p) => p.voltage).filter((v) => curve.charge.some((p) => p.voltage === v));
    const quantity = { value: 1, error: null, unit: 'V' };
    const rest = { pores: [], slope: quantity, total: quantity, plateau: quantity, plateauVoltage: quantity };
    const warned = (beyond: number): string[] => {
      const points = shared.map((voltage, k) => ({ ...at(voltage, k === 0 ? beyond : 0), replicas: [] }));
      return collectWarnings({ ...study.report, equilibrium: { ...rest, points } } as unknown as Report);
    };
    const told = (warnings: readonly string[]) => warnings.filter((text) => text.includes('between the branches'));
    expect(told(warned(0))).toEqual([]);
    expect(told(warned(200))).toEqual([
      expect.stringContaining(`between the branches at ${formatVoltage(shared[0]!)} V:`),
    ]);
  });

  it('says what is left out of large carbons', () => {
    const { report } = study;
    const [first, ...others] = report.structure.replicas;
    const warned = (atoms: number): string[] => {
      const measured = { ...first!.measured, atoms: { value: atoms, error: null, unit: '1' } };
      const structure = { ...report.structure, replicas: [{ ...first!, measured }, ...others] };
      return collectWarnings({ ...report, structure }).filter((text) => text.includes('do without'));
    };
    expect(warned(mostAnalysedAtoms)).toEqual([]);
    expect(warned(mostAnalysedAtoms + 1)).toEqual([expect.stringContaining('of more than 40\u202f000 atoms')]);
  });

  it('refuses what the schema does not know', () => {
    expect(() => reportSchema.parse({ ...study.report, surprise: 1 })).toThrow();
    expect(() => reportSchema.parse({ ...study.report, schema: 'cardhouse/results/0' })).toThrow();
    const schema = JSON.stringify(reportJsonSchema());
    expect(schema).toContain('cardhouse/results/1');
    expect(schema).toContain('"additionalProperties":false');
  });
});

describe('reportCsv', () => {
  const rows = (text: string): string[][] =>
    text
      .trimEnd()
      .split('\n')
      .map((line) => line.split(','));

  it('names every column with its unit and has one line per point', () => {
    const { report } = study;
    const [head, ...lines] = rows(reportCsv(report, 'curve'));
    expect(head!.slice(0, 4)).toEqual(['branch', 'voltage (V)', 'capacity (mAh/g)', 'capacity error (mAh/g)']);
    expect(head!.slice(1).every((name) => /\(.+\)$/.test(name) || name.startsWith('acceptance'))).toBe(true);
    expect(lines.length).toBe(report.curve.discharge.length + report.curve.charge.length);
    expect(new Set(lines.map((line) => line.length))).toEqual(new Set([head!.length]));
    expect(Number(lines[3]![2])).toBe(report.curve.discharge[3]!.capacity.value);
  });

  it('has all radial distributions and cluster sizes in long form', () => {
    const { report } = study;
    expect(rows(reportCsv(report, 'rdf')).length).toBe(1 + report.rdf.reduce((n, r) => n + r.r.length, 0));
    const sizes = report.clusters.points.reduce((n, p) => n + p.sizes.length, 0);
    expect(rows(reportCsv(report, 'cluster-sizes')).length).toBe(1 + sizes);
    expect(rows(reportCsv(report, 'dq-dv')).length).toBe(
      1 + report.differential.discharge.length + report.differential.charge.length,
    );
    expect(rows(reportCsv(report, 'sites'))[0]).toContain('capacity pore (mAh/g)');
    expect(rows(reportCsv(report, 'clusters'))[0]).toContain('largest cluster (guests)');
  });
});
