/** `characterize` through the built program: a small graphite, refusals, Ctrl-C. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { formatExtxyz } from '../../src/io/extxyz.ts';
import { graphite } from '../../src/structure/crystal.ts';

const program = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const built =
  existsSync(program) && existsSync(fileURLToPath(new URL('../../dist/cli/characterize-worker.js', import.meta.url)));
if (!built)
  console.warn('dist/cli/main.js is not there (npm run build makes it): tests of the built program are skipped');

describe.skipIf(!built)('characterize by the built program', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'cardhouse-'));
    writeFileSync(path('graphite.xyz'), formatExtxyz(graphite(8, 5, 4)));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const path = (...names: string[]) => join(folder, ...names);
  const read = (...names: string[]) => readFileSync(path(...names), 'utf8');
  const environment = { ...process.env, CARDHOUSE_DEBUG: '', FORCE_COLOR: undefined, NO_COLOR: '1' };
  const cardhouse = (...given: string[]) =>
    spawnSync(process.execPath, [program, ...given], { cwd: folder, encoding: 'utf8', env: environment });

  it('tells the numbers, writes a report, and keeps it', () => {
    const { status, stdout, stderr } = cardhouse('characterize', 'graphite.xyz', '--only', 'bonds,pores');
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^graphite\.xyz: C640\n/);
    expect(stdout).toMatch(/sp² carbons +100 %/);
    expect(stdout).toMatch(/probe +He 2\.6 Å/);
    expect(stdout).toMatch(/Report: graphite-characterized\/report\.html\n$/);
    const results = JSON.parse(read('graphite-characterized', 'results.json'));
    expect(readdirSync(path('graphite-characterized')).sort()).toEqual([...results.provenance.files].sort());
    expect(results.provenance.source).toBe('graphite.xyz');
    expect(JSON.stringify(results)).not.toContain(folder);
    expect(read('graphite-characterized', 'report.html')).toMatch(/<\/html>\s*$/);
    expect(readdirSync(folder).sort()).toEqual(['graphite-characterized', 'graphite.xyz']);

    const again = cardhouse('characterize', 'graphite.xyz', '--only', 'bonds');
    expect(again.stderr).toMatch(/^SpecError: graphite-characterized exists: .*--force/);
    expect(again.status).toBe(2);
    const forced = cardhouse('characterize', 'graphite.xyz', '--only', 'bonds', '--force', '--json');
    expect(forced.status).toBe(0);
    expect(JSON.parse(forced.stdout)).toEqual(JSON.parse(read('graphite-characterized', 'results.json')));
    expect(existsSync(path('graphite-characterized', 'pore-size.csv'))).toBe(false);
  });

  it.each<[string, string[], RegExp]>([
    ['a file that is not there', ['grafite.xyz'], /"grafite\.xyz" does not exist; did you mean "graphite\.xyz"\?/],
    [
      'an unknown instrument',
      ['graphite.xyz', '--only', 'xrd,pore'],
      /--only must be .* got "pore"; did you mean "pores"\?/,
    ],
    ['a file that is no structure', ['words.xyz'], /words\.xyz, line 1/],
    ['a file without atoms', ['none.xyz'], /no atom in the structure/],
    [
      'a place that is taken by something else',
      ['graphite.xyz', '--out', 'taken', '--force'],
      /taken exists and holds something else/,
    ],
    ['no file', [], /file/],
  ])('refuses %s with one line, and writes nothing', (_what, given, wanted) => {
    writeFileSync(path('words.xyz'), 'these are words\n');
    writeFileSync(path('none.xyz'), '0\nLattice="5 0 0 0 5 0 0 0 5"\n');
    mkdirSync(path('taken'));
    writeFileSync(path('taken', 'results.json'), '{"mine": true}');
    const before = readdirSync(folder);
    const { status, stdout, stderr } = cardhouse('characterize', ...given);
    expect(stderr).toMatch(/^SpecError: [^\n]+\n$/);
    expect(stderr).toMatch(wanted);
    expect(stdout).toBe('');
    expect(status).toBe(2);
    expect(readdirSync(folder)).toEqual(before);
    expect(read('taken', 'results.json')).toBe('{"mine": true}');
  });

  it('stops at Ctrl-C in the middle of an instrument, and leaves nothing', async () => {
    writeFileSync(path('large.xyz'), formatExtxyz(graphite(40, 24, 20)));
    const child = spawn(process.execPath, [program, 'characterize', 'large.xyz', '--progress'], { cwd: folder });
    let told = '';
    child.stderr.on('data', (chunk) => {
      if (told === '') setTimeout(() => child.kill('SIGINT'), 100);
      told += chunk;
    });
    child.stdout.resume();
    const code = await new Promise((resolve) => child.on('exit', resolve));
    expect(told).toContain('stopped: nothing is written');
    expect(code).toBe(130);
    expect(readdirSync(folder).sort()).toEqual(['graphite.xyz', 'large.xyz']);
  });
});
