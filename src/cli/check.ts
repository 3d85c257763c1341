/** `cardhouse check`: is a study right, and what will it cost? The study itself is not run. */
import { availableParallelism } from 'node:os';
import { atomCount, estimateStudy, type Probe, probeStudy, runStudy, type StudySpec, trialsOf } from '../index.ts';
import { checkInputs } from './execute.ts';
import { loadStudy, type StudyInputs } from './files.ts';
import { countOf, type Flags } from './flags.ts';
import { durationText, rateText } from './progress.ts';
import { columns } from './table.ts';

/** Seconds of sampling that the rate is taken from. */
const probeSeconds = 1.5;

export async function check(file: string, flags: Flags): Promise<number> {
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
      probe: { rate: { value: probe.rate, error: null, unit: 'trials/s per chain' }, atoms: probe.atoms, voltage: 0 },
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
    ['rate', `${rateText(probe.rate)} trials/s per chain, from a probe of ${probe.atoms} atoms at 0 V`],
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

/** Runs the probe until its rate has settled, then stops it. */
async function measure(inputs: StudyInputs): Promise<Probe> {
  const spec = probeStudy(inputs.spec);
  const atoms = atomsOf(spec, inputs);
  const stop = new AbortController();
  const started = performance.now();
  let setup: number | undefined;
  let rate = 0;
  try {
    for await (const event of runStudy(spec, {
      workers: 1,
      host: inputs.host,
      model: inputs.model,
      signal: stop.signal,
    })) {
      if (event.type !== 'progress') continue;
      const seconds = (performance.now() - started) / 1000;
      setup ??= seconds;
      rate = event.rate;
      if (seconds - setup > probeSeconds) stop.abort();
    }
  } catch (error) {
    if (!stop.signal.aborted) throw error;
  }
  const seconds = (performance.now() - started) / 1000;
  if (rate === 0) rate = trialsOf(spec) / seconds; // over before it reported
  return { rate, setup: setup ?? seconds, atoms, memory: process.memoryUsage().rss };
}
