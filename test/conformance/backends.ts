/**
 * Every backend as a row: what it can be asked, and how far it is from the readable reference. The test holds the figures to limits,
 * `npm run accuracy:backends` writes them into docs/gpu.md.
 */
import { cubicCell } from '../../src/core/cell.ts';
import type { Frame } from '../../src/core/frame.ts';
import { RandomStream } from '../../src/core/random.ts';
import { openGrid } from '../../src/engine/cavity.ts';
import type { Chain, ChainSetup, TrialProbe } from '../../src/engine/chain.ts';
import { referenceForceField } from '../../src/engine/force-field.ts';
import type { GpuJs } from '../../src/engine/gpujs/device.ts';
import { gpuJsForces, gpuJsHost } from '../../src/engine/gpujs/points.ts';
import { prepareChain } from '../../src/engine/prepare.ts';
import { createReferenceChain } from '../../src/engine/reference.ts';
import { lnActivityAt, metalState } from '../../src/engine/reservoir.ts';
import { idealGasTables } from '../../src/engine/self-test.ts';
import { createWasmChain } from '../../src/engine/wasm.ts';
import { wasmForceField } from '../../src/engine/wasm-forces.ts';
import type { Gpu } from '../../src/engine/webgpu/device.ts';
import { createGpuEnsemble } from '../../src/engine/webgpu/ensemble.ts';
import { createGpuForceField } from '../../src/engine/webgpu/force-field.ts';
import type { Model } from '../../src/model/model.ts';
import { sheetsHost } from './hosts.ts';
import { lennardJonesModel, switchedModel } from './models.ts';

/** A guest model, and a host filled with some of its guests. */
export interface BackendCase {
  readonly form: string;
  readonly model: Model;
  readonly guest: string;
  readonly setup: ChainSetup;
  readonly lnActivity: number;
  /** [N, 4] */
  readonly guests: Float64Array;
  /** guest `out` gone (−1: none) and one at a point put in (null: none) */
  readonly moves: readonly { readonly out: number; readonly at: readonly [number, number, number] | null }[];
}

/** One backend; what is missing it does not have. */
export interface Backend {
  readonly name: string;
  /** U of the guests, eV */
  energy?(one: BackendCase): Promise<number>;
  /** ΔU of every move, eV; +∞ or anything above 3 on overlap */
  changes?(one: BackendCase): Promise<number[]>;
  /** whether it has ΔU only of insertions into the host as it is without guests */
  readonly loneOnly?: boolean;
  /** energy and forces of a frame of pairs */
  forces?(model: Model, frame: Frame): Promise<{ readonly energy: number; readonly forces: Float64Array }>;
  /** mean N and error of an ideal gas of ten guests, and all guests where it ended */
  gas?(setup: ChainSetup, lnActivity: number): Promise<{ mean: number; error: number; rows: number[] }>;
}

const host = sheetsHost(7, 4, [1, 5.2], 17.1);
const trialMix = { displace: 0.5, exchange: 0.4, teleport: 0.1 };

function embedded(form: string, title: string, guest: string): BackendCase {
  const model = switchedModel(title);
  const metal = metalState(model, guest, 300);
  const setup = prepareChain({ model, guest, host, moves: trialMix, temperature: 300, seed: title, stream: 0 });
  return filled({ form, model, guest, setup }, lnActivityAt(metal, -0.05));
}

/** Lennard-Jones pairs of guest and carbon. */
export const pairModel = lennardJonesModel(
  { 'Na-Na': [0.02, 3.3], 'Na-C': [0.003, 3.2], 'C-C': [0.003, 3.4] },
  { kind: 'truncate', to: 8 },
  1.7,
);

function pairs(): BackendCase {
  const plain: Frame = { ...host, species: ['C'], rows: host.rows.map((x, k) => (k % 4 === 3 ? 0 : x)) };
  const request = { model: pairModel, guest: 'Na', host: plain, moves: trialMix, temperature: 300, seed: 1, stream: 0 };
  return filled({ form: 'pair', model: pairModel, guest: 'Na', setup: prepareChain(request) }, Math.log(0.01));
}

function filled(one: Pick<BackendCase, 'form' | 'model' | 'guest' | 'setup'>, lnActivity: number): BackendCase {
  const chain = createWasmChain(one.setup);
  chain.lnActivity = lnActivity;
  chain.advance(40_000);
  const guests = chain.guestRows();
  const random = new RandomStream(one.form);
  const edges = [0, 4, 8].map((k) => one.setup.host.cell.matrix[k]!);
  const anywhere = () => edges.map((l) => l * random.uniform()) as [number, number, number];
  const moves = Array.from({ length: 48 }, (_, k) => {
    const out = k % 3 === 0 ? -1 : random.integer(guests.length / 4);
    if (k % 3 === 1) return { out, at: null };
    if (k % 3 === 0) return { out, at: anywhere() };
    const near = [0, 1, 2].map((axis) => {
      const x = guests[4 * out + axis]! + random.uniform() - 0.5;
      return x - edges[axis]! * Math.floor(x / edges[axis]!);
    });
    return { out, at: near as [number, number, number] };
  });
  return { ...one, lnActivity, guests, moves };
}

/** The cases: every form that a chain has. */
export const backendCases = (): BackendCase[] => [
  embedded('embedded, charge switch', 'na-carbon, smooth', 'Na'),
  embedded('embedded, bare ions, saturation', 'li-carbon, bare', 'Li'),
  embedded('embedded, no repulsion', 'k-carbon', 'K'),
  pairs(),
];

/** A box of ten guests that feel nothing, voxels of unequal weight. */
export function gasCase(): { readonly setup: ChainSetup; readonly lnActivity: number } {
  const empty: Frame = { cell: cubicCell(12), species: [], rows: new Float64Array() };
  const open = openGrid(empty.cell, 1);
  const grid = { ...open, levels: open.levels.map((_, v) => 1 + (((v * 2654435761) >>> 5) % 8)) };
  const setup: ChainSetup = {
    ...{ tables: idealGasTables(), host: empty, grid, guestCavity: 0, temperature: 300, key: [5, 6], stream: 0 },
    moves: { displace: 1, exchange: 4, teleport: 1 },
  };
  return { setup, lnActivity: Math.log(10 / 12 ** 3) };
}

const gasChains = 16;

function processor(
  name: string,
  create: (setup: ChainSetup) => Chain & TrialProbe,
  forces: Backend['forces'],
): Backend {
  return {
    name,
    forces,
    energy: async ({ setup, guests }) => create({ ...setup, guests }).energy,
    changes: async ({ setup, guests, moves }) => {
      const chain = create({ ...setup, guests });
      return moves.map(({ out, at }) => chain.trialEnergy(out, ...(at ?? ([Number.NaN, 0, 0] as const))));
    },
    gas: async (setup, lnActivity) => {
      const rows: number[] = [];
      const means = Array.from({ length: gasChains }, (_, stream) => {
        const chain = create({ ...setup, stream });
        chain.lnActivity = lnActivity;
        chain.advance(300);
        let sum = 0;
        for (let k = 0; k < 600; k++) {
          chain.advance(1);
          sum += chain.count / 600;
        }
        rows.push(...chain.guestRows());
        return sum;
      });
      return { ...meanOf(means), rows };
    },
  };
}

function onGpu(gpu: Gpu): Backend {
  const energies = async (one: BackendCase, configurations: readonly Float64Array[]): Promise<Float64Array> => {
    const starts = configurations.map((guests, stream) => ({ stream, lnActivity: one.lnActivity, guests }));
    const ensemble = await createGpuEnsemble(gpu, one.setup, starts, { spacing: null });
    const found = await ensemble.refresh();
    ensemble.destroy();
    return found;
  };
  return {
    name: 'webgpu',
    forces: async (model, frame) => {
      const field = await createGpuForceField(gpu, model, frame);
      await field.compute(frame.cell);
      field.destroy();
      return field;
    },
    energy: async (one) => (await energies(one, [one.guests]))[0]!,
    changes: async (one) => {
      // those that overlap are refused as a start: the reference says which
      const chain = createReferenceChain({ ...one.setup, guests: one.guests });
      const apart = one.moves.map(
        ({ out, at }) => chain.trialEnergy(out, ...(at ?? ([Number.NaN, 0, 0] as const))) < 3,
      );
      const after = one.moves
        .filter((_, k) => apart[k])
        .map(({ out, at }) => {
          const rest = one.guests.filter((_x, k) => Math.floor(k / 4) !== out);
          return at ? Float64Array.of(...rest, ...at, 0) : rest;
        });
      const [before, ...found] = await energies(one, [one.guests, ...after]);
      let next = 0;
      return apart.map((fine) => (fine ? found[next++]! - before! : Number.POSITIVE_INFINITY));
    },
    gas: async (setup, lnActivity) => {
      const chains = Array.from({ length: gasChains }, (_, stream) => ({ stream, lnActivity }));
      const ensemble = await createGpuEnsemble(gpu, setup, chains, { spacing: null });
      await ensemble.advance(300);
      const means = (await ensemble.advance(600)).map(({ meanCount }) => meanCount);
      const rows = (await ensemble.guestRows()).flatMap((one) => [...one]);
      ensemble.destroy();
      return { ...meanOf(means), rows };
    },
  };
}

function inGpuJs(gpujs: GpuJs): Backend {
  return {
    name: 'gpujs',
    loneOnly: true,
    forces: (model, frame) => gpuJsForces(gpujs, model, frame),
    changes: async ({ model, guest, setup, moves }) => {
      const points = Float64Array.from(moves.flatMap(({ at }) => [...(at ?? [0, 0, 0]), 0]));
      const field = gpuJsHost(gpujs, model, guest, setup.host);
      const found = await field.energies(points);
      field.destroy();
      return [...found];
    },
  };
}

function meanOf(values: readonly number[]): { mean: number; error: number } {
  const mean = values.reduce((a, b) => a + b) / values.length;
  const square = values.reduce((a, b) => a + (b - mean) ** 2, 0) / (values.length - 1);
  return { mean, error: Math.sqrt(square / values.length) };
}

/** The backends of this machine, the reference first; a GPU or gpu.js that is not there is given as the reason. */
export function backendsWith(gpu: Gpu | string, gpujs: GpuJs | string): Backend[] {
  const forceField = async (model: Model, frame: Frame) => {
    const field = referenceForceField(model, frame);
    field.compute(frame.cell);
    return field;
  };
  const wasmField = async (model: Model, frame: Frame) => {
    const field = await wasmForceField(model, frame);
    field.compute(frame.cell);
    const found = { energy: field.energy, forces: field.forces.slice() };
    field.dispose();
    return found;
  };
  return [
    processor('reference', createReferenceChain, forceField),
    processor('wasm', createWasmChain, wasmField),
    ...(typeof gpu === 'string' ? [] : [onGpu(gpu)]),
    ...(typeof gpujs === 'string' ? [] : [inGpuJs(gpujs)]),
  ];
}

/** How far a backend is from the reference in one case. Null: it has none of that. */
export interface BackendError_ {
  /** of U, relative */
  readonly energy: number | null;
  /** largest of ΔU of moves below 3 eV, eV */
  readonly change: number | null;
  readonly compared: number;
}

/** Measures a backend against the reference. */
export async function backendError(backend: Backend, one: BackendCase): Promise<BackendError_> {
  const start = backend.loneOnly ? new Float64Array() : one.guests;
  const reference = createReferenceChain({ ...one.setup, guests: start });
  const moves = backend.loneOnly ? one.moves.map(({ at }) => ({ out: -1, at })).filter(({ at }) => at) : one.moves;
  const asked = { ...one, moves };
  const energy = backend.energy ? Math.abs((await backend.energy(one)) / reference.energy - 1) : null;
  if (!backend.changes) return { energy, change: null, compared: 0 };
  const found = await backend.changes(asked);
  let [worst, compared] = [0, 0];
  moves.forEach(({ out, at }, k) => {
    const wanted = reference.trialEnergy(out, ...(at ?? ([Number.NaN, 0, 0] as const)));
    if (!(wanted < 3)) {
      if (found[k]! < 3) worst = Number.POSITIVE_INFINITY;
      return;
    }
    worst = Math.max(worst, Math.abs(found[k]! - wanted));
    compared++;
  });
  return { energy, change: worst, compared };
}

/** A box of pairs, atoms from near contact to the cutoff. */
export function pairFrame(): Frame {
  const random = new RandomStream('pair frame');
  const rows = Float64Array.from({ length: 4 * 125 }, (_, k) => {
    const i = k >> 2;
    const site = [i % 5, Math.floor(i / 5) % 5, Math.floor(i / 25)][k % 4];
    return site === undefined ? i % 2 : 3.5 * site + 0.8 * random.uniform();
  });
  return { cell: cubicCell(17.5), species: ['Na', 'C'], rows };
}
