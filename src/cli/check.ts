/** `cardhouse check`: is a study right, and what will it cost? The study itself is not run. */
import { availableParallelism } from 'node:os';
import { atomCount, estimateStudy, type Probe, probeStudy, runStudy, type StudySpec, stageSteps } from '../index.ts';
import { checkDynamicsSpec } from './check-dynamics.ts';
import { checkInputs } from './execute.ts';
import { isDynamics, loadStudy, type StudyInputs } from './files.ts';
import { countOf, type Flags } from './flags.ts';
import { durationText, rateText } from './progress.ts';
import { columns } from './table.ts';

export async function check(file: string, flags: Flags): Promise<number> {
  if (isDynamics(file)) return checkDynamicsSpec(file, flags);
  const inputs = loadStudy(file, flags);
  const { spec } = inputs;
  const workers = flags.workers === undefined ? availableParallelism() : countOf(flags.workers, '--workers');
  checkInputs(inputs);
  const probe = await measure(inputs);
  const { trials, seconds, memory } = estimateStudy(spec, atomsOf(spec, inputs), probe, workers);
  if (flags.json) {
    const document = {
      study: spec,
      trials,
      probe: { rate: { value: probe.rate, error: null, unit: 'trials/s per chain' }, atoms: probe.atoms },
      estimate: {
        workers,
        time: { value: seconds, error: null, unit: 's' },
        memory: { value: memory / 1e6, error: null, unit: 'MB' },
      },
    };
    process.stdout.write(`${JSON.stringify(document)}\n`);
    return 0;
  }
  const voltages = spec.ladder.discharge.length + spec.ladder.charge.length;
  const lines = [
    ['guest', `${spec.guest.species}, model ${spec.guest.model}, ${spec.temperature} K`],
    ['host', 'recipe' in spec.host ? `recipe, ${spec.host.recipe.atoms} atoms` : spec.host.file],
    ['trials', `${rateText(trials)} = ${voltages} voltages × ${spec.replicas} replicas`],
    ['rate', `${rateText(probe.rate)} trials/s per chain, from a probe of the ladder with ${probe.atoms} atoms`],
    [
      'time',
      `about ${durationText(seconds)} with ${workers} ${workers === 1 ? 'worker' : 'workers'} (within a factor of two)`,
    ],
    ['memory', `about ${Math.ceil(memory / 1e7) * 10} MB`],
  ];
  process.stdout.write(`${spec.name} is valid\n${columns(lines.map(([name, value]) => [`  ${name}`, value!]))}`);
  return 0;
}

function atomsOf(spec: StudySpec, { host }: StudyInputs): number {
  return 'recipe' in spec.host ? spec.host.recipe.atoms : atomCount(host!);
}

/** Runs the probe: a second or two. */
async function measure(inputs: StudyInputs): Promise<Probe> {
  const { host, model, posterior, prepareModel } = inputs;
  const spec = probeStudy(inputs.spec);
  const started = performance.now();
  let prepared: number | undefined;
  let setup = started;
  let last = started;
  let trials = 0;
  for await (const event of runStudy(spec, { workers: 1, host, model, posterior, prepareModel })) {
    if (event.type === 'stage' && event.stage === 'prepare') prepared ??= performance.now();
    if (event.type === 'stage' && event.stage === 'ladder') setup = performance.now();
    if (event.type !== 'progress') continue;
    last = performance.now();
    trials = event.trialsDone;
  }
  const atoms = atomsOf(spec, inputs);
  const { prepare } = spec.host;
  return {
    rate: (1000 * trials) / (last - setup),
    setup: ((prepared ?? setup) - started) / 1000,
    ...(prepare && prepared && { preparationRate: (1000 * stageSteps(prepare.stages) * atoms) / (setup - prepared) }),
    atoms,
    memory: process.memoryUsage().rss,
  };
}
