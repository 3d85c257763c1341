/** Trial insertions against a chain: guests that do not feel one another have ⟨N⟩ = z ∫ exp(−βU) dV at any activity. */
import { describe, expect, it } from 'vitest';
import { insertionSites } from '../../src/analysis/insertion-sites.ts';
import { siteFilling } from '../../src/analysis/thermodynamic-estimate.ts';
import { RandomStream } from '../../src/core/random.ts';
import { blockAverage, mean, standardError } from '../../src/core/statistics.ts';
import { insertionEnergies } from '../../src/engine/insertion.ts';
import { prepareChain } from '../../src/engine/prepare.ts';
import { createWasmChain } from '../../src/engine/wasm.ts';
import { lennardJonesModel } from '../conformance/models.ts';
import { flatSlit } from '../oracle/porous-solids.ts';
import { sample } from './sampling.ts';

describe('Widom insertion', () => {
  const model = lennardJonesModel({ 'A-C': [0.004, 3] }, { kind: 'truncate', to: 6 }, 1);
  const host = flatSlit(13.6, 16.2);
  const setup = prepareChain({
    model: { ...model, cavity: { A: { guest: 0, host: 1.5 } } },
    ...{ guest: 'A', host, temperature: 300, moves: { displace: 1, exchange: 3, teleport: 0 }, seed: 7, stream: 0 },
  });

  it('has the mean of a grand-canonical chain, |z| < 4', () => {
    const lnIntegrals = Array.from({ length: 8 }, (_, k) => {
      const field = insertionEnergies(setup, 1.5, 0.5, new RandomStream(`insertion ${k}`));
      const { lnIntegral } = insertionSites(field, 300, 3);
      return Math.log(siteFilling(lnIntegral, -60)) + 60;
    });
    const widom = { value: mean(lnIntegrals), error: standardError(lnIntegrals) };
    const lnZ = Math.log(40) - widom.value;
    const chain = createWasmChain(setup);
    chain.lnActivity = lnZ;
    chain.displacement = 1;
    const counted = blockAverage(sample(chain, 20_000, 8192, 40).count);
    const difference = Math.log(counted.mean) - (lnZ + widom.value);
    const error = Math.hypot(counted.error / counted.mean, widom.error);
    expect(error).toBeLessThan(0.02);
    expect(Math.abs(difference) / error).toBeLessThan(4);
  });

  it('leaves out what is closed', () => {
    const half = insertionEnergies(setup, 1.5, 0.5, new RandomStream(1), (x) => x < 8.1);
    const whole = insertionEnergies(setup, 1.5, 0.5, new RandomStream(1));
    const room = (energies: Float64Array): number => energies.reduce((n, u) => n + (u < Infinity ? 1 : 0), 0);
    expect(room(half.energies) / room(whole.energies)).toBeGreaterThan(0.45);
    expect(room(half.energies) / room(whole.energies)).toBeLessThan(0.55);
  });
});
