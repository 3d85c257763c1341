/** A hundred runs, each killed once with -9 at a random moment and given again: how many come to the bytes of an unbroken run. */
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { RandomStream } from 'cardhouse';
import { outputs, smallStudy, start } from '../test/fault/killing.ts';
import { here } from './here.ts';
import { pass, type Section } from './validate-table.ts';

const kills = 100;

export async function killSections(): Promise<Section[]> {
  const folder = mkdtempSync(join(tmpdir(), 'cardhouse-'));
  const program = join(folder, 'program', 'dist', 'cli', 'main.js');
  const run = (out: string) => ['run', 'small.yaml', '--out', out, '--quiet', '--workers', '1', '--checkpoint', '0.05'];
  try {
    // a copy of the program: a build in between must not look like a difference
    for (const name of ['dist', 'package.json']) cpSync(here(name), join(folder, 'program', name), { recursive: true });
    for (const name of ['models', 'node_modules']) symlinkSync(here(name), join(folder, 'program', name));
    writeFileSync(join(folder, 'small.yaml'), smallStudy);
    const { seconds } = await start(program, folder, run('whole'));
    const whole = outputs(join(folder, 'whole'));
    const random = new RandomStream('a hundred kills');
    let killed = 0;
    let same = 0;
    while (killed < kills) {
      const out = `run-${killed}`;
      // before the program has started nothing is interrupted, so not quite from zero
      const ending = await start(program, folder, run(out), seconds * (0.02 + 0.96 * random.uniform()));
      if (!ending.killed) {
        rmSync(join(folder, out), { recursive: true, force: true });
        continue;
      }
      killed++;
      const again = await start(program, folder, run(out));
      // killed between its last line and its exit, a run is finished and says so
      const ended = again.code === 0 || again.stderr.includes('already holds this run, finished');
      if (ended && isDeepStrictEqual(outputs(join(folder, out)), whole)) same++;
      else process.stderr.write(`killed after ${ending.seconds} s, then: ${again.code} ${again.stderr}\n`);
      rmSync(join(folder, out), { recursive: true, force: true });
    }
    return [
      {
        title: 'Runs killed with -9',
        note:
          `Each run is killed once at a random moment of its ${seconds.toFixed(0)} s, and the same command is given again. ` +
          'Compared are all files but the log and wall times.',
        rows: [
          {
            what: `${kills} kills`,
            ours: `${same} identical results`,
            expected: `${kills}`,
            verdict: pass(same === kills),
          },
        ],
      },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
