/** `cardhouse doctor`: can this machine and the shipped models be trusted? */
import { availableParallelism } from 'node:os';
import { createColors } from 'picocolors';
import {
  backendFindings,
  filmTest,
  idealGasTest,
  loadModel,
  type Model,
  parseDynamicsYaml,
  parseRecipe,
  parseStudyYaml,
  selfTest,
  zeroVoltTest,
} from '../index.ts';
import { colored } from './failure.ts';
import { loadModelText, loadRecipeData, parseJson, shippedNames, shippedText } from './files.ts';
import type { Flags } from './flags.ts';
import { loadGpuJs } from './gpujs.ts';

interface Finding {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
}

/** A function of i32.const, i8x16.splat and i8x16.popcnt: validates only where SIMD is known. */
const simdModule = Uint8Array.of(
  0,
  97,
  115,
  109,
  1,
  0,
  0,
  0,
  1,
  5,
  1,
  96,
  0,
  1,
  123,
  3,
  2,
  1,
  0,
  10,
  10,
  1,
  8,
  0,
  65,
  0,
  253,
  15,
  253,
  98,
  11,
);

export async function doctor(flags: Flags): Promise<number> {
  const findings: Finding[] = [];
  const { green, red } = createColors(colored(process.stdout) && !flags.json);
  const { model = 'na-carbon' } = flags;
  const { path, text } = loadModelText(model);
  const asked = loadModel(parseJson(text, path), model);
  for await (const finding of examine(asked, flags.backend)) {
    findings.push(finding);
    const mark = finding.ok ? green('ok  ') : red('FAIL');
    if (!flags.json) process.stdout.write(`${mark}  ${finding.name}: ${finding.detail}\n`);
  }
  const ok = findings.every((finding) => finding.ok);
  if (flags.json) process.stdout.write(`${JSON.stringify({ ok, findings })}\n`);
  return ok ? 0 : 1;
}

async function* examine(asked: Model, backend: Flags['backend']): AsyncGenerator<Finding> {
  const major = Number(process.versions.node.split('.')[0]);
  yield { name: 'Node', ok: major >= 20, detail: `${process.versions.node} (wanted: 20 or newer)` };
  yield { name: 'cores', ok: true, detail: String(availableParallelism()) };
  yield judged('WebAssembly SIMD', () => {
    if (!WebAssembly.validate(simdModule)) throw new Error('not there: the fast chain needs it');
    return 'there';
  });
  yield judged('shared memory', () => {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
    if (!(memory.buffer instanceof SharedArrayBuffer)) throw new Error('WebAssembly gives no shared memory');
    return 'there';
  });
  if (asked.hostSpecies.length > 0) yield* backendFindings(asked, loadGpuJs, backend);
  const models = new Map<string, Model>();
  for (const name of shippedNames('potentials', '.json')) {
    yield judged(`model ${name}`, () => {
      const { path, text } = loadModelText(name);
      const model = loadModel(parseJson(text, path), name);
      models.set(name, model);
      return `${model.species.length} species, cutoff ${model.cutoff} Å, every table agrees with its formula`;
    });
  }
  for (const name of shippedNames('structures', '.json')) {
    yield judged(`recipe ${name}`, () => {
      const { la, lc, density } = parseRecipe(loadRecipeData(name), name);
      return `la ${la} Å, lc ${lc} Å, ${density} g/cm³`;
    });
  }
  for (const name of shippedNames('studies', '.yaml')) {
    yield judged(`study ${name}`, () => {
      const text = shippedText('studies', `${name}.yaml`);
      if (/^stages:/m.test(text)) {
        const { stages } = parseDynamicsYaml(text, name, { loadRecipe: loadRecipeData });
        return `dynamics, ${stages.length} stages`;
      }
      const { guest, ladder } = parseStudyYaml(text, name, { loadRecipe: loadRecipeData });
      return `${guest.species}, ${ladder.discharge.length + ladder.charge.length} voltages`;
    });
  }
  yield idealGasTest();
  yield* examineMetal(asked);
  for (const [name, model] of new Map([...models, [asked.name, asked]])) {
    for await (const finding of selfTest(model)) yield { ...finding, name: `${name}, ${finding.name}` };
  }
}

/** Zero volt and one slit, for every guest of the model that has a metal to compare with. */
async function* examineMetal(model: Model): AsyncGenerator<Finding> {
  const guests = Object.entries(model.references).filter(([, { lattice }]) => lattice === 'bcc');
  if (guests.length === 0)
    yield { name: `${model.name}, zero volt and slit`, ok: true, detail: 'left out: no guest with a bcc metal' };
  for (const [guest] of guests) {
    yield judged(`${model.name}, zero volt`, () => zeroVoltTest(model, guest));
    if (model.hostSpecies.length > 0) yield judged(`${model.name}, slit`, () => filmTest(model, guest));
  }
}

/** A check that can be made says what it saw, or its own verdict; one that cannot be made has failed. */
async function judged(name: string, look: () => string | Finding | Promise<Finding>): Promise<Finding> {
  try {
    const seen = await look();
    return typeof seen === 'string' ? { name, ok: true, detail: seen } : seen;
  } catch (error) {
    return { name, ok: false, detail: (error as Error).message };
  }
}
