import { describe, expect, it } from 'vitest';
import { analyseDynamics } from '../../src/analysis/dynamics.ts';
import { RandomStream } from '../../src/core/random.ts';
import { type DynamicsFacts, dynamicsReport } from '../../src/report/dynamics-report.ts';
import type { Motion } from '../../src/trajectory/motion.ts';
import { motionFrom } from './synthetic-motion.ts';

const facts: DynamicsFacts = {
  version: '0.0.0',
  name: 'Sodium <in> carbon',
  about: 'Invented numbers.',
  seed: 7,
  complete: true,
  model: { name: 'na-carbon', citation: ['Somebody 2020'], validity: 'tests' },
  structure: { atoms: { value: 60, error: null, unit: '1' }, composition: 'C40Na20' },
  conditions: { thermostat: 'Langevin, 100 fs', timestep: { value: 1, error: null, unit: 'fs' } },
  spec: 'stages:\n  - run: 20 ps <fast>',
  files: ['trajectory.h5'],
  performance: {
    wallSeconds: 100,
    steps: 20000,
    stepsPerSecond: 200,
    atomStepsPerSecond: 12000,
    workers: 2,
    hostName: '',
    runtime: '',
    date: '2026-01-01T00:00:00.000Z',
  },
};

/** Carbon on springs, sodium that walks, and thermodynamics that settle in the first tenth. */
function inventedRun(frames = 2000, spacing = 10): Motion {
  const random = new RandomStream('invented');
  const phases = Float64Array.from({ length: 180 }, () => 2 * Math.PI * random.uniform());
  const walk = new Float64Array(frames * 60);
  const pace = new Float64Array(frames * 60);
  const decay = Math.exp(-spacing / 60);
  for (let k = 0; k < walk.length; k++) {
    pace[k] =
      k < 60 ? 0.0033 * random.normal() : decay * pace[k - 60]! + 0.0033 * Math.sqrt(1 - decay ** 2) * random.normal();
    walk[k] = k < 60 ? 0 : walk[k - 60]! + pace[k]! * spacing;
  }
  const angle = (s: number, i: number, d: number): number =>
    2 * Math.PI * [0.02, 0.026, 0.0476 / (1 + i / 400)][d]! * s * spacing + phases[3 * i + d]!;
  const motion = motionFrom(
    {
      species: ['C:basal', 'C:zigzag', 'Na'],
      atoms: [30, 10, 20],
      frames,
      spacing,
      edge: 12,
      masses: [12.011, 12.011, 22.99],
    },
    (s, i, d) =>
      i < 40
        ? 3 * (i % 4) + 0.02 * Math.sin(angle(s, i, d))
        : 12 * Math.sin(i) * (d + 1) + walk[s * 60 + 3 * (i - 40) + d]!,
    (s, i, d) => (i < 40 ? 0.0064 * Math.cos(angle(s, i, d)) : pace[s * 60 + 3 * (i - 40) + d]!),
  );
  const time = Float64Array.from({ length: frames }, (_, k) => k * spacing);
  const noisy = (value: number, noise: number, settle: number): Float64Array =>
    time.map((t) => value + noise * random.normal() + settle * Math.exp(-t / (0.02 * frames * spacing)));
  return {
    ...motion,
    thermo: {
      step: time,
      time,
      temperature: noisy(300, 12, -150),
      pressure: noisy(0.001, 0.002, 0.01),
      potential: noisy(-400, 0.4, 3),
      kinetic: noisy(2.3, 0.1, -1),
      conserved: noisy(-397, 0.001, 0).map((e, k) => e + 1e-7 * time[k]!),
      volume: time.map(() => 1728),
    },
  };
}

describe('the report of a dynamics run', () => {
  const motion = inventedRun();
  const analysis = analyseDynamics(motion, { from: 2000, reference: ['C'], rdfFrames: 20 });

  it('has every number, curve and picture', async () => {
    const files = await dynamicsReport({ motion, analysis, facts });
    expect([...files.keys()]).toEqual([
      'results.json',
      'report.html',
      ...['thermo', 'msd', 'vacf', 'vdos', 'rdf'].map((name) => `${name}.csv`),
      ...['energy', 'pressure', 'msd', 'rdf', 'vacf', 'vdos'].map((name) => `${name}.svg`),
    ]);
    for (const [name, text] of files) {
      if (name.endsWith('.svg')) expect(text, name).toMatch(/^<svg [\s\S]*<path [\s\S]*<\/svg>$/);
      expect(text, name).not.toMatch(/NaN|undefined|Infinity/);
    }
    const results = JSON.parse(files.get('results.json')!) as {
      thermo: { temperature: { value: number; error: number } };
      diffusion: { species: string; diffusive: boolean; coefficient: { total: { value: number; error: number } } }[];
      vibrations: { frequency: number[]; total: { value: number[] } };
    };
    expect(Math.abs(results.thermo.temperature.value - 300)).toBeLessThan(4 * results.thermo.temperature.error);
    expect(results.diffusion.map(({ species, diffusive }) => [species, diffusive])).toEqual([
      ['C', false],
      ['Na', true],
    ]);
    const { value, error } = results.diffusion[1]!.coefficient.total;
    // sums of velocities that remember themselves: σ²Δ (1 + e)/(1 − e)/2
    const decay = Math.exp(-10 / 60);
    expect(Math.abs(value - (0.0033 ** 2 * 10 * (1 + decay)) / (1 - decay) / 2) / error).toBeLessThan(4);
    expect(results.vibrations.frequency.length).toBe(results.vibrations.total.value.length);
    expect(files.get('thermo.csv')!.split('\n').length).toBe(motion.thermo.time.length + 2);
    expect(files.get('msd.csv')!.split('\n')[0]).toBe(
      'species,lag (fs),msd x (Å²),msd x error (Å²),msd y (Å²),msd y error (Å²),msd z (Å²),msd z error (Å²),msd total (Å²),msd total error (Å²)',
    );
  });

  it('is a page that loads nothing, shows text as text and warns', async () => {
    const page = (await dynamicsReport({ motion, analysis, facts: { ...facts, complete: false } })).get('report.html')!;
    expect(page).toContain('Sodium &#60;in&#62; carbon');
    expect(page).toContain('run: 20 ps &#60;fast&#62;');
    expect(page).toContain("default-src 'none'");
    expect(page).not.toMatch(/(?:src|href)="(?!data:)/);
    expect(page).toContain('The run was stopped before its end.');
    // the host is at rest by definition: not worth a warning
    expect(page).not.toContain('Diffusion of C');
    const followed = analyseDynamics(motion, { from: 2000 });
    expect(followed.notes.join()).toContain('Diffusion of C: not diffusive');
    const other = (await dynamicsReport({ motion, analysis: followed, facts })).get('report.html')!;
    expect(other).toContain('Diffusion of C: not diffusive');
  });

  it('is the same twice', async () => {
    const [first, second] = await Promise.all([0, 1].map(() => dynamicsReport({ motion, analysis, facts })));
    expect([...second!]).toEqual([...first!]);
  });

  it('of a run that is hardly there says what is missing', async () => {
    const short: Motion = { ...motion, frames: motion.frames.slice(0, 3) };
    const few = analyseDynamics(short, { from: 15 });
    expect(few.notes.join()).toContain('got 1 frames, wanted at least 8');
    const files = await dynamicsReport({ motion: short, analysis: few, facts });
    expect(files.has('msd.svg')).toBe(false);
    expect(files.get('report.html')).toContain('Before you quote');
    const empty = analyseDynamics({ ...motion, frames: [] }, { from: 1e9 });
    expect(empty.notes.join()).toContain('0 samples');
    expect(
      (await dynamicsReport({ motion: { ...motion, frames: [] }, analysis: empty, facts })).get('report.html'),
    ).toContain('</html>');
  });

  it('of a run where nothing moves has dashes, not nonsense', async () => {
    const first = motion.frames[0]!;
    const frames = motion.frames.map(({ step, time }) => ({ ...first, step, time }));
    const unknown = motion.thermo.time.map(() => Number.NaN);
    const still: Motion = { ...motion, frames, thermo: { ...motion.thermo, pressure: unknown, conserved: unknown } };
    const page = (await dynamicsReport({ motion: still, analysis: analyseDynamics(still), facts })).get('report.html')!;
    expect(page).toContain('nothing moves');
    expect(page.replace(/base64,[^"]*/g, '')).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('says when frames are too far apart for the vibrations', () => {
    // 16.4 fs apart up to 30.5 THz are seen: the third mode of carbon, at 43.6 to 47.6, appears at 13.4 to 17.4
    const sparse = analyseDynamics(inventedRun(1500, 16.4), { species: ['C'] });
    expect(sparse.vdos!.nyquist).toBeCloseTo(500 / 16.4, 9);
    const { frequency, total } = sparse.vdos!;
    const share = (from: number, to: number): number =>
      total.value.reduce((sum, g, k) => sum + (frequency[k]! > from && frequency[k]! < to ? g : 0), 0) /
      total.value.reduce((sum, g) => sum + g, 0);
    expect(share(12.9, 17.9)).toBeCloseTo(1 / 3, 1);
    // at 10 fs the same mode lies below 50 THz, in the last tenth: suspicious, and said
    expect(analysis.notes.join()).toContain('Frames are too far apart');
  });
});
