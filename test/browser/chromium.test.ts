/**
 * The built library in headless Chromium: a carbon built in a worker and 10⁵ trials, with the same result as in Node.
 */
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chainCount } from './task.js';

const bundle = 'dist/browser/cardhouse.js';
const executable =
  process.env['CHROMIUM'] ??
  ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
const missing = !executable ? 'no Chromium on this machine' : !existsSync(bundle) ? 'the library is not built' : '';
if (missing) console.warn(`browser test skipped: ${missing}`);

const model = readFileSync('models/potentials/na-carbon.json', 'utf8');
const files: Record<string, readonly [string, () => string]> = {
  '/': ['text/html', () => '<!doctype html><title>cardhouse</title>'],
  '/cardhouse.js': ['text/javascript', () => readFileSync(bundle, 'utf8')],
  '/task.js': ['text/javascript', () => readFileSync('test/browser/task.js', 'utf8')],
  '/worker.js': [
    'text/javascript',
    () => `import * as cardhouse from '/cardhouse.js';
import { chainCount } from '/task.js';
onmessage = ({ data }) => {
  try { postMessage(chainCount(cardhouse, data)); } catch (error) { postMessage({ error: String(error) }); }
};
postMessage('ready');`,
  ],
};

describe.skipIf(missing !== '')('in Chromium', () => {
  let server: Server;
  let origin = '';
  beforeAll(async () => {
    server = createServer((request, response) => {
      const found = files[request.url ?? ''];
      response.writeHead(found ? 200 : 404, {
        'content-type': found?.[0] ?? 'text/plain',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-embedder-policy': 'require-corp',
      });
      response.end(found?.[1]() ?? '');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => server?.close());

  it('builds 500 carbons in a worker and runs 10⁵ trials as Node does', async () => {
    const browser = await chromium.launch({
      executablePath: executable,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--no-first-run',
      ],
    });
    try {
      const page = await browser.newPage();
      await page.goto(origin);
      const inBrowser = await page.evaluate(async (text: string) => {
        const worker = new Worker('/worker.js', { type: 'module' });
        return await new Promise<{ carbons: number; count: number; energy: number }>((resolve, reject) => {
          worker.onerror = (event) => reject(new Error(event.message || 'the worker could not be loaded'));
          worker.onmessage = ({ data }) => {
            if (data === 'ready') worker.postMessage(JSON.parse(text));
            else resolve(data);
          };
        });
      }, model);
      const cardhouse = await import('cardhouse');
      const inNode = chainCount(cardhouse, JSON.parse(model));
      expect(inNode.count).toBeGreaterThan(10);
      expect(inBrowser).toMatchObject({ carbons: inNode.carbons, count: inNode.count });
      // Math.exp of another JavaScript engine may differ in the last bit of a table entry
      expect(Math.abs(inBrowser.energy - inNode.energy)).toBeLessThan(1e-9);
    } finally {
      await browser.close();
    }
  });
});
