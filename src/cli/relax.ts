/** `cardhouse relax`: a structure to its nearest minimum under a model. */
import { existsSync } from 'node:fs';
import {
  atomCount,
  atRest,
  forceFieldFor,
  frameOf,
  type Model,
  parseQuantity,
  type RelaxSpec,
  type RelaxSummary,
  runRelax,
  SpecError,
  structureWriter,
} from '../index.ts';
import { stopSignal } from './execute.ts';
import { interruptedCode } from './failure.ts';
import { loadFrame, loadModelNamed } from './files.ts';
import { countOf, type Flags } from './flags.ts';
import { eventView } from './progress.ts';
import { writeWhole } from './run-directory.ts';
import { columns } from './table.ts';

export async function relax(file: string, flags: Flags): Promise<number> {
  const { out } = flags;
  if (out !== undefined && !flags.force && existsSync(out)) {
    throw new SpecError(`${out} exists: replace it with --force`);
  }
  const write = out === undefined ? undefined : structureWriter(out);
  const spec = relaxSpecOf(flags);
  const workers = flags.workers === undefined ? 1 : countOf(flags.workers, '--workers');
  const frame = loadFrame(file);
  const model = loadModelNamed(flags.model!);
  const view = eventView(flags, ({ step, energy, maxForce }: { step: number; energy: number; maxForce: number }) => ({
    type: 'standing' as const,
    done: step,
    total: spec.steps,
    text: `step ${step}  ${energy.toFixed(4)} eV  largest force ${maxForce.toPrecision(3)} eV/Å`,
  }));
  const signal = stopSignal(() => view.say('stopping: nothing is written'));
  const makeForceField = (one: typeof frame) => forceFieldFor(model, one, { backend: 'wasm', workers });
  const run = runRelax(atRest(frame), spec, { makeForceField, index: 0 });
  let breath = 0;
  for (let next = await run.next(); ; next = await run.next()) {
    if (next.done) {
      view.close();
      const { atoms, summary } = next.value;
      const info = { ...frame.info, energy: summary.energy.after, model: model.name };
      const relaxed = { ...frameOf(atoms), info };
      if (out !== undefined && write) writeWhole(out, write(relaxed));
      const atomsHere = atomCount(frame);
      process.stdout.write(
        flags.json
          ? `${JSON.stringify(documentOf(file, model, atomsHere, summary))}\n`
          : tell(file, model, atomsHere, summary, out),
      );
      return 0;
    }
    view.show(next.value);
    if (performance.now() - breath > 50) {
      await new Promise((resolve) => setTimeout(resolve, 0));
      breath = performance.now();
    }
    if (signal.aborted) {
      await run.return(undefined as never);
      view.close();
      return interruptedCode;
    }
  }
}

/** Flags as the relaxation of a stage has them. */
function relaxSpecOf({
  method = 'l-bfgs',
  cell = 'none',
  maxForce = '0.01',
  pressure = '0',
  steps = '2000',
}: Flags): RelaxSpec {
  const force = parseQuantity(maxForce, 'force', '--max-force');
  if (!(force > 0)) throw new SpecError(`--max-force must be above 0 eV/Å, got ${maxForce}`);
  const outside = parseQuantity(pressure, 'pressure', '--pressure');
  if (outside !== 0 && cell === 'none')
    throw new SpecError('--pressure must have a --cell that moves, got --cell none');
  return { method, cell, force, pressure: outside, steps: countOf(steps, '--steps'), frozen: [] };
}

function documentOf(file: string, model: Model, atoms: number, summary: RelaxSummary) {
  const beforeAfter = <T>({ before, after }: { before: T; after: T }, unit: string) => ({
    before: { value: before, error: null, unit },
    after: { value: after, error: null, unit },
  });
  const { method, steps, converged, energy, force, cell } = summary;
  return {
    file,
    model: model.name,
    atoms,
    method,
    steps,
    converged,
    energy: beforeAfter(energy, 'eV'),
    maxForce: beforeAfter(force, 'eV/Å'),
    cell: beforeAfter(cell, 'Å'),
  };
}

function tell(file: string, model: Model, atoms: number, summary: RelaxSummary, out: string | undefined): string {
  const { energy, force, cell, steps, converged } = summary;
  const rows = [
    ['', 'before', 'after'],
    ['energy, eV', energy.before.toFixed(6), energy.after.toFixed(6)],
    ['energy per atom, eV', (energy.before / atoms).toFixed(6), (energy.after / atoms).toFixed(6)],
    ['largest force, eV/Å', force.before.toPrecision(4), force.after.toPrecision(4)],
  ];
  if (cell.before.some((x, k) => x !== cell.after[k])) {
    const lengths = (matrix: readonly number[]) =>
      [0, 3, 6].map((k) => Math.hypot(...matrix.slice(k, k + 3)).toFixed(4));
    rows.push(['a, b, c, Å', lengths(cell.before).join(' '), lengths(cell.after).join(' ')]);
  }
  const end = converged
    ? `converged in ${steps} steps`
    : `NOT converged after ${steps} steps: more --steps, or another --method`;
  const note = out === undefined ? '' : `, written to ${out}`;
  return `${file} under ${model.name}: ${end}${note}\n${columns(rows.map((row) => [`  ${row[0]}`, ...row.slice(1)]))}`;
}
