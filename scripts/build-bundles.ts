/**
 * Bundles. For browsers dist/browser/cardhouse.js, the whole library as one ES module that a page can import without a build
 * step, and beside it the workers that it starts. For Node dist/cli, the program in a few files, a part for each verb: of the four hundred it
 * is written in, reading each costs a millisecond of every start.
 */
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = new URL('../', import.meta.url);
const source = (name: string): string => fileURLToPath(new URL(`src/${name}.ts`, root));
/** where the library looks for them: beside the file that it is in itself */
const workers = {
  'forces/force-worker': source('engine/forces/force-worker'),
  'domain-worker': source('engine/domains/domain-worker'),
  'replica-worker': source('study/replica-worker'),
};
const { metafile } = await build({
  entryPoints: {
    cardhouse: source('index'),
    ...workers,
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

const program = fileURLToPath(new URL('dist/cli', root));
rmSync(program, { recursive: true, force: true });
await build({
  entryPoints: {
    main: source('cli/main'),
    'build-worker': source('cli/build-worker'),
    'characterize-worker': source('cli/characterize-worker'),
    ...workers,
  },
  outdir: program,
  bundle: true,
  splitting: true,
  sourcemap: true,
  format: 'esm',
  target: 'node20',
  platform: 'node',
  packages: 'external',
});
