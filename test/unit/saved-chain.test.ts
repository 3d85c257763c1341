/** Chains out of checkpoints of this version and of the one before. */
import { expect, it } from 'vitest';
import { boltzmann } from '../../src/core/units.ts';
import { savedGuest } from '../../src/engine/chain.ts';
import { compileGuest } from '../../src/engine/guest-tables.ts';
import { createWasmChain } from '../../src/engine/wasm.ts';
import { packChain, unpackChain } from '../../src/study/saved.ts';
import { lennardJonesModel } from '../conformance/models.ts';
import { emptyBox } from '../statistical/sampling.ts';

const tables = compileGuest(lennardJonesModel({ 'A-A': [1, 1] }, { kind: 'truncate', to: 3 }, 0.6), 'A', []);
const setup = emptyBox(8, { tables, key: [4, 2], temperature: 1.5 / boltzmann });
const own = 9;

it('a chain of an earlier version, whose guests kept their field alone, sums its pairs anew', () => {
  const chain = createWasmChain(setup);
  chain.lnActivity = -2.8;
  chain.advance(20_000);
  expect(chain.count).toBeGreaterThan(20);
  const { header, arrays } = packChain(chain.save());
  const guests = (arrays['chain/guests'] as Float64Array).slice();
  for (let k = own; k < guests.length; k += savedGuest.words) guests[k] = 0;
  const earlier = { ...arrays, 'chain/guests': guests, 'chain/free': new Int32Array(1) };
  const again = createWasmChain({ ...setup, state: unpackChain(structuredClone(header), earlier) });
  for (const each of [chain, again]) each.advance(2000);
  expect(again.count).toBe(chain.count);
  expect(Math.abs(again.energy - chain.energy)).toBeLessThan(1e-9);
  expect(again.refresh()).toBeLessThan(1e-9);
  // and without the mark of the earlier version it would not
  const wrong = createWasmChain({
    ...setup,
    state: unpackChain(structuredClone(header), { ...arrays, 'chain/guests': guests }),
  });
  wrong.advance(2000);
  expect(wrong.refresh()).toBeGreaterThan(1e-3);
});
