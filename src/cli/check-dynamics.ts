/** `cardhouse check` of a run of dynamics: is it right, and what will it cost? A short run of the same kind is measured. */
import {
  atomCount,
  checkDynamics,
  crystalOf,
  type DynamicsSpec,
  quickDynamics,
  runDynamics,
  stageSteps,
} from '../index.ts';
import { type DynamicsInputs, loadDynamics } from './files.ts';
import { countOf, type Flags } from './flags.ts';
import { durationText, rateText } from './progress.ts';
import { columns } from './table.ts';

export async function checkDynamicsSpec(file: string, flags: Flags): Promise<number> {
  const inputs = loadDynamics(file, flags);
  const { spec } = inputs;
  const workers = flags.workers === undefined ? 1 : countOf(flags.workers, '--workers');
  checkDynamics(spec, inputs);
  const probe = await measure(inputs, workers);
  const atoms = atomsOf(spec, inputs);
  const steps = stageSteps(spec.stages);
  const seconds = probe.setup * (atoms / probe.atoms) + (steps * atoms) / probe.rate;
  const memory = probe.memory + Math.max(0, atoms - probe.atoms) * atomMemory;
  if (flags.json) {
    const document = {
      spec,
      steps,
      atoms,
      probe: { rate: { value: probe.rate, error: null, unit: 'atom-steps/s' }, atoms: probe.atoms },
      estimate: {
        workers,
        time: { value: seconds, error: null, unit: 's' },
        memory: { value: memory / 1e6, error: null, unit: 'MB' },
      },
    };
    process.stdout.write(`${JSON.stringify(document)}\n`);
    return 0;
  }
  const lines = [
    ['model', inputs.model.name],
    ['atoms', `${atoms}${spec.fill ? ` and ${spec.fill.species} at ${spec.fill.voltage} V` : ''}`],
    ['steps', `${rateText(steps)} in ${spec.stages.length} stages, relaxations counted as long as they may get`],
    ['rate', `${rateText(probe.rate)} atom-steps/s, from a probe with ${probe.atoms} atoms`],
    [
      'time',
      `about ${durationText(seconds)} with ${workers} ${workers === 1 ? 'worker' : 'workers'} (within a factor of two)`,
    ],
    ['memory', `about ${Math.ceil(memory / 1e7) * 10} MB`],
  ];
  process.stdout.write(`${spec.name} is valid\n${columns(lines.map(([name, value]) => [`  ${name}`, value!]))}`);
  return 0;
}

/** Per atom: rows, ghosts, lists of some hundred neighbours, bytes. */
const atomMemory = 2000;

function atomsOf({ structure }: DynamicsSpec, inputs: DynamicsInputs): number {
  if ('recipe' in structure) return structure.recipe.atoms;
  return atomCount('crystal' in structure ? crystalOf(structure.crystal) : inputs.structure!);
}

interface Probe {
  /** atom-steps/s */
  readonly rate: number;
  /** s before the first stage */
  readonly setup: number;
  readonly atoms: number;
  /** bytes */
  readonly memory: number;
}

/** Runs the same for a first look: some seconds. */
async function measure(inputs: DynamicsInputs, workers: number): Promise<Probe> {
  const started = performance.now();
  let setup = started;
  let end = started;
  let atoms = 1;
  const run = runDynamics(quickDynamics(inputs.spec), { ...inputs, workers });
  for (;;) {
    const step = await run.next();
    if (step.done) {
      const { steps } = step.value.results['performance'] as { readonly steps: number };
      return {
        rate: (1000 * steps * atoms) / (end - setup),
        setup: (setup - started) / 1000,
        atoms,
        memory: process.memoryUsage().rss,
      };
    }
    const event = step.value;
    if (event.type === 'structure') {
      setup = performance.now();
      atoms = atomCount(event.frame);
    }
    if (event.type === 'stage' && event.stage === 'analysis') end = performance.now();
  }
}
