import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { dynamicsResultsJsonSchema } from '../../src/report/dynamics-schema.ts';
import { reportJsonSchema } from '../../src/report/report.ts';
import { dynamicsJsonSchema } from '../../src/study/md-spec.ts';
import { studyJsonSchema } from '../../src/study/spec.ts';

it.each([
  ['study', studyJsonSchema],
  ['dynamics', dynamicsJsonSchema],
  ['dynamics-results', dynamicsResultsJsonSchema],
  ['results', reportJsonSchema],
])('docs/schema/%s.schema.json is what the code says (scripts/build-schema.ts writes it)', (name, schema) => {
  const file = new URL(`../../docs/schema/${name}.schema.json`, import.meta.url);
  expect(existsSync(file)).toBe(true);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(JSON.parse(JSON.stringify(schema())));
});
