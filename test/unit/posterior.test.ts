import { describe, expect, it } from 'vitest';
import { ModelError } from '../../src/core/errors.ts';
import { sampleCount, sampledModel } from '../../src/model/posterior.ts';

const model = { name: 'toy', about: 'stays', terms: ['own'], reference: { Na: 'own' } };
const posterior = {
  format: 'cardhouse/posterior/1',
  model: 'toy',
  samples: [
    { terms: ['first'], reference: { Na: 1 } },
    { terms: ['second'], reference: { Na: 2 } },
  ],
};

describe('samples of a calibration', () => {
  it('take the place of a model’s own parameters, and repeat', () => {
    expect(sampleCount(posterior, 'toy')).toBe(2);
    expect(sampledModel(model, posterior, 0, 'toy')).toEqual({ ...model, ...posterior.samples[0] });
    expect(sampledModel(model, posterior, 3, 'toy')).toEqual({ ...model, ...posterior.samples[1] });
  });

  it('of another model, or of something else, are refused', () => {
    expect(() => sampledModel({ ...model, name: 'other' }, posterior, 0, 'toy.json')).toThrow(
      'toy.json holds samples of toy, wanted those of other',
    );
    expect(() => sampledModel(model, { ...posterior, samples: [] }, 0, 'toy.json')).toThrow(ModelError);
    expect(() => sampledModel(model, [], 0, 'toy.json')).toThrow('toy.json: file');
  });
});
