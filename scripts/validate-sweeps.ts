/** A sweep killed ten times with -9 at random moments: are its points those of an unbroken one, and was any computed twice? */
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { RandomStream } from 'cardhouse';
import { start } from '../test/fault/killing.ts';
import { endings, pointsOf, tinyStudy } from '../test/fault/sweeping.ts';
import { here } from './here.ts';
import { pass, type Section } from './validate-table.ts';

const kills = 10;

export async function sweepSections(): Promise<Section[]> {
  const folder = mkdtempSync(join(tmpdir(), 'cardhouse-'));
  const program = join(folder, 'program', 'dist', 'cli', 'main.js');
  const sweep = (out: string) => [
    ...['sweep', 'tiny.yaml', '--grid', 'host.recipe.la=12,14,16', 'host.recipe.density=1.1,1.2,1.3'],
    ...['--out', out, '--workers', '2', '--checkpoint', '0.05', '--quiet'],
  ];
  try {
    // a copy of the program: a build in between must not look like a difference
    for (const name of ['dist', 'package.json']) cpSync(here(name), join(folder, 'program', name), { recursive: true });
    for (const name of ['models', 'node_modules']) symlinkSync(here(name), join(folder, 'program', name));
    writeFileSync(join(folder, 'tiny.yaml'), tinyStudy);
    const { seconds } = await start(program, folder, sweep('whole'));
    const whole = pointsOf(join(folder, 'whole'));
    const random = new RandomStream('ten kills of a sweep');
    let killed = 0;
    // what the program takes with nothing to compute; beyond it every kill finds about a twelfth of the work done
    const { seconds: idle } = await start(program, folder, sweep('whole'));
    const share = Math.max(0.2, seconds - idle) / (kills + 2);
    while (killed < kills) {
      const ending = await start(program, folder, sweep('killed'), 0.8 * idle + share * 2 * random.uniform());
      if (!ending.killed) break;
      killed++;
    }
    await start(program, folder, sweep('killed'));
    const points = pointsOf(join(folder, 'killed'));
    const twice = Object.values(endings(join(folder, 'killed'))).filter((times) => times > 1).length;
    const same = Object.keys(whole).filter((key) => isDeepStrictEqual(points[key], whole[key])).length;
    const total = Object.keys(whole).length;
    return [
      {
        title: 'Sweeps killed with -9',
        note:
          `A sweep of ${total} tiny studies (${seconds.toFixed(0)} s unbroken) is killed at random moments, and the same command given ` +
          'again each time. Compared are the results of every point, without wall times.',
        rows: [
          {
            what: `points after ${killed} kills`,
            ours: `${same} the same as unbroken, ${twice} computed twice`,
            expected: `${total}, 0`,
            verdict: pass(same === total && twice === 0 && killed === kills),
          },
        ],
      },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
