/** Compiles kernels/cpu to WebAssembly and embeds it as modules, so that the library needs neither files nor fetch. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

const asc = (await import('assemblyscript/asc')) as typeof import('assemblyscript/asc');

interface Kernel {
  readonly source: string;
  /** file in src/generated and the name it exports */
  readonly file: string;
  readonly name: string;
  readonly flags: readonly string[];
}

/** force kernels and host maps share their memory between workers, up to 4 GiB of it */
const shared = ['--enable', 'threads', '--sharedMemory', '--maximumMemory', '65536'];
const kernels: readonly Kernel[] = [
  { source: 'kernels/cpu/chain.ts', file: 'chain-wasm', name: 'chainWasm', flags: [] },
  { source: 'kernels/cpu/map.ts', file: 'map-wasm', name: 'mapWasm', flags: shared },
  { source: 'kernels/cpu/map-build.ts', file: 'map-build-wasm', name: 'mapBuildWasm', flags: [] },
  { source: 'kernels/cpu/md/forces.ts', file: 'forces-wasm', name: 'forcesWasm', flags: shared },
];

async function compile({ source, flags }: Kernel): Promise<Uint8Array> {
  const outputs = new Map<string, Uint8Array | string>();
  const common = [
    '-O3',
    '--debug',
    '--noAssert',
    '--runtime',
    'stub',
    '--importMemory',
    '--enable',
    'simd',
    '--use',
    'abort=',
  ];
  const { error, stderr } = await asc.main([source, ...common, ...flags, '-o', 'kernel.wasm'], {
    writeFile: (name: string, contents: Uint8Array | string) => void outputs.set(name, contents),
  });
  if (error) {
    console.error(stderr.toString());
    process.exit(1);
  }
  return outputs.get('kernel.wasm') as Uint8Array;
}

await mkdir('src/generated', { recursive: true });
for (const kernel of kernels) {
  const wasm = await compile(kernel);
  const text = `// made by scripts/build-kernels.ts from ${kernel.source}\nexport const ${kernel.name} =\n  '${Buffer.from(wasm).toString('base64')}';\n`;
  await writeFile(`src/generated/${kernel.file}.ts`, text);
  console.log(`${kernel.source}: ${wasm.length} bytes of WebAssembly`);
}
const version = (createRequire(import.meta.url)('../package.json') as { version: string }).version;
await writeFile(
  'src/generated/version.ts',
  `// made by scripts/build-kernels.ts\nexport const version = '${version}';\n`,
);
// the model that relaxes built carbons: the library must have it without a file system
const carbon = createRequire(import.meta.url)('../models/potentials/carbon.json') as unknown;
await writeFile(
  'src/generated/carbon-model.ts',
  `// made by scripts/build-kernels.ts from models/potentials/carbon.json\nexport const carbonModel: unknown = ${JSON.stringify(carbon)};\n`,
);
const gpuParts = [
  'philox',
  'tables',
  'host',
  'build-map',
  'state',
  'proposal',
  'chain',
  'refresh',
  'box',
  'box-proposal',
  'box-round',
  'box-fields',
] as const;
const mdParts = ['system', 'bins', 'list', 'bonded', 'look', 'pair', 'embedded', 'bond-order', 'integrate'].map(
  (part) => `md/${part}`,
);
const shaders = await Promise.all(
  [...gpuParts, ...mdParts].map(async (part) => {
    const name = part.replace(/[-/](.)/g, (_, letter: string) => letter.toUpperCase());
    return `export const ${name}Wgsl =\n  ${JSON.stringify(await readFile(`kernels/gpu/${part}.wgsl`, 'utf8'))};\n`;
  }),
);
await writeFile('src/generated/wgsl.ts', `// made by scripts/build-kernels.ts from kernels/gpu\n${shaders.join('')}`);
// functions that gpu.js compiles: as text, since a bundler would rewrite them into JavaScript that it does not read
const gpujsParts = ['host-field', 'pair-forces', 'boltzmann', 'prefilter', 'spline'] as const;
const functions = await Promise.all(
  gpujsParts.map(async (part) => {
    const name = part.replace(/-(.)/, (_, letter: string) => letter.toUpperCase());
    const source = await readFile(`kernels/gpujs/${part}.js`, 'utf8');
    return `export const ${name}Source =\n  ${JSON.stringify(source.slice(source.indexOf('function ')))};\n`;
  }),
);
await writeFile(
  'src/generated/gpujs.ts',
  `// made by scripts/build-kernels.ts from kernels/gpujs\n${functions.join('')}`,
);
