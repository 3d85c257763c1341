/** Which force field a spec gets. */
import type { Frame } from '../core/frame.ts';
import { type ForceField, referenceForceField } from '../engine/force-field.ts';
import { wasmForceField } from '../engine/wasm-forces.ts';
import type { Model } from '../model/model.ts';

export interface ForceFieldChoice {
  readonly backend: 'wasm' | 'reference';
  /** threads of one force field; 1 when not given */
  readonly workers?: number;
  /** module of its worker, where a bundler has moved it */
  readonly workerUrl?: URL;
}

/**
 * The force field of a frame.
 *
 * @throws ModelError    the frame holds a species that the model does not know
 * @throws BackendError  WebAssembly is not there, or a worker cannot be started
 */
export async function forceFieldFor(
  model: Model,
  frame: Frame,
  { backend, workers, workerUrl }: ForceFieldChoice,
): Promise<ForceField> {
  return backend === 'reference'
    ? referenceForceField(model, frame)
    : wasmForceField(model, frame, { workers, workerUrl });
}
