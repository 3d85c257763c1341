import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { positionsView } from '../../src/core/frame.ts';
import { hostFieldGrid, levelsView } from '../../src/engine/host-field.ts';
import { prepareChain } from '../../src/engine/prepare.ts';
import { createWasmChain } from '../../src/engine/wasm.ts';
import { loadModel } from '../../src/model/load.ts';
import { sheetsHost } from '../conformance/hosts.ts';

const host = sheetsHost(8, 5, [2, 13], 22);
const model = loadModel(JSON.parse(readFileSync('models/potentials/na-carbon.json', 'utf8')));
const moves = { displace: 1, exchange: 1, teleport: 0 };
const setup = prepareChain({ model, guest: 'Na', host, temperature: 300, moves, seed: 1, stream: 0 });
const chain = createWasmChain(setup);

it('fields on a grid are the fields at its points, in the order of the view', () => {
  const shape = [9, 10, 11] as const;
  const grid = hostFieldGrid(chain, host.cell, [...shape]);
  expect(grid.shape).toEqual([9, 10, 11, 2]);
  const size = shape.map((n, k) => host.cell.matrix[4 * k]! / n) as [number, number, number];
  for (const [i, j, k] of [
    [0, 0, 0],
    [3, 7, 4],
    [8, 9, 10],
  ] as const) {
    const field = chain.hostField((i + 0.5) * size[0], (j + 0.5) * size[1], (k + 0.5) * size[2]);
    expect([grid.get(i, j, k, 0), grid.get(i, j, k, 1)]).toEqual(field ?? [Infinity, Infinity]);
  }
  // one voxel layer lies within the sheet at 2 Å (carbon everywhere near), one in the middle of the slit
  expect(grid.get(4, 4, 3, 0)).toBeLessThan(0);
});

it('views share memory with what they show', () => {
  const open = levelsView(setup.grid);
  expect(open.shape).toEqual([...setup.grid.shape]);
  expect(open.data).toBe(setup.grid.levels);
  const positions = positionsView(host);
  expect(positions.data).toBe(host.rows);
  expect(positions.get(7, 2)).toBe(host.rows[4 * 7 + 2]);
});
