/** Slurm by its two oldest commands, sbatch and squeue: accounting (sacct) is not there on every cluster. */
import { execFile } from 'node:child_process';
import { userInfo } from 'node:os';
import { promisify } from 'node:util';
import { BackendError, SpecError } from '../index.ts';

const execute = promisify(execFile);

/** Elements of job arrays that are in the queue, as `name/index`, and how many of them run. */
export interface Queue {
  readonly elements: ReadonlySet<string>;
  readonly running: number;
}

/** Cuts options as a shell would: `--partition=x --comment="two words"`. */
export function splitOptions(text: string): string[] {
  const parts = text.match(/(?:[^\s"']+|"[^"]*"|'[^']*')+/g) ?? [];
  return parts.map((part) => part.replaceAll(/["']/g, ''));
}

/**
 * Elements of this user's arrays whose job names begin with `prefix`.
 *
 * @returns undefined when the controller did not answer: that says nothing about jobs
 * @throws BackendError  there is no squeue
 */
export async function queueOf(prefix: string): Promise<Queue | undefined> {
  const given = ['--noheader', '--array', `--user=${userInfo().uid}`, '--format=%j|%K|%T'];
  let text: string;
  try {
    text = (await execute('squeue', given, { maxBuffer: 1 << 28, timeout: 120_000 })).stdout;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw noSlurm('squeue');
    return undefined;
  }
  const elements = new Set<string>();
  let running = 0;
  for (const line of text.split('\n')) {
    const [name, index, state] = line.trim().split('|');
    if (name === undefined || !name.startsWith(prefix) || index === undefined || !/^\d+$/.test(index)) continue;
    elements.add(`${name}/${index}`);
    if (state === 'RUNNING') running++;
  }
  return { elements, running };
}

/** How a submission went; `refused` says why there is no job. */
export type Submission = { readonly job: string } | { readonly refused: string };

/**
 * Submits a script.
 *
 * @param options  of sbatch, beside those in the script
 * @throws BackendError  there is no sbatch
 * @throws SpecError     an option that sbatch does not know
 */
export async function submit(script: string, options: readonly string[]): Promise<Submission> {
  try {
    const { stdout } = await execute('sbatch', ['--parsable', ...options, script], { timeout: 120_000 });
    return { job: stdout.trim().split(';')[0]! };
  } catch (error) {
    const { code, stderr } = error as NodeJS.ErrnoException & { readonly stderr?: string };
    if (code === 'ENOENT') throw noSlurm('sbatch');
    const why = (stderr ?? String(error)).trim().split('\n').filter(Boolean).join(' ');
    if (/unrecognized option|invalid option|Invalid --|requires an argument/i.test(why)) {
      throw new SpecError(`--sbatch: ${why}`);
    }
    return { refused: why };
  }
}

function noSlurm(program: string): BackendError {
  return new BackendError(
    `--engine slurm needs ${program}, which is not on this machine: run it where jobs are submitted`,
  );
}
