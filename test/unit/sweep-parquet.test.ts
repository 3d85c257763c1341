import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { describe, expect, it } from 'vitest';
import type { SweepDocument } from '../../src/report/sweep-document.ts';
import { sweepColumns, sweepParquet } from '../../src/sweep/parquet.ts';
import { syntheticSweep } from './sweep-synthetic.ts';

const { document } = syntheticSweep([15, 25], [7, 12], 2);

/** Bytes as the reader takes them. */
const fileOf = (bytes: Uint8Array): ArrayBuffer => bytes.slice().buffer as ArrayBuffer;
const metadataOf = (bytes: Uint8Array) => {
  const { key_value_metadata: entries, schema, num_rows: rows } = parquetMetadata(fileOf(bytes));
  const told = Object.fromEntries(entries!.map(({ key, value }) => [key, JSON.parse(value!)]));
  return { cardhouse: told['cardhouse'], columns: told['columns'], schema, rows: Number(rows) };
};

/** The sweep with other things varied, and something missing. */
const mixed: SweepDocument = {
  ...document,
  axes: [
    { key: 'host.recipe.density', unit: 'g/cm³' },
    { key: 'host.recipe.relax', unit: '' },
    { key: 'guest.access', unit: 'Å' },
  ],
  rows: document.rows.map((row, k) => ({
    ...row,
    seed: k === 0 ? 'coal' : `coal-${k + 1}`,
    coordinates: {
      'host.recipe.density': k === 0 ? '–' : 1.2 + k / 100,
      'host.recipe.relax': k === 1 ? '–' : String(k % 2 === 0),
      'guest.access': k === 2 ? 1.2 : 'everywhere',
    },
    numbers: k === 3 ? {} : { ...row.numbers, 'equilibrium.plateauVoltage': { value: k / 10, error: null, unit: 'V' } },
  })),
};

describe('the table of a sweep as Parquet', () => {
  it('is read back as it is: numbers as doubles, in base units', async () => {
    const read = await parquetReadObjects({ file: fileOf(sweepParquet(document)) });
    expect(read).toEqual(
      document.rows.map(({ key, coordinates, seed, numbers }) => ({
        point: key.slice(0, 16),
        ...coordinates,
        seed,
        ...Object.fromEntries(
          Object.entries(numbers).flatMap(([name, { value, error }]) => [
            [name, value],
            [`${name} error`, error],
          ]),
        ),
      })),
    );
  });

  it('has text, truth values and nothing where nothing is known', async () => {
    const bytes = sweepParquet(mixed);
    const read = await parquetReadObjects({ file: fileOf(bytes) });
    const column = (name: string) => read.map((row) => row[name]).slice(0, 4);
    expect(column('host.recipe.density')).toEqual([null, 1.21, 1.22, 1.23]);
    expect(column('host.recipe.relax')).toEqual([true, null, true, false]);
    expect(column('guest.access')).toEqual(['everywhere', 'everywhere', '1.2', 'everywhere']);
    expect(column('seed')).toEqual(['coal', 'coal-2', 'coal-3', 'coal-4']);
    expect(column('slope')[3]).toBeNull();
    expect(column('equilibrium.plateauVoltage')).toEqual([0, 0.1, 0.2, null]);
    expect(column('equilibrium.plateauVoltage error')).toEqual([null, null, null, null]);
    const typeOf = Object.fromEntries(metadataOf(bytes).schema.map(({ name, type }) => [name, type]));
    expect(typeOf).toMatchObject({
      ...{ point: 'BYTE_ARRAY', seed: 'BYTE_ARRAY', 'guest.access': 'BYTE_ARRAY', 'host.recipe.relax': 'BOOLEAN' },
      ...{ 'host.recipe.density': 'DOUBLE', slope: 'DOUBLE', 'equilibrium.plateauVoltage error': 'DOUBLE' },
    });
  });

  it('says the unit and the meaning of every column', () => {
    const { cardhouse, columns, schema, rows } = metadataOf(sweepParquet(mixed));
    expect(rows).toBe(8);
    expect(cardhouse).toMatchObject({
      schema: 'cardhouse/sweep-table/1',
      study: 'synthetic',
      guest: 'Na',
      uncertainty: 'sampling',
    });
    expect(columns.map(({ name }: { name: string }) => name)).toEqual(schema.slice(1).map(({ name }) => name));
    expect(columns.filter(({ description }: { description: string }) => description === '')).toEqual([]);
    const find = (wanted: string) => columns.find(({ name }: { name: string }) => name === wanted);
    expect(find('host.recipe.density')).toEqual({
      name: 'host.recipe.density',
      type: 'double',
      unit: 'g/cm³',
      description: 'mass density of the finished box',
    });
    expect(find('equilibrium.plateauVoltage')).toMatchObject({
      unit: 'V',
      description: '∫V dq / ∫dq between slopeCut and 0 V',
    });
    expect(find('slope error').description).toBe('slope: standard error within its study');
  });

  it('can be written before there is any row, and always with the same bytes', async () => {
    const empty = sweepParquet({ ...document, rows: [] });
    expect(await parquetReadObjects({ file: fileOf(empty) })).toEqual([]);
    expect(metadataOf(empty).schema.map(({ name }) => name)).toEqual([
      'root',
      'point',
      'host.recipe.la',
      'host.recipe.lc',
      'seed',
    ]);
    expect(sweepParquet(document)).toEqual(sweepParquet(structuredClone(document)));
  });

  it('tells numbers that are part of a group, of every protocol', () => {
    const names = ['slope', 'plateauBracket.charge', 'meanVoltage.discharge', 'galvanostatic.hysteresis'];
    const numbers = Object.fromEntries(
      [...names, 'equilibrium.total', 'estimate.slope'].map((name) => [name, { value: 1, error: 1, unit: 'V' }]),
    );
    const told = sweepColumns({ axes: [], averages: [], rows: [{ ...document.rows[0]!, numbers }] });
    expect(told.filter(({ description }) => description === '')).toEqual([]);
    expect(told.find(({ name }) => name === 'plateauBracket.charge')!.description).toMatch(
      /: the plateau lies .*; charge$/,
    );
  });
});
