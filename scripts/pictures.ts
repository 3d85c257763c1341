/**
 * Makes the pictures of README and docs/snapshots.md from a finished run: `npx tsx scripts/pictures.ts runs/hard-carbon-na`. Wants
 * `npm run build` before; the curve wants Chromium too, everything else is drawn by Cardhouse itself.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const run = process.argv[2] ?? 'runs/hard-carbon-na';
const folder = 'docs/images';
mkdirSync(join(folder, 'snapshots'), { recursive: true });

const wide = ['--width', '900'];
snapshot('half-plateau.png', '--at', 'half-plateau', ...wide);
snapshot('snapshots/zero-volt.png', '--at', 'zero-volt', ...wide);
snapshot('snapshots/clusters.png', '--at', 'half-plateau', '--colour', 'cluster', '--cut', 'front', ...wide);
snapshot('snapshots/slab.png', '--at', 'zero-volt', '--colour', 'metal', '--cut', 'slab=12A', ...wide);
snapshot('snapshots/filling.gif', '--along', 'discharge', '--width', '420');

const executablePath = process.env['CHROMIUM'] ?? ['/usr/bin/chromium', '/usr/bin/google-chrome'].find(existsSync);
if (executablePath) {
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-background-networking'] });
  const page = await browser.newPage({ viewport: { width: 1100, height: 900 }, deviceScaleFactor: 1.5 });
  await page.goto(pathToFileURL(resolve(run, 'voltage-curve.svg')).href);
  await page.locator('svg').screenshot({ path: join(folder, 'voltage-curve.png') });
  await browser.close();
}

function snapshot(name: string, ...flags: readonly string[]): void {
  const args = ['dist/cli/main.js', 'snapshot', run, ...flags, '--output', join(folder, name), '--force'];
  const { status } = spawnSync(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) throw new Error(`cardhouse snapshot for ${name} ended with ${status}`);
}
