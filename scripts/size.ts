/** Prints lines of code per layer, and the files that have grown beyond one idea. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

const longest = 350;

function* sources(folder: string): Generator<string> {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) {
      if (name !== 'generated') yield* sources(path);
    } else if (/\.ts$/.test(name)) yield path;
  }
}

const layers = new Map<string, { files: number; lines: number }>();
const long: string[] = [];
for (const root of ['src', 'kernels', 'scripts', 'bench', 'test']) {
  for (const path of sources(root)) {
    const parts = relative('.', path).split(sep);
    const layer = parts.length > 2 ? parts.slice(0, 2).join('/') : parts[0]!;
    const lines = readFileSync(path, 'utf8').split('\n').length;
    const sum = layers.get(layer) ?? { files: 0, lines: 0 };
    layers.set(layer, { files: sum.files + 1, lines: sum.lines + lines });
    if (lines > longest && root !== 'test') long.push(`${path} (${lines})`);
  }
}
for (const [layer, { files, lines }] of layers)
  console.log(`${layer.padEnd(22)} ${String(files).padStart(4)} files ${String(lines).padStart(6)} lines`);
if (long.length > 0) console.log(`longer than ${longest} lines, is each one idea? ${long.join(', ')}`);
