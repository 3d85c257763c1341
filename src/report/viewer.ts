/**
 * The three-dimensional view of report.html: carbon as thin bonds, guests as spheres. Browser code, bundled into the page by
 * scripts/build-viewer.ts. Draws only when something changed.
 */
import {
  AmbientLight,
  BufferAttribute,
  BufferGeometry,
  Color,
  CylinderGeometry,
  DirectionalLight,
  Fog,
  HemisphereLight,
  InstancedMesh,
  LineBasicMaterial,
  LineSegments,
  Matrix4,
  MeshLambertMaterial,
  MeshStandardMaterial,
  PerspectiveCamera,
  Quaternion,
  SphereGeometry,
  Scene as Stage,
  Vector3,
  WebGLRenderer,
} from 'three';
import { OrbitControls } from 'three/addons/controls/OrbitControls.js';
import type { Scene } from './scene.ts';

/** More bonds than this are drawn as plain lines. */
const mostCylinders = 60_000;
const carbonColors = ['#7c8794', '#a48fae', '#8e4a9e'];
const loneColor = '#9aa3ad';
const clusterColors = ['#eda93b', '#2f8f9d', '#c8432b', '#86b34d', '#1f6fb4', '#8e4a9e', '#d77fa1', '#7a5c3a'];

const holder = document.getElementById('viewer');
const data = document.getElementById('scene');
if (holder && data) {
  try {
    show(holder, JSON.parse(data.textContent ?? '') as Scene);
  } catch (error) {
    const note = document.createElement('p');
    note.className = 'note';
    note.textContent =
      'This browser offers no WebGL, which the three-dimensional view needs. Every structure also lies beside this page as .xyz.';
    holder.replaceChildren(note);
    console.warn(error);
  }
}

function bytes(text: string): ArrayBuffer {
  return Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer;
}

function show(element: HTMLElement, scene: Scene): void {
  const renderer = new WebGLRenderer({ antialias: true, alpha: true, preserveDrawingBuffer: true });
  renderer.setPixelRatio(Math.min(2, devicePixelRatio));
  element.replaceChildren(renderer.domElement);
  renderer.domElement.setAttribute('role', 'img');
  renderer.domElement.setAttribute('aria-label', `Carbon with ${scene.guest}, rotatable`);

  const [a, b, c] = [0, 3, 6].map((k) => new Vector3(...(scene.cell.slice(k, k + 3) as [number, number, number])));
  const center = new Vector3().add(a!).add(b!).add(c!).multiplyScalar(0.5);
  const size = center.length();
  const stage = new Stage();
  const camera = new PerspectiveCamera(30, 1, size / 20, size * 20);
  camera.position.copy(center).add(new Vector3(1.9, 1.1, 3.1).setLength(size * 3.5));
  const sun = new DirectionalLight(0xffffff, 1.7);
  sun.position.set(-0.5, 0.8, 1);
  camera.add(sun);
  stage.add(camera, new HemisphereLight(0xffffff, 0x8890a0, 1.2), new AmbientLight(0xffffff, 0.25));

  const frame = new LineSegments(
    cellEdges(a!, b!, c!),
    new LineBasicMaterial({ color: 0x8a94a0, transparent: true, opacity: 0.5 }),
  );
  const carbon = carbonOf(scene.host);
  stage.add(frame, carbon);

  const controls = new OrbitControls(camera, renderer.domElement);
  controls.target.copy(center);
  controls.update();
  // the page must still scroll: the wheel zooms only after a click into the view, a vertical swipe stays with the page
  controls.enableZoom = false;
  renderer.domElement.style.touchAction = 'pan-y';
  renderer.domElement.addEventListener('pointerdown', () => (controls.enableZoom = true));
  renderer.domElement.addEventListener('pointerleave', () => (controls.enableZoom = false));

  let queued = false;
  const draw = (): void => {
    if (queued) return;
    queued = true;
    requestAnimationFrame(() => {
      queued = false;
      const distance = camera.position.distanceTo(center);
      const background = new Color(getComputedStyle(element).backgroundColor);
      stage.fog = new Fog(background, Math.max(0.1, distance - size * 0.7), distance + size * 1.9);
      renderer.render(stage, camera);
    });
  };
  controls.addEventListener('change', draw);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
  new ResizeObserver(() => {
    renderer.setSize(element.clientWidth, element.clientHeight);
    camera.aspect = element.clientWidth / element.clientHeight;
    camera.zoom = Math.min(1, camera.aspect);
    camera.updateProjectionMatrix();
    draw();
  }).observe(element);

  let state = scene.states.find((s) => s.name === 'half-plateau') ?? scene.states[0];
  let byCluster = false;
  let guests: InstancedMesh | undefined;
  const buttons = document.getElementById('viewer-controls')!;
  const refresh = (): void => {
    if (guests) {
      stage.remove(guests);
      guests.geometry.dispose();
      guests.dispose();
    }
    if (state) {
      guests = guestsOf(scene, state, byCluster);
      stage.add(guests);
    }
    document.getElementById('viewer-caption')!.textContent =
      `${state?.caption ?? scene.caption ?? ''}. Drag to turn; click, then scroll to zoom.`;
    describe(scene, state, byCluster);
    draw();
  };
  const offered = scene.states.filter(({ label }) => label !== '');
  const stateButtons = offered.map((s) => {
    const button = addButton(buttons, s.label, () => {
      state = s;
      for (const [i, other] of stateButtons.entries()) press(other, offered[i] === s);
      refresh();
    });
    press(button, s === state);
    return button;
  });
  const gap = document.createElement('span');
  gap.className = 'gap';
  buttons.append(gap);
  if (state && state.clusters !== '') {
    const toggleColors = addButton(buttons, 'Colour by cluster', () => {
      byCluster = !byCluster;
      press(toggleColors, byCluster);
      refresh();
    });
    press(toggleColors, false);
  }
  if (state) {
    const toggleCarbon = addButton(buttons, 'Carbon', () => {
      carbon.visible = !carbon.visible;
      press(toggleCarbon, carbon.visible);
      draw();
    });
    press(toggleCarbon, true);
  }
  refresh();
}

function addButton(parent: HTMLElement, label: string, onClick: () => void): HTMLButtonElement {
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = label;
  button.addEventListener('click', onClick);
  parent.append(button);
  return button;
}

function press(button: HTMLButtonElement, on: boolean): void {
  button.setAttribute('aria-pressed', String(on));
}

/** The twelve edges of the box. */
function cellEdges(a: Vector3, b: Vector3, c: Vector3): BufferGeometry {
  const corner = (i: number, j: number, k: number): Vector3 =>
    new Vector3().addScaledVector(a, i).addScaledVector(b, j).addScaledVector(c, k);
  const points: Vector3[] = [];
  for (const i of [0, 1]) {
    for (const j of [0, 1]) {
      points.push(corner(0, i, j), corner(1, i, j), corner(i, 0, j), corner(i, 1, j), corner(i, j, 0), corner(i, j, 1));
    }
  }
  return new BufferGeometry().setFromPoints(points);
}

/** Bonds as thin cylinders, strong edges in the colour of edge guests; plain lines when there are too many. */
function carbonOf(host: Scene['host']): InstancedMesh | LineSegments {
  const positions = new Float32Array(bytes(host.positions));
  const kinds = new Uint8Array(bytes(host.kinds));
  const bonds = new Uint32Array(bytes(host.bonds));
  const at = (i: number): Vector3 => new Vector3().fromArray(positions, 3 * i);
  const colors = (host.palette?.map(({ color }) => color) ?? carbonColors).map((color) => new Color(color));
  const count = bonds.length / 2;
  if (count > mostCylinders) {
    const geometry = new BufferGeometry();
    geometry.setAttribute('position', new BufferAttribute(positions, 3));
    geometry.setIndex(new BufferAttribute(bonds, 1));
    return new LineSegments(
      geometry,
      new LineBasicMaterial({ color: carbonColors[0], transparent: true, opacity: 0.7 }),
    );
  }
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
  return mesh;
}

function clusterColor(rank: number): string {
  return rank === 0 ? loneColor : clusterColors[(rank - 1) % clusterColors.length]!;
}

function guestsOf(scene: Scene, state: Scene['states'][number], byCluster: boolean): InstancedMesh {
  const positions = new Float32Array(bytes(state.positions));
  const classes = new Uint8Array(bytes(state.classes));
  const clusters = new Uint16Array(bytes(state.clusters));
  const count = positions.length / 3;
  const fine = count < 4000;
  const mesh = new InstancedMesh(
    new SphereGeometry(scene.radius, fine ? 24 : 12, fine ? 16 : 8),
    new MeshStandardMaterial({ roughness: 0.38, metalness: 0.05 }),
    count,
  );
  const matrix = new Matrix4();
  for (let i = 0; i < count; i++) {
    const scale = (scene.classes[classes[i]!]!.radius ?? scene.radius) / scene.radius;
    matrix.makeScale(scale, scale, scale).setPosition(positions[3 * i]!, positions[3 * i + 1]!, positions[3 * i + 2]!);
    mesh.setMatrixAt(i, matrix);
    mesh.setColorAt(i, new Color(byCluster ? clusterColor(clusters[i]!) : scene.classes[classes[i]!]!.color));
  }
  mesh.frustumCulled = false;
  return mesh;
}

/** Legend with the number of guests of each colour, and what the colours of the bonds mean. */
function describe(scene: Scene, state: Scene['states'][number] | undefined, byCluster: boolean): void {
  const classes = new Uint8Array(bytes(state?.classes ?? ''));
  const clusters = new Uint16Array(bytes(state?.clusters ?? ''));
  const biggest = Math.min(
    4,
    clusters.reduce((most, rank) => Math.max(most, rank), 0),
  );
  const entries = byCluster
    ? [0, ...Array.from({ length: biggest }, (_, k) => k + 1)].map((rank) => ({
        color: clusterColor(rank),
        text: `${rank === 0 ? 'lone guests' : `cluster ${rank}`} ${clusters.filter((r) => r === rank).length}`,
      }))
    : scene.classes.map(({ name, color }, k) => ({ color, text: `${name} ${classes.filter((x) => x === k).length}` }));
  const kinds = scene.host.palette?.map(({ name, color }) => ({ color, text: name, bond: true })) ?? [
    { color: carbonColors[2]!, text: 'strong carbon edges', bond: true },
  ];
  document.getElementById('viewer-legend')!.replaceChildren(
    ...[...entries, ...kinds].map(({ color, text, ...as }) => {
      const item = document.createElement('span');
      const dot = document.createElement('i');
      if ('bond' in as) dot.className = 'bond';
      dot.style.background = color;
      item.append(dot, text);
      return item;
    }),
  );
}
