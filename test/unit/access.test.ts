/** Guests confined to what channels lead to: a straight channel through a block of carbon, and a closed pore beside it. */
import { describe, expect, it } from 'vitest';
import { orthorhombicCell } from '../../src/core/cell.ts';
import { SpecError } from '../../src/core/errors.ts';
import type { Frame } from '../../src/core/frame.ts';
import { prepareChain } from '../../src/engine/prepare.ts';
import { createWasmChain } from '../../src/engine/wasm.ts';
import { withAccess } from '../../src/study/access.ts';
import { lennardJonesModel } from '../conformance/models.ts';

const model = lennardJonesModel({ 'A-C': [0.01, 3] }, { kind: 'truncate', to: 8 }, 1);

/** Carbons on a fine lattice but for a channel of radius 5 Å along z at (7, 7) and a sphere of radius 6 Å at (21, 21, 14). */
function block(): Frame {
  const rows: number[] = [];
  const [n, step] = [23, 28 / 23];
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      for (let k = 0; k < n; k++) {
        const [x, y, z] = [i * step, j * step, k * step];
        const inside = Math.hypot(x - 7, y - 7) < 5 || Math.hypot(x - 21, y - 21, z - 14) < 6;
        if (!inside) rows.push(x, y, z, 0);
      }
    }
  }
  return { cell: orthorhombicCell(28, 28, 28), species: ['C'], rows: Float64Array.from(rows) };
}

describe('access through channels', () => {
  const host = block();
  const all = prepareChain({
    model: { ...model, cavity: { A: { guest: 0, host: 2.5 } } },
    ...{ guest: 'A', host, temperature: 300, moves: { displace: 1, exchange: 2, teleport: 1 }, seed: 1, stream: 0 },
  });

  it('guests fill the channel and leave the closed pore empty', () => {
    const { setup, share } = withAccess(all, 1.5);
    expect(share).toBeGreaterThan(0.3);
    expect(share).toBeLessThan(0.8);
    const chain = createWasmChain(setup);
    chain.lnActivity = Math.log(0.05);
    chain.displacement = 3;
    const rows: number[] = [];
    for (let k = 0; k < 40; k++) {
      chain.advance(2000);
      rows.push(...chain.guestRows());
    }
    expect(rows.length / 4).toBeGreaterThan(40 * 10);
    for (let a = 0; a < rows.length; a += 4) expect(Math.hypot(rows[a]! - 7, rows[a + 1]! - 7)).toBeLessThan(6);
    const everywhere = createWasmChain(all);
    everywhere.lnActivity = Math.log(0.05);
    everywhere.advance(20_000);
    expect([...everywhere.guestRows()].filter((x, k) => k % 4 === 0 && x > 14).length).toBeGreaterThan(5);
  });

  it('a channel wider than any is refused', () => {
    expect(() => withAccess(all, 3.5)).toThrow(SpecError);
    expect(() => withAccess(all, 3.5)).toThrow('guest.access: no channel 3.5 Å in radius');
  });
});
