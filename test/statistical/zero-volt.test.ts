/** The zero-volt self-test finds the voltage by which a reservoir is wrong. */
import { describe, expect, it } from 'vitest';
import { ModelError } from '../../src/core/errors.ts';
import { boltzmann } from '../../src/core/units.ts';
import { metalState } from '../../src/engine/reservoir.ts';
import { zeroVolt } from '../../src/engine/zero-volt.ts';
import { shippedModel } from '../conformance/models.ts';

describe('zero volt', () => {
  it('is where bulk sodium is in equilibrium; a reservoir 20 mV off is found out', () => {
    const model = shippedModel('na-carbon');
    const metal = metalState(model, 'Na', 300);
    const options = { latticeConstant: 4.33, cells: [4, 3], perStep: 6000, loops: 4 } as const;
    const own = zeroVolt(model, 'Na', 300, options);
    expect(own.error!).toBeLessThan(0.004);
    expect(Math.abs(own.value)).toBeLessThan(Math.max(0.005, 4 * own.error!));
    const wrong = { ...metal, lnActivity: metal.lnActivity + 0.02 / (boltzmann * 300) };
    const shifted = zeroVolt(model, 'Na', 300, { ...options, metal: wrong });
    expect(Math.abs(shifted.value - 0.02)).toBeLessThan(Math.max(0.005, 4 * shifted.error!));
  });

  it('needs a metal that is bcc', () => {
    expect(() => zeroVolt(shippedModel('argon-carbon'), 'Ar', 300, { latticeConstant: 5 })).toThrow(ModelError);
  });
});
