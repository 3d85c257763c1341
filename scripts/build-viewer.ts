/** Bundles the three-dimensional view of report.html into src/generated/viewer-bundle.ts, a module that is one string. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = new URL('../', import.meta.url);
const result = await build({
  entryPoints: [fileURLToPath(new URL('src/report/viewer.ts', root))],
  bundle: true,
  minify: true,
  format: 'iife',
  target: 'es2022',
  platform: 'browser',
  legalComments: 'inline',
  write: false,
});
const folder = new URL('src/generated/', root);
mkdirSync(folder, { recursive: true });
writeFileSync(
  new URL('viewer-bundle.ts', folder),
  `/** Made by scripts/build-viewer.ts from src/report/viewer.ts and three (MIT). */\nexport const viewerBundle = ${JSON.stringify(result.outputFiles[0]!.text)};\n`,
);
