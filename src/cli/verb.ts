/** What a verb of the command line is, and the flags that several share. */
import { Option } from 'commander';
import type { Flags } from './flags.ts';

export interface Verb {
  readonly usage: string;
  /** not for people */
  readonly hidden?: true;
  readonly about: string;
  /** what to type after `cardhouse`, shown in the verb's help */
  readonly example: string;
  /** said below the example */
  readonly more?: () => string;
  readonly options: readonly Option[];
  /** resolves to the exit code */
  readonly act: (argument: string, flags: Flags, all: readonly string[]) => Promise<number>;
}

export const seed = new Option('-s, --seed <seed>', 'number or text; same seed, same bytes');
export const workers = new Option('-w, --workers <n>', 'worker threads (default: one per core)');
export const quick = new Option('-q, --quick', 'a first look: small box, two replicas, few trials');
export const json = new Option('--json', 'exactly one JSON document on stdout');
export const quiet = new Option('--quiet', 'no progress and no warnings');
export const progress = new Option('--progress', 'progress lines also where stderr is no terminal');
export const force = new Option('-f, --force', 'replace what is already there');
export const checkpoint = new Option('--checkpoint <s>', 'seconds between checkpoints (default: 60)');
export const threads = new Option(
  '-w, --workers <n>',
  'threads that share the atoms (default: 1); last bits depend on their number',
);
export const modelOption = new Option(
  '-m, --model <model>',
  'name in models/potentials, or a file: JSON, .tersoff, nep.txt, setfl (.alloy, .fs); several joined by +',
).makeOptionMandatory();
export const chainBackends = ['auto', 'reference', 'wasm', 'webgpu', 'gpujs'];
export const backend = (what: string) => new Option('--backend <backend>', what).choices(chainBackends);
/** Backends that have forces for dynamics. */
export const forceBackend = new Option(
  '--backend <backend>',
  'what computes the forces of dynamics (default: as the spec says, else wasm); what a GPU cannot do the processor does',
).choices(['reference', 'wasm', 'webgpu']);
export const out = (what: string) => new Option('-o, --out <path>', what);
