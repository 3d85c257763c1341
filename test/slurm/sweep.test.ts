/** Sweeps on a real Slurm: a node that dies in the middle, a job that is told to stop, a follower that is killed. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endings, pointsOf, tinyStudy, writeSqueezingStudy } from '../fault/sweeping.ts';
import { type Cluster, missing as noSlurm, startCluster } from './cluster.ts';

const program = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const missing = noSlurm || (existsSync(program) ? '' : 'the program is not built');
if (missing) console.warn(`sweeps on a cluster are not tested: ${missing}`);
/** Points of the sweep: a few here, thirty with CARDHOUSE_SLURM_POINTS=30. */
const points = Number(process.env['CARDHOUSE_SLURM_POINTS'] ?? 6);

describe.skipIf(missing !== '')('a sweep on a cluster', () => {
  let cluster: Cluster;
  let folder: string;
  beforeAll(async () => {
    cluster = await startCluster(3, 1);
    folder = mkdtempSync(join(tmpdir(), 'cardhouse-'));
    // a few seconds a point, so that there is a middle to be interrupted in
    writeFileSync(join(folder, 'tiny.yaml'), tinyStudy.replace('equilibration: 20000', 'equilibration: 100000'));
    writeSqueezingStudy(folder);
  });
  afterAll(async () => {
    await cluster?.stop();
    if (folder) rmSync(folder, { recursive: true, force: true });
  });

  // Slurm would give a job of a dead node back to the queue itself, two minutes later: here it is left to the follower
  const ours = (more: readonly string[]) => (more.includes('--sbatch') ? [] : ['--sbatch', '--no-requeue']);
  const follow = (out: string, seeds: number, ...more: string[]) => {
    const study = out === 'failing' ? 'squeezing.yaml' : 'tiny.yaml';
    const given = ['sweep', study, '--seeds', String(seeds), '--out', out, '--checkpoint', '0.1', ...more];
    const slurm =
      out === 'local'
        ? ['--workers', '2', '--quiet']
        : ['--engine', 'slurm', '--poll', '0.5', '--progress', ...ours(more)];
    const child = spawn(process.execPath, [program, ...given, ...slurm], { cwd: folder, env: cluster.env });
    let told = '';
    child.stderr.on('data', (chunk) => {
      told += chunk;
    });
    child.stdout.resume();
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
    return { child, ended, told: () => told };
  };
  const queue = () =>
    cluster
      .command('squeue', '--noheader', '--array', '--format=%K|%T|%N|%F')
      .split('\n')
      .map((line) => line.trim().split('|'))
      .filter((cells) => cells.length === 4);
  const until = async (what: () => boolean, seconds: number) => {
    for (let k = 0; k < 10 * seconds && !what(); k++) await new Promise((resolve) => setTimeout(resolve, 100));
    return what();
  };
  const state = (out: string) => {
    const at = join(folder, out, 'points');
    if (!existsSync(at)) return [];
    return readdirSync(at).filter(
      (name) =>
        existsSync(join(at, name, 'state')) &&
        readdirSync(join(at, name, 'state')).some((file) => file.endsWith('.chain')),
    );
  };

  it('loses a node, a job and its follower, and comes to the points of one that ran on this machine', async () => {
    const begun = performance.now();
    const first = follow('cluster', points);
    // a node dies while it samples
    expect(
      await until(
        () => queue().some(([, state, node]) => state === 'RUNNING' && node === 'n2') && state('cluster').length > 0,
        240,
      ),
    ).toBe(true);
    cluster.killNode('n2');
    // the follower dies with it
    first.child.kill('SIGKILL');
    await first.ended;
    const second = follow('cluster', points);
    // a job is told to stop, as at its time limit
    let told = false;
    await until(() => {
      const running = queue().find(([, state, node]) => state === 'RUNNING' && node !== 'n2');
      if (running && state('cluster').length > 0) {
        cluster.command('scancel', '--signal=TERM', '--batch', `${running[3]}_${running[0]}`);
        told = true;
      }
      return told || second.child.exitCode !== null;
    }, 240);
    const code = await second.ended;
    expect([code, second.told()]).toEqual([0, expect.stringContaining(`${points} studies`)]);
    expect(cluster.command('sinfo', '-h', '-N', '-o', '%N %t')).toMatch(/n2 (down|alloc|idle|mix|comp)/);
    console.log(
      `${points} points, a node, a job and the follower lost: ${((performance.now() - begun) / 1000).toFixed(0)} s`,
    );
    const there = pointsOf(join(folder, 'cluster'));
    expect(Object.keys(there)).toHaveLength(points);
    expect(Object.values(endings(join(folder, 'cluster'))).every((times) => times === 1)).toBe(true);
    // nothing of it ran here: the page and the table were made of files
    for (const name of ['sweep.csv', 'sweep.parquet', 'sweep.json', 'report.html'])
      expect(existsSync(join(folder, 'cluster', name))).toBe(true);
    const logs = readdirSync(join(folder, 'cluster', 'slurm')).filter((name) => name.endsWith('.log'));
    const log = logs.map((name) => readFileSync(join(folder, 'cluster', 'slurm', name), 'utf8')).join('');
    expect(log.match(/ finished$/gm)!.length).toBe(points);
    if (told) expect(log).toMatch(/told to stop: what was sampled is kept/);

    const local = follow('local', Math.min(points, 6));
    expect(await local.ended).toBe(0);
    for (const [key, report] of Object.entries(pointsOf(join(folder, 'local')))) expect(there[key]).toEqual(report);
  }, 900_000);

  it('says what the cluster will not take, and which points cannot be computed', async () => {
    const refused = follow('refused', 1, '--sbatch', '--partition=nowhere');
    expect(await refused.ended).toBe(1);
    expect(refused.told()).toMatch(/BackendError: sbatch took no job: .*partition/i);
    const wrong = follow('wrong', 1, '--sbatch', '--no-such-option');
    expect(await wrong.ended).toBe(2);
    expect(wrong.told()).toMatch(/SpecError: --sbatch: .*unrecognized option/);
    const failing = follow('failing', 1, '--grid', 'ladder.discharge.3=-9');
    expect(await failing.ended).toBe(1);
    expect(failing.told()).toMatch(/not computed: ladder\.discharge\.3 -9, seed 1: PhysicsError: /);
  }, 300_000);
});
