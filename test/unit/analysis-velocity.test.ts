import { describe, expect, it } from 'vitest';
import { diffusionCoefficient } from '../../src/analysis/diffusion.ts';
import { fourier } from '../../src/analysis/fourier.ts';
import { meanSquareDisplacement } from '../../src/analysis/msd.ts';
import {
  greenKubo,
  mevPerThz,
  type Vdos,
  velocityAutocorrelation,
  vibrationalDensity,
  wavenumberPerThz,
} from '../../src/analysis/velocity.ts';
import { RandomStream } from '../../src/core/random.ts';
import { amuAngstrom2PerFs2, boltzmann } from '../../src/core/units.ts';
import type { Motion } from '../../src/trajectory/motion.ts';
import { motionFrom } from './synthetic-motion.ts';

/** kT/m in Å²/fs². */
const thermal = (temperature: number, mass: number): number => (boltzmann * temperature) / mass / amuAngstrom2PerFs2;

describe('fourier', () => {
  it('is the direct sum', () => {
    const random = new RandomStream('fourier');
    const [re, im] = [0, 1].map(() => Float64Array.from({ length: 32 }, () => random.normal())) as [
      Float64Array,
      Float64Array,
    ];
    const [fr, fi] = [re.slice(), im.slice()];
    fourier(fr, fi);
    for (let k = 0; k < 32; k++) {
      let [x, y] = [0, 0];
      for (let j = 0; j < 32; j++) {
        const phase = (-2 * Math.PI * j * k) / 32;
        x += re[j]! * Math.cos(phase) - im[j]! * Math.sin(phase);
        y += re[j]! * Math.sin(phase) + im[j]! * Math.cos(phase);
      }
      expect(fr[k]).toBeCloseTo(x, 10);
      expect(fi[k]).toBeCloseTo(y, 10);
    }
    expect(() => fourier(new Float64Array(12), new Float64Array(12))).toThrow('power of two');
  });
});

describe('velocityAutocorrelation', () => {
  it('is what all origins give when summed one by one', () => {
    const random = new RandomStream('velocities');
    const [frames, atoms] = [60, 5];
    const v = Float64Array.from({ length: frames * atoms * 3 }, () => random.normal());
    const at = (s: number, i: number, d: number): number => v[(s * atoms + i) * 3 + d]!;
    const motion = motionFrom({ species: ['C', 'Na'], atoms: [2, 3], frames, spacing: 2, edge: 9 }, () => 0, at);
    const vacf = velocityAutocorrelation(motion, { longest: 20 })[1]!;
    expect([...vacf.lag]).toEqual([0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20]);
    vacf.raw.value.forEach((c, lag) => {
      let sum = 0;
      for (let s = 0; s + lag < frames; s++) {
        for (let i = 2; i < atoms; i++) for (let d = 0; d < 3; d++) sum += at(s, i, d) * at(s + lag, i, d);
      }
      expect(c).toBeCloseTo(sum / 3 / (frames - lag), 10);
      expect(vacf.normalised.value[lag]).toBeCloseTo(c / vacf.raw.value[0]!, 12);
    });
    expect(vacf.normalised.error[0]).toBeCloseTo(0, 12);
  });

  it('may follow some of the atoms only', () => {
    const motion = motionFrom(
      { species: ['Na'], atoms: [7], frames: 50, spacing: 1, edge: 9 },
      () => 0,
      (_s, i, d) => (d === 0 ? i : 0),
    );
    const [vacf] = velocityAutocorrelation(motion, { mostAtoms: 3 });
    // atoms 0, 3 and 6
    expect(vacf!.raw.value[0]).toBeCloseTo((0 + 9 + 36) / 3, 10);
    expect(vacf!.atoms).toBe(7);
  });

  it('of free flight never decays; without the common motion nothing is left', () => {
    const motion = motionFrom(
      { species: ['Na'], atoms: [6], frames: 50, spacing: 1, edge: 9 },
      () => 0,
      (_s, _i, d) => 0.01 * (d + 1),
    );
    const [vacf] = velocityAutocorrelation(motion);
    vacf!.raw.value.forEach((c) => {
      expect(c).toBeCloseTo(14e-4, 12);
    });
    const [rest] = velocityAutocorrelation(motion, { reference: ['Na'] });
    expect(Math.max(...rest!.raw.value.map(Math.abs))).toBeLessThan(1e-18);
  });

  it('says what it misses', () => {
    const setup = { species: ['Na'], atoms: [1], frames: 50, spacing: 1, edge: 9 };
    expect(() => velocityAutocorrelation(motionFrom(setup, () => 0))).toThrow('no velocities');
    const motion = motionFrom(
      setup,
      () => 0,
      () => 1,
    );
    expect(() => velocityAutocorrelation({ ...motion, frames: motion.frames.slice(0, 39) })).toThrow('got 39 frames');
    expect(() => velocityAutocorrelation(motion, { reference: ['C'] })).toThrow('no species "C"');
  });
});

/** Atoms on springs of given frequencies (THz) per species and direction, at random phases, each mode with the same energy. */
function oscillators(
  frequencies: readonly (readonly number[])[],
  atoms: readonly number[],
  masses: readonly number[],
): Motion {
  const random = new RandomStream('phases');
  const phase = Float64Array.from(
    { length: 3 * atoms.reduce((a, b) => a + b, 0) },
    () => 2 * Math.PI * random.uniform(),
  );
  const kindOf = (i: number): number => (i < atoms[0]! ? 0 : 1);
  return motionFrom(
    { species: ['C', 'Na'], atoms, frames: 5000, spacing: 4, edge: 9, masses },
    () => 0,
    (s, i, d) => {
      const kind = kindOf(i);
      const amplitude = Math.sqrt(2 * thermal(300, masses[kind]!));
      return amplitude * Math.cos((2 * Math.PI * frequencies[kind]![d]! * 4 * s) / 1000 + phase[3 * i + d]!);
    },
  );
}

const integral = ({ frequency }: Vdos, value: Float64Array, from = 0, to = Number.POSITIVE_INFINITY): number => {
  let sum = 0;
  for (let k = 1; k < frequency.length; k++) {
    if (frequency[k]! > from && frequency[k]! <= to)
      sum += ((value[k]! + value[k - 1]!) / 2) * (frequency[k]! - frequency[k - 1]!);
  }
  return sum;
};

describe('vibrationalDensity', () => {
  // carbon: two modes at 47.6 THz (the G band), one at 26; sodium: 4, 6 and 9 THz
  const vdos = vibrationalDensity(
    velocityAutocorrelation(
      oscillators(
        [
          [47.6, 47.6, 26],
          [4, 6, 9],
        ],
        [40, 20],
        [12.011, 22.99],
      ),
      { longest: 2000 },
    ),
  );

  it('has lines where the oscillators are, with the width of the window', () => {
    const [carbon, sodium] = vdos.species as [Vdos['species'][0], Vdos['species'][0]];
    const highest = (value: Float64Array, from: number, to: number): number => {
      let best = 0;
      for (let k = 0; k < value.length; k++) {
        if (vdos.frequency[k]! >= from && vdos.frequency[k]! <= to && (best === 0 || value[k]! > value[best]!))
          best = k;
      }
      return best;
    };
    const step = vdos.frequency[1]!;
    for (const [value, line] of [
      [carbon.value, 47.6],
      [carbon.value, 26],
      [sodium.value, 4],
      [sodium.value, 6],
      [sodium.value, 9],
    ] as const) {
      const k = highest(value, line - 0.9, line + 0.9);
      expect(Math.abs(vdos.frequency[k]! - line)).toBeLessThanOrEqual(step);
      const half = value[k]! / 2;
      let [left, right] = [k, k];
      while (value[left]! > half) left--;
      while (value[right]! > half) right++;
      expect(Math.abs((right - left) * step - vdos.resolution)).toBeLessThan(2 * step);
    }
    expect(vdos.resolution).toBeCloseTo(0.5, 2);
    expect(vdos.nyquist).toBe(125);
    expect(47.6 * wavenumberPerThz).toBeCloseTo(1587.8, 1);
    expect(mevPerThz).toBeCloseTo(4.135667696, 8);
  });

  it('counts modes: three per atom, each line by its share', () => {
    expect(integral(vdos, vdos.total.value)).toBeCloseTo(180, 6);
    const [carbon, sodium] = vdos.species as [Vdos['species'][0], Vdos['species'][0]];
    expect(integral(vdos, carbon.value) / 120).toBeCloseTo(1, 2);
    expect(integral(vdos, sodium.value) / 60).toBeCloseTo(1, 2);
    expect(integral(vdos, carbon.value, 45, 50) / 80).toBeCloseTo(1, 1);
    expect(integral(vdos, carbon.value, 24, 28) / 40).toBeCloseTo(1, 1);
    expect(integral(vdos, sodium.value, 7.8, 10.2) / 20).toBeCloseTo(1, 1);
    // nothing between the lines
    expect(
      Math.max(...vdos.total.value.filter((_, k) => vdos.frequency[k]! > 12 && vdos.frequency[k]! < 23).map(Math.abs)),
    ).toBeLessThan(0.1);
  });
});

describe('free particles in a Langevin bath', () => {
  // exact steps of the Ornstein–Uhlenbeck process, position included (Chandrasekhar 1943)
  const [gamma, temperature, mass, spacing, atoms, frames] = [0.02, 300, 22.99, 5, 60, 3000];
  const kT = thermal(temperature, mass);
  const exact = kT / gamma;
  const runs = Array.from({ length: 8 }, (_, seed) => {
    const random = new RandomStream('langevin', seed);
    const c = Math.exp(-gamma * spacing);
    const [vv, xx, xv] = [
      kT * (1 - c * c),
      (kT / gamma ** 2) * (2 * gamma * spacing - 3 + 4 * c - c * c),
      (kT / gamma) * (1 - c) ** 2,
    ];
    const width = atoms * 3;
    const x = new Float64Array(frames * width);
    const v = new Float64Array(frames * width).map((_, k) => (k < width ? Math.sqrt(kT) * random.normal() : 0));
    for (let k = width; k < x.length; k++) {
      const [g1, g2] = [random.normal(), random.normal()];
      v[k] = c * v[k - width]! + Math.sqrt(vv) * g1;
      x[k] =
        x[k - width]! +
        ((1 - c) / gamma) * v[k - width]! +
        (xv / Math.sqrt(vv)) * g1 +
        Math.sqrt(xx - (xv * xv) / vv) * g2;
    }
    const at = (array: Float64Array) => (s: number, i: number, d: number) => array[s * width + 3 * i + d]!;
    return motionFrom({ species: ['Na'], atoms: [atoms], frames, spacing, edge: 9, masses: [mass] }, at(x), at(v));
  });
  const vacfs = runs.map((run) => velocityAutocorrelation(run, { longest: 500 })[0]!);

  it('forget their velocity as e^(−γt), with errors that hold', () => {
    const z = vacfs.flatMap(({ lag, raw }) =>
      [0, 4, 10, 20, 40, 80].map((l) => (raw.value[l]! - 3 * kT * Math.exp(-gamma * lag[l]!)) / raw.error[l]!),
    );
    expect(Math.max(...z.map(Math.abs))).toBeLessThan(4);
    expect(z.reduce((sum, x) => sum + x * x, 0) / z.length).toBeLessThan(2);
  });

  it('diffuse with kT/mγ, from velocities and from displacements alike', () => {
    // trapezoids of an exponential: ∑ is larger by (γΔ/2) coth(γΔ/2)
    const trapezoid = (gamma * spacing) / 2 / Math.tanh((gamma * spacing) / 2);
    const kubo = vacfs.map((vacf) => greenKubo(vacf).coefficient);
    for (const { value, error } of kubo) expect(Math.abs(value - exact * trapezoid) / error!).toBeLessThan(4);
    const einstein = runs.map((run) => diffusionCoefficient(meanSquareDisplacement(run)[0]!));
    for (const { coefficient, diffusive, window } of einstein) {
      expect(Math.abs(coefficient.total.value - exact) / coefficient.total.error!).toBeLessThan(4);
      expect(diffusive).toBe(true);
      expect(window.from).toBeGreaterThan(1 / gamma);
    }
  });

  it('show diffusion as density at zero frequency', () => {
    // g(0) = 12 N D m/kT, in modes per THz
    const vdos = vibrationalDensity([vacfs[0]!]);
    const wanted = (12 * atoms * exact) / (kT * 1000);
    // the window of half a picosecond takes (1/T)²-small parts of a Lorentzian 6 THz wide; the error is statistical
    expect(Math.abs(vdos.total.value[0]! - wanted) / vdos.total.error[0]!).toBeLessThan(4);
    expect(vdos.total.error[0]! / wanted).toBeLessThan(0.15);
  });
});
