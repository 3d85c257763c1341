/** How trials of both engines are counted and told of. */
import { describe, expect, it } from 'vitest';
import { effectiveSamples } from '../../bench/effective.ts';
import { inTurn } from '../../bench/peers/compare.ts';
import { cardhouseChain, parseGcmc, stepsOf } from '../../bench/peers/gcmc-engines.ts';
import { chemicalPotential, lennardJonesGuest } from '../../bench/peers/gcmc-systems.ts';
import { RandomStream } from '../../src/core/random.ts';

describe('trials of LAMMPS', () => {
  it('are X exchanges and as many displacements in every step', () => {
    expect(stepsOf(8000, 1)).toEqual({ steps: 8, each: 500 });
    expect(stepsOf(4, 1)).toEqual({ steps: 1, each: 2 });
    expect(stepsOf(40_000, 512)).toEqual({ steps: 512, each: 39 });
  });

  const printed = [
    'Step PotEng v_n f_mc[1] f_mc[3] f_mc[4] f_mc[5] f_mc[6] ',
    '       0   -15.5    381            0            0            0            0            0 ',
    '       1   -15.9    383          496          255            4          249            2 ',
    '       2   -16.1    382         1010          499            6          491            5 ',
    'Loop time of 1.25 on 1 procs for 2 steps with 5382 atoms',
    '',
    '40.0% CPU use with 1 MPI tasks x 1 OpenMP threads',
  ];

  it('are read as attempted, whatever became of them', () => {
    const run = parseGcmc(printed.join('\n'));
    expect(run).toEqual({
      ...{ seconds: 1.25, cpuSeconds: 0.5, trials: 2000, exchanges: 11, energy: -15.5, counts: [383, 382] },
    });
  });

  it('are not guessed where the output breaks off', () => {
    expect(() => parseGcmc(printed.slice(0, 3).join('\n'))).toThrow(/no times or no counts/);
  });

  it('have the chemical potential of the activity: z = exp(μ/kT)/Λ³, Λ = 0.2102 Å at 300 K', () => {
    const mu = chemicalPotential(Math.log(0.015), 300);
    expect(Math.exp(mu / (8.617343e-5 * 300)) / 0.21022 ** 3).toBeCloseTo(0.015, 5);
  });
});

describe('trials of Cardhouse', () => {
  it('are all that were asked for, from the same guests every time', () => {
    const system = lennardJonesGuest(5000);
    const engine = cardhouseChain(system);
    const [first, second] = [engine.run(4000, 4), engine.run(2000, 1)];
    expect(first.trials).toBe(4000);
    expect(first.counts).toHaveLength(4);
    expect(second.trials).toBe(2000);
    expect(second.energy).toBe(first.energy);
    expect(system.guests.length / 4 / 5000).toBeGreaterThan(0.05);
    expect(system.guests.length / 4 / 5000).toBeLessThan(0.1);
  });
});

it('engines take turns, A B, B A, and the round before the first does not count', () => {
  const order: string[] = [];
  const found = inTurn(2, 2, (k, round) => {
    order.push(`${'AB'[k]}${round}`);
    return round;
  });
  expect(order).toEqual(['B0', 'A0', 'A1', 'B1', 'B2', 'A2']);
  expect(found).toEqual([
    [1, 2],
    [1, 2],
  ]);
});

it('effective samples of a correlated series are those of its correlation time', () => {
  const random = new RandomStream('effective');
  // x' = c x + noise: samples per independent one (1 + c)/(1 − c)
  const series = (c: number) => {
    let x = 0;
    return Array.from({ length: 65_536 }, () => (x = c * x + Math.sqrt(1 - c * c) * random.normal()));
  };
  const [quick, slow] = effectiveSamples([0, 0.9].map((c) => ({ counts: series(c), seconds: 2 })));
  expect(quick!.perSecond / 32_768).toBeGreaterThan(0.6);
  expect(quick!.perSecond / 32_768).toBeLessThan(1.2);
  expect(slow!.perSecond / (32_768 / 19)).toBeGreaterThan(0.5);
  expect(slow!.perSecond / (32_768 / 19)).toBeLessThan(1.3);
});
