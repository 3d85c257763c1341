/**
 * Runs dynamics: structure, filling, stages, analysis, report. Events come before the next step is made, so whoever writes
 * them to disk holds all that the run has come to; the result is a function of spec and files alone, also of a run that was
 * killed and went on from a checkpoint.
 */
import { cellFromMatrix } from '../core/cell.ts';
import { BackendError, PhysicsError } from '../core/errors.ts';
import { keyFromSeed } from '../core/random.ts';
import { type Gpu, openGpu } from '../engine/webgpu/device.ts';
import { forceFieldFor } from './force-fields.ts';
import { concludeDynamics, type DynamicsResult } from './md-analysis.ts';
import { checkDynamics } from './md-check.ts';
import { type DynamicsPosition, decodePosition, encodePosition } from './md-checkpoint.ts';
import type { DynamicsEvent, DynamicsProgress, DynamicsRunOptions } from './md-events.ts';
import type { DynamicsSpec } from './md-spec.ts';
import { startingStructure } from './md-start.ts';
import { stageText } from './md-text.ts';
import { Recording, thermoOrder } from './record.ts';
import { startOf } from './stage-analysis.ts';
import { gpuDynamics, type MakeDynamics, processorDynamics } from './stage-dynamics.ts';
import type { MdSpec, RelaxSpec } from './stage-spec.ts';
import { atRest, frameOf, type MdLook, runMd, runRelax, type StageSetting, stepsOf } from './stages.ts';

export type { DynamicsResult } from './md-analysis.ts';
export type { DynamicsEvent, DynamicsProgress, DynamicsRunOptions } from './md-events.ts';

/** Milliseconds between two turns of the event loop, and between two progress events. */
const breath = 50;
const progressInterval = 250;

/**
 * Runs a spec.
 *
 * @throws SpecError, ModelError  structure, filling or model do not go together
 * @throws PhysicsError  the run explodes: a 'last-good' and a 'checkpoint' event come before
 * @throws BackendError  an abort came before there was a structure
 */
export async function* runDynamics(
  spec: DynamicsSpec,
  options: DynamicsRunOptions,
): AsyncGenerator<DynamicsEvent, DynamicsResult> {
  return yield* new Run(spec, options).events();
}

class Run {
  readonly #spec: DynamicsSpec;
  readonly #options: DynamicsRunOptions;
  readonly #started = performance.now();
  #recording = new Recording();
  #position!: DynamicsPosition;
  #secondsBefore = 0;
  #stepsHere = 0;
  #gpu: Gpu | null = null;
  #nextBreath = 0;
  #nextProgress = 0;
  #nextCheckpoint = 0;

  constructor(spec: DynamicsSpec, options: DynamicsRunOptions) {
    this.#spec = spec;
    this.#options = options;
  }

  async *events(): AsyncGenerator<DynamicsEvent, DynamicsResult> {
    try {
      return yield* this.#events();
    } finally {
      this.#gpu?.close();
    }
  }

  async *#events(): AsyncGenerator<DynamicsEvent, DynamicsResult> {
    const { resume } = this.#options;
    checkDynamics(this.#spec, this.#options);
    if (resume) {
      this.#position = decodePosition(resume.checkpoint).position;
      this.#recording = new Recording(resume.samples.subarray(0, this.#position.samples));
    } else {
      yield* this.#begin();
    }
    this.#secondsBefore = this.#position.seconds;
    if (this.#spec.backend === 'webgpu') yield* this.#openGpu();
    yield { type: 'structure', frame: frameOf(this.#position.atoms) };
    if (!resume) yield this.#checkpoint();
    const { stages } = this.#spec;
    while (this.#position.stage < stages.length && !this.#stopped()) {
      const stage = stages[this.#position.stage]!;
      if ('relax' in stage) yield* this.#relax(stage.relax);
      else yield* this.#dynamics(stage.md);
    }
    yield { type: 'stage', stage: 'analysis', text: 'averages and observables' };
    const seconds = this.#secondsBefore + (performance.now() - this.#started) / 1000;
    const { machine, model, workers = 1 } = this.#options;
    const circumstances = { seconds, workers, machine, device: this.#gpu?.name ?? null };
    return concludeDynamics(this.#spec, model, this.#position, this.#recording, circumstances);
  }

  /** Without a GPU the processor takes its place, which is said. */
  async *#openGpu(): AsyncGenerator<DynamicsEvent, void> {
    try {
      this.#gpu = await openGpu();
      yield { type: 'stage', stage: 'device', text: this.#gpu.name };
    } catch (error) {
      if (!(error instanceof BackendError)) throw error;
      yield* this.#warn([`${error.message}; forces are computed in WebAssembly instead`]);
    }
  }

  *#warn(texts: readonly string[]): Generator<DynamicsEvent, void> {
    for (const text of texts) {
      const { warnings } = this.#position;
      // a run that goes on says it again, its report once
      if (!warnings.includes(text)) this.#position = { ...this.#position, warnings: [...warnings, text] };
      yield { type: 'warning', text };
    }
  }

  async *#begin(): AsyncGenerator<DynamicsEvent, void> {
    const { frame, filled, warnings } = yield* startingStructure(this.#spec, this.#options, () => this.#stopped());
    for (const text of warnings) yield { type: 'warning', text };
    const none = { step: -1, frames: 0, samples: 0, seconds: 0, done: [], state: null };
    this.#position = { stage: 0, atoms: atRest(frame), filled, warnings, ...none };
  }

  async *#relax(relax: RelaxSpec): AsyncGenerator<DynamicsEvent, void> {
    const { stage, atoms, done } = this.#position;
    yield { type: 'stage', stage: 'relax', index: stage, text: stageText({ relax }) };
    const run = runRelax(atoms, relax, this.#setting());
    try {
      for (let next = await run.next(); ; next = await run.next()) {
        if (next.done) {
          const { atoms, summary } = next.value;
          this.#position = { ...this.#position, stage: stage + 1, atoms, done: [...done, summary] };
          break;
        }
        const { step, energy, maxForce } = next.value;
        if (step > 0) this.#stepsHere++;
        yield* this.#pause(() => ({ step, energy, force: maxForce }));
        if (this.#stopped()) break;
      }
    } finally {
      await run.return(undefined as never);
    }
    yield this.#checkpoint();
  }

  async *#dynamics(md: MdSpec): AsyncGenerator<DynamicsEvent, void> {
    const { stage, atoms, state, done } = this.#position;
    const steps = stepsOf(md);
    yield { type: 'stage', stage: 'md', index: stage, text: stageText({ md }) };
    const refused: string[] = [];
    const setting = { ...this.#setting(), makeDynamics: this.#makeDynamics(refused) };
    const run = runMd(atoms, md, setting, state ?? undefined);
    let look: MdLook | undefined;
    let last = state?.step ?? 0;
    try {
      for (;;) {
        const next = await run.next();
        yield* this.#warn(refused.splice(0));
        if (next.done) {
          this.#position = {
            ...this.#position,
            stage: stage + 1,
            atoms: next.value,
            state: null,
            done: [...done, { kind: 'md', steps }],
          };
          break;
        }
        look = next.value;
        const { dynamics } = look;
        this.#stepsHere += look.step - last;
        last = look.step;
        yield* this.#sample(look, md);
        yield* this.#pause(() => ({ step: last, ...dynamics.standing() }));
        const stopped = this.#stopped();
        if (stopped || performance.now() > this.#nextCheckpoint) {
          this.#position = { ...this.#position, state: await dynamics.state() };
          if (!stopped) yield this.#checkpoint();
        }
        if (stopped) break;
      }
    } catch (error) {
      if (error instanceof PhysicsError && look) yield* this.#keepLastGood(look, md);
      throw error;
    } finally {
      await run.return(undefined as never);
    }
    yield this.#checkpoint();
  }

  /** Keeps and hands out what is due at a look. */
  async *#sample(look: MdLook, md: MdSpec): AsyncGenerator<DynamicsEvent, void> {
    const { due, dynamics, step } = look;
    const { stage } = this.#position;
    const [time0, step0] = startOf(this.#spec.stages, stage);
    const recording = this.#recording;
    const time = dynamics.time;
    // the last moment of a stage is the first of the next: it is told once
    const shown = step > 0 || step0 === 0;
    if (due.thermo) {
      const values = await dynamics.thermo();
      recording.add('thermo', stage, step, Float64Array.of(time, ...thermoOrder.map((name) => values[name])));
      if (shown) yield { type: 'thermo', step: step0 + step, time: time0 + time, values };
    }
    if (due.frame) {
      const { positions } = dynamics;
      const cell = dynamics.cell.matrix;
      if (md.observe.includes('diffusion') || md.observe.includes('rdf')) {
        recording.add('positions', stage, step, Float64Array.of(time), cell, positions);
      }
      if (shown) {
        const velocities = dynamics.velocities.slice();
        const frame = {
          step: step0 + step,
          time: time0 + time,
          cell: cell.slice(),
          positions: positions.slice(),
          velocities,
        };
        yield { type: 'frame', frame };
        this.#position = { ...this.#position, frames: this.#position.frames + 1 };
      }
    }
    if (due.velocities) {
      recording.add('velocities', stage, step, Float64Array.of(time), dynamics.cell.matrix, dynamics.velocities);
    }
    const bytes = recording.take();
    if (bytes.length > 0) yield { type: 'samples', bytes };
  }

  /** The state before an explosion, as a frame and as a checkpoint that knows nothing of what came after it. */
  async *#keepLastGood({ dynamics, step }: MdLook, md: MdSpec): AsyncGenerator<DynamicsEvent, void> {
    const state = await dynamics.lastGood();
    const { stage, atoms, frames } = this.#position;
    const cell = cellFromMatrix(state.cell, atoms.cell.periodic);
    const frame = frameOf({ species: atoms.species, cell, positions: state.positions });
    yield { type: 'last-good', frame: { ...frame, info: { stage: stage + 1, step: state.step } } };
    const every = Math.round(md.every.frames / md.timestep);
    const later = Math.floor(step / every) - Math.floor(state.step / every);
    this.#recording.cut(stage, state.step);
    this.#position = { ...this.#position, state, frames: frames - later };
    yield this.#checkpoint();
  }

  #checkpoint(): DynamicsEvent {
    const { state, stage } = this.#position;
    const [, steps] = startOf(this.#spec.stages, stage);
    // a run's first frame is that of step 0: before it there is nothing
    const step = state ? steps + state.step : steps > 0 ? steps : -1;
    const samples = this.#recording.length;
    const seconds = this.#secondsBefore + (performance.now() - this.#started) / 1000;
    const position = { ...this.#position, step, samples, seconds };
    this.#nextCheckpoint = performance.now() + 1000 * this.#spec.output.checkpoint;
    return { type: 'checkpoint', frames: position.frames, save: (files) => encodePosition(position, files) };
  }

  /** Lets the world outside turn now and then, and tells it where the run is. */
  async *#pause(
    where: () => Pick<DynamicsProgress, 'step' | 'energy' | 'temperature' | 'pressure' | 'force'>,
  ): AsyncGenerator<DynamicsEvent, void> {
    const now = performance.now();
    if (now < this.#nextBreath) return;
    if (now >= this.#nextProgress) {
      this.#nextProgress = now + progressInterval;
      const { stage, state: _, atoms } = this.#position;
      const here = where();
      const [time0] = startOf(this.#spec.stages, stage);
      const current = this.#spec.stages[stage]!;
      const lengths = this.#spec.stages.map((one) => ('md' in one ? stepsOf(one.md) : one.relax.steps));
      const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
      yield {
        type: 'progress',
        stage,
        stepsDone: sum(lengths.slice(0, stage)) + here.step,
        stepsTotal: sum(lengths),
        time: time0 + ('md' in current ? here.step * current.md.timestep : 0),
        atoms: atoms.positions.length / 4,
        rate: (1000 * this.#stepsHere) / (now - this.#started),
        ...here,
      };
    }
    await turn();
    this.#nextBreath = performance.now() + breath;
  }

  #setting(): StageSetting {
    const { model, workers, workerUrl } = this.#options;
    const { backend, seed } = this.#spec;
    return {
      makeForceField: (frame) =>
        forceFieldFor(model, frame, { backend: backend === 'reference' ? backend : 'wasm', workers, workerUrl }),
      key: keyFromSeed(seed),
      index: this.#position.stage,
    };
  }

  /** On the GPU if there is one and it can do what the stage asks for. @param refused  hears why the processor takes its place */
  #makeDynamics(refused: string[]): MakeDynamics {
    const { makeForceField, index } = this.#setting();
    const onProcessor = processorDynamics(makeForceField);
    if (!this.#gpu) return onProcessor;
    const onGpu = gpuDynamics(this.#gpu, this.#options.model);
    return async (...stage) => {
      try {
        return await onGpu(...stage);
      } catch (error) {
        if (!(error instanceof BackendError)) throw error;
        refused.push(`stage ${index + 1}: ${error.message}; its forces are computed in WebAssembly instead`);
        return onProcessor(...stage);
      }
    };
  }

  #stopped(): boolean {
    return this.#options.signal?.aborted ?? false;
  }
}

const turn = () => new Promise<void>((resolve) => setTimeout(resolve, 0));
