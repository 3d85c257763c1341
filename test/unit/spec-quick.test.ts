import { describe, expect, it } from 'vitest';
import { estimateStudy, probeStudy, trialsOf } from '../../src/study/estimate.ts';
import { parseStudySpec, quickStudy } from '../../src/study/spec.ts';

const recipe = { la: 25, lc: 11, d002: 3.75, density: 1.45, atoms: 8000 };
const spec = parseStudySpec({
  name: 'full',
  host: { recipe },
  guest: { species: 'Na', model: 'na-carbon' },
  ladder: {
    discharge: [1, 0.5, 0.1, 0, -0.1, -0.2],
    charge: [-0.1, 0, 0.05, 0.1, 0.2, 1],
    equilibration: 100_000,
    production: 300_000,
  },
  replicas: 4,
});

describe('a quick study', () => {
  const quick = quickStudy(spec);

  it('keeps the first, the lowest, 0 V and the last of every other voltage', () => {
    expect(quick.ladder.discharge).toEqual([1, 0.1, 0, -0.1, -0.2]);
    expect(quick.ladder.charge).toEqual([-0.1, 0, 0.05, 0.2, 1]);
  });

  it('is small, and says so in its name', () => {
    expect(quick.name).toBe('full-quick');
    expect(quick.host).toHaveProperty('recipe.atoms', 1500);
    expect(quick.replicas).toBe(2);
    expect(quick.ladder).toMatchObject({ equilibration: 5000, production: 15_000 });
  });

  it('keeps a box that is as wide as the domains', () => {
    const wide = quickStudy({ ...spec, host: { recipe: { ...recipe, la: 40, atoms: 20_000, edges: { strong: 0 } } } });
    // 1.05 · 1.45 g/cm³ · (40 Å)³ / 19.945 g/cm³ per carbon and Å³
    expect(wide.host).toHaveProperty('recipe.atoms', 4886);
  });

  it('never asks for more than the study, and is a study itself', () => {
    const small = parseStudySpec({
      host: { recipe: { ...recipe, atoms: 600 } },
      guest: { species: 'Na', model: 'na-carbon' },
      ladder: { equilibration: 0, production: 40, samples: 30, snapshots: 3 },
      replicas: 1,
    });
    const again = quickStudy(small);
    expect(again.host).toHaveProperty('recipe.atoms', 600);
    expect(again.replicas).toBe(1);
    expect(again.ladder).toMatchObject({ equilibration: 0, production: 2, samples: 2, snapshots: 2 });
    expect(parseStudySpec(again)).toEqual(again);
    expect(parseStudySpec(probeStudy(spec))).toEqual(probeStudy(spec));
  });
});

describe('the estimate', () => {
  const probe = { rate: 1e5, setup: 2, atoms: 1500, memory: 2e8 };

  it('counts the trials of both branches and all replicas', () => {
    expect(trialsOf(spec)).toBe(4 * 12 * 400_000);
  });

  it('is trials over rate plus building on one worker, a quarter of it on four, and no less on eight', () => {
    const one = estimateStudy(spec, 8000, probe, 1).seconds;
    expect(one).toBeCloseTo(4 * ((2 * 8000) / 1500) + trialsOf(spec) / 1e5, 8);
    expect(estimateStudy(spec, 8000, probe, 4).seconds).toBeCloseTo(one / 4, 8);
    expect(estimateStudy(spec, 8000, probe, 8).seconds).toBeCloseTo(one / 4, 8);
    // three workers need two rounds for four replicas, as two workers do
    expect(estimateStudy(spec, 8000, probe, 3).seconds).toBe(estimateStudy(spec, 8000, probe, 2).seconds);
  });

  it('needs more memory for more atoms and more workers, never less than the probe', () => {
    const at = (atoms: number, workers: number) => estimateStudy(spec, atoms, probe, workers).memory;
    expect(at(8000, 1)).toBeGreaterThan(probe.memory);
    expect(at(16000, 1)).toBeGreaterThan(at(8000, 1));
    expect(at(8000, 2)).toBeGreaterThan(at(8000, 1));
  });
});
