/**
 * The host map through gpu.js: V_ion and V_met summed at equal knots, bent over above 0.3 eV as a spline cannot follow a wall, then made into
 * coefficients of a periodic cubic B-spline. The same construction as kernels/gpu/build-map.wgsl, from other tables, by other code.
 */
import { SpecError } from '../../core/errors.ts';
import type { Frame } from '../../core/frame.ts';
import { prefilterSource, splineSource } from '../../generated/gpujs.ts';
import type { Model } from '../../model/model.ts';
import { saturated } from '../../model/saturation.ts';
import type { GpuJs } from './device.ts';
import { gpuJsHost } from './points.ts';
import { guestFields } from './radials.ts';

/** eV; the bend of kernels/gpu/host.wgsl */
const bendFrom = 0.3;
const bendWidth = 4;

const bent = (v: number): number =>
  v > bendFrom ? bendFrom + bendWidth * Math.tanh(Math.min(10, (v - bendFrom) / bendWidth)) : v;

function straight(b: number): number {
  if (b <= bendFrom) return b;
  const u = Math.min(0.9999, (b - bendFrom) / bendWidth);
  return bendFrom + 0.5 * bendWidth * Math.log((1 + u) / (1 - u));
}

export interface GpuJsHostMap {
  /** knots along x, y, z */
  readonly shape: readonly [number, number, number];
  /** [nx, ny, nz, 2] coefficients of (V_ion, V_met) */
  readonly coefficients: Float32Array;
  /**
   * Both fields read from the map, V_ion saturated.
   *
   * @param points  [n, 4] rows (x, y, z, any), Å
   * @returns       [n, 2] eV
   */
  read(points: Float64Array): Promise<Float64Array>;
}

/**
 * Builds the map of a host.
 *
 * @param spacing  distance of the knots at most, Å
 * @throws SpecError   a box that is not orthorhombic and periodic
 * @throws ModelError  the model is no sum of radial functions for this guest
 */
export async function gpuJsHostMap(
  gpujs: GpuJs,
  model: Model,
  guest: string,
  host: Frame,
  spacing = 0.2,
): Promise<GpuJsHostMap> {
  const { cell } = host;
  if (!cell.orthorhombic || !cell.periodic.every(Boolean))
    throw new SpecError('a host map needs an orthorhombic periodic box');
  const edges = [0, 4, 8].map((k) => cell.matrix[k]!) as [number, number, number];
  const shape = edges.map((l) => Math.max(4, Math.ceil(l / spacing))) as [number, number, number];
  const [nx, ny, nz] = shape;
  const values = [new Float32Array(nx * ny * nz), new Float32Array(nx * ny * nz)] as const;
  const field = gpuJsHost(gpujs, model, guest, host);
  for (let i = 0; i < nx; i++) {
    const points = new Float64Array(4 * ny * nz);
    for (let v = 0; v < ny * nz; v++) {
      points.set([(i * edges[0]) / nx, (Math.floor(v / nz) * edges[1]) / ny, ((v % nz) * edges[2]) / nz, 0], 4 * v);
    }
    const fields = await field.fields(points);
    for (let v = 0; v < ny * nz; v++) {
      const overlaps = fields[3 * v + 2]! > 0;
      values.forEach((own, k) => {
        own[i * ny * nz + v] = overlaps ? bendFrom + bendWidth : bent(fields[3 * v + k]!);
      });
    }
  }
  field.destroy();
  const coefficients = new Float32Array(2 * nx * ny * nz);
  for (const [k, own] of values.entries()) {
    for (const axis of [0, 1, 2] as const) await filter(gpujs, own, shape, axis);
    own.forEach((c, at) => {
      coefficients[2 * at + k] = c;
    });
  }
  const { saturation } = guestFields(model, guest, host.species);
  return {
    shape,
    coefficients,
    async read(points) {
      const n = points.length / 4;
      const inKnots = new Float32Array(3 * n);
      for (let i = 0; i < n; i++) {
        for (let k = 0; k < 3; k++) {
          const turns = points[4 * i + k]! / edges[k]!;
          inKnots[3 * i + k] = (turns - Math.floor(turns)) * shape[k]!;
        }
      }
      const program = gpujs.program(splineSource, n, 4, { whole: { nx, ny, nz } });
      const rows = await program.run(inKnots, coefficients);
      program.destroy();
      return Float64Array.from({ length: 2 * n }, (_, at) => {
        const v = straight(rows[4 * (at >> 1) + (at & 1)]!);
        return at & 1 ? v : saturated(v, saturation);
      });
    },
  };
}

/** Filters along one axis in place, plane by plane. */
async function filter(
  gpujs: GpuJs,
  values: Float32Array,
  [nx, ny, nz]: readonly [number, number, number],
  axis: 0 | 1 | 2,
): Promise<void> {
  const strides = [ny * nz, nz, 1] as const;
  const counts = [nx, ny, nz] as const;
  // planes hold the filtered axis and another one; there is one for every knot of the third
  const [other, third] = [
    [1, 2],
    [2, 0],
    [1, 0],
  ][axis] as [number, number];
  const [n, m] = [counts[axis], counts[other]!];
  const program = gpujs.program(prefilterSource, n * m, 1, { whole: { n, m } });
  const plane = new Float32Array(n * m);
  for (let p = 0; p < counts[third]!; p++) {
    const at = (i: number, j: number): number => p * strides[third]! + i * strides[axis] + j * strides[other]!;
    for (let i = 0; i < n; i++) for (let j = 0; j < m; j++) plane[i * m + j] = values[at(i, j)]!;
    const filtered = await program.run(plane);
    for (let i = 0; i < n; i++) for (let j = 0; j < m; j++) values[at(i, j)] = filtered[i * m + j]!;
  }
  program.destroy();
}
