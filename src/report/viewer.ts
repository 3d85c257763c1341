/**
 * The three-dimensional view of report.html: carbon as thin bonds, guests as spheres; very many atoms as balls lit from the sky.
 * Browser code, bundled into the page by scripts/build-viewer.ts. Draws only when something changed, and more coarsely while it
 * moves where the machine would not keep up.
 */
import {
  AmbientLight,
  Color,
  DirectionalLight,
  Fog,
  Group,
  HemisphereLight,
  LineBasicMaterial,
  LineSegments,
  type Object3D,
  PerspectiveCamera,
  Scene as Stage,
  WebGLRenderer,
} from 'three';
import { OrbitControls } from 'three/addons/controls/OrbitControls.js';
import { bytes, unpackPlaces } from './places.ts';
import type { Scene } from './scene.ts';
import { type Balls, type Crowd, crowdOf, squaresOf } from './viewer-balls.ts';
import { bondedCarbon, carbonsOf, inksOf, release } from './viewer-carbon.ts';
import { type Entry, guestBalls, legendOf } from './viewer-guests.ts';
import { type Fineness, Pace } from './viewer-pace.ts';
import { Box, everywhere } from './viewer-space.ts';

/** More carbons than this are drawn as balls: bonds would be finer than the points of the screen. */
const mostBonded = 20_000;
/** More guests than this are points, not squares. */
const mostSquares = 2000;
/** Of a carbon among very many, Å: neighbours touch. */
const carbonRadius = 0.72;

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
  const positions = unpackPlaces(scene.host.positions);
  const large = positions.length / 3 > mostBonded;
  // very many points would cost twice as much with several samples each: the picture at rest is drawn more finely instead
  const renderer = new WebGLRenderer({ antialias: !large, preserveDrawingBuffer: true });
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
  const screen = Math.min(2, devicePixelRatio);
  const gl = renderer.getContext();
  const pixel = new Uint8Array(4);
  const draw = ({ points, atoms }: Fineness): void => {
    const distance = camera.position.distanceTo(center);
    const background = new Color(getComputedStyle(element).backgroundColor);
    const [near, far] = inSlab
      ? [0.5 * scene.slab!.thickness, 1.6 * scene.slab!.thickness + size / 5]
      : [size * 0.7, size * 1.9];
    stage.background = background;
    stage.fog = new Fog(background, Math.max(0.1, distance - near), distance + far);
    const ratio = Math.min(Math.max(2, screen), points * screen);
    if (renderer.getPixelRatio() !== ratio) renderer.setPixelRatio(ratio);
    stage.updateMatrixWorld();
    for (const crowd of crowds) crowd.thin(atoms, world.worldToLocal(camera.position.clone()));
    renderer.render(stage, camera);
  };
  // a point can be read when the picture is finished
  const wait = (): void => gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, pixel);
  const pace = new Pace(draw, wait, large && screen < 2);
  controls.addEventListener('change', () => pace.move());
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => pace.still());
  new ResizeObserver(() => {
    renderer.setSize(element.clientWidth, element.clientHeight);
    camera.aspect = element.clientWidth / element.clientHeight;
    camera.zoom = Math.min(1, camera.aspect);
    camera.updateProjectionMatrix();
    pace.still();
  }).observe(element);

  let state = scene.states.find((s) => s.name === 'half-plateau') ?? scene.states[0];
  let byCluster = false;
  let drawing: Object3D[] = [];
  let crowds: Crowd[] = [];
  let carbonShown = true;
  const buttons = document.getElementById('viewer-controls')!;
  const refresh = (): void => {
    for (const part of drawing) {
      world.remove(part);
      release(part);
    }
    const isShown = inSlab ? box.within : everywhere;
    const shown = Uint8Array.from({ length: positions.length / 3 }, (_, i) =>
      carbonShown && isShown(positions[3 * i]!, positions[3 * i + 1]!, positions[3 * i + 2]!) ? 1 : 0,
    );
    const guests = state && guestBalls(scene, state, byCluster, isShown);
    crowds = [];
    drawing = [];
    if (shown.reduce((sum, one) => sum + one, 0) > mostBonded) {
      const carbon = { positions, radii: Float32Array.from(shown, (one) => carbonRadius * one) };
      const kinds = { inks: new Uint8Array(bytes(scene.host.kinds)), colors: inksOf(scene.host) };
      crowds.push(crowdOf(together(guests, { ...carbon, ...kinds })));
    } else {
      drawing.push(bondedCarbon(carbonsOf(scene.host, positions, shown), scene.host.filled === true));
      if (guests && guests.radii.length > mostSquares) crowds.push(crowdOf(guests));
      else if (guests) drawing.push(squaresOf(guests));
    }
    drawing.push(...crowds.map(({ points }) => points));
    for (const part of drawing) world.add(part);
    document.getElementById('viewer-caption')!.textContent =
      `${inSlab ? scene.slab!.caption : (state?.caption ?? scene.caption ?? '')}. Drag to turn; click, then scroll to zoom.`;
    showLegend(legendOf(scene, state, byCluster));
    pace.still();
  };
  const placeBox = (): void => {
    frame.geometry.dispose();
    frame.geometry = box.edges(inSlab);
    box.place(camera, inSlab);
    controls.update();
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
        placeBox();
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
      press(toggleCarbon, carbonShown);
      refresh();
    });
    press(toggleCarbon, true);
  }
  placeBox();
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

function showLegend(entries: readonly Entry[]): void {
  document.getElementById('viewer-legend')!.replaceChildren(
    ...entries.map(({ color, text, bond }) => {
      const item = document.createElement('span');
      const dot = document.createElement('i');
      if (bond) dot.className = 'bond';
      dot.style.background = color;
      item.append(dot, text);
      return item;
    }),
  );
}

/** Balls of one kind before those of another. */
function together(first: Balls | undefined, second: Balls): Balls {
  if (!first) return second;
  const positions = new Float32Array(first.positions.length + second.positions.length);
  positions.set(first.positions);
  positions.set(second.positions, first.positions.length);
  const radii = new Float32Array(positions.length / 3);
  radii.set(first.radii);
  radii.set(second.radii, first.radii.length);
  const inks = new Uint8Array(radii.length);
  inks.set(first.inks);
  inks.set(
    second.inks.map((ink) => ink + first.colors.length),
    first.inks.length,
  );
  return { positions, radii, inks, colors: [...first.colors, ...second.colors] };
}
