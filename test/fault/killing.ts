/** Kills a run of the built program with SIGKILL at given times and lets it go on: what comes out must be what an unbroken run gives. */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A carbon of 600 atoms, six voltages: a second or less. */
export const tinyCarbon = (name: string, trials: number, replicas: number): string => `
name: ${name}
host:
  recipe: {la: 12, lc: 7, d002: 3.75, density: 1.2, atoms: 600, relax: false}
guest: {species: Na, model: na-carbon}
ladder:
  discharge: [1, 0.3, 0, -0.4]
  charge: [0, 0.3]
  equilibration: ${trials}
  production: ${trials}
  samples: 60
  snapshots: 2
replicas: ${replicas}
`;

/** Two replicas: a second or two. */
export const smallStudy = tinyCarbon('small', 40_000, 2);

export interface Ending {
  readonly code: number | null;
  readonly killed: boolean;
  readonly seconds: number;
  readonly stderr: string;
}

/** Runs the program; kills it after `kill` seconds where given and if it is still there. */
export function start(program: string, folder: string, given: readonly string[], kill?: number): Promise<Ending> {
  const begin = performance.now();
  const child = spawn(process.execPath, [program, ...given], { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  let killed = false;
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const timer =
    kill === undefined
      ? undefined
      : setTimeout(() => {
          killed = child.kill('SIGKILL');
        }, 1000 * kill);
  return new Promise((resolve) => {
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({ code, killed, seconds: (performance.now() - begin) / 1000, stderr });
    });
  });
}

/** Every file of a finished run that must not depend on how it came about: all but the log, and wall times. */
export function outputs(path: string): Record<string, string> {
  const files: Record<string, string> = {};
  for (const name of readdirSync(path).sort()) {
    if (name === 'log.jsonl') continue;
    const text = readFileSync(join(path, name), 'utf8');
    if (name === 'results.json') files[name] = JSON.stringify({ ...JSON.parse(text), performance: undefined });
    // the page tells the wall time, the number of trials per second, the day and the machine
    else if (name !== 'report.html') files[name] = text;
    else files[name] = 'there';
  }
  return files;
}
