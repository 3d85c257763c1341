/**
 * How long the three-dimensional view of a report takes to follow the mouse, with WebGL on the processor:
 * `npm run bench:viewer -- [--atoms 3000,250000] [--rounds 3] [--beside DIR] [--json] [--write]`.
 *
 * --beside names another checkout (built, with its node_modules): pages of both are opened in turn, A B, B A, after a round that does not
 * count. A move is timed from the mouse to the finished picture; a page counts as open when its first picture is there. The whole box is
 * turned, not the slab that a large one shows first. --write appends to bench/history.jsonl and writes the pages.
 */
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { atomCount } from '../src/core/frame.ts';
import { discCarbon } from './carbon.ts';
import { type Outcome, spreadOf } from './peers/compare.ts';
import { textOf } from './report/columns.ts';
import { entryOf, writeResults } from './report/history.ts';
import { chromiumPath, dragged, openView, settled, softwareBrowser, viewerPage } from './viewer/drawn.ts';
import { discGuests } from './viewer/guests.ts';

const moves = 6;
const { values } = parseArgs({
  options: {
    atoms: { type: 'string', default: '3000,250000' },
    rounds: { type: 'string', default: '3' },
    beside: { type: 'string' },
    json: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});
const sizes = values.atoms.split(',').map(Number);
const rounds = Number(values.rounds);
if (!sizes.every((n) => Number.isInteger(n) && n > 0) || !(Number.isInteger(rounds) && rounds > 0)) {
  console.error(`--atoms and --rounds must be whole numbers from 1 on, got "${values.atoms}" and "${values.rounds}"`);
  process.exit(2);
}
if (!chromiumPath) {
  console.error('there is no Chromium on this machine: set CHROMIUM to its path');
  process.exit(2);
}

/** What one opening of a page has found. */
interface Opened {
  readonly move: number;
  readonly open: number;
  readonly megabytes: number;
}

const loadBefore = loadavg()[0]!;
const outcomes: Outcome[] = [];
for (const atoms of sizes) {
  const host = discCarbon(atoms);
  const guests = discGuests(host);
  const pages = [await viewerPage(host, guests)];
  if (values.beside !== undefined) pages.push(await viewerPage(host, guests, values.beside));
  const found: Opened[][] = pages.map(() => []);
  for (let round = 0; round <= rounds; round++) {
    const order = pages.map((_, k) => (round % 2 === 1 ? k : pages.length - 1 - k));
    for (const k of order) {
      const one = await opened(pages[k]!);
      if (round > 0) found[k]!.push(one);
    }
  }
  const median = (k: number, of: keyof Opened): number => spreadOf(found[k]!.map((one) => one[of])).median;
  const figures: Record<string, number> = {
    'ms a move': median(0, 'move'),
    'page, MB': median(0, 'megabytes'),
    'open, s': median(0, 'open'),
  };
  if (pages.length > 1) {
    figures['ms a move, other'] = median(1, 'move');
    figures['page, MB, other'] = median(1, 'megabytes');
    figures['open, s, other'] = median(1, 'open');
    figures['ratio of moves'] = spreadOf(found[1]!.map((other, r) => other.move / found[0]![r]!.move)).median;
  }
  const outcome: Outcome = {
    name: `view-${atoms}`,
    kind: 'view',
    about: `${atoms} C and ${atomCount(guests)} Na`,
    atoms: atoms + atomCount(guests),
    steps: moves,
    rounds,
    unit: 'operations',
    rates: { Cardhouse: spreadOf(found[0]!.map(({ move }) => 1000 / move)) },
    ratios: {},
    figures,
    target: '≤ 500 ms a move',
    met: figures['ms a move']! <= 500,
  };
  outcomes.push(outcome);
  if (!values.json) console.log(textOf(outcome));
}
const entry = entryOf(outcomes, null, loadBefore);
if (values.json) console.log(JSON.stringify(entry));
if (values.write) writeResults(entry);

/** Opens a page in a browser of its own, turns the whole box, and closes it. */
async function opened(html: string): Promise<Opened> {
  const browser = await softwareBrowser();
  try {
    const view = await openView(browser, html);
    const whole = view.page.getByText('Whole box');
    if ((await whole.count()) > 0) {
      await whole.click();
      await settled(view.page);
    }
    const times = await dragged(view, moves);
    await view.close();
    return { move: spreadOf(times).median, open: view.seconds, megabytes: view.bytes / 1e6 };
  } finally {
    await browser.close();
  }
}
