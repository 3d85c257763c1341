/** A page with the built library in headless Chromium, for the tests in this folder. */
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, normalize } from 'node:path';
import { chromium } from 'playwright-core';

const bundles = 'dist/browser';
const gpuJs = 'node_modules/gpu.js/dist/gpu-browser.js';
/** Chromium, where there is one. */
export const executable =
  process.env['CHROMIUM'] ??
  ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);

/** Why the browser tests cannot run; empty when they can. */
export const missing = !executable
  ? 'no Chromium on this machine'
  : !existsSync(join(bundles, 'cardhouse.js'))
    ? 'the library is not built'
    : '';

const worker = `import * as cardhouse from '/cardhouse.js';
import * as tasks from '/task.js';
onmessage = async ({ data: { task, argument } }) => {
  try { postMessage(await tasks[task](cardhouse, argument)); } catch (error) { postMessage({ error: String(error) }); }
};
postMessage('ready');`;

function textOf(url: string): string | undefined {
  if (url === '/') return '<!doctype html><title>cardhouse</title>';
  if (url === '/worker.js') return worker;
  if (url === '/gpu.js') return existsSync(gpuJs) ? readFileSync(gpuJs, 'utf8') : undefined;
  const path = url === '/task.js' ? 'test/browser/task.js' : join(bundles, normalize(url));
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

/** Serves the built library with the headers that allow shared memory. */
export async function serve(): Promise<{ readonly server: Server; readonly origin: string }> {
  const server = createServer((request, response) => {
    const url = request.url ?? '/';
    const text = textOf(url);
    response.writeHead(text === undefined ? 404 : 200, {
      'content-type': url === '/' ? 'text/html' : 'text/javascript',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
    });
    response.end(text ?? '');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** Result of a task of task.js, run in a worker of a page. */
export async function inBrowser<Result>(origin: string, task: string, argument: unknown): Promise<Result> {
  const flags = ['--no-sandbox', '--disable-background-networking', '--disable-component-update'];
  // WebGPU on Chromium's own software Vulkan
  flags.push('--disable-gpu-sandbox', '--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader');
  flags.push('--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--ignore-gpu-blocklist');
  const browser = await chromium.launch({
    executablePath: executable,
    args: [...flags, '--disable-sync', '--no-first-run'],
  });
  try {
    const page = await browser.newPage();
    await page.goto(origin);
    return (await page.evaluate(
      async ({ task, argument }) => {
        const worker = new Worker('/worker.js', { type: 'module' });
        return await new Promise<unknown>((resolve, reject) => {
          worker.onerror = (event) => reject(new Error(event.message || 'the worker could not be loaded'));
          worker.onmessage = ({ data }) => {
            if (data === 'ready') worker.postMessage({ task, argument });
            else resolve(data);
          };
        });
      },
      { task, argument },
    )) as Result;
  } finally {
    await browser.close();
  }
}
