/** `cardhouse build`: a hard carbon from its recipe, and what it came out as beside what was asked. */
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { buildHardCarbon, type HardCarbonRecipe, SpecError, structureWriter } from '../index.ts';
import { loadRecipe } from './files.ts';
import { type Flags, seedOf } from './flags.ts';
import { shareBar } from './progress.ts';
import { writeWhole } from './run-directory.ts';
import { columns, entryText, keyText } from './table.ts';

export async function build(given: string, flags: Flags): Promise<number> {
  const recipe: HardCarbonRecipe = { ...loadRecipe(given, flags), seed: seedOf(flags.seed ?? '1') };
  const out = flags.out ?? `${basename(given, '.json') || 'hard-carbon'}.xyz`;
  if (existsSync(out) && !flags.force)
    throw new SpecError(`${out} exists: choose another --out, or replace it with --force`);
  const write = structureWriter(out);
  const bar = shareBar(flags);
  const { frame, measured, warnings } = buildHardCarbon(recipe, { onProgress: bar.show });
  bar.close();
  if (!flags.quiet) for (const warning of warnings) process.stderr.write(`warning: ${warning}\n`);
  writeWhole(out, write(frame));
  if (flags.json) {
    process.stdout.write(`${JSON.stringify({ file: out, asked: recipe, built: measured, warnings })}\n`);
    return 0;
  }
  const asked = askedFor(recipe);
  const rows = Object.entries(measured).map(([key, entry]) => [
    `  ${keyText(key)}`,
    asked[key] ?? '',
    entryText(entry),
  ]);
  process.stdout.write(`${columns([['  ', 'asked', 'built'], ...rows])}  file  ${out}\n`);
  return 0;
}

/** What the recipe says of each measured number. */
function askedFor({ la, lc, d002, density, atoms, edges }: HardCarbonRecipe): Readonly<Record<string, string>> {
  return {
    la: `${la} Å`,
    lc: `${lc} Å`,
    d002: `${d002} Å`,
    density: `${density} g/cm³`,
    atoms: String(atoms),
    strongShare: String(edges.strong),
  };
}
