/**
 * Atoms as balls in the three-dimensional view: a flat thing each that shades itself to a ball, lit as those of the pictures are.
 * Browser code, part of the viewer.
 */
import {
  Box3,
  BufferAttribute,
  BufferGeometry,
  type Camera,
  Color,
  CustomBlending,
  type Fog,
  InstancedBufferAttribute,
  InstancedBufferGeometry,
  Mesh,
  OneFactor,
  Points,
  type Scene,
  ShaderMaterial,
  Vector2,
  Vector3,
  type WebGLRenderer,
  ZeroFactor,
} from 'three';
import { skyOver } from './viewer-sky.ts';

/** Balls to draw. */
export interface Balls {
  /** [N, 3] Å */
  readonly positions: Float32Array;
  /** [N] Å; 0: not there */
  readonly radii: Float32Array;
  /** [N] number of a colour */
  readonly inks: Uint8Array;
  readonly colors: readonly string[];
}

/** Very many balls as one drawing. */
export interface Crowd {
  readonly points: Points;
  /**
   * Draws a share of the balls that can be seen, 0 … 1, the most open ones; all there are where the eye is among them.
   *
   * @param eye  where it is, in the space of the balls
   */
  thin(share: number, eye: Vector3): void;
}

/** Of a ball as one point: flat to the depth buffer, which is cheap and not seen where balls are small. */
const pointShader = `
attribute float radius;
attribute vec3 tint;
attribute vec4 light;
uniform float perLength;
uniform float grow;
varying vec3 vTint;
varying vec4 vLight;
varying vec3 vCentre;
varying float vRadius;
void main() {
  vec4 centre = modelViewMatrix * vec4(position, 1.0);
  vTint = tint;
  vLight = vec4(light.x, mat3(modelViewMatrix) * light.yzw);
  vCentre = centre.xyz;
  vRadius = radius * grow;
  gl_Position = projectionMatrix * centre;
  gl_PointSize = max(1.0, 2.0 * vRadius * perLength / -centre.z);
}`;

/** Of a ball as a square that faces the eye: of any size, and as deep as a ball. */
const squareShader = `
attribute vec3 centre;
attribute float radius;
attribute vec3 tint;
attribute vec4 light;
varying vec3 vTint;
varying vec4 vLight;
varying vec3 vCentre;
varying float vRadius;
varying vec2 vPlace;
void main() {
  vec4 middle = modelViewMatrix * vec4(centre, 1.0);
  vTint = tint;
  vLight = vec4(light.x, mat3(modelViewMatrix) * light.yzw);
  vCentre = middle.xyz;
  vRadius = radius;
  vPlace = 1.1 * position.xy;
  gl_Position = projectionMatrix * (middle + vec4(vPlace * radius, 0.0, 0.0));
}`;

const fragmentShader = `
uniform vec3 fogColor;
uniform vec2 fogRange;
varying vec3 vTint;
varying vec4 vLight;
varying vec3 vCentre;
varying float vRadius;
#ifdef SQUARES
uniform mat4 projectionMatrix;
varying vec2 vPlace;
#endif
void main() {
  float alpha = 1.0;
#ifdef SQUARES
  vec2 p = vPlace;
  float far = length(p);
  alpha = clamp(0.5 + (1.0 - far) / fwidth(far), 0.0, 1.0);
  if (alpha == 0.0) discard;
#else
  vec2 p = vec2(2.0, -2.0) * gl_PointCoord + vec2(-1.0, 1.0);
  if (dot(p, p) > 1.0) discard;
#endif
  vec3 n = vec3(p, sqrt(max(0.0, 1.0 - dot(p, p))));
  vec3 place = vCentre + n * vRadius;
#ifdef SQUARES
  vec4 clip = projectionMatrix * vec4(place, 1.0);
  gl_FragDepth = 0.5 * clip.z / clip.w + 0.5;
#endif
  float open = max(0.06, vLight.x + dot(vLight.yzw, n));
  const vec3 lamp = vec3(-0.419, 0.579, 0.699);
  const vec3 middle = vec3(-0.227, 0.314, 0.922);
  float bright = 0.98 * open + 0.42 * max(0.0, dot(n, lamp)) * (0.25 + 0.75 * open);
  vec3 color = vTint * bright + 0.25 * open * pow(max(0.0, dot(n, middle)), 32.0);
  gl_FragColor = vec4(mix(color, fogColor, smoothstep(fogRange.x, fogRange.y, -place.z)), alpha);
  #include <colorspace_fragment>
}`;

/** Few balls, each a square. */
export function squaresOf(balls: Balls): Mesh {
  const { place, size, tint } = rowsOf(balls);
  const geometry = new InstancedBufferGeometry();
  geometry.setAttribute('position', new BufferAttribute(Float32Array.of(-1, -1, 0, 1, -1, 0, 1, 1, 0, -1, 1, 0), 3));
  geometry.setIndex([0, 1, 2, 0, 2, 3]);
  geometry.instanceCount = size.length;
  geometry.setAttribute('centre', new InstancedBufferAttribute(place, 3));
  geometry.setAttribute('radius', new InstancedBufferAttribute(size, 1));
  geometry.setAttribute('tint', new InstancedBufferAttribute(tint, 3, true));
  geometry.setAttribute('light', new InstancedBufferAttribute(inBytes(skyOver(place, size).light), 4, true));
  const material = materialOf(squareShader);
  material.defines = { SQUARES: '' };
  material.alphaToCoverage = true;
  // what covers an edge in part must not let the page through: alpha adds up to one
  material.blending = CustomBlending;
  material.blendSrc = material.blendSrcAlpha = material.blendDstAlpha = OneFactor;
  material.blendDst = ZeroFactor;
  const mesh = new Mesh(geometry, material);
  mesh.frustumCulled = false;
  mesh.onBeforeRender = (renderer, stage, camera) => inFog(material, renderer, stage, camera);
  return mesh;
}

/** Very many balls, each a point. */
export function crowdOf(balls: Balls): Crowd {
  const { place, size, tint } = rowsOf(balls);
  const { light, seen } = skyOver(place, size);
  const geometry = new BufferGeometry();
  geometry.setAttribute('position', new BufferAttribute(place, 3));
  geometry.setAttribute('radius', new BufferAttribute(size, 1));
  geometry.setAttribute('tint', new BufferAttribute(tint, 3, true));
  geometry.setAttribute('light', new BufferAttribute(inBytes(light), 4, true));
  const box = new Box3().setFromArray(place);
  const middle = box.getCenter(new Vector3());
  // what is seen from each eighth of space, and all for an eye that is inside
  const lists = [...seen, Uint32Array.from(size.keys())];
  const starts = lists.map((_, k) => lists.slice(0, k).reduce((sum, list) => sum + list.length, 0));
  const index = new Uint32Array(lists.reduce((sum, list) => sum + list.length, 0));
  for (const [k, list] of lists.entries()) index.set(list, starts[k]!);
  geometry.setIndex(new BufferAttribute(index, 1));
  const material = materialOf(pointShader);
  const points = new Points(geometry, material);
  points.frustumCulled = false;
  points.onBeforeRender = (renderer, stage, camera) => inFog(material, renderer, stage, camera);
  return {
    points,
    thin(share, eye) {
      const { x, y, z } = eye;
      const eighth = (x > middle.x ? 1 : 0) + (y > middle.y ? 2 : 0) + (z > middle.z ? 4 : 0);
      const list = box.containsPoint(eye) ? 8 : eighth;
      geometry.setDrawRange(starts[list]!, Math.ceil((list === 8 ? 1 : share) * lists[list]!.length));
      material.uniforms['grow']!.value = Math.min(1.5, share ** -0.5);
    },
  };
}

/** What is drawn of balls that are there. */
function rowsOf({ positions, radii, inks, colors }: Balls): {
  readonly place: Float32Array;
  readonly size: Float32Array;
  readonly tint: Uint8Array;
} {
  const there = mixed(Uint32Array.from(radii.keys()).filter((i) => radii[i]! > 0));
  const n = there.length;
  const [place, size, tint] = [new Float32Array(3 * n), new Float32Array(n), new Uint8Array(3 * n)];
  const rgb = colors.map((color) => new Color(color).toArray().map((x) => Math.round(255 * x)));
  for (let k = 0; k < n; k++) {
    const i = there[k]!;
    size[k] = radii[i]!;
    for (let d = 0; d < 3; d++) {
      place[3 * k + d] = positions[3 * i + d]!;
      tint[3 * k + d] = rgb[inks[i]!]![d]!;
    }
  }
  return { place, size, tint };
}

function inBytes(light: Float32Array): Int8Array {
  return Int8Array.from(light, (x) => Math.round(127 * x));
}

function materialOf(vertexShader: string): ShaderMaterial {
  const uniforms = {
    perLength: { value: 1 },
    grow: { value: 1 },
    fogColor: { value: new Color('#ffffff') },
    fogRange: { value: new Vector2(1, 2) },
  };
  return new ShaderMaterial({ uniforms, vertexShader, fragmentShader });
}

/** Tells a material the size of the screen and the fog of its stage. */
function inFog(material: ShaderMaterial, renderer: WebGLRenderer, stage: Scene, camera: Camera): void {
  const { perLength, fogColor, fogRange } = material.uniforms;
  const height = renderer.getDrawingBufferSize(new Vector2()).y;
  perLength!.value = 0.5 * height * camera.projectionMatrix.elements[5]!;
  const fog = stage.fog as Fog;
  (fogColor!.value as Color).copy(fog.color);
  (fogRange!.value as Vector2).set(fog.near, fog.far);
  material.uniformsNeedUpdate = true;
}

/** The same in another order, in which any part is spread evenly over the whole: steps of the golden section, each number once. */
function mixed(list: Uint32Array): Uint32Array {
  const n = list.length;
  let step = Math.max(1, Math.round(n * 0.6180339887));
  while (divisor(step, n) > 1) step++;
  let at = 0;
  return list.map(() => {
    const one = list[at]!;
    at = (at + step) % n;
    return one;
  });
}

function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b);
}
