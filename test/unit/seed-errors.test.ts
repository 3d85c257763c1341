/** Errors of seeds and of the calibration, told apart in data that are made of both. */
import { describe, expect, it } from 'vitest';
import { combineSeeds } from '../../src/analysis/seed-errors.ts';
import { RandomStream } from '../../src/core/random.ts';
import { mean, standardError } from '../../src/core/statistics.ts';

describe('the mean over seeds', () => {
  it('of studies that did not ask for the calibration is that of replicas', () => {
    const { parts, ...rest } = combineSeeds(
      [
        { value: 97, error: 1 },
        { value: 103, error: 1 },
      ],
      0,
    );
    expect(parts).toBeUndefined();
    expect(rest).toEqual({ value: 100, error: 3 });
  });

  it('of one seed, or with one set of parameters, tells nothing apart', () => {
    expect(combineSeeds([{ value: 5, error: 2 }], 4).parts).toEqual({ seeds: null, calibration: null });
    expect(combineSeeds([{ value: 5, error: 2 }], 1).parts).toEqual({ seeds: 2, calibration: null });
  });

  it('finds what data were made of: 6 of the calibration, 3 of each structure', () => {
    const random = new RandomStream('seeds and sets');
    const normal = (): number =>
      Math.sqrt(-2 * Math.log(1 - random.uniform())) * Math.cos(2 * Math.PI * random.uniform());
    const [sets, seeds] = [5, 4];
    const found = Array.from({ length: 400 }, () => {
      const ofSet = Array.from({ length: sets }, () => 6 * normal());
      const studies = Array.from({ length: seeds }, () => {
        const replicas = ofSet.map((shift) => 100 + shift + 3 * normal());
        return { value: mean(replicas), error: standardError(replicas) };
      });
      return combineSeeds(studies, sets);
    });
    const meanSquare = (values: readonly number[]): number => mean(values.map((x) => x * x));
    const seedPart = meanSquare(found.map(({ parts }) => parts!.seeds!));
    const calibrationPart = meanSquare(found.map(({ parts }) => parts!.calibration!));
    expect(seedPart).toBeCloseTo(9 / sets / seeds, 1);
    // 400 estimates, each good to some √(2/(R − 1)) of itself: within four errors
    expect(Math.abs(calibrationPart / (36 / sets) - 1)).toBeLessThan((4 * Math.sqrt(2 / (sets - 1))) / Math.sqrt(400));
    // and the error is that of the mean: its values scatter by as much
    const scatter = mean(found.map(({ value }) => (value - 100) ** 2));
    const told = mean(found.map(({ error }) => error! ** 2));
    expect(Math.abs(scatter / told - 1)).toBeLessThan(4 * Math.sqrt(2 / 400));
  });
});
