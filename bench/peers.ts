/**
 * Speed of dynamics and of grand-canonical trials side by side with LAMMPS, and of what LAMMPS is not asked: two workers, neural
 * potentials, large systems.
 *
 *   npm run bench:peers -- [--rounds 5] [--filter text] [--steps n] [--check 1] [--large] [--json] [--write]
 *
 * `lmp` is looked for in the path (Debian package lammps); without it its cases are left out. --filter takes cases whose name
 * holds the text (gcmc, tersoff …), --steps replaces the number of steps (of LAMMPS' trials) of each, --check stretches the
 * longer runs whose averages are compared (1: about a minute of LAMMPS each; 0: none, and the target stays open), --large adds the cases that
 * take minutes or gigabytes, --write appends to bench/history.jsonl and writes docs/performance.md and the table of the README. Leave the machine alone meanwhile, and look at the ratios, not at the rates.
 */
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { cases as dynamics } from './peers/cases.ts';
import type { Outcome } from './peers/compare.ts';
import { lammpsVersion } from './peers/engines.ts';
import { gcmcCases } from './peers/gcmc-cases.ts';
import { textOf } from './report/columns.ts';
import { entryOf, writeResults } from './report/history.ts';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '5' },
    filter: { type: 'string', default: '' },
    steps: { type: 'string' },
    check: { type: 'string', default: '1' },
    large: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});
const rounds = positive('rounds', values.rounds);
const steps = values.steps === undefined ? undefined : positive('steps', values.steps);
const check = Number(values.check);
if (!(check >= 0)) {
  console.error(`--check must be a number, 0 or more, got "${values.check}"`);
  process.exit(2);
}
const cases = [...dynamics, ...gcmcCases];

function positive(name: string, text: string): number {
  const n = Number(text);
  if (Number.isInteger(n) && n > 0) return n;
  console.error(`--${name} must be a whole number from 1 on, got "${text}"`);
  process.exit(2);
}

const say = (text: string): void => {
  if (!values.json) console.log(text);
};
const progress = (text: string): void => {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
};

const loadBefore = loadavg()[0]!;
const lammps = lammpsVersion();
say(lammps ? `LAMMPS ${lammps}` : 'no lmp in the path (Debian package lammps): cases beside LAMMPS are left out');
const outcomes: Outcome[] = [];
for (const one of cases) {
  if (!one.name.includes(values.filter) || (one.large && !values.large) || (one.needsLammps && !lammps)) continue;
  const onRound = (round: number): void => progress(`${one.name}, round ${round} of ${rounds}`);
  const outcome = await one.measure({ rounds, steps, check, onRound });
  progress('');
  if (outcome) outcomes.push(outcome);
  say(outcome ? `\n${textOf(outcome)}` : `\n${one.name}: left out, its potential is not there`);
}
if (outcomes.length === 0) {
  console.error(`nothing was measured; cases are ${cases.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}
const entry = entryOf(outcomes, lammps, loadBefore);
say(`\n${entry.machine.cpu}, ${entry.machine.cores} cores, Node.js ${entry.machine.node}`);
say(`load ${entry.machine.load.map((x) => x.toFixed(1)).join(' before, ')} after`);
if (values.json) console.log(JSON.stringify(entry));
if (values.write) writeResults(entry);
