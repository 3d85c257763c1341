/**
 * How long building, relaxing and measuring takes, and how much memory: `npm run bench:structures`, some fifteen minutes.
 * One process, smallest first; the figures go into docs/structures.md with the next `npm run validate:structures`.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import {
  buildCarbon,
  type HardCarbonRecipe,
  type Instrument,
  measureBonding,
  measurePorosity,
  measureScattering,
} from 'cardhouse';

const sizes = process.argv.slice(2).map(Number);
const workers = 2;

const recipeOf = (atoms: number): HardCarbonRecipe => ({
  la: 25,
  lc: 11,
  d002: 3.7,
  density: 1.2,
  atoms,
  seed: 'bench',
  pores: { diameter: 11, kind: 'closed' },
  edges: { strong: 0.15 },
  relax: true,
});

const seconds = (begin: number): number => Math.round((performance.now() - begin) / 100) / 10;
const rows: Record<string, number>[] = [];
for (const atoms of sizes.length > 0 ? sizes : [20_000, 250_000]) {
  let begin = performance.now();
  let packed = 0;
  const { frame } = await buildCarbon(recipeOf(atoms), {
    workers,
    onProgress: (_, text) => {
      if (packed === 0 && text === 'resolving contacts') packed = seconds(begin);
    },
  });
  const row: Record<string, number> = { atoms: frame.rows.length / 4, packing: packed, building: seconds(begin) };
  const measure = (name: string, instrument: () => Instrument): void => {
    begin = performance.now();
    instrument();
    row[name] = seconds(begin);
  };
  row['buildingMemory'] = Math.round(process.resourceUsage().maxRSS / 1e4) / 100;
  measure('scattering', () => measureScattering(frame));
  measure('porosity', () => measurePorosity(frame));
  measure('bonding', () => measureBonding(frame));
  row['memory'] = Math.round(process.resourceUsage().maxRSS / 1e4) / 100;
  rows.push(row);
  console.log(row);
}
mkdirSync('runs', { recursive: true });
writeFileSync('runs/structure-times.json', JSON.stringify({ workers, rows }));
