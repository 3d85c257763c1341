/** Where insertions are proposed is a matter of speed: uniform, by free volume and by energy must hold the same guests. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { blockAverage } from '../../src/core/statistics.ts';
import { openGrid } from '../../src/engine/cavity.ts';
import type { ChainSetup } from '../../src/engine/chain.ts';
import { prepareChain } from '../../src/engine/prepare.ts';
import { lnActivityAt, metalState } from '../../src/engine/reservoir.ts';
import { createWasmChain } from '../../src/engine/wasm.ts';
import { loadModel } from '../../src/model/load.ts';
import { slit } from '../../src/structure/crystal.ts';
import { sample } from './sampling.ts';

it('sodium in a slit at 900 K, ions and metal: ⟨N⟩, ⟨N²⟩ and ⟨U⟩', { timeout: 180_000 }, () => {
  const model = loadModel(JSON.parse(readFileSync('models/potentials/na-carbon.json', 'utf8')), 'na-carbon');
  const metal = metalState(model, 'Na', 900);
  const request = {
    ...{ model, guest: 'Na', host: slit(9, 7, 4, 2), temperature: 900, seed: 'bias', stream: 0 },
    moves: { displace: 0.3, exchange: 0.5, teleport: 0.2 },
  };
  const cavity = prepareChain(request);
  const energy = prepareChain({ ...request, metalEnergy: metal.latticeEnergy });
  const uniform: ChainSetup = { ...cavity, grid: openGrid(request.host.cell), guestCavity: 0 };
  const found = [uniform, cavity, energy].map((setup, stream) => {
    const chain = createWasmChain({ ...setup, stream });
    chain.lnActivity = lnActivityAt(metal, -0.15);
    chain.displacement = 0.8;
    const { count, energy: potential } = sample(chain, 200_000, 3072, 250);
    return [count, count.map((n) => n * n), potential].map((series) => blockAverage(series));
  });
  const [reference, ...others] = found as [(typeof found)[number], ...typeof found];
  expect(reference[0]!.mean).toBeGreaterThan(3);
  expect(reference[0]!.error / reference[0]!.mean).toBeLessThan(0.05);
  for (const other of others) {
    other.forEach(({ mean, error }, k) => {
      expect(Math.abs(mean - reference[k]!.mean) / Math.hypot(error, reference[k]!.error)).toBeLessThan(4);
    });
  }
});
