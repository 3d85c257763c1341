import { describe, expect, it } from 'vitest';
import { described } from '../../src/analysis/described.ts';
import { headingOf, labelOf } from '../../src/analysis/labels.ts';
import { residualOf } from '../../src/analysis/residual.ts';

const values = {
  d002: described(3.8, 0.02, 'Å', 'Spacing.'),
  density: described(1.5, null, 'g/cm³', 'Density.'),
  sp3Share: described(0.02, 0.001, '1', 'Share.'),
  lc: described(10, 3, 'Å', 'Height.'),
};

describe('asked against measured', () => {
  it('gives the relative deviation, and whether it is within the tolerance', () => {
    const rows = residualOf(
      {
        density: { value: 1.5, unit: 'g/cm³', tolerance: 0 },
        d002: { value: 4, unit: 'Å', tolerance: 0.05, definition: 'From the paper.' },
        lc: { value: 12, unit: 'Å', tolerance: 0.1 },
      },
      values,
    );
    expect(rows.map(({ key, within }) => [key, within])).toEqual([
      ['density', true],
      ['d002', true],
      ['lc', false],
    ]);
    expect(rows[0]).toEqual({
      key: 'density',
      label: 'density',
      asked: { value: 1.5, unit: 'g/cm³' },
      measured: { value: 1.5, error: null, unit: 'g/cm³' },
      deviation: 0,
      tolerance: 0,
      within: true,
    });
    expect(rows[1]!.deviation).toBeCloseTo(-0.05, 12);
    expect(rows[1]!.asked.definition).toBe('From the paper.');
    expect(rows[2]!.note).toBe('its error is larger than the tolerance');
  });

  it('converts units that are the same quantity, and says where they are not', () => {
    const [d002, share, density] = residualOf(
      {
        d002: { value: 0.38, unit: 'nm', tolerance: 0.01 },
        sp3Share: { value: 2, unit: '%', tolerance: 0.01 },
        density: { value: 1.5, unit: 'Å', tolerance: 1 },
      },
      values,
    );
    expect(d002!.measured!.value).toBeCloseTo(0.38, 12);
    expect(d002!.measured!.error).toBeCloseTo(0.002, 12);
    expect(d002!.within).toBe(true);
    expect(share!.measured!.value).toBeCloseTo(2, 12);
    expect(density).toMatchObject({ measured: null, deviation: null, within: false });
    expect(density!.note).toBe('measured in g/cm³, which is no Å');
  });

  it('of nothing asked is a plain difference, of nothing measured a note', () => {
    const [none, missing, explained] = residualOf(
      {
        sp3Share: { value: 0, unit: '1', tolerance: 0.03 },
        poreVolumeN2: { value: 0.1, unit: 'cm³/g', tolerance: 0.1 },
        la: { value: 25, unit: 'Å', tolerance: 0.1 },
      },
      { ...values, la: described(Number.NaN, null, 'Å', 'Width.') },
      { la: 'no (10) peak' },
    );
    expect(none).toMatchObject({ deviation: 0.02, within: true });
    expect(missing).toMatchObject({ measured: null, deviation: null, within: false, note: 'not measured' });
    expect(explained).toMatchObject({ measured: null, within: false });
    expect(explained!.note).toContain('no (10) peak');
  });
});

describe('labels', () => {
  it('are names where there is one, else the words of the key', () => {
    expect(labelOf('sp2Share')).toBe('sp² carbons');
    expect(labelOf('poreVolumeHe')).toBe('pore volume (He)');
    expect(labelOf('closedPoreMeanVolumeN2')).toBe('closed pore mean volume (N₂)');
    expect(labelOf('largestSphere')).toBe('largest sphere');
    expect(headingOf('edgeShare')).toBe('Edge carbons');
    expect(headingOf('d002')).toBe('d(002)');
    expect(headingOf('sp2Share')).toBe('sp² carbons');
  });
});
