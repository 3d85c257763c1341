/** Whether the backends of this machine say what the readable reference says: one small slit, the energies of points and of filled chains. */
import { BackendError } from '../core/errors.ts';
import { RandomStream } from '../core/random.ts';
import type { GpuJs } from '../engine/gpujs/device.ts';
import { gpuJsHost } from '../engine/gpujs/points.ts';
import { prepareChain } from '../engine/prepare.ts';
import { createReferenceChain } from '../engine/reference.ts';
import { lnActivityAt, metalState } from '../engine/reservoir.ts';
import { type SelfTestFinding, slitHost } from '../engine/self-test.ts';
import { createWasmChain } from '../engine/wasm.ts';
import { openGpu } from '../engine/webgpu/device.ts';
import { createGpuEnsemble } from '../engine/webgpu/ensemble.ts';
import type { Model } from '../model/model.ts';

/** Loads gpu.js, which the library never does by itself. */
export type LoadGpuJs = () => Promise<GpuJs>;

/**
 * Says of every backend whether it is there and how far it is from the reference. One that is not there is a failure only where it was asked for.
 *
 * @param asked  backend that must be there, if any; `auto`: none
 */
export async function* backendFindings(
  model: Model,
  loadGpuJs: LoadGpuJs,
  asked: string = 'auto',
): AsyncGenerator<SelfTestFinding> {
  const guest = Object.keys(model.references)[0] ?? model.species.find((name) => !model.hostSpecies.includes(name))!;
  const host = slitHost(model.hostSpecies[0] ?? guest, model.cutoff);
  const common = { model, guest, host, temperature: 300, seed: 'doctor', stream: 0 };
  const setup = prepareChain({ ...common, moves: { displace: 1, exchange: 1, teleport: 0 } });
  const wasm = createWasmChain(setup);
  wasm.lnActivity = model.references[guest] ? lnActivityAt(metalState(model, guest, 300), -0.1) : Math.log(1e-3);
  wasm.advance(20_000);
  wasm.refresh();
  const guests = wasm.guestRows();
  const reference = createReferenceChain({ ...setup, guests });
  const count = guests.length / 4;
  const judged = (name: string, error: number, limit: number, where: string): SelfTestFinding => ({
    name: `backend ${name}`,
    ok: error < limit,
    detail: `${where}; ${error.toExponential(1)} off the reference (limit ${limit})`,
  });
  const absent = (name: string, error: unknown): SelfTestFinding => {
    if (!(error instanceof BackendError)) throw error;
    return { name: `backend ${name}`, ok: asked !== name, detail: `not here: ${error.message}` };
  };
  yield { name: 'backend reference', ok: true, detail: `readable TypeScript; ${count} ${guest} in a slit` };
  yield judged('wasm', Math.abs(wasm.energy - reference.energy), 1e-8, 'their energy, eV');
  try {
    const gpu = await openGpu();
    const chain = { stream: 0, lnActivity: wasm.lnActivity, guests };
    const ensemble = await createGpuEnsemble(gpu, setup, [chain], { spacing: null });
    const [energy] = await ensemble.refresh();
    ensemble.destroy();
    gpu.close();
    const where = `${gpu.name}${gpu.software ? ', software' : ''}; their energy, relative`;
    yield judged('webgpu', Math.abs(energy! / reference.energy - 1), 1e-6, where);
  } catch (error) {
    yield absent('webgpu', error);
  }
  try {
    const gpujs = await loadGpuJs();
    const random = new RandomStream('doctor');
    const rows = Float64Array.from({ length: 4 * 512 }, (_, k) =>
      k % 4 === 3 ? 0 : random.uniform() * host.cell.matrix[4 * (k % 4)]!,
    );
    const field = gpuJsHost(gpujs, model, guest, host);
    const found = await field.energies(rows);
    const empty = createReferenceChain(setup);
    const worst = found.reduce((most, u, i) => {
      const wanted = empty.trialEnergy(-1, rows[4 * i]!, rows[4 * i + 1]!, rows[4 * i + 2]!);
      return wanted < 3 || u < 3 ? Math.max(most, Math.abs(u - wanted)) : most;
    }, 0);
    field.destroy();
    yield judged('gpujs', worst, 2e-5, `mode ${gpujs.mode}; a lone ${guest} at 512 points, eV`);
    await gpujs.close();
  } catch (error) {
    yield absent('gpujs', error);
  }
}
