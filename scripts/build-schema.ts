/** Writes the published JSON schemas of what Cardhouse reads and writes into docs/schema. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { characterizationJsonSchema } from '../src/report/characterization-schema.ts';
import { dynamicsResultsJsonSchema } from '../src/report/dynamics-schema.ts';
import { reportJsonSchema } from '../src/report/report.ts';
import { dynamicsJsonSchema } from '../src/study/md-spec.ts';
import { studyJsonSchema } from '../src/study/spec.ts';

const folder = new URL('../docs/schema/', import.meta.url);
mkdirSync(folder, { recursive: true });
for (const [name, schema] of [
  ['characterization', characterizationJsonSchema()],
  ['study', studyJsonSchema()],
  ['dynamics', dynamicsJsonSchema()],
  ['dynamics-results', dynamicsResultsJsonSchema()],
  ['results', reportJsonSchema()],
] as const) {
  writeFileSync(new URL(`${name}.schema.json`, folder), `${JSON.stringify(schema, undefined, 2)}\n`);
}
