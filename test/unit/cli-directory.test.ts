import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { occupantOf, openRunDirectory, refuseOccupied, writeWhole } from '../../src/cli/run-directory.ts';
import { formatStudyYaml, parseStudySpec } from '../../src/study/spec.ts';

const spec = parseStudySpec({ host: { file: 'carbon.xyz' }, guest: { species: 'Na', model: 'na-carbon' } });
const files = new Map([
  ['spec.yaml', formatStudyYaml(spec)],
  ['results.json', '{}'],
]);

describe('a run directory', () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'cardhouse-'));
    path = join(folder, 'run');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is not there before it is complete, and then it is whole', () => {
    const directory = openRunDirectory(path);
    directory.log({ type: 'stage', text: 'building' });
    expect(existsSync(path)).toBe(false);
    directory.finish(files, true);
    expect(readdirSync(folder)).toEqual(['run']);
    expect(readdirSync(path).sort()).toEqual(['log.jsonl', 'results.json', 'spec.yaml']);
    const log = readFileSync(join(path, 'log.jsonl'), 'utf8').trimEnd().split('\n');
    expect(log.map((line) => JSON.parse(line).type)).toEqual(['start', 'stage', 'end']);
  });

  it('leaves no trace when it is discarded', () => {
    const directory = openRunDirectory(path);
    directory.log({ type: 'stage' });
    directory.discard();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('leaves no trace when a file cannot be written', () => {
    const directory = openRunDirectory(path);
    expect(() => directory.finish(new Map([['no/such/folder', '']]), true)).toThrow('ENOENT');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('replaces an earlier run in one step', () => {
    openRunDirectory(path).finish(new Map([...files, ['old', '']]), true);
    openRunDirectory(path).finish(files, true);
    expect(readdirSync(path).sort()).toEqual(['log.jsonl', 'results.json', 'spec.yaml']);
    expect(readdirSync(folder)).toEqual(['run']);
  });

  it('knows what is at a place', () => {
    expect(occupantOf(path, spec)).toBe('nothing');
    mkdirSync(path);
    expect(occupantOf(path, spec)).toBe('nothing');
    writeFileSync(join(path, 'thesis.tex'), '');
    expect(occupantOf(path, spec)).toBe('foreign');
    expect(occupantOf(join(path, 'thesis.tex'), spec)).toBe('foreign');
    rmSync(path, { recursive: true });
    openRunDirectory(path).finish(files, false);
    expect(occupantOf(path, spec)).toBe('interrupted run');
    openRunDirectory(path).finish(files, true);
    expect(occupantOf(path, spec)).toBe('same run');
    expect(occupantOf(path, { ...spec, temperature: 301 })).toBe('other run');
  });

  it('is never overwritten unasked, and what is no run is not overwritten at all', () => {
    const refused = (occupant: Parameters<typeof refuseOccupied>[1], force: boolean) => () =>
      refuseOccupied('there', occupant, force);
    expect(refused('foreign', true)).toThrow('there exists and is not a run of Cardhouse');
    expect(refused('same run', false)).toThrow('already holds this run, finished: --force runs it again');
    expect(refused('other run', false)).toThrow('holds another run');
    for (const occupant of ['same run', 'other run', 'interrupted run', 'nothing'] as const) {
      expect(refused(occupant, true)).not.toThrow();
    }
    expect(refused('interrupted run', false)).not.toThrow();
  });

  it('writes single files whole, making their folder', () => {
    writeWhole(join(folder, 'a', 'b.txt'), 'text');
    expect(readdirSync(join(folder, 'a'))).toEqual(['b.txt']);
  });
});
