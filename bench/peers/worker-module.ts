/** Modules for workers and processes of scripts that run from the sources: Node by itself does not read TypeScript. */
import { basename, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';

/** The library as it was built stays outside, as packages do: it finds its own workers beside itself. */
const builtLibrary: Plugin = {
  name: 'built library',
  setup: ({ onResolve }) =>
    onResolve({ filter: /^cardhouse$/ }, () => ({
      path: pathToFileURL(resolve('dist/index.js')).href,
      external: true,
    })),
};

/** Bundles one module of the sources as it is now; packages stay outside. */
export async function workerModule(source: string): Promise<URL> {
  const outfile = `node_modules/.cache/cardhouse/${basename(source, '.ts')}.js`;
  await build({
    ...{ entryPoints: [source], outfile, bundle: true, platform: 'node', format: 'esm' },
    ...{ packages: 'external', plugins: [builtLibrary] },
  });
  return pathToFileURL(outfile);
}
