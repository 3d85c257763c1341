/** Reading a host map: the kernel as chains call it, and the same arithmetic written out. */
import { BackendError } from '../../core/errors.ts';
import { mapWasm } from '../../generated/map-wasm.ts';
import type { HostMap } from './build.ts';

let compiled: WebAssembly.Module | undefined;

/**
 * What a chain's instance imports as `map`: the reading kernel over the map's own memory.
 *
 * @throws BackendError  WebAssembly or its SIMD instructions are missing
 */
export function mapImports(map: HostMap | undefined): WebAssembly.ModuleImports {
  // never called without a map
  if (!map) return { read: () => undefined };
  try {
    compiled ??= new WebAssembly.Module(Uint8Array.from(atob(mapWasm), (c) => c.charCodeAt(0)));
  } catch (error) {
    throw new BackendError(`this JavaScript engine cannot run WebAssembly with SIMD (${(error as Error).message})`);
  }
  const instance = new WebAssembly.Instance(compiled, { env: { memory: map.memory } });
  const kernel = instance.exports as unknown as { setup(pointer: number): void; read: WebAssembly.ExportValue };
  kernel.setup(map.block);
  return { read: kernel.read };
}

const f32 = Math.fround;

/** of a block: columns, and knots of one (kernels/cpu/map.ts) */
export const blockColumns = 16;
export const columnKnots = 11;

/** Cubic B-spline weights of the four knots around t ∈ [0, 1), as f32. */
function weights(t: number): [number, number, number, number] {
  return [
    f32(((1 - t) * (1 - t) * (1 - t)) / 6),
    f32((t * t * (3 * t - 6) + 4) / 6),
    f32((t * (t * (3 - 3 * t) + 3) + 1) / 6),
    f32((t * t * t) / 6),
  ];
}

/**
 * The readable form of kernels/cpu/map.ts, to the last bit.
 *
 * @returns a function of a wrapped point: (S_ion, S_met), eV; null where no block is stored
 */
export function mapReader(map: HostMap): (x: number, y: number, z: number) => [number, number] | null {
  const { lengths, shape, fields, memory } = map;
  const [mx, my, mz] = shape;
  const [by, bz] = [my / 4, mz / 8];
  const blocks = new Int32Array(memory.buffer, map.table, (mx / 4) * by * bz);
  const data = new Float32Array(memory.buffer, map.data);
  const inverse = shape.map((n, k) => n / lengths[k]!) as [number, number, number];
  return (x, y, z) => {
    const scaled = [x * inverse[0], y * inverse[1], z * inverse[2]] as const;
    const [ci, cj, ck] = scaled.map((u, k) => Math.min(shape[k]! - 1, Math.trunc(u))) as [number, number, number];
    const [wx, wy, wz] = [weights(scaled[0] - ci), weights(scaled[1] - cj), weights(scaled[2] - ck)];
    const block = (a: number, b: number): number => {
      const i = (ci - 1 + a + mx) % mx;
      const j = (cj - 1 + b + my) % my;
      const number = blocks[((i >> 2) * by + (j >> 2)) * bz + (ck >> 3)]!;
      const column = ((i & 3) << 2) | (j & 3);
      return number < 0 ? -1 : (blockColumns * number + column) * columnKnots * fields + (ck & 7) * fields;
    };
    const sums = new Float32Array(4 * fields);
    for (let a = 0; a < 4; a++) {
      const columns = [0, 1, 2, 3].map((b) => block(a, b));
      if (columns.includes(-1)) return null;
      for (let lane = 0; lane < 4 * fields; lane++) {
        let sum = f32(wy[0]! * data[columns[0]! + lane]!);
        for (let b = 1; b < 4; b++) sum = f32(sum + f32(wy[b]! * data[columns[b]! + lane]!));
        sums[lane] = f32(sums[lane]! + f32(wx[a]! * sum));
      }
    }
    const along = (q: number): number => {
      const at = (k: number): number => wz[k]! * sums[fields * k + q]!;
      return at(0) + at(1) + (at(2) + at(3));
    };
    return [along(0), along(fields - 1)];
  };
}
