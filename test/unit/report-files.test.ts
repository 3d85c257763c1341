import { beforeAll, describe, expect, it } from 'vitest';
import { analyse } from '../../src/analysis/analyse.ts';
import { atomCount } from '../../src/core/frame.ts';
import { parseExtxyz } from '../../src/io/extxyz.ts';
import { renderFigure } from '../../src/report/figures.ts';
import { reportFiles } from '../../src/report/files.ts';
import { formatValue } from '../../src/report/format.ts';
import { nearPairs } from '../../src/report/near-pairs.ts';
import { unpackPlaces } from '../../src/report/places.ts';
import { assembleReport } from '../../src/report/report.ts';
import { buildScene } from '../../src/report/scene.ts';
import { reportSchema } from '../../src/report/schema.ts';
import { type SyntheticStudy, syntheticMetadata, syntheticStudy } from './report-synthetic.ts';

let study: SyntheticStudy;
let files: Map<string, string>;
beforeAll(async () => {
  study = syntheticStudy(2);
  files = await reportFiles(study.report, study);
});

const figures = (): [string, string][] => [...files].filter(([name]) => name.endsWith('.svg'));
const page = (): string => files.get('report.html')!;
/** The page without its scripts and data links: what a browser would load things for. */
const markup = (): string =>
  page()
    .replace(/<script[\s\S]*?<\/script>/g, '')
    .replace(/href="data:[^"]*"/g, '');

describe('reportFiles', () => {
  it('writes exactly the files that the report lists', () => {
    expect([...files.keys()].sort()).toEqual([...study.report.provenance.files].sort());
    expect(reportSchema.safeParse(JSON.parse(files.get('results.json')!)).success).toBe(true);
  });

  it('writes structures that can be read again: hosts, the end, every named state', () => {
    const hosts = parseExtxyz(files.get('host.xyz')!);
    expect(hosts.map(atomCount)).toEqual(study.trajectories.map((t) => atomCount(t.host)));
    expect(hosts[1]!.species.some((name) => name.startsWith('C:strong'))).toBe(true);
    const final = parseExtxyz(files.get('final.xyz')!);
    expect(final[0]!.info).toMatchObject({ replica: 0, branch: 'charge', voltage: 2 });
    const floor = parseExtxyz(files.get('guests-floor.xyz')!);
    expect(floor.length).toBe(2);
    expect(floor[0]!.species).toEqual(['Na']);
  });

  it('manages with one replica, one branch and no snapshots, down to a single point', async () => {
    const bare = study.trajectories.slice(0, 1).map((t) => ({
      ...t,
      points: t.points.filter((p) => p.branch === 'discharge').map((p) => ({ ...p, snapshots: [] })),
    }));
    for (const points of [bare[0]!.points, bare[0]!.points.slice(0, 1)]) {
      const trajectories = [{ ...bare[0]!, points }];
      const analysis = analyse(trajectories, { slopeCut: 0.1, irreversibleAbove: 1 });
      const report = assembleReport(trajectories, analysis, syntheticMetadata);
      const few = await reportFiles(report, { trajectories, analysis });
      expect([...few.keys()].sort()).toEqual([...report.provenance.files].sort());
      expect(few.has('sites.svg')).toBe(false);
      expect(few.get('report.html')).toContain('no charge branch was run');
      for (const [name, text] of few) if (!name.endsWith('.html')) expect(text).not.toMatch(/NaN|undefined/);
    }
  });
});

describe('figures', () => {
  it('name quantity and unit on every axis, and both branches', () => {
    expect(files.get('voltage-curve.svg')).toContain('Capacity (mAh per g of host)');
    expect(files.get('voltage-curve.svg')).toContain('Voltage (V vs Na/Na⁺)');
    expect(files.get('voltage-curve.svg')).toContain('two sides of a bracket');
    expect(files.get('voltage-curve.svg')).toContain('slope above +0.10 V');
    expect(files.get('dq-dv.svg')).toContain('−dQ/dV (mAh/g per V)');
    expect(files.get('clusters.svg')).toContain('Cluster size (guests)');
    expect(files.get('rdf.svg')).toContain('Distance (Å)');
    for (const site of ['edge', 'interlayer', 'surface', 'pore']) expect(files.get('sites.svg')).toContain(`>${site}<`);
  });

  it('contain no undefined numbers and nothing from elsewhere', () => {
    expect(figures().length).toBe(8);
    for (const [, svg] of figures()) {
      expect(svg).toMatch(/^<svg /);
      expect(svg).not.toMatch(/NaN|undefined|Infinity|<image|href="http|url\(http/);
    }
  });

  it('are the same bytes every time, with names of their own inside', async () => {
    const ids = figures().flatMap(([, svg]) => [...svg.matchAll(/ id="([^"]+)"/g)].map((m) => m[1]!));
    expect(ids.length).toBeGreaterThan(0);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, svg] of figures())
      for (const [, id] of svg.matchAll(/url\(#([^)]+)\)/g)) expect(svg).toContain(` id="${id}"`);
    expect(await renderFigure(study.report, 'voltage-curve')).toBe(files.get('voltage-curve.svg'));
  });

  it('draw a hollow point where a point is not equilibrated', async () => {
    const { report } = study;
    const drifting = (equilibrated: boolean) => ({
      ...report,
      curve: { discharge: report.curve.discharge.map((p) => ({ ...p, equilibrated })), charge: [] },
    });
    const hollow = (svg: string): number => svg.match(/<path[^>]*fill="#ffffff"/g)?.length ?? 0;
    const all = hollow(await renderFigure(drifting(false), 'voltage-curve'));
    const none = hollow(await renderFigure(drifting(true), 'voltage-curve'));
    expect(all - none).toBe(report.curve.discharge.length);
  });
});

describe('report.html', () => {
  it('loads nothing: no address but data, and a policy that forbids the rest', () => {
    expect(markup()).not.toMatch(/(?:src|href|srcset|action|poster)\s*=\s*["']?\s*(?:https?:|\/\/|file:)/i);
    expect(markup()).not.toMatch(/@import|url\(\s*["']?(?:https?:|\/\/)/i);
    expect(markup()).not.toMatch(/<(?:link|iframe|object|embed|img|video|audio)\b/i);
    expect(page()).toContain(`content="default-src 'none';`);
  });

  it('shows the headline numbers with their errors, definitions, warnings and downloads', () => {
    const { total } = study.report.capacities;
    expect(markup()).toContain(
      `>${formatValue(total.value, total.error)} <small>± ${formatValue(total.error, total.error)} mAh/g<`,
    );
    expect(markup()).toContain('neither of them is it');
    expect(markup()).toContain('Errors rest on 2 structures');
    for (const name of ['voltage-curve.svg', 'curve.csv', 'results.json', 'rdf.csv'])
      expect(page()).toContain(`download="${name}"`);
    const link = /download="results\.json" href="data:application\/json;base64,([^"]+)"/.exec(page())![1]!;
    expect(Buffer.from(link, 'base64').toString('utf8')).toBe(files.get('results.json'));
  });

  it('shows text from a spec as text', async () => {
    const evil = '</script><script>alert("x")</script><img src=x onerror=alert(1)>';
    const { trajectories, analysis } = study;
    const report = assembleReport(trajectories, analysis, {
      ...syntheticMetadata,
      study: { ...syntheticMetadata.study, name: evil, about: evil, seed: evil },
      model: { ...syntheticMetadata.model, name: evil },
      structure: { asked: { [evil]: evil }, replicas: [] },
      warnings: [evil],
    });
    const html = (await reportFiles(report, { trajectories, analysis })).get('report.html')!;
    expect(html).not.toContain('<script>alert');
    expect(html).not.toContain('<img');
    expect(html.match(/<script/g)!.length).toBe(page().match(/<script/g)!.length);
  });

  it('packs the scene: all carbons, all guests, bonds of bond length', () => {
    const scene = buildScene(study.trajectories[0]!, study.analysis)!;
    const buffer = (text: string): ArrayBuffer => Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer;
    const xyz = unpackPlaces(scene.host.positions);
    expect(xyz.length).toBe(3 * atomCount(study.trajectories[0]!.host));
    const bonds = nearPairs(xyz, 3, new Uint8Array(xyz.length / 3).fill(1), scene.host.bonds as number);
    expect(bonds.length / 2).toBeGreaterThan(0.8 * (xyz.length / 3));
    for (let b = 0; b < bonds.length; b += 2) {
      const [i, j] = [3 * bonds[b]!, 3 * bonds[b + 1]!];
      expect(Math.hypot(xyz[i]! - xyz[j]!, xyz[i + 1]! - xyz[j + 1]!, xyz[i + 2]! - xyz[j + 2]!)).toBeLessThan(1.75);
    }
    expect(scene.states.map((s) => s.name)).toEqual(['first-edge', 'slope-end', 'floor', 'zero-volt', 'half-plateau']);
    for (const state of scene.states) {
      const guests = unpackPlaces(state.positions).length / 3;
      expect(buffer(state.classes).byteLength).toBe(guests);
      expect(buffer(state.clusters).byteLength).toBe(2 * guests);
    }
  });
});
