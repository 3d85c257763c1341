/** A sweep of tiny studies that is killed again and again: what is left must be what an unbroken one leaves, with no work done twice. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tinyCarbon } from './killing.ts';

/** One replica: a fraction of a second. */
export const tinyStudy = tinyCarbon('tiny', 20_000, 1);

/**
 * Writes the tiny study as squeezing.yaml, with a model of its own: the shipped one, but insertions come so near to guests
 * that a floor of −9 V squeezes them beyond what the model was made for within a study this short.
 */
export function writeSqueezingStudy(folder: string): void {
  const shipped = new URL('../../models/potentials/na-carbon.json', import.meta.url);
  const model = JSON.parse(readFileSync(shipped, 'utf8'));
  model.cavity.Na.guest = 2.27;
  writeFileSync(join(folder, 'squeezing.json'), JSON.stringify(model));
  writeFileSync(join(folder, 'squeezing.yaml'), tinyStudy.replace('model: na-carbon', 'model: squeezing.json'));
}

/** Results of every finished point by key, without what may differ between two runs. */
export function pointsOf(sweep: string): Record<string, unknown> {
  const points = join(sweep, 'points');
  const files = existsSync(points) ? readdirSync(points).filter((name) => name.endsWith('.json')) : [];
  return Object.fromEntries(
    files.sort().map((name) => {
      const { key, report } = JSON.parse(readFileSync(join(points, name), 'utf8'));
      return [key, { ...report, performance: undefined }];
    }),
  );
}

/** How often the ledger says that each point was brought to its end. */
export function endings(sweep: string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const line of readFileSync(join(sweep, 'ledger.jsonl'), 'utf8').split('\n')) {
    let entry: { readonly type?: string; readonly key?: string };
    try {
      entry = JSON.parse(line);
    } catch {
      continue; // cut off by a kill
    }
    if (entry.type === 'end') counts[entry.key!] = (counts[entry.key!] ?? 0) + 1;
  }
  return counts;
}
