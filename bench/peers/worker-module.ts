/** Worker modules for scripts that run from the sources: Node's workers do not read TypeScript. */
import { basename } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

/** Bundles one module of the sources as it is now; packages stay outside. */
export async function workerModule(source: string): Promise<URL> {
  const outfile = `node_modules/.cache/cardhouse/${basename(source, '.ts')}.js`;
  await build({
    entryPoints: [source],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
  });
  return pathToFileURL(outfile);
}
