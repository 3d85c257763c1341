import { describe, expect, it } from 'vitest';
import { measureBonding } from '../../src/analysis/bonding.ts';
import type { Characterization } from '../../src/analysis/characterize.ts';
import { compositionOf } from '../../src/analysis/composition.ts';
import { described, type Instrument } from '../../src/analysis/described.ts';
import { residualOf } from '../../src/analysis/residual.ts';
import { orthorhombicCell } from '../../src/core/cell.ts';
import type { Frame } from '../../src/core/frame.ts';
import { type CharacterizationFacts, characterizationReport } from '../../src/report/characterization-report.ts';
import { characterizationSchema } from '../../src/report/characterization-schema.ts';
import { byProbe, forPeople } from '../../src/report/characterization-tables.ts';
import { type Places, unpackPlaces } from '../../src/report/places.ts';
import { structureScene } from '../../src/report/structure-scene.ts';
import { graphite } from '../../src/structure/crystal.ts';

const facts: CharacterizationFacts = {
  version: '0.0.0',
  name: 'Carbon <1>',
  source: 'carbon.xyz',
  performance: { wallSeconds: 3, hostName: '', runtime: '', date: '2026-01-01T00:00:00.000Z' },
};
const range = (n: number): number[] => Array.from({ length: n }, (_, k) => k);

/** Invented pores: curves that end, are empty in part, and a value per probe. */
const porosity: Instrument = {
  values: {
    porosity: described(0.31, 0.01, '1', 'Share of the box outside all spheres.'),
    poreVolumeHe: described(0.2, 0.01, 'cm³/g', 'Pore volume for a hard sphere of 2.6 Å (He).'),
    poreVolumeN2: described(0.1, 0.01, 'cm³/g', 'Pore volume for a hard sphere of 3.64 Å (N2).'),
  },
  curves: {
    poreSize: {
      'diameter (Å)': range(80).map((k) => k / 10),
      'dV/dD (cm³/g/Å)': range(80).map((k) => Math.exp(-((k - 40) ** 2) / 100)),
      'cumulative (cm³/g)': range(80).map((k) => k / 800),
    },
    strangeNewCurve: { 'x (1)': range(30), 'y (1)': range(30).map((k) => (k === 3 ? Number.NaN : k * k)) },
    empty: { 'x (1)': [], 'y (1)': [] },
  },
  notes: ['Pores are <small>.'],
};

function characterizationOf(frame: Frame, instruments: Characterization['instruments']): Characterization {
  const composition = compositionOf(frame);
  const all = Object.entries(instruments) as [keyof typeof instruments, Instrument][];
  return {
    composition,
    instruments,
    values: Object.assign({}, composition.values, ...all.map(([, { values }]) => values)),
    curves: Object.assign({}, ...all.map(([, { curves }]) => curves)),
    notes: all.flatMap(([from, { notes }]) => notes.map((text) => ({ from, text }))),
    settings: { instruments: all.map(([name]) => name) },
    seconds: { bonding: 0.1 },
  };
}

const frame = graphite(4, 3, 2);
const characterization = characterizationOf(frame, { porosity, bonding: measureBonding(frame) });
const residual = residualOf(
  {
    porosity: { value: 0.3, unit: '1', tolerance: 0.1 },
    density: { value: 1.4, unit: 'g/cm³', tolerance: 0.05 },
    la: { value: 20, unit: 'Å', tolerance: 0.1 },
  },
  characterization.values,
);

describe('the report of a characterization', () => {
  it('has every number, curve and picture, and lists its files', async () => {
    const files = await characterizationReport({ characterization, frame, facts, residual });
    expect([...files.keys()]).toEqual([
      'results.json',
      'report.html',
      ...['pore-size', 'strange-new-curve', 'empty', 'rings', 'coordination', 'bond-angles', 'bond-lengths'].map(
        (name) => `${name}.csv`,
      ),
      ...['pore-size', 'strange-new-curve', 'rings', 'coordination', 'bond-angles', 'bond-lengths'].map(
        (name) => `${name}.svg`,
      ),
    ]);
    const results = JSON.parse(files.get('results.json')!);
    expect(characterizationSchema.safeParse(results).error).toBeUndefined();
    expect(results.provenance.files).toEqual([...files.keys()]);
    expect(results.instruments.porosity.values.porosity).toEqual({
      value: 0.31,
      error: 0.01,
      unit: '1',
      definition: 'Share of the box outside all spheres.',
    });
    for (const [name, text] of files) {
      if (name.endsWith('.svg')) expect(text, name).toMatch(/^<svg [\s\S]*<\/svg>$/);
      if (!name.endsWith('.html')) expect(text, name).not.toMatch(/NaN|undefined|Infinity/);
    }
    expect(files.get('pore-size.csv')!.split('\n').slice(0, 2)).toEqual([
      'diameter (Å),dV/dD (cm³/g/Å),cumulative (cm³/g)',
      `0,${Math.exp(-16)},0`,
    ]);
    expect(files.get('strange-new-curve.csv')!.split('\n')[4]).toBe('3,');
  });

  it('is a page that loads nothing, shows text as text, and puts what was asked first', async () => {
    const page = (await characterizationReport({ characterization, frame, facts, residual })).get('report.html')!;
    const markup = page.replace(/<script[\s\S]*?<\/script>/g, '').replace(/href="data:[^"]*"/g, '');
    expect(page).toContain("default-src 'none'");
    expect(markup).not.toMatch(/(?:src|href)="(?!data:)/);
    expect(markup).not.toMatch(/NaN|undefined|Infinity/);
    expect(markup).toContain('Carbon &#60;1&#62;');
    expect(markup).toContain('Pores: Pores are &#60;small&#62;.');
    expect(markup).toContain('1 of 2 measured numbers is within the tolerance; 1 could not be measured.');
    expect(markup.indexOf('Asked and measured')).toBeLessThan(markup.indexOf('aria-label="Headline numbers"'));
    expect(markup).toContain('+3.3 %');
    expect(markup).toContain('not measured');
    expect(markup).toContain('N₂ 3.64 Å');
    expect(markup).toContain('Share of the box outside all spheres.');
    const bare = (await characterizationReport({ characterization, facts })).get('report.html')!;
    expect(bare).not.toContain('Asked and measured');
    expect(bare).not.toContain('<script');
  });

  it('of an instrument that could not measure says so', async () => {
    const refused = characterizationOf(frame, {
      scattering: { values: {}, curves: {}, notes: ['Not measured: why.'] },
    });
    const files = await characterizationReport({ characterization: refused, frame, facts });
    expect([...files.keys()]).toEqual(['results.json', 'report.html']);
    expect(files.get('report.html')).toContain('Nothing could be measured');
    expect(files.get('report.html')).toContain('Scattering: Not measured: why.');
  });

  it('is the same twice', async () => {
    const [first, second] = await Promise.all(
      [0, 1].map(() => characterizationReport({ characterization, frame, facts })),
    );
    expect([...second!]).toEqual([...first!]);
  });
});

describe('what people read', () => {
  it('are shares in per cent and numbers without the unit 1', () => {
    expect(forPeople('sp2Share', { value: 0.5, error: 0.01, unit: '1' })).toEqual({ value: 50, error: 1, unit: '%' });
    expect(forPeople('fragments', { value: 3, error: null, unit: '1' })).toEqual({ value: 3, error: null, unit: '' });
  });

  it('puts values of several probes side by side, and leaves the others', () => {
    const { plain, rows, probes } = byProbe({
      ...porosity.values,
      skeletalDensityHe: described(2, null, 'g/cm³', 'Alone: a hard sphere of 2.6 Å (He).'),
    });
    expect(plain.map(([key]) => key)).toEqual(['porosity', 'skeletalDensityHe']);
    expect(rows.map(({ key, definition }) => [key, definition])).toEqual([
      ['poreVolume', 'Pore volume for the probe.'],
    ]);
    expect(probes.map(({ name }) => name)).toEqual(['He 2.6 Å', 'N₂ 3.64 Å']);
  });
});

describe('the view of a structure', () => {
  const bytes = (text: string): Uint8Array => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const places = (packed: Places): number => unpackPlaces(packed).length / 3;

  it('shows all of a small one, its bonds inside the box, and other atoms as spheres', () => {
    const rows = Float64Array.from([...frame.rows, 1, 1, 1, 1]);
    const scene = structureScene({ ...frame, species: [...frame.species, 'Na'], rows });
    expect(places(scene.host.positions)).toBe(97);
    expect(scene.host.palette!.map(({ name }) => name)).toEqual(['sheet']);
    expect(scene.classes.map(({ name }) => name)).toEqual(['Na']);
    expect(places(scene.states[0]!.positions)).toBe(1);
    // fewer than 3/2 per atom: those across the boundary are not drawn
    expect(bytes(scene.host.bonds as string).length / 8).toBeGreaterThan(100);
    expect(bytes(scene.host.bonds as string).length / 8).toBeLessThan(144);
  });

  it('shows first a thin slab of what is thick, cut so that sheets are seen from their edges', () => {
    expect(structureScene(graphite(2, 2, 2)).slab).toBeUndefined();
    const { slab } = structureScene(graphite(10, 5, 6));
    expect(slab).toMatchObject({ thickness: 14, rest: 'Whole box' });
    expect(slab!.axis).not.toBe(2);
  });

  it('cuts a large one to a slab and says so; kinds are those of the whole', () => {
    const scene = structureScene(graphite(20, 3, 2), 120);
    const shown = places(scene.host.positions);
    expect(shown).toBeGreaterThanOrEqual(120);
    expect(shown).toBeLessThan(240);
    expect(scene.caption).toMatch(new RegExp(`^A slab of \\d+ Å through the middle: ${shown} of 480 atoms$`));
    expect(scene.host.palette!.map(({ name }) => name)).toEqual(['sheet']);
    expect(scene.states).toEqual([]);
  });

  it('of an open structure is framed by its own box', () => {
    const scene = structureScene({
      cell: orthorhombicCell(90, 90, 90, [false, false, false]),
      species: ['C'],
      rows: Float64Array.from([40, 40, 40, 0, 41.4, 40, 40, 0]),
    });
    expect(scene.cell[0]).toBeCloseTo(3.4, 9);
    expect(scene.host.palette!.map(({ name }) => name)).toEqual(['edge']);
  });
});
