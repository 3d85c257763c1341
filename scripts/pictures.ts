/** Makes the README's pictures from a finished run: `npx tsx scripts/pictures.ts runs/hard-carbon-na` (wants Chromium). */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const run = process.argv[2] ?? 'runs/hard-carbon-na';
const folder = 'docs/images';
mkdirSync(folder, { recursive: true });

const executablePath = process.env['CHROMIUM'] ?? ['/usr/bin/chromium', '/usr/bin/google-chrome'].find(existsSync);
const browser = await chromium.launch({
  executablePath,
  args: ['--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--disable-background-networking'],
});
const page = await browser.newPage({ viewport: { width: 1100, height: 900 }, deviceScaleFactor: 1.5 });
await page.goto(pathToFileURL(resolve(run, 'voltage-curve.svg')).href);
await page.locator('svg').screenshot({ path: join(folder, 'voltage-curve.png') });
await browser.close();
const picture = join(folder, 'half-plateau.png');
const asked = ['--at', 'half-plateau', '--width', '1200', '--output', picture, '--force'];
execFileSync('node', ['dist/cli/main.js', 'snapshot', run, ...asked], { stdio: 'inherit' });
