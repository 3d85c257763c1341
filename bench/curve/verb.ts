/** Verbs of the built program in processes of their own, with what they took of the machine. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export interface Usage {
  /** s from the start of the process to its end */
  readonly total: number;
  /** of all its threads */
  readonly cpuSeconds: number;
  /** largest resident memory, 10⁹ bytes */
  readonly peakGigabytes: number;
}

const here = (name: string): string => fileURLToPath(new URL(`../../${name}`, import.meta.url));

/** Runs one verb to its end. */
export function usageOfVerb(...words: readonly string[]): Usage {
  const folder = mkdtempSync(join(tmpdir(), 'cardhouse-usage-'));
  try {
    const file = join(folder, 'usage.json');
    const preload = pathToFileURL(here('bench/curve/usage.js')).href;
    const { status } = spawnSync('node', ['--import', preload, here('dist/cli/main.js'), ...words], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, CARDHOUSE_USAGE: file },
    });
    if (status !== 0) throw new Error(`cardhouse ${words[0]} ended with ${status}`);
    return JSON.parse(readFileSync(file, 'utf8')) as Usage;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
