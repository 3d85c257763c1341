/** Carbon in the three-dimensional view: bonds as thin cylinders, rings filled to sheets. Browser code, part of the viewer. */
import {
  BufferAttribute,
  BufferGeometry,
  Color,
  CylinderGeometry,
  DoubleSide,
  Group,
  InstancedMesh,
  LineBasicMaterial,
  LineSegments,
  Matrix4,
  Mesh,
  MeshLambertMaterial,
  Quaternion,
  Vector3,
} from 'three';
import type { Scene } from './scene.ts';
import { carbonColors, sheetColor } from './theme.ts';
import { smallRings } from './viewer-rings.ts';
import type { Part } from './viewer-space.ts';

/** More bonds than this are drawn as plain lines. */
const mostCylinders = 60_000;

/** Bytes of base64. */
export function bytes(text: string): ArrayBuffer {
  return Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer;
}

/**
 * Bonds, strong edges in the colour of edge guests, and sheets where the scene asks for them.
 *
 * @param isShown  whether what stands there is drawn, Å
 */
export function carbonOf(host: Scene['host'], isShown: Part): Group {
  const positions = new Float32Array(bytes(host.positions));
  const kinds = new Uint8Array(bytes(host.kinds));
  const shown = Uint8Array.from({ length: positions.length / 3 }, (_, i) =>
    isShown(positions[3 * i]!, positions[3 * i + 1]!, positions[3 * i + 2]!) ? 1 : 0,
  );
  const all = new Uint32Array(bytes(host.bonds));
  const bonds = all.filter((_, k) => shown[all[k - (k % 2)]!]! + shown[all[k - (k % 2) + 1]!]! === 2);
  const colors = (host.palette?.map(({ color }) => color) ?? carbonColors).map((color) => new Color(color));
  const carbon = new Group();
  carbon.add(bonds.length / 2 > mostCylinders ? lines(positions, bonds) : cylinders(positions, kinds, bonds, colors));
  if (host.filled) carbon.add(sheets(positions, smallRings(bonds, shown.length)));
  return carbon;
}

/** Lets go of what the graphics card holds of a drawing. */
export function release(drawing: Group | InstancedMesh): void {
  drawing.traverse((part) => {
    if (part instanceof Mesh || part instanceof LineSegments) part.geometry.dispose();
    if (part instanceof InstancedMesh) part.dispose();
  });
}

function lines(positions: Float32Array, bonds: Uint32Array): LineSegments {
  const geometry = new BufferGeometry();
  geometry.setAttribute('position', new BufferAttribute(positions, 3));
  geometry.setIndex(new BufferAttribute(bonds, 1));
  return new LineSegments(geometry, new LineBasicMaterial({ color: carbonColors[0], transparent: true, opacity: 0.7 }));
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
function sheets(positions: Float32Array, rings: readonly (readonly number[])[]): Mesh {
  const triangles = rings.reduce((sum, ring) => sum + ring.length, 0);
  const points = new Float32Array(9 * triangles);
  let at = 0;
  for (const ring of rings) {
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
