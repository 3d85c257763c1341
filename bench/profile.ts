/**
 * Where the microseconds of a trial go: `npm run bench:profile -- [--seconds 5] [--atoms 5000] [--host exact|map] [--functions]`.
 *
 * The chain kernel is compiled with the flags of scripts/build-kernels.ts and the names of its functions kept, run in a process under
 * V8's sampling profiler, and its time shared out by the file of the kernel (--functions: by function). Binaryen inlines small functions
 * into those that call them; their time is the caller's. Prints tables for the section of docs/performance.md that is written by hand.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { build, type Plugin } from 'esbuild';
import { byFile, type CpuProfile, selfTimesBelow } from './profile/cpu-profile.ts';
import { machineLimits } from './profile/limits.ts';
import type { Workload } from './profile/workload.ts';
import { tableOf, three } from './report/columns.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '5' },
    atoms: { type: 'string', default: '5000' },
    host: { type: 'string', default: 'exact' },
    functions: { type: 'boolean', default: false },
  },
});

const folder = mkdtempSync(join(tmpdir(), 'cardhouse-profile-'));
try {
  const script = await namedWorkload(folder);
  for (const guest of ['lj', 'na']) {
    const flags = ['--cpu-prof', `--cpu-prof-dir=${folder}`, '--cpu-prof-interval=200'];
    const command = [...flags, script, guest, values.atoms, values.seconds, values.host];
    const { stdout, stderr, status } = spawnSync('node', command, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`the profiled process ended with ${status}:\n${stderr}`);
    const file = readdirSync(folder).find((name) => name.endsWith('.cpuprofile'))!;
    const profile = JSON.parse(readFileSync(join(folder, file), 'utf8')) as CpuProfile;
    rmSync(join(folder, file));
    console.log(tablesOf(JSON.parse(stdout) as Workload, profile).join('\n'));
  }
  const { gigaflops, reads } = await machineLimits();
  console.log(`limits here and now: ${three(gigaflops)} 10⁹ additions and multiplications/s in pairs of f64;`);
  console.log(`a line of 64 bytes at random from 256 kB, 4 MB, 64 MB: ${reads.map(three).join(', ')} ns`);
} finally {
  rmSync(folder, { recursive: true });
}

/** The workload as one file, with a kernel that has names. */
async function namedWorkload(into: string): Promise<string> {
  const asc = (await import('assemblyscript/asc')) as typeof import('assemblyscript/asc');
  const flags = ['-O3', '--noAssert', '--runtime', 'stub', '--importMemory', '--enable', 'simd', '--use', 'abort='];
  let wasm: Uint8Array | undefined;
  const { error, stderr } = await asc.main(['kernels/cpu/chain.ts', ...flags, '--debug', '-o', 'kernel.wasm'], {
    writeFile: (name: string, contents: Uint8Array | string) => {
      if (name.endsWith('.wasm')) wasm = contents as Uint8Array;
    },
  });
  if (error || !wasm) throw new Error(`the kernel cannot be compiled: ${stderr.toString()}`);
  const kernel = join(into, 'chain-wasm.ts');
  writeFileSync(kernel, `export const chainWasm = '${Buffer.from(wasm).toString('base64')}';\n`);
  const named: Plugin = {
    name: 'named kernel',
    setup: ({ onResolve }) => onResolve({ filter: /generated\/chain-wasm/ }, () => ({ path: kernel })),
  };
  const outfile = resolve('node_modules/.cache/cardhouse/profile-workload.js');
  await build({
    ...{ entryPoints: ['bench/profile/workload.ts'], outfile, bundle: true, platform: 'node', format: 'esm' },
    ...{ packages: 'external', plugins: [named], logLevel: 'error' },
  });
  return outfile;
}

/** What was run, and the shares of its time. */
function tablesOf({ about, guests, trials, cpuSeconds, accepted }: Workload, profile: CpuProfile): string[] {
  const functions = selfTimesBelow(profile, 'measuredTrials');
  const times = values.functions ? functions : byFile(functions);
  const all = [...times.values()].reduce((sum, time) => sum + time, 0);
  const each = (cpuSeconds * 1e6) / trials;
  const shares = [...times].toSorted((a, b) => b[1] - a[1]).filter(([, time]) => time > 0.002 * all);
  const moves = Object.entries(accepted).map(([move, share]) => `${move} ${(100 * share).toPrecision(2)} %`);
  return [
    `${about}, ${values.atoms} C, host ${values.host}, ${guests} guests: ${three(each)} µs of processor time a trial; accepted: ${moves.join(', ')}`,
    '',
    ...tableOf(
      [values.functions ? 'function' : 'file of the kernel', 'share', 'µs a trial'],
      shares.map(([name, time]) => [
        name,
        `${((100 * time) / all).toFixed(1)} %`,
        ((each * time) / all).toPrecision(2),
      ]),
    ),
  ];
}
