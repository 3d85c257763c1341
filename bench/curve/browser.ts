/** The same chain in a worker of headless Chromium and in Node, from the built library, in turn. */
import { readFileSync } from 'node:fs';
import { inBrowser, missing, serve } from '../../test/browser/page.ts';
import { chainRate } from '../../test/browser/task.js';
import { figuresOf, inTurnAwaited, type Outcome, type Timed } from '../peers/compare.ts';

type Rate = ReturnType<typeof chainRate>;
interface Run extends Timed {
  readonly trials: number;
}

const wanted = 0.8;
const task = { atoms: 3000, warmUp: 50_000, trials: 300_000 };

/**
 * @throws Error  the two ended with another number of guests: they did not run the same chain
 */
export async function browserOutcome(rounds: number, progress: (text: string) => void): Promise<Outcome> {
  if (missing) throw new Error(`chains cannot be timed in a browser: ${missing}`);
  const argument = { ...task, model: JSON.parse(readFileSync('models/potentials/na-carbon.json', 'utf8')) as unknown };
  const { server, origin } = await serve();
  try {
    const cardhouse = await import('cardhouse');
    const ends = new Set<number>();
    const run = async (where: number): Promise<Run> => {
      const rate: Rate =
        where === 0 ? await inBrowser<Rate>(origin, 'chainRate', argument) : chainRate(cardhouse, argument);
      ends.add(rate.count);
      if (ends.size > 1) throw new Error(`Chromium and Node ended with ${[...ends].join(' and ')} guests`);
      return { seconds: rate.seconds, cpuSeconds: rate.seconds, trials: task.trials };
    };
    const found = await inTurnAwaited(2, rounds, run, (round) => progress(`chromium, round ${round} of ${rounds}`));
    const figures = figuresOf([{ name: 'Chromium' }, { name: 'Node' }], found, (each) => each.trials);
    return {
      ...{ name: 'chromium-na', kind: 'browser', about: 'na-carbon, Na at 0 V', atoms: task.atoms },
      ...{ steps: task.trials, rounds, unit: 'trials', ...figures, figures: { guests: [...ends][0]! } },
      target: `≥ ${wanted} × Node`,
      met: figures.ratios['Node']!.clock.median >= wanted,
    };
  } finally {
    server.close();
  }
}
