/** The limit of a guest model, from the density of its metal. */
import { describe, expect, it } from 'vitest';
import { cubicCell } from '../../src/core/cell.ts';
import { cubicCrystal } from '../../src/core/lattice.ts';
import { openGrid } from '../../src/engine/cavity.ts';
import { compileGuest } from '../../src/engine/guest-tables.ts';
import { metalState } from '../../src/engine/reservoir.ts';
import { densityLimit, squeezedGuests } from '../../src/engine/validity.ts';
import { createWasmChain } from '../../src/engine/wasm.ts';
import { shippedModel } from '../conformance/models.ts';

const model = shippedModel('na-carbon');

/** A crystal in a chain, its lattice constant in units of that at rest. */
function crystal(scale: number) {
  const { latticeConstant } = metalState(model, 'Na', 300);
  const { rows } = cubicCrystal('Na', 'bcc', scale * latticeConstant, 5);
  const host = { cell: cubicCell(5 * scale * latticeConstant), species: [], rows: new Float64Array() };
  return createWasmChain({
    ...{ tables: compileGuest(model, 'Na', []), host, grid: openGrid(host.cell), guestCavity: 0, temperature: 300 },
    ...{ moves: { displace: 1, exchange: 0, teleport: 0 }, key: [1, 2], stream: 0, guests: rows },
  });
}

describe('sodium', () => {
  const limit = densityLimit(model, 'Na')!;

  it('has the density of its own crystal as bulk, and more of it where it is compressed', () => {
    expect(squeezedGuests(crystal(1), limit).largest / limit.bulk).toBeCloseTo(1, 9);
    expect(limit.rho / limit.bulk).toBeGreaterThan(1.3);
  });

  it.each([
    [0.92, 0],
    [0.89, 250],
  ])('compressed to %f: %i guests beyond the limit', (scale, count) => {
    expect(squeezedGuests(crystal(scale), limit).count).toBe(count);
  });
});

it('has no limit where no density holds the metal', () => {
  expect(densityLimit(shippedModel('argon-carbon'), 'Ar')).toBeUndefined();
  expect(densityLimit(shippedModel('na-carbon-pair'), 'Na')).toBeUndefined();
});
