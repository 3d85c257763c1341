/** A chain with a host map samples the same ensemble as one with exact sums. */
import { describe, expect, it } from 'vitest';
import { blockAverage } from '../../src/core/statistics.ts';
import type { Chain } from '../../src/engine/chain.ts';
import { buildHostMap } from '../../src/engine/host-map/build.ts';
import { prepareChain } from '../../src/engine/prepare.ts';
import { lnActivityAt, metalState } from '../../src/engine/reservoir.ts';
import { createWasmChain } from '../../src/engine/wasm.ts';
import { sheetsHost } from '../conformance/hosts.ts';
import { lennardJonesModel, shippedModel } from '../conformance/models.ts';

const host = sheetsHost(9, 5, [1, 5.2, 9.4], 22.8);
const moves = { displace: 0.4, exchange: 0.5, teleport: 0.1 };

function sampled(
  chain: Chain,
  lnActivity: number,
): { count: number; energy: number; errors: readonly [number, number] } {
  chain.lnActivity = lnActivity;
  chain.displacement = 0.6;
  chain.advance(200_000);
  const rows = Array.from({ length: 512 }, () => {
    chain.advance(1000);
    return [chain.count, chain.energy] as const;
  });
  expect(chain.refresh()).toBeLessThan(1e-6);
  const [n, u] = [0, 1].map((k) => blockAverage(Float64Array.from(rows, (row) => row[k]!))) as [
    ReturnType<typeof blockAverage>,
    ReturnType<typeof blockAverage>,
  ];
  return { count: n.mean, energy: u.mean, errors: [n.error, u.error] };
}

describe('mean N and U, map against exact sums', () => {
  const lennardJones = lennardJonesModel(
    { 'Na-Na': [0.01, 3.3], 'Na-C': [0.003, 3.2] },
    { kind: 'truncate', to: 10 },
    1.7,
  );
  const sodium = shippedModel('na-carbon');
  const plain = { ...host, species: ['C'], rows: host.rows.map((x, i) => (i % 4 === 3 ? 0 : x)) };
  const metal = metalState(sodium, 'Na', 1200);
  it.each([
    { name: 'Lennard-Jones', model: lennardJones, host: plain, temperature: 300, lnActivity: Math.log(0.015) },
    // so hot that every site exchanges: at 600 K some hold a guest for 10⁶ trials, longer than a block of this length
    { name: 'embedded sodium', model: sodium, host, temperature: 1200, lnActivity: lnActivityAt(metal, 0.1) },
  ])('$name', ({ name, model, host: of, temperature, lnActivity }) => {
    const common = { model, guest: 'Na', host: of, temperature, moves, seed: name };
    const [exact, mapped] = [0, 1].map((stream) =>
      sampled(
        createWasmChain(prepareChain({ ...common, stream, ...(stream === 1 && { map: buildHostMap }) })),
        lnActivity,
      ),
    );
    expect(exact!.count).toBeGreaterThan(10);
    expect(Math.abs(mapped!.count - exact!.count)).toBeLessThan(4 * Math.hypot(mapped!.errors[0], exact!.errors[0]));
    expect(Math.abs(mapped!.energy - exact!.energy)).toBeLessThan(4 * Math.hypot(mapped!.errors[1], exact!.errors[1]));
  });
});
