/** Box, slab and camera of the three-dimensional view. Browser code, part of the viewer. */
import { BufferGeometry, Matrix4, type PerspectiveCamera, Quaternion, Vector3 } from 'three';
import type { Scene } from './scene.ts';

/** Whether what stands there is drawn, Å. */
export type Part = (x: number, y: number, z: number) => boolean;

/** The whole box. */
export const everywhere: Part = () => true;

/** The cell of a scene. */
export class Box {
  readonly sides: readonly [Vector3, Vector3, Vector3];
  readonly center: Vector3;
  readonly slab: Scene['slab'];

  constructor({ cell, slab }: Pick<Scene, 'cell' | 'slab'>) {
    const side = (k: number): Vector3 => new Vector3().fromArray(cell, 3 * k);
    this.sides = [side(0), side(1), side(2)];
    this.center = this.at(0.5, 0.5, 0.5);
    this.slab = slab;
  }

  /** Half of the diagonal, Å. */
  get size(): number {
    return this.center.length();
  }

  /** Where fractions of the sides lie. */
  at(...fractions: readonly [number, number, number]): Vector3 {
    return this.sides.reduce((sum, side, k) => sum.addScaledVector(side, fractions[k]!), new Vector3());
  }

  /** The place of a slab: the plane through the middle, in the slab. */
  get within(): Part {
    const across = this.#axes()[2]!;
    const middle = across.dot(this.center);
    const half = (this.slab?.thickness ?? Infinity) / 2;
    return (x, y, z) => Math.abs(across.x * x + across.y * y + across.z * z - middle) <= half;
  }

  /** The two sides that the slab lies along, c upright. */
  #face(): [Vector3, Vector3] {
    const [first, second] = this.sides.filter((_, k) => k !== (this.slab?.axis ?? 2));
    return [first!, second!];
  }

  /** To the right, up, and towards the eye, when the slab lies before it. */
  #axes(): [Vector3, Vector3, Vector3] {
    const [first, second] = this.#face();
    const right = first.clone().normalize();
    const across = new Vector3().crossVectors(right, second).normalize();
    return [right, new Vector3().crossVectors(across, right), across];
  }

  /** The turn that brings the slab before the eye. */
  get turn(): Quaternion {
    return new Quaternion().setFromRotationMatrix(new Matrix4().makeBasis(...this.#axes())).invert();
  }

  /** In front of the slab, a little aside, so that its depth is seen; or where all of the box is. The box is turned by `turn`. */
  place(camera: PerspectiveCamera, inSlab: boolean): void {
    if (!this.slab || !inSlab) {
      camera.position.copy(this.center).add(new Vector3(1.9, 1.1, 3.1).setLength(this.size * 3.75));
      return;
    }
    const half = Math.max(...this.#face().map((side) => side.length())) / 2;
    const far = (1.06 * half) / Math.tan((camera.fov * Math.PI) / 360) + this.slab.thickness / 2;
    camera.position.copy(this.center).add(new Vector3(0.1, 0.06, 1).setLength(far));
  }

  /** The twelve edges of the box, or of the slab. */
  edges(inSlab: boolean): BufferGeometry {
    const { axis = -1, thickness = 0 } = (inSlab ? this.slab : undefined) ?? {};
    const height = axis < 0 ? 1 : Math.abs(this.sides[axis]!.dot(this.#axes()[2]!));
    const end = (k: number, i: number): number => (k === axis ? 0.5 + (i - 0.5) * (thickness / height) : i);
    const corner = (i: number, j: number, k: number): Vector3 => this.at(end(0, i), end(1, j), end(2, k));
    const points = [0, 1].flatMap((i) =>
      [0, 1].flatMap((j) => [
        ...[corner(0, i, j), corner(1, i, j)],
        ...[corner(i, 0, j), corner(i, 1, j)],
        ...[corner(i, j, 0), corner(i, j, 1)],
      ]),
    );
    return new BufferGeometry().setFromPoints(points);
  }
}
