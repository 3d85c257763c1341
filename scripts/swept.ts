/** Sweeps of validation by the built program, as a user runs them: what is in their folder is not computed again. */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SweepDocument } from 'cardhouse';
import { stringify } from 'yaml';
import { here } from './here.ts';

/**
 * Runs a study with a `sweep` group and reads what it wrote.
 *
 * @param folder  holds NAME.yaml and NAME, the directory of the sweep
 */
export async function swept(
  study: object,
  { folder, name, workers }: { readonly folder: string; readonly name: string; readonly workers: number },
): Promise<SweepDocument> {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${name}.yaml`);
  writeFileSync(file, stringify({ ...study, name }));
  const out = join(folder, name);
  const child = spawn(
    process.execPath,
    [here('dist/cli/main.js'), 'sweep', file, '--out', out, '--workers', String(workers), '--progress'],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  if (code !== 0) throw new Error(`sweep ${name} ended with exit code ${code}: the same command goes on`);
  return JSON.parse(readFileSync(join(out, 'sweep.json'), 'utf8')) as SweepDocument;
}
