/**
 * How far every backend that is here is from the readable reference, form by form: writes the table between the markers of docs/gpu.md.
 * `npm run accuracy:backends`; the GPU is Chromium's software one unless CARDHOUSE_TEST_GPU=hardware.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { backendCases, backendError, backendsWith, pairFrame, pairModel } from '../test/conformance/backends.ts';
import { deviation } from '../test/conformance/force-frames.ts';
import { movingSystems } from '../test/conformance/moving-systems.ts';
import { testGpu } from '../test/gpu.ts';
import { testGpuJs } from '../test/gpujs.ts';

const page = new URL('../docs/gpu.md', import.meta.url);
const begin = '<!-- backends: begin -->';
const end = '<!-- backends: end -->';

const number = (x: number | null): string => {
  if (x === null) return '–';
  if (x === 0) return '0';
  const [digits, exponent] = x.toExponential(1).split('e') as [string, string];
  const raised = [...String(Number(exponent))].map((c) => (c === '-' ? '⁻' : '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(c)])).join('');
  return `${digits} · 10${raised}`;
};
const row = (...cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

const gpu = await testGpu();
const gpujs = await testGpuJs();
const backends = backendsWith(gpu, gpujs);
const reference = backends[0]!;
const lines: string[] = [];
for (const one of backendCases()) {
  for (const backend of backends.slice(1)) {
    console.log(`${one.form}: ${backend.name}`);
    const { energy, change, compared } = await backendError(backend, one);
    lines.push(row(one.form, backend.name, number(energy), number(change), String(compared), '–'));
  }
}
const pairs = { name: 'pair, a box of atoms', model: pairModel, frame: pairFrame() };
for (const { name, model, frame } of [pairs, ...movingSystems()]) {
  const wanted = await reference.forces!(model, frame);
  const virial = new Float64Array(9);
  for (const backend of backends.slice(1)) {
    // gpu.js knows pairs only
    if (!backend.forces || (backend.name === 'gpujs' && model.terms.some(({ form }) => form !== 'pair'))) continue;
    const found = await backend.forces(model, frame);
    const { forceRelative, energy } = deviation(
      { energy: found.energy, forces: found.forces, virial },
      { energy: wanted.energy, forces: wanted.forces, virial },
    );
    const what = model === pairModel ? name : `${model.terms.map(({ form }) => form).join(', ')}, ${name}`;
    lines.push(row(what, backend.name, `${number(energy)} eV an atom`, '–', '–', number(forceRelative)));
  }
}
const left = [...(typeof gpu === 'string' ? [gpu] : []), ...(typeof gpujs === 'string' ? [gpujs] : [])];
const device = typeof gpu === 'string' ? '' : ` WebGPU on ${gpu.name}${gpu.software ? ' (software)' : ''}.`;
const mode = typeof gpujs === 'string' ? '' : ` gpu.js in mode ${gpujs.mode}.`;
const table = [
  `Written by \`npm run accuracy:backends\`: differences from the reference.${device}${mode}`,
  ...left.map((why) => `Not measured: ${why}.`),
  '',
  row('form', 'backend', 'U, relative', 'ΔU of moves, largest, eV', 'moves', 'force, of the largest'),
  '|---|---|--:|--:|--:|--:|',
  ...lines,
].join('\n');
const text = readFileSync(page, 'utf8');
const [head, rest] = text.split(begin);
const tail = rest?.split(end)[1];
if (head === undefined || tail === undefined) throw new Error(`docs/gpu.md has lost its markers ${begin} … ${end}`);
writeFileSync(page, `${head}${begin}\n${table}\n${end}${tail}`);
if (typeof gpujs !== 'string') await gpujs.close();
if (typeof gpu !== 'string') gpu.close();
