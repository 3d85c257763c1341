/**
 * Bundles for browsers: dist/browser/cardhouse.js, the whole library as one ES module that a page can import without a build
 * step, and beside it the workers that it starts.
 */
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = new URL('../', import.meta.url);
const { metafile } = await build({
  entryPoints: {
    cardhouse: fileURLToPath(new URL('src/index.ts', root)),
    'forces/force-worker': fileURLToPath(new URL('src/engine/forces/force-worker.ts', root)),
    'domain-worker': fileURLToPath(new URL('src/engine/domains/domain-worker.ts', root)),
    'replica-worker': fileURLToPath(new URL('src/study/replica-worker.ts', root)),
  },
  outdir: fileURLToPath(new URL('dist/browser', root)),
  bundle: true,
  minify: true,
  sourcemap: true,
  format: 'esm',
  target: 'es2022',
  platform: 'browser',
  // Node's own modules may be asked for at run time, behind a check; a static import would stop every browser
  external: ['node:*'],
  metafile: true,
});
const fixed = Object.values(metafile.outputs).flatMap((output) =>
  output.imports.filter((i) => i.external && i.kind !== 'dynamic-import').map((i) => i.path),
);
if (fixed.length > 0) throw new Error(`dist/browser cannot run in a browser: it imports ${fixed.join(', ')}`);
