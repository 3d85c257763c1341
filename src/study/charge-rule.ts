/** The charge switch of a model as analyses need it. */
import type { ChargeRule } from '../analysis/charge.ts';
import { cubicCrystal } from '../core/lattice.ts';
import { neighborList } from '../core/neighbors.ts';
import { compileGuest, twin } from '../engine/guest-tables.ts';
import { latticeConstantOf } from '../engine/reservoir.ts';
import { switchValue } from '../model/charge-switch.ts';
import type { Model } from '../model/model.ts';

/**
 * How a guest turns from ion to metal in a model.
 *
 * @returns undefined when the model has no charge switch, or no bulk metal of that guest
 * @throws ModelError  the model does not know the guest
 */
export function chargeRuleOf(model: Model, guest: string): ChargeRule | undefined {
  const reference = model.references[guest];
  const tables = compileGuest(model, guest, []);
  const { nSwitch, nStart, switchShape } = tables;
  if (!reference || nSwitch === Number.POSITIVE_INFINITY) return undefined;
  const reach = tables.density.to;
  const density = (r: number): number => twin(tables.density, r)[0];
  const crystal = cubicCrystal(guest, reference.lattice, latticeConstantOf(model, guest), 3);
  const { start, rows } = neighborList(crystal, reach);
  let bulkDensity = 0;
  for (let p = start[0]!; p < start[1]!; p++) bulkDensity += density(rows[4 * p + 3]!);
  return {
    reach,
    weight: (r) => twin(tables.density, r)[1],
    charge: (n) => switchValue(switchShape, n, nSwitch, nStart),
    density,
    bulkDensity,
  };
}
