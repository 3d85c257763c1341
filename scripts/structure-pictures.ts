/**
 * Builds every recipe of models/structures with the command line and draws what came out: a slab of the carbon beside its pores
 * and its diffraction pattern, one picture each in docs/images/structures. Wants `npm run build` before, and Chromium:
 * `npx tsx scripts/structure-pictures.ts [NAME...]`. What is built lies in runs/structure-pictures and is kept: delete it to
 * build anew.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium } from 'playwright-core';
import type { Described } from '../src/analysis/described.ts';
import { headingOf } from '../src/analysis/labels.ts';
import { forPeople } from '../src/report/characterization-tables.ts';
import { drawFigure } from '../src/report/figures.ts';
import { lineMarks } from '../src/report/figures-characterization.ts';
import { linePlot } from '../src/report/figures-curves.ts';
import { formatValue } from '../src/report/format.ts';
import { fontStack, inks } from '../src/report/theme.ts';

const runs = 'runs/structure-pictures';
const folder = 'docs/images/structures';
/** Numbers below the plots, those that were measured. */
const told = ['d002', 'laScherrer', 'lcScherrer', 'apparentDensity', 'poreVolumeN2', 'surfaceN2', 'poreDiameterMode'];

interface Results {
  readonly structure: {
    readonly name: string;
    readonly about?: string;
    readonly cell: { readonly lengths: readonly number[] };
  };
  readonly instruments: Readonly<
    Record<
      string,
      {
        readonly values: Readonly<Record<string, Described>>;
        readonly curves: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>;
      }
    >
  >;
}

const names = process.argv.slice(2);
const all = readdirSync('models/structures').filter((file) => file.endsWith('.json'));
const chosen = names.length > 0 ? names : all.map((file) => file.slice(0, -'.json'.length)).sort();
for (const path of [runs, folder]) mkdirSync(path, { recursive: true });

const executablePath = process.env['CHROMIUM'] ?? ['/usr/bin/chromium', '/usr/bin/google-chrome'].find(existsSync);
const browser = await chromium.launch({
  executablePath,
  args: ['--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--disable-background-networking'],
});
try {
  for (const name of chosen) {
    const report = build(name);
    const view = await slabOf(browser, join(report, 'report.html'));
    const page = await browser.newPage({ viewport: { width: 1100, height: 420 } });
    await page.setContent(await picture(JSON.parse(readFileSync(join(report, 'results.json'), 'utf8')), view));
    await page.screenshot({ path: join(folder, `${name}.png`) });
    await page.close();
    process.stdout.write(`${join(folder, `${name}.png`)}\n`);
  }
} finally {
  await browser.close();
}

/** Directory of the report of a recipe, made where it is not there. */
function build(name: string): string {
  const report = join(runs, name);
  if (existsSync(join(report, 'results.json'))) return report;
  const out = join(runs, `${name}.xyz`);
  const args = ['dist/cli/main.js', 'build', name, '--report', report, '--out', out, '--force', '--quiet'];
  const { status } = spawnSync(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) throw new Error(`cardhouse build ${name} ended with ${status}`);
  return report;
}

/** The view of a report as it opens, a PNG in base64. */
async function slabOf(chrome: Browser, file: string): Promise<string> {
  const page = await chrome.newPage({ viewport: { width: 1100, height: 900 }, deviceScaleFactor: 2 });
  await page.goto(pathToFileURL(resolve(file)).href);
  await page.addStyleTag({
    content: '#viewer{width:352px!important;height:352px!important;border-radius:0!important}',
  });
  const viewer = page.locator('#viewer');
  await viewer.scrollIntoViewIfNeeded();
  await page.locator('#viewer canvas').waitFor();
  await page.waitForTimeout(2500);
  const png = await viewer.screenshot();
  await page.close();
  return png.toString('base64');
}

async function picture({ structure, instruments }: Results, view: string): Promise<string> {
  const values = Object.assign({}, ...Object.values(instruments).map((one) => one.values)) as Record<string, Described>;
  const curves = Object.assign(
    {},
    ...Object.values(instruments).map((one) => one.curves),
  ) as Results['instruments'][string]['curves'];
  const size = { width: 262, height: 176 };
  const pores = curves['poreSize'];
  const xrd = curves['xrd']!;
  const drawn = [
    pores &&
      linePlot({
        title: 'Pore sizes (cm³/g/Å)',
        x: { title: 'Pore diameter (Å)', domain: [0, widest(pores)] },
        y: { title: '', zero: true },
        series: [{ name: 'pores', x: pores['diameter (Å)']!, y: pores['dV/dD (cm³/g/Å)']! }],
        marks: [{ at: 2.6, label: 'He' }],
        ...size,
      }),
    linePlot({
      title: 'Diffraction, Cu Kα',
      x: { title: '2θ (°)', domain: [10, 90] },
      y: { title: '', zero: true },
      series: [{ name: 'pattern', x: xrd['2θ (°)']!, y: xrd['intensity']! }],
      marks: lineMarks({ values }, '2θ'),
      ...size,
    }),
  ].filter((spec) => spec !== undefined);
  const svgs = await Promise.all(drawn.map((spec, k) => drawFigure(spec, `plot${k}`)));
  // a size beyond the box is a bound and no number
  const widestKnown = Math.min(...structure.cell.lengths);
  const cells = told
    .filter((key) => values[key] && !(/Scherrer$/.test(key) && values[key].value > widestKnown))
    .map((key) => {
      const { value, unit } = forPeople(key, values[key]!);
      const text = formatValue(value === null ? null : Number(value.toPrecision(3)));
      return `<div><b>${text}<small> ${unit}</small></b><span>${headingOf(key)}</span></div>`;
    });
  return `<!doctype html><meta charset="utf-8"><style>
*{box-sizing:border-box}body{margin:0;width:1100px;height:420px;padding:16px 18px;background:${inks.paper};color:${inks.text};font:13px/1.35 ${fontStack};display:grid;grid-template-columns:352px 1fr;gap:24px}
img{width:352px;height:352px;margin-top:18px}h1{font-size:20px;margin:0 0 3px}main{min-width:0}p{margin:0;color:${inks.soft};height:54px;overflow:hidden;font-size:12.5px}
.plots{display:flex;justify-content:space-between;height:258px;margin-left:-8px}.plots svg{display:block}
.numbers{display:flex;justify-content:space-between;margin-top:4px}.numbers b{display:block;font-size:16px}.numbers small{font-weight:400;font-size:12px}.numbers span{color:${inks.soft};font-size:11px;display:block;max-width:98px;line-height:1.2}
</style><img src="data:image/png;base64,${view}"><main><h1>${structure.name}</h1><p>${structure.about ?? ''}</p>
<div class="plots">${svgs.join('')}</div><div class="numbers">${cells.join('')}</div></main>`;
}

/** A little beyond the largest pore, Å. */
function widest(curve: Readonly<Record<string, readonly number[]>>): number {
  const [diameters, density] = [curve['diameter (Å)']!, curve['dV/dD (cm³/g/Å)']!];
  const last = density.findLastIndex((y) => y > 1e-3 * Math.max(...density));
  return Math.max(6, Math.ceil(1.05 * (diameters[last] ?? 0)));
}
