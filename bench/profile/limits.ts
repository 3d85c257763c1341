/**
 * What one core of this machine gives WebAssembly now: arithmetic, reads near and far. Measured beside a profile, under the same load, so
 * that what a kernel reaches can be told as a share.
 */
const source = `
export function arithmetic(n: i32): f64 {
  let a = f64x2.splat(1.0), b = f64x2.splat(1.1), c = f64x2.splat(1.2), d = f64x2.splat(1.3);
  let e = f64x2.splat(1.4), f = f64x2.splat(1.5), g = f64x2.splat(1.6), h = f64x2.splat(1.7);
  const m = f64x2.splat(0.999999), p = f64x2.splat(1e-6);
  for (let i = 0; i < n; ++i) {
    a = f64x2.add(f64x2.mul(a, m), p); b = f64x2.add(f64x2.mul(b, m), p);
    c = f64x2.add(f64x2.mul(c, m), p); d = f64x2.add(f64x2.mul(d, m), p);
    e = f64x2.add(f64x2.mul(e, m), p); f = f64x2.add(f64x2.mul(f, m), p);
    g = f64x2.add(f64x2.mul(g, m), p); h = f64x2.add(f64x2.mul(h, m), p);
  }
  const s = f64x2.add(f64x2.add(f64x2.add(a, b), f64x2.add(c, d)), f64x2.add(f64x2.add(e, f), f64x2.add(g, h)));
  return f64x2.extract_lane(s, 0) + f64x2.extract_lane(s, 1);
}
// one line after another, each at a place that does not depend on the one before: what looking tables or a map up does
export function reads(n: i32, mask: u32): f64 {
  let sum: f64 = 0;
  let at: u32 = 12345;
  for (let i = 0; i < n; ++i) {
    at = at * 1664525 + 1013904223;
    sum += load<f64>(<usize>((at >> 3) & mask) << 6);
  }
  return sum;
}
`;

export interface Limits {
  /** additions and multiplications of f64 in pairs, 10⁹/s, without fused ones, which WebAssembly has not */
  readonly gigaflops: number;
  /** reads of a line of 64 bytes at random, ns each: of 256 kB, 4 MB and 64 MB */
  readonly reads: readonly [number, number, number];
}

/** Measures for about a second; the best of several tries, for others only slow it down. */
export async function machineLimits(): Promise<Limits> {
  const asc = (await import('assemblyscript/asc')) as typeof import('assemblyscript/asc');
  let wasm: Uint8Array | undefined;
  const flags = ['-O3', '--noAssert', '--runtime', 'stub', '--enable', 'simd', '--initialMemory', '1025'];
  const { error, stderr } = await asc.main(['limits.ts', ...flags, '-o', 'limits.wasm'], {
    readFile: (name: string) => (name === 'limits.ts' ? source : null),
    writeFile: (name: string, contents: Uint8Array | string) => {
      if (name.endsWith('.wasm')) wasm = contents as Uint8Array;
    },
    listFiles: () => [],
  });
  if (error || !wasm) throw new Error(`the kernel cannot be compiled: ${stderr.toString()}`);
  const module = await WebAssembly.compile(wasm as Uint8Array<ArrayBuffer>);
  const { arithmetic, reads, memory } = (await WebAssembly.instantiate(module)).exports as unknown as {
    arithmetic(n: number): number;
    reads(n: number, mask: number): number;
    memory: WebAssembly.Memory;
  };
  // pages that were never written are all the same one
  new Float64Array(memory.buffer).fill(1);
  const best = (n: number, run: () => number): number => {
    let least = Number.POSITIVE_INFINITY;
    for (let k = 0; k < 5; k++) {
      const began = performance.now();
      run();
      least = Math.min(least, (performance.now() - began) / 1000 / n);
    }
    return least;
  };
  const n = 300_000;
  const lines = [256 * 1024, 4 * 1024 ** 2, 64 * 1024 ** 2].map((bytes) => bytes / 64 - 1);
  return {
    gigaflops: 32 / best(n, () => arithmetic(n)) / 1e9,
    reads: lines.map((mask) => 1e9 * best(n, () => reads(n, mask))) as unknown as [number, number, number],
  };
}
