/** `cardhouse reference`: the chemical potential of a bulk metal, by three routes, with its parts. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import {
  boltzmann,
  loadModel,
  type Measured,
  type MetalFreeEnergy,
  type MetalState,
  ModelError,
  metalFreeEnergy,
  metalState,
  parseQuantity,
  version,
} from '../index.ts';
import { loadModelText, parseJson } from './files.ts';
import { countOf, type Flags } from './flags.ts';
import { standingView } from './progress.ts';
import { writeWhole } from './run-directory.ts';
import { columns } from './table.ts';

/** meV: routes that differ by more, and by more than twice their error, are said to disagree. */
const agreement = 2;

export async function reference(name: string, flags: Flags): Promise<number> {
  const { path, text } = loadModelText(name);
  const model = loadModel(parseJson(text, path), name);
  const temperature = parseQuantity(flags.temperature ?? '300', 'temperature', '--temperature');
  const steps = flags.steps === undefined ? undefined : countOf(flags.steps, '--steps');
  const guests = Object.keys(model.references);
  if (guests.length === 0) throw new ModelError(`model ${name} has no reference metal: it needs an activity`);
  const documents: object[] = [];
  for (const guest of guests) {
    const file = cacheFile([version, text, guest, temperature, steps]);
    let free = cached(file);
    const known = free !== undefined;
    if (free === undefined) {
      const view = standingView(flags);
      const onProgress = (done: number, at: string) => view.show({ done, text: `${guest}: ${at}` });
      free = await metalFreeEnergy(model, guest, temperature, { ...(steps !== undefined && { steps }), onProgress });
      view.close();
      writeWhole(file, `${JSON.stringify(free)}\n`);
    }
    const metal = metalState(model, guest, temperature);
    if (flags.json) documents.push({ model: model.name, guest, ...metal, ...free });
    else process.stdout.write(tell(model.name, metal, free, known ? file : undefined));
  }
  if (flags.json) process.stdout.write(`${JSON.stringify({ references: documents })}\n`);
  return 0;
}

/** Where a result is kept: it depends on nothing but what is hashed. */
function cacheFile(inputs: readonly unknown[]): string {
  const hash = createHash('sha256').update(JSON.stringify(inputs)).digest('hex').slice(0, 16);
  return join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'cardhouse', `reference-${hash}.json`);
}

function cached(file: string): MetalFreeEnergy | undefined {
  if (!existsSync(file)) return undefined;
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as MetalFreeEnergy;
  } catch {
    return undefined;
  }
}

function tell(model: string, metal: MetalState, free: MetalFreeEnergy, known?: string): string {
  const { temperature, latticeConstant, latticeEnergy, lnActivity } = metal;
  const milli = 1000 * boltzmann * temperature;
  const mu = (lnZ: number, error = 0) =>
    `${((lnZ * milli) / 1000).toFixed(4)} eV${error > 0 ? ` ± ${(error * milli).toFixed(1)} meV` : ''}   ln z₀ ${lnZ.toFixed(3)}`;
  const measuredMu = ({ value, error }: Measured) => mu(value, error ?? 0);
  const { integrated, einstein } = free;
  const difference = (einstein.value - integrated.value) * milli;
  const spread = Math.hypot(einstein.error ?? 0, integrated.error ?? 0) * milli;
  const agree = Math.abs(difference) < Math.max(agreement, 2 * spread);
  const rows: [string, string][] = [
    ['lattice constant', `${latticeConstant.toFixed(4)} Å at rest, ${free.latticeConstant.value.toFixed(4)} Å`],
    ['lattice energy', `${latticeEnergy.toFixed(4)} eV`],
    ['vibration', `${metal.vibrational.toFixed(4)} eV harmonic, for lengths in Å`],
    ['μ harmonic', mu(free.harmonic)],
    ['μ integrated', `${measuredMu(integrated)}   temperature integration`],
    ['μ Frenkel–Ladd', `${measuredMu(einstein)}   ${Math.abs(difference).toFixed(1)} ± ${spread.toFixed(1)} meV apart`],
    ['μ used in runs', `${mu(lnActivity)}   harmonic and the anharmonic part listed in the model`],
  ];
  if (!agree)
    rows.push(['warning', 'the routes disagree: the crystal may not be stable at this temperature, or run longer']);
  if (known !== undefined) rows.push(['kept in', known]);
  return `${metal.species} of ${model} at ${temperature} K, zero pressure, configurational μ\n${columns(
    rows.map(([key, value]) => [`  ${key}`, value]),
  )}`;
}
