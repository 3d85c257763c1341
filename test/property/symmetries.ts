/**
 * What every energy function keeps, whatever its form: forces and virial are its derivatives, and neither place, direction,
 * order of the atoms nor choice of images matters. Each test file brings a model and a source of frames.
 */
import { expect, it } from 'vitest';
import { cellFromMatrix } from '../../src/core/cell.ts';
import { atomCount, type Frame } from '../../src/core/frame.ts';
import type { RandomStream } from '../../src/core/random.ts';
import { type Evaluation, evaluate } from '../../src/model/evaluate.ts';
import type { Model } from '../../src/model/model.ts';

/** Runs a property over many frames; `random` is for directions, turns and orders. */
export type EachFrame = (property: (frame: Frame, random: RandomStream) => void) => void;

const displaced = (frame: Frame, along: ArrayLike<number>, h: number): Frame => ({
  ...frame,
  rows: frame.rows.map((x, k) => (k % 4 === 3 ? x : x + h * along[k]!)),
});

/** r → (1 + h e_a e_bᵀ) r of atoms and cell. */
function strained(frame: Frame, a: number, b: number, h: number): Frame {
  const strain = (m: Float64Array, width: number) => m.map((x, k) => (k % width === a ? x + h * m[k - a + b]! : x));
  return {
    ...frame,
    cell: cellFromMatrix(strain(frame.cell.matrix, 3), frame.cell.periodic),
    rows: strain(frame.rows, 4),
  };
}

/** dU/dx at x = 0 by the five-point difference. */
const derivative = (u: (x: number) => number, h: number): number =>
  (u(-2 * h) - u(2 * h) + 8 * (u(h) - u(-h))) / (12 * h);

/** largest force component, for scale */
const largestForce = ({ forces }: Pick<Evaluation, 'forces'>): number =>
  forces.reduce((worst, f, k) => (k % 4 === 3 ? worst : Math.max(worst, Math.abs(f))), 0);

function expectClose(a: ArrayLike<number>, b: ArrayLike<number>, tolerance: number): void {
  expect(a.length).toBe(b.length);
  for (let k = 0; k < a.length; k++) expect(Math.abs(a[k]! - b[k]!)).toBeLessThan(tolerance);
}

/**
 * Registers the tests.
 *
 * @param step   Å, of the differences along random directions of all atoms; the frames should be smooth over ten times it
 * @param small  eV/Å: forces below this are held to the same absolute error
 */
export function keepsItsSymmetries(model: Model, each: EachFrame, step = 1e-4, small = 1): void {
  const scaleOf = (one: Pick<Evaluation, 'forces'>): number => small + largestForce(one);
  const energy = (frame: Frame): number => evaluate(model, frame).energy;

  it('forces are −dU/dr', () => {
    each((frame, random) => {
      const whole = evaluate(model, frame);
      const along = (direction: Float64Array): void => {
        const slope = derivative((x) => energy(displaced(frame, direction, x)), step);
        const work = direction.reduce((sum, d, k) => (k % 4 === 3 ? sum : sum + d * whole.forces[k]!), 0);
        expect(Math.abs(work + slope)).toBeLessThan(1e-6 * scaleOf(whole));
      };
      // all atoms at once, along random directions, then single coordinates
      for (let k = 0; k < 3; k++) along(frame.rows.map(() => random.normal()));
      for (let k = 0; k < 6; k++) {
        const single = new Float64Array(frame.rows.length);
        single[4 * random.integer(atomCount(frame)) + random.integer(3)] = 1;
        along(single);
      }
    });
  });

  it('virial is −dU/dstrain, all nine components', () => {
    each((frame) => {
      const whole = evaluate(model, frame);
      for (let a = 0; a < 3; a++) {
        for (let b = 0; b < 3; b++) {
          const slope = derivative((x) => energy(strained(frame, a, b, x)), step / 5);
          expect(Math.abs(whole.virial[3 * a + b]! + slope)).toBeLessThan(5e-6 * scaleOf(whole));
        }
      }
    });
  });

  it('forces add up to nothing, atom energies to the energy, atom virials to the virial', () => {
    each((frame) => {
      const { forces, energies, energy: whole, virial, virials } = evaluate(model, frame, undefined, true);
      const total = [0, 0, 0];
      forces.forEach((f, k) => {
        if (k % 4 < 3) total[k % 4]! += f;
      });
      expectClose(total, [0, 0, 0], 1e-10 * scaleOf({ forces }));
      expect(Math.abs(energies.reduce((sum, u) => sum + u, 0) - whole)).toBeLessThan(1e-12 * (1 + Math.abs(whole)));
      energies.forEach((u, i) => {
        expect(forces[4 * i + 3]).toBe(u);
      });
      const shared = new Float64Array(9);
      virials!.forEach((w, k) => {
        shared[k % 9]! += w;
      });
      expectClose(shared, virial, 1e-10 * scaleOf({ forces }));
    });
  });

  it('moving everything, or single atoms by lattice vectors, changes nothing', () => {
    each((frame, random) => {
      const whole = evaluate(model, frame);
      const shift = [5 * random.normal(), 5 * random.normal(), 5 * random.normal()];
      const m = frame.cell.matrix;
      const wide = frame.cell.periodic[0] ? 5 : 1;
      const moved = frame.rows.slice();
      for (let i = 0; i < atomCount(frame); i++) {
        const images = [0, 1, 2].map(() => random.integer(wide) - (wide >> 1));
        for (let k = 0; k < 3; k++) {
          moved[4 * i + k]! += shift[k]! + images.reduce((sum, n, row) => sum + n * m[3 * row + k]!, 0);
        }
      }
      const after = evaluate(model, { ...frame, rows: moved });
      const tolerance = 1e-9 * scaleOf(whole);
      expectClose(after.forces, whole.forces, tolerance);
      expectClose(after.virial, whole.virial, 20 * tolerance);
    });
  });

  it('turning frame and cell turns forces and virial', () => {
    each((frame, random) => {
      const [w, x, y, z] = random.quaternion();
      const turn = [
        1 - 2 * (y * y + z * z),
        2 * (x * y - w * z),
        2 * (x * z + w * y),
        2 * (x * y + w * z),
        1 - 2 * (x * x + z * z),
        2 * (y * z - w * x),
        2 * (x * z - w * y),
        2 * (y * z + w * x),
        1 - 2 * (x * x + y * y),
      ];
      const turned = (m: Float64Array, width: number): Float64Array =>
        m.map((value, k) => {
          const a = k % width;
          return a === 3 ? value : [0, 1, 2].reduce((sum, b) => sum + turn[3 * a + b]! * m[k - a + b]!, 0);
        });
      const before = evaluate(model, frame);
      const cell = cellFromMatrix(turned(frame.cell.matrix, 3), frame.cell.periodic);
      const after = evaluate(model, { ...frame, cell, rows: turned(frame.rows, 4) });
      const tolerance = 1e-9 * scaleOf(before);
      expectClose(after.forces, turned(before.forces, 4), tolerance);
      // R W Rᵀ: rows are turned, then the transpose's rows
      const transposed = (m: Float64Array): Float64Array => m.map((_, k) => m[3 * (k % 3) + Math.floor(k / 3)]!);
      expectClose(after.virial, transposed(turned(transposed(turned(before.virial, 3)), 3)), 20 * tolerance);
    });
  });

  it('doubling the cell doubles energy and virial and leaves the forces', () => {
    each((frame, random) => {
      const axis = random.integer(3);
      if (!frame.cell.periodic[axis]) return;
      const m = frame.cell.matrix;
      const twin = frame.rows.map((x, k) => (k % 4 === 3 ? x : x + m[3 * axis + (k % 4)]!));
      const matrix = m.map((x, k) => (Math.floor(k / 3) === axis ? 2 * x : x));
      const before = evaluate(model, frame);
      const after = evaluate(model, {
        ...frame,
        cell: cellFromMatrix(matrix, frame.cell.periodic),
        rows: Float64Array.of(...frame.rows, ...twin),
      });
      const tolerance = 1e-9 * scaleOf(before);
      expectClose(after.forces, Float64Array.of(...before.forces, ...before.forces), tolerance);
      expectClose(
        after.virial,
        before.virial.map((w) => 2 * w),
        20 * tolerance,
      );
    });
  });

  it('the order of the atoms does not matter', () => {
    each((frame, random) => {
      const order = random.shuffle(Array.from({ length: atomCount(frame) }, (_, i) => i));
      const shuffled = (rows: Float64Array): Float64Array =>
        Float64Array.from(order.flatMap((i) => [...rows.subarray(4 * i, 4 * i + 4)]));
      const before = evaluate(model, frame);
      const after = evaluate(model, { ...frame, rows: shuffled(frame.rows) });
      expectClose(after.forces, shuffled(before.forces), 1e-10 * scaleOf(before));
      expect(Math.abs(after.energy - before.energy)).toBeLessThan(1e-11 * (1 + Math.abs(before.energy)));
    });
  });
}
