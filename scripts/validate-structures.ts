/**
 * Asked against measured over a grid of La and Lc: builds, relaxes, measures, refines, and writes docs/structures.md.
 * `npm run validate:structures`, about an hour on one core. Finished points are kept in runs/structures.jsonl, so a run that was stopped
 * goes on; delete that file to begin anew.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type HardCarbonRecipe, measuredBuild, type ResidualRow, scherrerOfPerfectStack, version } from 'cardhouse';
import { carbonDensity, orientedDensity } from '../src/structure/check-recipe.ts';

const las = [15, 25, 35, 45, 60];
const lcs = [7, 11, 16, 22, 30];
const d002 = 3.7;
const pore = 11;
const kept = 'runs/structures.jsonl';

interface Point {
  readonly version: string;
  readonly la: number;
  readonly lc: number;
  readonly density: number;
  readonly atoms: number;
  readonly rounds: number;
  readonly seconds: number;
  readonly given: { readonly la: number; readonly lc: number };
  readonly perfect: { readonly la?: number; readonly lc?: number };
  readonly residual: readonly ResidualRow[];
}

/** 1.3 g/cm³, or what domains of this size pack to beside pores without turning face to face. */
function recipeOf(la: number, lc: number): HardCarbonRecipe {
  const density = Math.floor(100 * Math.min(1.3, 0.85 * orientedDensity({ la, lc, d002 }))) / 100;
  // room for five domains at least: the reading of one or two is chance
  const domain = (Math.PI / 4) * la * la * lc;
  const width = Math.max(44, 1.2 * la, 1.6 * lc, Math.cbrt((5 * domain) / 0.6));
  const atoms = Math.round((density * width ** 3) / carbonDensity);
  return {
    la,
    lc,
    d002,
    density,
    atoms,
    seed: 'grid',
    pores: { diameter: pore, kind: 'closed' },
    edges: { strong: 0.15 },
    relax: true,
  };
}

async function measure(la: number, lc: number): Promise<Point> {
  const recipe = recipeOf(la, lc);
  const begin = performance.now();
  const build = (await measuredBuild(recipe, { refine: true }))!;
  const { la: readLa, lc: readLc } = scherrerOfPerfectStack(la, lc, d002);
  return {
    version,
    la,
    lc,
    density: recipe.density,
    atoms: recipe.atoms,
    rounds: build.rounds,
    seconds: (performance.now() - begin) / 1000,
    given: { la: build.given.la, lc: build.given.lc },
    perfect: { ...(readLa !== undefined && { la: readLa }), ...(readLc !== undefined && { lc: readLc }) },
    residual: build.residual,
  };
}

mkdirSync('runs', { recursive: true });
const lines = existsSync(kept) ? readFileSync(kept, 'utf8').trim().split('\n').filter(Boolean) : [];
const points = lines.map((line) => JSON.parse(line) as Point);
for (const lc of lcs) {
  for (const la of las) {
    if (points.some((point) => point.la === la && point.lc === lc)) continue;
    const point = await measure(la, lc);
    points.push(point);
    appendFileSync(kept, `${JSON.stringify(point)}\n`);
    const missed = point.residual.filter(({ within }) => !within).map(({ label }) => label);
    console.log(
      `La ${la} Å, Lc ${lc} Å: ${point.rounds} rounds, ${point.seconds.toFixed(0)} s; missed: ${missed.join(', ') || 'none'}`,
    );
  }
}

const value = (point: Point, key: string): ResidualRow => point.residual.find((row) => row.key === key)!;
const percent = (x: number | null): string =>
  x === null ? '–' : `${x < 0 ? '−' : '+'}${Math.abs(100 * x).toFixed(1)} %`;
/** One number over the grid: deviation of every point, in bold where it misses the tolerance. */
function table(title: string, key: string): string {
  const head = `| ${title} | ${las.map((la) => `La ${la} Å`).join(' | ')} |\n|---|${las.map(() => '---').join('|')}|`;
  const rows = lcs.map((lc) => {
    const cells = las.map((la) => {
      const row = value(points.find((point) => point.la === la && point.lc === lc)!, key);
      const text = `${row.measured === null ? '–' : row.measured.value.toPrecision(4)} (${percent(row.deviation)})`;
      return row.within ? text : `**${text}**`;
    });
    return `| Lc ${lc} Å | ${cells.join(' | ')} |`;
  });
  return `${head}\n${rows.join('\n')}\n`;
}
const own = lcs
  .map((lc) => {
    const cells = las.map((la) => {
      const { perfect } = points.find((point) => point.la === la && point.lc === lc)!;
      return `${perfect.la?.toFixed(1) ?? '–'} × ${perfect.lc?.toFixed(1) ?? '–'}`;
    });
    return `| Lc ${lc} Å | ${cells.join(' | ')} |`;
  })
  .join('\n');
const missed = points.flatMap((point) =>
  point.residual
    .filter(({ within }) => !within)
    .map(({ key, label, asked, deviation }) => {
      const perfect = key === 'lcScherrer' ? point.perfect.lc : key === 'laScherrer' ? point.perfect.la : undefined;
      const bias = perfect === undefined ? '' : ` (a perfect stack: ${percent(perfect / asked.value - 1)})`;
      return `La ${point.la} Å, Lc ${point.lc} Å: ${label} ${percent(deviation)}${bias}`;
    }),
);
const times = 'runs/structure-times.json';
/** Wall times of `npm run bench:structures`, where it was run. */
function timings(): string {
  if (!existsSync(times)) return '';
  const { workers, rows } = JSON.parse(readFileSync(times, 'utf8')) as {
    workers: number;
    rows: Record<string, number>[];
  };
  const lines = rows.map(
    (row) =>
      `| ${row['atoms']} | ${row['packing']} | ${row['building']} | ${row['buildingMemory']} | ${row['scattering']} | ${row['porosity']} | ${row['bonding']} | ${row['memory']} |`,
  );
  return `
## How long it takes

\`npm run bench:structures\` on two cores, s and GB of resident memory at most: La 25 Å, Lc 11 Å, 1.2 g/cm³, closed pores of 11 Å, relaxed by ${workers} threads;
instruments run in one thread.

| atoms | packing and carving | with relaxation | memory | diffraction and SAXS | pores | bonds and rings | memory |
|---|---|---|---|---|---|---|---|
${lines.join('\n')}
`;
}
const made = points
  .toSorted((a, b) => a.lc - b.lc || a.la - b.la)
  .map(
    ({ lc, la, density, atoms, rounds, seconds }) =>
      `| ${la} | ${lc} | ${density} | ${atoms} | ${rounds} | ${seconds.toFixed(0)} |`,
  );
writeFileSync(
  'docs/structures.md',
  `# Structures: asked against measured

Written by \`npm run validate:structures\` (Cardhouse ${version}). Every carbon is built on the route 'grains' with closed pores of
${pore} Å and d002 ${d002} Å, annealed and relaxed, then measured by the virtual instruments; \`--refine\` builds it again from the
same seed until the measured sizes agree. Deviations from what was asked in brackets; bold where they miss the tolerance (10 % for sizes
and pores, 0.5 % for d002, 1 % for density).

${missed.length === 0 ? `All ${points.length} carbons meet all of their numbers.` : `Missed: ${missed.join('; ')}.`}

${table('La, Warren (10), K = 1.84, Å', 'laScherrer')}
${table('Lc, Scherrer (002), K = 0.89, Å', 'lcScherrer')}
${table('d002, Å', 'd002')}
${table('density, g/cm³', 'apparentDensity')}
${table('pore diameter, mode, Å', 'poreDiameterMode')}
## What the method itself reads

La × Lc that the same instrument reads on one perfect, isolated stack of the size asked (Å): the bias of Scherrer's formula, not of the builder.
For two sheets the line has half width π/d, so K = 0.89 gives 0.89 N d; for three 0.955 N d; for many 1.004 N d.

| | ${las.map((la) => `La ${la} Å`).join(' | ')} |
|---|${las.map(() => '---').join('|')}|
${own}

## How it was made

| La, Å | Lc, Å | density, g/cm³ | atoms | rounds | s |
|---|---|---|---|---|---|
${made.join('\n')}
${timings()}`,
);
