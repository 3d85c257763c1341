/**
 * The three-dimensional view of report.html: carbon as thin bonds, guests as spheres. Browser code, bundled into the page by
 * scripts/build-viewer.ts. Draws only when something changed.
 */
import {
  AmbientLight,
  Color,
  DirectionalLight,
  Fog,
  Group,
  HemisphereLight,
  InstancedMesh,
  LineBasicMaterial,
  LineSegments,
  Matrix4,
  MeshStandardMaterial,
  PerspectiveCamera,
  SphereGeometry,
  Scene as Stage,
  WebGLRenderer,
} from 'three';
import { OrbitControls } from 'three/addons/controls/OrbitControls.js';
import type { Scene } from './scene.ts';
import { carbonColors, clusterColors, loneColor } from './theme.ts';
import { bytes, carbonOf, release } from './viewer-carbon.ts';
import { Box, everywhere, type Part } from './viewer-space.ts';

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

function show(element: HTMLElement, scene: Scene): void {
  const renderer = new WebGLRenderer({ antialias: true, alpha: true, preserveDrawingBuffer: true });
  renderer.setPixelRatio(Math.min(2, devicePixelRatio));
  element.replaceChildren(renderer.domElement);
  renderer.domElement.setAttribute('role', 'img');
  renderer.domElement.setAttribute('aria-label', `Carbon with ${scene.guest}, rotatable`);

  const box = new Box(scene);
  const { center, size } = box;
  const stage = new Stage();
  // everything that is drawn, turned so that a slab faces the eye
  const world = new Group();
  world.quaternion.copy(box.turn);
  world.position.copy(center).sub(center.clone().applyQuaternion(box.turn));
  const camera = new PerspectiveCamera(30, 1, size / 20, size * 20);
  const sun = new DirectionalLight(0xffffff, 1.7);
  sun.position.set(-0.5, 0.8, 1);
  camera.add(sun);
  stage.add(world, camera, new HemisphereLight(0xffffff, 0x8890a0, 1.2), new AmbientLight(0xffffff, 0.25));

  const frame = new LineSegments(
    box.edges(false),
    new LineBasicMaterial({ color: 0x8a94a0, transparent: true, opacity: 0.5 }),
  );
  world.add(frame);

  const controls = new OrbitControls(camera, renderer.domElement);
  controls.target.copy(center);
  // the page must still scroll: the wheel zooms only after a click into the view, a vertical swipe stays with the page
  controls.enableZoom = false;
  renderer.domElement.style.touchAction = 'pan-y';
  renderer.domElement.addEventListener('pointerdown', () => (controls.enableZoom = true));
  renderer.domElement.addEventListener('pointerleave', () => (controls.enableZoom = false));

  let inSlab = scene.slab !== undefined;
  let queued = false;
  const draw = (): void => {
    if (queued) return;
    queued = true;
    requestAnimationFrame(() => {
      queued = false;
      const distance = camera.position.distanceTo(center);
      const background = new Color(getComputedStyle(element).backgroundColor);
      const [near, far] = inSlab
        ? [0.5 * scene.slab!.thickness, 1.6 * scene.slab!.thickness + size / 5]
        : [size * 0.7, size * 1.9];
      stage.fog = new Fog(background, Math.max(0.1, distance - near), distance + far);
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
  let carbon: Group | undefined;
  let carbonShown = true;
  const buttons = document.getElementById('viewer-controls')!;
  const drawCarbon = (): void => {
    if (carbon) {
      world.remove(carbon);
      release(carbon);
    }
    carbon = carbonOf(scene.host, inSlab ? box.within : everywhere);
    carbon.visible = carbonShown;
    world.add(carbon);
    frame.geometry.dispose();
    frame.geometry = box.edges(inSlab);
    box.place(camera, inSlab);
    controls.update();
  };
  const refresh = (): void => {
    if (guests) {
      world.remove(guests);
      release(guests);
    }
    if (state) {
      guests = guestsOf(scene, state, byCluster, inSlab ? box.within : everywhere);
      world.add(guests);
    }
    document.getElementById('viewer-caption')!.textContent =
      `${inSlab ? scene.slab!.caption : (state?.caption ?? scene.caption ?? '')}. Drag to turn; click, then scroll to zoom.`;
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
  const { slab } = scene;
  if (slab) {
    const cuts = [true, false].map((cut) => {
      const button = addButton(buttons, cut ? `Slab of ${slab.thickness} Å` : slab.rest, () => {
        inSlab = cut;
        for (const [k, other] of cuts.entries()) press(other, (k === 0) === cut);
        drawCarbon();
        refresh();
      });
      press(button, cut === inSlab);
      return button;
    });
  }
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
      carbonShown = !carbonShown;
      if (carbon) carbon.visible = carbonShown;
      press(toggleCarbon, carbonShown);
      draw();
    });
    press(toggleCarbon, true);
  }
  drawCarbon();
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

function clusterColor(rank: number): string {
  return rank === 0 ? loneColor : clusterColors[(rank - 1) % clusterColors.length]!;
}

function guestsOf(scene: Scene, state: Scene['states'][number], byCluster: boolean, isShown: Part): InstancedMesh {
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
    const [x, y, z] = [positions[3 * i]!, positions[3 * i + 1]!, positions[3 * i + 2]!];
    const scale = isShown(x, y, z) ? (scene.classes[classes[i]!]!.radius ?? scene.radius) / scene.radius : 0;
    matrix.makeScale(scale, scale, scale).setPosition(x, y, z);
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
