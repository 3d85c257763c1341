import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { occupantOf, openRunDirectory, refuseOccupied, tidyFinished, writeWhole } from '../../src/cli/run-directory.ts';
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

  const open = (fresh = false, inputs = 'abc') => openRunDirectory(path, spec, inputs, fresh);
  const chain = (text: string) => ({ replica: 0, name: 'chain', bytes: new TextEncoder().encode(text) });
  const types = () =>
    readFileSync(join(path, 'log.jsonl'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).type);

  it('forgets its checkpoints when it is complete', () => {
    const directory = open();
    directory.log({ type: 'stage', text: 'building' });
    directory.keep(chain('1'));
    expect(readdirSync(path).sort()).toEqual(['lock', 'log.jsonl', 'spec.yaml', 'state']);
    directory.finish(files, true);
    expect(readdirSync(folder)).toEqual(['run']);
    expect(readdirSync(path).sort()).toEqual(['log.jsonl', 'results.json', 'spec.yaml']);
    expect(types()).toEqual(['start', 'stage', 'end']);
  });

  it('leaves no trace when nothing was kept in it', () => {
    const directory = open();
    directory.log({ type: 'stage' });
    directory.close();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('goes on with what was kept, the last two places of a chain newest first', () => {
    const first = open();
    expect(first.saved.size).toBe(0);
    first.keep({ replica: 1, name: 'host', bytes: Uint8Array.of(7) });
    for (const text of ['1', '2', '3']) first.keep(chain(text));
    writeFileSync(join(path, 'state', 'replica-0.chain.part'), 'half');
    first.close();
    const { saved, close } = open();
    expect(saved.get(1)!.files.get('host')).toEqual(Uint8Array.of(7));
    expect(saved.get(0)!.chains.map((bytes) => new TextDecoder().decode(bytes))).toEqual(['3', '2']);
    close();
    expect(types()).toEqual(['start', 'resume']);
  });

  it('begins anew when asked, and keeps the run before until the new one is complete', () => {
    open().finish(new Map([...files, ['old', '']]), true);
    const again = open(true);
    expect(readdirSync(folder).sort()).toEqual(['run', 'run.replaced']);
    again.keep(chain('1'));
    again.finish(files, true);
    expect(readdirSync(folder)).toEqual(['run']);
    expect(readdirSync(path)).not.toContain('old');
    // nothing was kept: the run before is back
    open(true).close();
    expect(readdirSync(folder)).toEqual(['run']);
    expect(occupantOf(path, spec, 'abc')).toBe('same run');
  });

  it('has one writer at a time; a lock of a dead process does not count', () => {
    mkdirSync(path);
    writeFileSync(join(path, 'lock'), `1 ${hostname()} `);
    expect(() => open()).toThrow(/is being written by process 1: wait for it or stop it/);
    writeFileSync(join(path, 'lock'), `999999999 ${hostname()} `);
    open().close();
  });

  it('knows what is at a place', () => {
    expect(occupantOf(path, spec, 'abc')).toBe('nothing');
    mkdirSync(path);
    expect(occupantOf(path, spec, 'abc')).toBe('nothing');
    writeFileSync(join(path, 'thesis.tex'), '');
    expect(occupantOf(path, spec, 'abc')).toBe('foreign');
    expect(occupantOf(join(path, 'thesis.tex'), spec, 'abc')).toBe('foreign');
    rmSync(path, { recursive: true });
    open().finish(files, false);
    expect(occupantOf(path, spec, 'abc')).toBe('interrupted run');
    expect(occupantOf(path, spec, 'other files')).toBe('other run');
    expect(occupantOf(path, { ...spec, temperature: 301 }, 'abc')).toBe('other run');
    open().finish(files, true);
    expect(occupantOf(path, spec, 'abc')).toBe('same run');
    expect(occupantOf(path, { ...spec, temperature: 301 }, 'abc')).toBe('other run');
  });

  it('killed before its log has a line, it has not begun; killed after its last line, only leftovers go', () => {
    mkdirSync(join(path, 'state'), { recursive: true });
    for (const [name, text] of [
      ['lock', '999999999 elsewhere '],
      ['spec.yaml', formatStudyYaml(spec)],
      ['log.jsonl', '{"sec'],
    ] as const) {
      writeFileSync(join(path, name), text);
    }
    expect(occupantOf(path, spec, 'abc')).toBe('nothing');
    const directory = open();
    directory.keep(chain('1'));
    directory.finish(files, true);
    expect(types()).toEqual(['start', 'end']);
    mkdirSync(join(path, 'state'));
    writeFileSync(join(path, 'lock'), `999999999 ${hostname()} `);
    expect(occupantOf(path, spec, 'abc')).toBe('same run');
    tidyFinished(path);
    expect(readdirSync(path).sort()).toEqual(['log.jsonl', 'results.json', 'spec.yaml']);
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
