/** Carbon in the three-dimensional view: bonds as thin cylinders, rings filled to sheets. Browser code, part of the viewer. */
import {
  BufferAttribute,
  BufferGeometry,
  Color,
  CylinderGeometry,
  DoubleSide,
  Group,
  InstancedMesh,
  type Material,
  Matrix4,
  Mesh,
  MeshLambertMaterial,
  type Object3D,
  Points,
  Quaternion,
  Vector3,
} from 'three';
import { nearPairs } from './near-pairs.ts';
import { bytes } from './places.ts';
import { type FilledRings, filledRings } from './rings.ts';
import type { Scene } from './scene.ts';
import { carbonColors, sheetColor } from './theme.ts';

/** Carbons that are drawn, and how they are bonded. */
export interface Carbons {
  /** [N, 3] Å */
  readonly positions: Float32Array;
  /** [N] number of a colour */
  readonly kinds: Uint8Array;
  /** [B, 2] */
  readonly bonds: Uint32Array;
  readonly colors: readonly string[];
}

/** Carbons of a scene without those that are not shown, in the numbers that they have in the scene. */
export function carbonsOf(host: Scene['host'], positions: Float32Array, shown: Uint8Array): Carbons {
  const bonds =
    typeof host.bonds === 'number'
      ? nearPairs(positions, 3, shown, host.bonds)
      : new Uint32Array(bytes(host.bonds)).filter((_, k, all) => {
          const first = k - (k % 2);
          return shown[all[first]!]! + shown[all[first + 1]!]! === 2;
        });
  return { positions, kinds: new Uint8Array(bytes(host.kinds)), bonds, colors: inksOf(host) };
}

/** Colours of the kinds of carbon. */
export function inksOf(host: Scene['host']): readonly string[] {
  return host.palette?.map(({ color }) => color) ?? carbonColors;
}

/** Bonds, strong edges in the colour of edge guests, and sheets where they are asked for. */
export function bondedCarbon({ positions, kinds, bonds, colors }: Carbons, filled: boolean): Group {
  const carbon = new Group();
  carbon.add(
    cylinders(
      positions,
      kinds,
      bonds,
      colors.map((color) => new Color(color)),
    ),
  );
  if (filled) carbon.add(sheets(positions, filledRings(bonds, positions.length / 3)));
  return carbon;
}

/** Lets go of what the graphics card holds of a drawing. */
export function release(drawing: Object3D): void {
  drawing.traverse((part) => {
    if (part instanceof Mesh || part instanceof Points) {
      part.geometry.dispose();
      (part.material as Material).dispose();
    }
    if (part instanceof InstancedMesh) part.dispose();
  });
}

function cylinders(positions: Float32Array, kinds: Uint8Array, bonds: Uint32Array, colors: Color[]): InstancedMesh {
  const at = (i: number): Vector3 => new Vector3().fromArray(positions, 3 * i);
  const count = bonds.length / 2;
  const mesh = new InstancedMesh(new CylinderGeometry(0.13, 0.13, 1, 6, 1, true), new MeshLambertMaterial(), count);
  const up = new Vector3(0, 1, 0);
  const turn = new Quaternion();
  const matrix = new Matrix4();
  for (let k = 0; k < count; k++) {
    const [i, j] = [bonds[2 * k]!, bonds[2 * k + 1]!];
    const bond = at(j).sub(at(i));
    const length = bond.length();
    turn.setFromUnitVectors(up, bond.clone().divideScalar(length));
    mesh.setMatrixAt(k, matrix.compose(at(i).addScaledVector(bond, 0.5), turn, new Vector3(1, length, 1)));
    mesh.setColorAt(k, colors[Math.max(kinds[i]!, kinds[j]!)]!);
  }
  mesh.frustumCulled = false;
  return mesh;
}

/** Rings as fans around their middles, shaded by how they are turned. */
function sheets(positions: Float32Array, { start, atoms }: FilledRings): Mesh {
  const points = new Float32Array(9 * atoms.length);
  let at = 0;
  for (let r = 0; r + 1 < start.length; r++) {
    const ring = atoms.subarray(start[r]!, start[r + 1]!);
    const middle = [0, 1, 2].map((d) => ring.reduce((sum, i) => sum + positions[3 * i + d]!, 0) / ring.length);
    for (const [k, i] of ring.entries()) {
      const j = ring[(k + 1) % ring.length]!;
      points.set([...middle, ...positions.subarray(3 * i, 3 * i + 3), ...positions.subarray(3 * j, 3 * j + 3)], at);
      at += 9;
    }
  }
  const geometry = new BufferGeometry();
  geometry.setAttribute('position', new BufferAttribute(points, 3));
  geometry.computeVertexNormals();
  return new Mesh(
    geometry,
    new MeshLambertMaterial({
      color: sheetColor,
      side: DoubleSide,
      transparent: true,
      opacity: 0.6,
      depthWrite: false,
    }),
  );
}
