/** Films of metal between sheets: γ, W and the capillary law against the evaluator of the calibration. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { joulePerM2 } from '../../src/core/units.ts';
import { metalFilms } from '../../src/engine/metal-film.ts';
import { loadModel } from '../../src/model/load.ts';

const read = (name: string) => JSON.parse(readFileSync(`models/potentials/${name}.json`, 'utf8'));

describe.each(['Na', 'K'])('%s', (guest) => {
  const name = `${guest.toLowerCase()}-carbon`;
  const file = read(name);
  const { surfaceEnergy, adhesion, films } = metalFilms(loadModel(file, name), guest, [3, 4]);

  it('γ is what the calibration lists, and W too but for the strain that fits the sheet to the metal', () => {
    const [gamma, listed] = [surfaceEnergy * joulePerM2, file.listed];
    expect(gamma).toBeCloseTo(listed.gamma110, 2);
    expect(Math.abs((adhesion * joulePerM2) / (listed.W_minus_gamma + listed.gamma110) - 1)).toBeLessThan(0.03);
  });

  it('three planes and more follow the capillary law within 1 mV', () => {
    for (const { voltage, law } of films) expect(Math.abs(voltage - law)).toBeLessThan(0.001);
    expect(films[0]!.law / films[1]!.law).toBeCloseTo(4 / 3, 10);
  });
});

it('wants a bcc metal to make films of', () => {
  expect(() => metalFilms(loadModel(read('argon-carbon'), 'argon-carbon'), 'Ar', [3])).toThrow(
    'model argon-carbon has no bcc metal of Ar',
  );
});
