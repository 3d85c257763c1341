/** Diffusion coefficients of walks whose coefficient is known exactly, and whether the errors mean what they say. */
import { describe, expect, it } from 'vitest';
import { type Diffusion, diffusionCoefficient } from '../../src/analysis/diffusion.ts';
import { type Direction, directions, meanSquareDisplacement } from '../../src/analysis/msd.ts';
import { RandomStream } from '../../src/core/random.ts';
import { motionFrom } from '../unit/synthetic-motion.ts';

const spacing = 10;
const exact = { x: 0.01, y: 0.02, z: 0.05 };
const exactOf = (direction: Direction): number =>
  direction === 'total' ? (exact.x + exact.y + exact.z) / 3 : exact[direction];

/** Brownian motion with a coefficient of its own in every direction. */
function brownian(seed: number, atoms: number, frames: number) {
  const random = new RandomStream('brownian', seed);
  const walk = new Float64Array(frames * atoms * 3);
  const sigma = Object.values(exact).map((d) => Math.sqrt(2 * d * spacing));
  for (let k = 3 * atoms; k < walk.length; k++) walk[k] = walk[k - 3 * atoms]! + sigma[k % 3]! * random.normal();
  const setup = { species: ['Na'], atoms: [atoms], frames, spacing, edge: 8 };
  return meanSquareDisplacement(motionFrom(setup, (s, i, d) => walk[(s * atoms + i) * 3 + d]!))[0]!;
}

const zOf = ({ coefficient }: Diffusion, direction: Direction, value: number): number =>
  (coefficient[direction].value - value) / coefficient[direction].error!;
const meanSquare = (z: readonly number[]): number => z.reduce((sum, x) => sum + x * x, 0) / z.length;

describe('Brownian motion', () => {
  it.each([
    ['many atoms, a short run', 40, 400, 60],
    ['few atoms', 5, 1000, 60],
    ['one atom, a long run', 1, 4000, 60],
  ])('%s: D in every direction, with calibrated errors', (_, atoms, frames, seeds) => {
    const curves = Array.from({ length: seeds }, (_, seed) => brownian(seed, atoms, frames));
    const fits = curves.map(diffusionCoefficient);
    for (const direction of directions) {
      const z = fits.map((fit) => zOf(fit, direction, exactOf(direction)));
      expect(Math.max(...z.map(Math.abs))).toBeLessThan(4);
      // mean of 60 squares of standard normals is 1 ± 0.18; the larger of two views is rather too careful
      expect(meanSquare(z)).toBeGreaterThan(0.35);
      expect(meanSquare(z)).toBeLessThan(1.6);
      // no bias: the mean of 60 standard normals is 0 ± 0.13
      expect(Math.abs(z.reduce((sum, x) => sum + x, 0) / seeds)).toBeLessThan(4 * 0.13);
    }
    expect(fits.filter(({ diffusive }) => diffusive).length / seeds).toBeGreaterThan(0.9);
    // the curve itself, up to an eighth of the run: beyond, error and value come from the same few windows and go up and down together
    const lags = curves[0]!.lag.filter((lag) => lag < (spacing * frames) / 8);
    expect(lags.length).toBeGreaterThan(20);
    lags.forEach((lag, l) => {
      const z = curves.map(({ value, error }) => (value.total[l]! - 6 * exactOf('total') * lag) / error.total[l]!);
      expect(meanSquare(z)).toBeLessThan(2);
    });
  });

  it('is nearly as precise as steps of a random walk allow', () => {
    // the best possible: variance of D from n independent squares per direction, D √(2/n), for a window that starts at one step
    // and has an intercept to find: twice that
    const errors = Array.from(
      { length: 20 },
      (_, seed) => diffusionCoefficient(brownian(100 + seed, 40, 400)).coefficient.x.error!,
    );
    const best = exact.x * Math.sqrt(2 / (40 * 400));
    expect(errors.reduce((sum, x) => sum + x, 0) / 20).toBeLessThan(3.5 * best);
  });
});

describe('hopping on a lattice', () => {
  it('has D = Γ a²/6 in spite of rattling, and says where its window starts', () => {
    const [a, rate, rattle, frames, atoms] = [3, 1 / 800, 0.4, 6000, 30];
    const fits = Array.from({ length: 6 }, (_, seed) => {
      const random = new RandomStream('hops', seed);
      const site = new Float64Array(frames * atoms * 3);
      for (let s = 1; s < frames; s++) {
        for (let i = 0; i < atoms; i++) {
          const k = (s * atoms + i) * 3;
          for (let d = 0; d < 3; d++) site[k + d] = site[k - 3 * atoms + d]!;
          // Poisson process: at most one hop in ten femtoseconds, exact rate through −ln(1 − p)
          if (random.uniform() < rate * spacing) site[k + random.integer(3)]! += random.uniform() < 0.5 ? a : -a;
        }
      }
      const noise = new RandomStream('rattle', seed);
      const setup = { species: ['Na'], atoms: [atoms], frames, spacing, edge: 9 };
      const motion = motionFrom(setup, (s, i, d) => site[(s * atoms + i) * 3 + d]! + rattle * noise.normal());
      return diffusionCoefficient(meanSquareDisplacement(motion)[0]!);
    });
    for (const fit of fits) {
      // rattling adds 6·0.4² = 0.96 Å² at once, as much as 85 fs of hops: they must have outgrown it
      expect(fit.window.from).toBeGreaterThan(200);
      expect(fit.diffusive).toBe(true);
      for (const direction of directions) expect(Math.abs(zOf(fit, direction, (rate * a * a) / 6))).toBeLessThan(4);
    }
    expect(meanSquare(fits.map((fit) => zOf(fit, 'total', (rate * a * a) / 6)))).toBeLessThan(2.8);
  });
});
