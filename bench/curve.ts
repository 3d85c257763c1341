/**
 * Whole studies and chains over workers: `npm run bench:curve -- [--only workers,box,browser,start,curve,sweep] [--rounds 5] [--large] [--keep FOLDER] [--json] [--write]`.
 *
 *   workers  two independent chains on two workers against one, interleaved
 *   box      one box of 250 000 C in two slabs over two workers against one piece, interleaved
 *   browser  the same chain in headless Chromium and in Node, in turn; needs the built library
 *   start    from the start of a process to the first trial of a study of 20 000 C, from a recipe and from a file
 *   curve    a whole voltage curve of 20 000 C: 15 voltages on each branch, sampled until each is known to 5 mAh/g; with --large one of
 *            250 000 C too, by the program with all that it writes, and pictures (--keep FOLDER: they stay there)
 *   sweep    the study la-lc-grid by the program, 75 points of 8 000 C (--keep FOLDER: its directory stays there); only when named
 *
 * Two cores, and nobody else on the machine; some ten minutes (an hour more with --large, half of one with sweep).
 */
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { boxOutcome } from './curve/box.ts';
import { browserOutcome } from './curve/browser.ts';
import { pairOutcomes } from './curve/pair.ts';
import { curveOutcome, startOutcomes } from './curve/studies.ts';
import { sweepOutcome } from './curve/sweep.ts';
import { wholeOutcomes } from './curve/whole.ts';
import type { Outcome } from './peers/compare.ts';
import { textOf } from './report/columns.ts';
import { entryOf, writeResults } from './report/history.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: 'workers,box,browser,start,curve' },
    rounds: { type: 'string', default: '5' },
    large: { type: 'boolean', default: false },
    keep: { type: 'string' },
    json: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});
const known = ['workers', 'box', 'browser', 'start', 'curve', 'sweep'];
const parts = values.only.split(',');
const rounds = Number(values.rounds);
if (!parts.every((part) => known.includes(part)) || !(Number.isInteger(rounds) && rounds > 0)) {
  console.error(`--only takes ${known.join(', ')}, --rounds a whole number from 1 on`);
  process.exit(2);
}

const loadBefore = loadavg()[0]!;
const outcomes: Outcome[] = [];
const progress = (text: string): void => {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
};
const add = (outcome: Outcome): void => {
  progress('');
  outcomes.push(outcome);
  if (!values.json) console.log(`${textOf(outcome)}\n`);
};
if (parts.includes('workers')) for (const one of await pairOutcomes(rounds, values.large, progress)) add(one);
if (parts.includes('box')) add(await boxOutcome(rounds, progress));
if (parts.includes('browser')) add(await browserOutcome(rounds, progress));
if (parts.includes('start')) for (const one of await startOutcomes(progress)) add(one);
if (parts.includes('curve')) {
  add(await curveOutcome({ atoms: 20_000, seconds: 300 }, progress));
  if (values.large) {
    for (const one of wholeOutcomes({ atoms: 250_000, seconds: 3600, memoryGB: 4 }, values.keep, progress)) add(one);
  }
}
if (parts.includes('sweep')) add(sweepOutcome(3600, values.keep, progress));
const entry = entryOf(outcomes, null, loadBefore);
if (values.json) console.log(JSON.stringify(entry));
if (values.write) writeResults(entry);
