/** `cardhouse bench`: how fast the chains are here. */
import { benchChains, benchEnsembles } from '../index.ts';
import { loadModelText, parseJson } from './files.ts';
import { countOf, type Flags } from './flags.ts';
import { rateText } from './progress.ts';

export async function bench(flags: Flags): Promise<number> {
  const { path, text } = loadModelText(flags.model ?? 'na-carbon');
  const results: { name: string; rate: number; unit: string }[] = [];
  const options = { model: parseJson(text, path), filter: flags.filter };
  const chains = flags.chains === undefined ? undefined : countOf(flags.chains, '--chains');
  const rates = flags.backend === 'webgpu' ? benchEnsembles({ ...options, chains }) : benchChains(options);
  for await (const result of rates) {
    results.push(result);
    if (!flags.json)
      process.stdout.write(
        `${result.name.padEnd(60)} ${result.rate < 1000 ? result.rate.toPrecision(3) : rateText(result.rate)} ${result.unit}\n`,
      );
  }
  if (flags.json) process.stdout.write(`${JSON.stringify({ results })}\n`);
  if (results.length > 0) return 0;
  process.stderr.write(`nothing to measure has "${flags.filter}" in its name\n`);
  return 2;
}
