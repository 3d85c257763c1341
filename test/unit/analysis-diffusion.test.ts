import { describe, expect, it } from 'vitest';
import { diffusionCoefficient } from '../../src/analysis/diffusion.ts';
import { meanSquareDisplacement } from '../../src/analysis/msd.ts';
import { RandomStream } from '../../src/core/random.ts';
import { motionFrom } from './synthetic-motion.ts';

describe('meanSquareDisplacement', () => {
  it('is v²t² for free flight, also through the faces of the cell', () => {
    const motion = motionFrom(
      { species: ['Na'], atoms: [5], frames: 60, spacing: 4, edge: 10 },
      (s, i, d) => (i + 1) * (d + 1) * 0.1 * 4 * s,
    );
    const [msd] = meanSquareDisplacement(motion);
    // ⟨(i + 1)²⟩ over five atoms is 11
    msd!.lag.forEach((t, l) => {
      ([0.01, 0.04, 0.09, 0.14] as const).forEach((square, d) => {
        const direction = (['x', 'y', 'z', 'total'] as const)[d]!;
        expect(msd!.value[direction][l]! / (11 * square * t * t)).toBeCloseTo(1, 10);
      });
    });
    expect(msd!.lag[0]).toBe(4);
    expect(msd!.lag.at(-1)).toBe(4 * Math.floor(0.4 * 59));
    const { diffusive, exponent, note } = diffusionCoefficient(msd!);
    expect(exponent.value).toBeCloseTo(2, 10);
    expect(diffusive).toBe(false);
    expect(note).toContain('not diffusive');
  });

  it('is what all origins give when summed one by one', () => {
    const random = new RandomStream('walk');
    const path = Float64Array.from({ length: 40 * 3 * 3 }, () => random.normal());
    const motion = motionFrom(
      { species: ['C', 'Na'], atoms: [1, 2], frames: 40, spacing: 1, edge: 10 },
      (s, i, d) => path[(s * 3 + i) * 3 + d]!,
    );
    const msd = meanSquareDisplacement(motion, { species: ['Na'] })[0]!;
    for (const lag of [1, 2, 3]) {
      let sum = 0;
      for (let s = 0; s + lag < 40; s++) {
        for (const i of [1, 2]) sum += (path[((s + lag) * 3 + i) * 3]! - path[(s * 3 + i) * 3]!) ** 2 / 2;
      }
      expect(msd.value.x[lag - 1]).toBeCloseTo(sum / (40 - lag), 12);
    }
  });

  it('takes out the motion of the reference and nothing else', () => {
    const random = new RandomStream('reference');
    const wiggle = Float64Array.from({ length: 200 * 12 }, () => random.normal());
    const at = (s: number, i: number, d: number): number => wiggle[s * 12 + 3 * i + d]!;
    const setup = { species: ['C', 'Na'], atoms: [2, 2] as const, frames: 200, spacing: 1, edge: 10 };
    // both carbons sway in opposite directions: their centre rests
    const still = motionFrom(setup, (s, i, d) => (i < 2 ? (i === 0 ? 1 : -1) * at(s, 0, d) : at(s, i, d)));
    const drifting = motionFrom(
      setup,
      (s, i, d) => (i < 2 ? (i === 0 ? 1 : -1) * at(s, 0, d) : at(s, i, d)) + 0.3 * s * (d - 1),
    );
    const wanted = meanSquareDisplacement(still, { species: ['Na'] })[0]!;
    const got = meanSquareDisplacement(drifting, { species: ['Na'], reference: ['C'] })[0]!;
    expect(got.reference).toEqual(['C']);
    got.value.total.forEach((x, l) => {
      expect(x).toBeCloseTo(wanted.value.total[l]!, 9);
    });
    expect(meanSquareDisplacement(drifting)[1]!.value.total.at(-1)!).toBeGreaterThan(100);
  });

  it('refuses what it cannot use', () => {
    const motion = motionFrom({ species: ['Na'], atoms: [1], frames: 20, spacing: 1, edge: 10 }, (s) => s);
    expect(() => meanSquareDisplacement(motion, { species: ['K'] })).toThrow('no species "K" in the run; it has Na');
    expect(() => meanSquareDisplacement({ ...motion, frames: motion.frames.slice(0, 7) })).toThrow('got 7 frames');
    expect(() => meanSquareDisplacement({ ...motion, frames: motion.frames.filter((_, k) => k !== 5) })).toThrow(
      'equally spaced',
    );
  });
});

describe('diffusionCoefficient', () => {
  it('calls an atom that rattles in its cage, and one that rests, not diffusive', () => {
    const random = new RandomStream('cage');
    const noise = Float64Array.from({ length: 400 * 60 }, () => 0.3 * random.normal());
    const setup = { species: ['Na'], atoms: [20], frames: 400, spacing: 10, edge: 10 };
    const caged = diffusionCoefficient(
      meanSquareDisplacement(motionFrom(setup, (s, i, d) => noise[s * 60 + 3 * i + d]!))[0]!,
    );
    expect(caged.diffusive).toBe(false);
    expect(Math.abs(caged.exponent.value)).toBeLessThan(0.05);
    expect(Math.abs(caged.coefficient.total.value)).toBeLessThan(4 * caged.coefficient.total.error!);
    const resting = diffusionCoefficient(meanSquareDisplacement(motionFrom(setup, () => 1))[0]!);
    expect([resting.diffusive, resting.note, resting.coefficient.total.value]).toEqual([false, 'nothing moves', 0]);
  });

  it('gives both units of the same number, total as mean of the directions', () => {
    const random = new RandomStream('steps');
    const steps = Float64Array.from({ length: 300 * 30 }, () => random.normal());
    for (let k = 30; k < steps.length; k++) steps[k]! += steps[k - 30]!;
    const motion = motionFrom(
      { species: ['Li'], atoms: [10], frames: 300, spacing: 2, edge: 10 },
      (s, i, d) => steps[s * 30 + 3 * i + d]!,
    );
    const {
      coefficient: c,
      coefficientCm2PerS: cm,
      diffusive,
      note,
    } = diffusionCoefficient(meanSquareDisplacement(motion)[0]!);
    expect([diffusive, note]).toEqual([true, undefined]);
    expect(c.total.value).toBeCloseTo((c.x.value + c.y.value + c.z.value) / 3, 12);
    // 1 Å²/fs = 1e-16 cm² / 1e-15 s
    expect(cm.x.value).toBeCloseTo(0.1 * c.x.value, 12);
    expect([c.x.unit, cm.x.unit]).toEqual(['Å²/fs', 'cm²/s']);
  });
});
