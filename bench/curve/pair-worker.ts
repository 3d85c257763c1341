/** Two chains on two workers against one: what a worker does. It makes its chain, says so, and runs trials when it is told. */
import { parentPort, workerData } from 'node:worker_threads';
import { createWasmChain } from '../../src/engine/wasm.ts';
import { chainOf, type WorkerChain } from '../chain-systems.ts';

const { setup, lnActivity, displacement, guests } = chainOf(workerData as WorkerChain);
const chain = createWasmChain({ ...setup, guests });
chain.lnActivity = lnActivity;
chain.displacement = displacement;
parentPort!.on('message', (trials: number) => {
  const began = performance.now();
  chain.advance(trials);
  parentPort!.postMessage((performance.now() - began) / 1000);
});
parentPort!.postMessage('ready');
