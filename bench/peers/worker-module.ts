/** The module of force workers for scripts that run from the sources: Node's workers do not read TypeScript. */
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

/** Bundles src/engine/forces/force-worker.ts as it is now; packages stay outside. */
export async function workerModule(): Promise<URL> {
  const outfile = 'node_modules/.cache/cardhouse/force-worker.js';
  const entryPoints = ['src/engine/forces/force-worker.ts'];
  await build({ entryPoints, outfile, bundle: true, platform: 'node', format: 'esm', packages: 'external' });
  return pathToFileURL(outfile);
}
