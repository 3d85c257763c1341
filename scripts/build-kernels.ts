/** Compiles kernels/cpu to WebAssembly and embeds it as a module, so that the library needs neither files nor fetch. */
import { mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

const asc = (await import('assemblyscript/asc')) as typeof import('assemblyscript/asc');
const outputs = new Map<string, Uint8Array | string>();
const { error, stderr } = await asc.main(
  [
    'kernels/cpu/chain.ts',
    '-O3',
    '--noAssert',
    '--runtime',
    'stub',
    '--importMemory',
    '--enable',
    'simd',
    '--use',
    'abort=',
    '-o',
    'chain.wasm',
  ],
  { writeFile: (name: string, contents: Uint8Array | string) => void outputs.set(name, contents) },
);
if (error) {
  console.error(stderr.toString());
  process.exit(1);
}
const wasm = outputs.get('chain.wasm') as Uint8Array;
const version = (createRequire(import.meta.url)('../package.json') as { version: string }).version;
await mkdir('src/generated', { recursive: true });
await writeFile(
  'src/generated/chain-wasm.ts',
  `// made by scripts/build-kernels.ts from kernels/cpu\nexport const chainWasm =\n  '${Buffer.from(wasm).toString('base64')}';\n`,
);
await writeFile(
  'src/generated/version.ts',
  `// made by scripts/build-kernels.ts\nexport const version = '${version}';\n`,
);
console.log(`kernels: ${wasm.length} bytes of WebAssembly`);
