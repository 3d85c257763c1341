/** Hosts relaxed before guests come: what must stay, what must fall, and that nothing depends on who asks. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { neighborList } from '../../src/core/neighbors.ts';
import { loadModel } from '../../src/model/load.ts';
import { buildHardCarbon } from '../../src/structure/hard-carbon.ts';
import { parseDynamicsSpec } from '../../src/study/md-spec.ts';
import { prepareHost } from '../../src/study/prepare-host.ts';
import { stageSteps } from '../../src/study/run-stages.ts';
import { parseStudySpec, quickStudy } from '../../src/study/spec.ts';

const carbon = loadModel(JSON.parse(readFileSync('models/potentials/carbon.json', 'utf8')), 'carbon');
const recipe = { la: 12, lc: 7, d002: 3.75, density: 1.2, atoms: 500 };
const stages = [
  { relax: { steps: 60 } },
  { md: { time: 20, timestep: 0.5, temperature: 600 } },
  { relax: { method: 'l-bfgs', cell: 'isotropic', steps: 40 } },
];
const study = { host: { recipe, prepare: { model: 'carbon', stages } }, guest: { species: 'Na', model: 'na-carbon' } };

describe('a prepared host', () => {
  const { prepare } = parseStudySpec(study).host;
  const host = buildHardCarbon({ ...recipe, edges: { strong: 0.15 }, seed: '1/0' }).frame;
  const prepared = (seed: string) =>
    prepareHost(
      host,
      prepare!.stages,
      carbon,
      seed,
      () => {},
      () => false,
    );

  it('has lost energy, kept its atoms and their kinds, and lies in its cell', async () => {
    const { frame, measured } = (await prepared('1/0'))!;
    expect(measured['preparationEnergy']!.value).toBeLessThan(-0.05);
    expect(measured['preparationDisplacement']!.value).toBeGreaterThan(0.05);
    expect(frame.species).toEqual(host.species);
    expect(frame.rows.filter((_, k) => k % 4 === 3)).toEqual(host.rows.filter((_, k) => k % 4 === 3));
    expect(frame.cell.orthorhombic).toBe(true);
    expect(frame.cell.volume).not.toBe(host.cell.volume);
    const inside = frame.rows.every((x, k) => k % 4 === 3 || (x >= 0 && x < frame.cell.matrix[4 * (k % 4)]!));
    expect(inside).toBe(true);
    const distances = neighborList(frame, 1.8).rows.filter((_, k) => k % 4 === 3);
    expect(Math.min(...distances)).toBeGreaterThan(1.2);
  });

  it('is the same for the same seed and another for another', async () => {
    const [first, again, other] = [await prepared('1/0'), await prepared('1/0'), await prepared('1/1')];
    expect(again).toEqual(first);
    expect(other!.frame.rows).not.toEqual(first!.frame.rows);
  });

  it('ends at once when stopped', async () => {
    expect(
      await prepareHost(
        host,
        prepare!.stages,
        carbon,
        '1/0',
        () => {},
        () => true,
      ),
    ).toBeUndefined();
  });

  it('is asked for as a run of dynamics is, and shortened for a first look', () => {
    const same = parseDynamicsSpec({ structure: { recipe }, model: 'carbon', stages });
    expect(prepare).toEqual({ model: same.model, stages: same.stages });
    expect(stageSteps(prepare!.stages)).toBe(140);
    const long = parseStudySpec({ ...study, host: { recipe, prepare: { model: 'carbon', stages: [{ relax: {} }] } } });
    expect(stageSteps(long.host.prepare!.stages)).toBe(2000);
    expect(stageSteps(quickStudy(long).host.prepare!.stages)).toBe(100);
    const full = { recipe, prepare: { model: 'carbon', stages: [{ relax: { cell: 'full' } }] } };
    expect(() => parseStudySpec({ ...study, host: full })).toThrow(
      'host.prepare.stages[0].relax.cell must be none, isotropic or anisotropic in a host',
    );
  });
});
