/** A page with nothing but the three-dimensional view, and how long that takes in headless Chromium. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { atomCount, type Frame } from '../../src/core/frame.ts';

/** Chromium, where there is one. */
export const chromiumPath =
  process.env['CHROMIUM'] ??
  ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path));

/** Chromium with WebGL on the processor. */
export function softwareBrowser(): Promise<Browser> {
  const args = ['--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--ignore-gpu-blocklist'];
  return chromium.launch({
    executablePath: chromiumPath!,
    args: [...args, '--disable-background-networking', '--disable-sync', '--no-first-run'],
  });
}

/**
 * The view of a host and its guests as `run` would put it into report.html, with the code of a checkout.
 *
 * @param root  of the checkout, built
 */
export async function viewerPage(host: Frame, guests: Frame, root = '.'): Promise<string> {
  const from = (path: string): string => pathToFileURL(resolve(root, path)).href;
  const { buildScene } = (await import(from('src/report/scene.ts'))) as typeof import('../../src/report/scene.ts');
  const html = (await import(from('src/report/html.ts'))) as typeof import('../../src/report/html.ts');
  const m = atomCount(guests);
  const [name, label, branch, voltage] = ['zero-volt', '0 V', 'charge', 0] as const;
  const classes = Array.from({ length: m }, (_, i) => (['edge', 'interlayer', 'surface', 'pore'] as const)[i % 4]!);
  const clusters = { label: new Int32Array(m), sizes: [m], coordination: new Int32Array(m) };
  const trajectory = { host, guest: 'Na' } as unknown as Parameters<typeof buildScene>[0];
  const analysis = {
    states: [{ name, label, branch, voltage }],
    pictures: [{ state: name, guests, classes, clusters }],
  } as unknown as Parameters<typeof buildScene>[1];
  const scene = buildScene(trajectory, analysis)!;
  return `${html.pageHead('view', '0', { scripts: true })}<body><main>${html.viewerSection()}</main>${html.sceneScripts(scene)}`;
}

/** A page that is open, with its view drawn. */
export interface OpenView {
  readonly page: Page;
  /** bytes of the page */
  readonly bytes: number;
  /** from the request to the first picture */
  readonly seconds: number;
  readonly close: () => Promise<void>;
}

/** Opens a page in a browser and waits for its picture. */
export async function openView(browser: Browser, html: string): Promise<OpenView> {
  const folder = mkdtempSync(join(tmpdir(), 'cardhouse-view-'));
  const file = join(folder, 'view.html');
  writeFileSync(file, html);
  const page = await browser.newPage({ viewport: { width: 900, height: 900 } });
  page.setDefaultTimeout(300_000);
  const begun = performance.now();
  await page.goto(pathToFileURL(file).href);
  await settled(page);
  return {
    page,
    bytes: html.length,
    seconds: (performance.now() - begun) / 1000,
    close: async () => {
      await page.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Two frames later, with all that was drawn finished. */
export async function settled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    const canvas = document.querySelector('canvas')!;
    const gl = canvas.getContext('webgl2') ?? canvas.getContext('webgl')!;
    gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(4));
  });
}

/** Moves the mouse over the view with its button down; ms of every move until its picture is there. */
export async function dragged({ page }: OpenView, moves: number): Promise<number[]> {
  const box = (await page.locator('canvas').boundingBox())!;
  const at = (k: number): [number, number] => [box.x + 0.35 * box.width + 18 * k, box.y + 0.4 * box.height];
  await page.mouse.move(...at(0));
  await page.mouse.down();
  const times: number[] = [];
  for (let k = 1; k <= moves; k++) {
    const begun = performance.now();
    await page.mouse.move(...at(k));
    await settled(page);
    times.push(performance.now() - begun);
  }
  await page.mouse.up();
  return times;
}
