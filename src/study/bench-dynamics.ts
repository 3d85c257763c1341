/** How fast dynamics runs on this machine's GPU, beside the WebAssembly force field on one core of the same machine, in turn. */
import { repeated } from '../analysis/supercell.ts';
import { massOf } from '../core/elements.ts';
import { atomCount, type Frame, speciesAt } from '../core/frame.ts';
import { cubicCrystal } from '../core/lattice.ts';
import { createDynamics, type DynamicsSetup, thermalVelocities } from '../engine/dynamics.ts';
import { metalState } from '../engine/reservoir.ts';
import { wasmForceField } from '../engine/wasm-forces.ts';
import { openGpu } from '../engine/webgpu/device.ts';
import { createGpuDynamics } from '../engine/webgpu/dynamics.ts';
import { createGpuForceField } from '../engine/webgpu/force-field.ts';
import { carbonModel } from '../generated/carbon-model.ts';
import { loadModel } from '../model/load.ts';
import { largestCutoff, type Model, type Term } from '../model/model.ts';
import type { BenchOptions, ChainRate } from './bench-chains.ts';
import { benchCarbon, growingRate, kernelShare, ratesInTurn } from './bench-host.ts';

export interface DynamicsBenchOptions extends Pick<BenchOptions, 'model' | 'filter' | 'rounds'> {
  /** seconds each measurement lasts, about */
  readonly seconds?: number;
}

interface Case {
  readonly name: string;
  readonly model: Model;
  /** what is run on the device, and a part of it for one core: rates are per atom */
  readonly make: (software: boolean) => { readonly large: Frame; readonly small: Frame };
  /** fs */
  readonly timestep: number;
}

/** The model with other terms. */
function withTerms(model: Model, terms: readonly Term[]): Model {
  return { ...model, terms, cutoff: largestCutoff(terms) };
}

/** Tersoff carbon, and the metal of the model as plain EAM. */
function casesOf(data: unknown): Case[] {
  const carbon = loadModel(carbonModel, 'bench');
  const metal = loadModel(data, 'bench');
  const [name, reference] = Object.entries(metal.references)[0]!;
  const plain = metal.terms.flatMap((term) => (term.form === 'embedded' ? [{ ...term, chargeSwitch: null }] : []));
  const { lattice } = reference;
  const a = metalState(metal, name, 300).latticeConstant;
  return [
    {
      name: 'Tersoff, hard carbon',
      model: withTerms(
        carbon,
        carbon.terms.filter(({ form }) => form === 'bond-order'),
      ),
      make: (software) => {
        const small = benchCarbon(software ? 1500 : 8000);
        return { small, large: repeated(small, software ? [1, 1, 2] : [4, 4, 2]) };
      },
      timestep: 0.5,
    },
    {
      name: `EAM, ${lattice} ${name}`,
      model: withTerms(metal, plain),
      make: (software) => ({
        small: cubicCrystal(name, lattice, a, software ? 9 : 20),
        large: cubicCrystal(name, lattice, a, software ? 9 : 80),
      }),
      timestep: 1,
    },
  ];
}

function setupOf(frame: Frame, timestep: number): Omit<DynamicsSetup, 'forceField'> {
  const masses = Float64Array.from({ length: atomCount(frame) }, (_, i) => massOf(speciesAt(frame, i)));
  const key = [1, 2] as const;
  const velocities = thermalVelocities(masses, 300, key, 0);
  return { cell: frame.cell, masses, timestep, thermostat: { kind: 'none' }, key, stream: 0, velocities };
}

/**
 * Atoms times steps per second at constant energy (250 000 carbons, a million atoms of metal; a few thousand where the GPU is
 * software), on the GPU, on one core, and their ratio from interleaved rounds.
 *
 * @throws BackendError  no GPU, or no room on it
 */
export async function* benchGpuDynamics({
  model: data,
  filter = '',
  rounds = 3,
  seconds = 2,
}: DynamicsBenchOptions): AsyncGenerator<ChainRate> {
  const cases = casesOf(data).filter(({ name }) => `dynamics, ${name}`.includes(filter));
  if (cases.length === 0) return;
  const gpu = await openGpu();
  for (const { name, model, make, timestep } of cases) {
    const { large, small } = make(gpu.software);
    const field = await createGpuForceField(gpu, model, large);
    const onGpu = await createGpuDynamics({ ...setupOf(large, timestep), forceField: field });
    const wasm = await wasmForceField(model, small);
    const onCore = createDynamics({ ...setupOf(small, timestep), forceField: wasm });
    const rateOf = (count: number, advance: (steps: number) => void | Promise<void>) =>
      growingRate(4 * count, seconds, async (n) => {
        const steps = Math.round(n / count);
        await advance(steps);
        return steps * count;
      });
    const gpuRate = rateOf(field.count, (steps) => onGpu.advance(steps));
    const coreRate = rateOf(wasm.count, (steps) => onCore.advance(steps));
    for (const rate of [gpuRate, gpuRate, gpuRate, coreRate, coreRate]) await rate();
    const what = `dynamics, ${name}, ${field.count} atoms`;
    const core = `WebAssembly, one core, dynamics, ${name}, ${wasm.count} atoms`;
    yield* await ratesInTurn(
      rounds,
      [gpuRate, coreRate],
      [`${gpu.name}, ${what}`, core, `GPU over one core, ${what}`],
      'atom-steps/s',
    );
    yield* kernelShare(gpu, what, gpuRate);
    yield { name: `steps between listings, ${what}`, rate: onGpu.step / Math.max(1, onGpu.listings), unit: 'steps' };
    onGpu.destroy();
    field.destroy();
    wasm.dispose();
  }
  gpu.close();
}
