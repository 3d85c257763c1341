/**
 * Everything that is timed without a peer: `npm run bench`.
 *
 *   npm run bench -- [--suite chains,kernels,forces] [--filter text] [--rounds 7] [--large] [--json] [--write]
 *
 * kernels and forces are suites of the `benchmark` package; chains runs whole chains of several sizes in turn. --large adds boxes of
 * 250 000 carbons, --write appends the chains to bench/history.jsonl and writes the pages. `--backend webgpu` and what belongs to
 * it are handed to `cardhouse bench`.
 */
import { spawnSync } from 'node:child_process';
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { chainOutcomes } from './chains.ts';
import type { Outcome } from './peers/compare.ts';
import { textOf } from './report/columns.ts';
import { entryOf, writeResults } from './report/history.ts';

if (process.argv.some((argument) => argument.startsWith('--backend'))) {
  const { status } = spawnSync('node', ['dist/cli/main.js', 'bench', ...process.argv.slice(2)], { stdio: 'inherit' });
  process.exit(status ?? 1);
}

const { values } = parseArgs({
  options: {
    suite: { type: 'string', default: 'chains,kernels,forces' },
    filter: { type: 'string', default: '' },
    rounds: { type: 'string', default: '7' },
    large: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});
const known = ['chains', 'kernels', 'forces'];
const suites = values.suite.split(',');
const unknown = suites.find((name) => !known.includes(name));
const rounds = Number(values.rounds);
if (unknown !== undefined || !(Number.isInteger(rounds) && rounds > 0)) {
  const text = unknown === undefined ? `--rounds must be a whole number from 1 on, got "${values.rounds}"` : '';
  console.error(text || `--suite must be of ${known.join(', ')}, got "${unknown}"`);
  process.exit(2);
}

const loadBefore = loadavg()[0]!;
const found: Record<string, unknown> = {};
const outcomes: Outcome[] = [];
for (const suite of suites) {
  if (suite === 'chains') {
    const onRound = (text: string): void => {
      if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
    };
    outcomes.push(...chainOutcomes({ rounds, large: values.large, filter: values.filter, onRound }));
    onRound('');
    if (!values.json) for (const outcome of outcomes) console.log(`${textOf(outcome)}\n`);
    found[suite] = outcomes;
    continue;
  }
  const command = ['--import', 'tsx', `bench/${suite}.ts`, ...(values.json ? ['--json'] : [])];
  const { stdout, status } = spawnSync('node', command, {
    encoding: 'utf8',
    stdio: ['ignore', values.json ? 'pipe' : 'inherit', 'inherit'],
  });
  if (status !== 0) process.exit(status ?? 1);
  if (values.json) found[suite] = JSON.parse(stdout);
}
const entry = entryOf(outcomes, null, loadBefore);
if (values.json) console.log(JSON.stringify({ ...entry, outcomes: undefined, suites: found }));
if (values.write && outcomes.length > 0) writeResults(entry);
