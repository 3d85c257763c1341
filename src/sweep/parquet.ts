/** The table of a sweep as Parquet: typed columns, with unit and meaning of each in the metadata of the file. */
import { parquetWriteBuffer } from 'hyparquet-writer';
import { type SweepDocument, version } from '../index.ts';
import { keyDescription, numberDescription } from './describe.ts';
import { absent } from './design.ts';
import { numberColumns } from './table.ts';

type ColumnType = 'double' | 'string' | 'boolean';

/** A column: one value a row, null where it is not known. */
export interface SweepColumn {
  readonly name: string;
  readonly type: ColumnType;
  /** empty for what has none */
  readonly unit: string;
  readonly description: string;
  readonly values: readonly (number | string | boolean | null)[];
}

const types = { double: 'DOUBLE', string: 'STRING', boolean: 'BOOLEAN' } as const;

/**
 * The columns of the table: point, swept keys, seed, then every number and its errors, in the order of sweep.csv. Keys that are numbers are so in
 * base units, and those that a point does without are null.
 */
export function sweepColumns(document: Pick<SweepDocument, 'rows' | 'axes' | 'averages'>): SweepColumn[] {
  const { rows, axes } = document;
  return [
    {
      ...{ name: 'point', type: 'string', unit: '' },
      description: 'first digits of the SHA-256 of the study and all it reads; its file is points/<digits>.json',
      values: rows.map(({ key }) => key.slice(0, 16)),
    },
    ...axes.map(({ key, unit }): SweepColumn => {
      const values = rows.map(({ coordinates }) => (coordinates[key] === absent ? null : (coordinates[key] ?? null)));
      return { name: key, unit, description: keyDescription(key), ...typed(values) };
    }),
    {
      ...{ name: 'seed', unit: '' },
      description: keyDescription('seed'),
      ...typed(rows.map(({ seed }) => seed)),
    },
    ...numberColumns(document).map(({ name, unit, about, of, value }): SweepColumn => {
      const description = about === '' ? numberDescription(of) : `${of}: ${about}`;
      return { name, type: 'double', unit, description, values: rows.map(value) };
    }),
  ];
}

/** Numbers where all are, truth values where all are, else text. */
function typed(values: readonly (number | string | null)[]): Pick<SweepColumn, 'type' | 'values'> {
  const known = values.filter((value) => value !== null);
  if (known.every((value) => typeof value === 'number')) return { type: 'double', values };
  if (known.every((value) => value === 'true' || value === 'false')) {
    return { type: 'boolean', values: values.map((value) => (value === null ? null : value === 'true')) };
  }
  return { type: 'string', values: values.map((value) => (value === null ? null : String(value))) };
}

/**
 * The table as the bytes of a Parquet file. Its key-value metadata has `cardhouse` (schema, version, name of the study, guest, model, what errors
 * hold) and `columns` ([{ name, type, unit, description }] in the order of the file), both JSON. Equal documents give equal bytes.
 */
export function sweepParquet(document: Pick<SweepDocument, 'rows' | 'axes' | 'averages' | 'study'>): Uint8Array {
  const columns = sweepColumns(document);
  const { name, about, guest, model, uncertainty } = document.study;
  const told = { schema: 'cardhouse/sweep-table/1', version, study: name, about, guest, model, uncertainty };
  const buffer = parquetWriteBuffer({
    columnData: columns.map((column) => ({
      ...{ name: column.name, type: types[column.type], nullable: true },
      data: [...column.values],
    })),
    kvMetadata: [
      { key: 'cardhouse', value: JSON.stringify(told) },
      { key: 'columns', value: JSON.stringify(columns.map(({ values: _, ...rest }) => rest)) },
    ],
    createdBy: `cardhouse version ${version}`,
  });
  return new Uint8Array(buffer);
}
