/** The software renderer, in scenes whose picture is known by hand. */
import { describe, expect, it } from 'vitest';
import { cubicCell } from '../../src/core/cell.ts';
import type { Frame } from '../../src/core/frame.ts';
import { type Bodies, type View, viewOf } from '../../src/report/picture/bodies.ts';
import { drawSnapshot, type PictureOptions } from '../../src/report/picture/compose.ts';
import { skyLight } from '../../src/report/picture/light.ts';
import { rasterize } from '../../src/report/picture/raster.ts';
import { directionOf, snapshotBodies } from '../../src/report/picture/snapshot.ts';
import { snapshotSvg } from '../../src/report/picture/svg.ts';

const view: View = {
  right: [1, 0, 0],
  up: [0, 1, 0],
  toward: [0, 0, 1],
  scale: 10,
  origin: [50, 50],
  width: 100,
  height: 100,
};

function bodies(balls: readonly (readonly number[])[], change: Partial<Bodies> = {}): Bodies {
  return {
    inks: [{ color: '#ff0000', shine: 0 }],
    balls: Float64Array.from(balls.flat()),
    ballInk: new Uint8Array(balls.length),
    shade: Float32Array.from(balls, ([, , , r]) => (4 / 3) * Math.PI * r! ** 3),
    sticks: new Uint32Array(0),
    stickInk: new Uint8Array(0),
    stickRadius: 0.3,
    faces: new Uint32Array(0),
    faceNormal: new Float32Array(0),
    faceInk: new Uint8Array(0),
    lines: new Float64Array(0),
    ...change,
  };
}

describe('raster', () => {
  it('a ball covers π r² points, highest in its middle', () => {
    const { body, depth } = rasterize(bodies([[0, 0, 1, 2]]), view);
    const covered = body.filter((b) => b === 1).length;
    expect(Math.abs(covered / (Math.PI * 400) - 1)).toBeLessThan(0.01);
    expect(depth[50 * 100 + 50]).toBeCloseTo(3, 2);
    expect(depth[0]).toBe(-Infinity);
  });

  it('what is nearer hides what is behind, in whatever order', () => {
    const near = [0, 0, 3, 1];
    const far = [0.5, 0, 0, 1];
    expect(rasterize(bodies([near, far]), view).body[50 * 100 + 50]).toBe(1);
    expect(rasterize(bodies([far, near]), view).body[50 * 100 + 50]).toBe(2);
  });

  it('a tilted stick is as deep as its axis and its radius say', () => {
    // 45° towards the eye along x: at the axis' screen position x the surface is nearer by r·√2
    const { body, depth } = rasterize(
      bodies(
        [
          [-2, 0, -2, 0],
          [2, 0, 2, 0],
        ],
        { sticks: Uint32Array.of(0, 1), stickInk: new Uint8Array(1) },
      ),
      view,
    );
    const at = 50 * 100 + 60;
    expect(body[at]).toBe(3);
    expect(depth[at]).toBeCloseTo(1.05 + 0.3 * Math.SQRT2, 1);
    expect(body[30 * 100 + 60]).toBe(0);
  });

  it('thousands of balls behind a wall change nothing: what is left out is what is hidden', () => {
    const wall = Array.from({ length: 441 }, (_, k) => [(k % 21) / 2 - 5, Math.floor(k / 21) / 2 - 5, 5, 0.5]);
    const behind = Array.from({ length: 25_000 }, (_, k) => [
      ((k * 7919) % 1000) / 100 - 5,
      ((k * 104_729) % 1000) / 100 - 5,
      -((k * 31) % 40),
      0.3,
    ]);
    const alone = rasterize(bodies(wall), view);
    const crowded = rasterize(bodies([...wall, ...behind]), view);
    const closed = Array.from(alone.body, (b, p) => (b > 0 ? p : -1)).filter((p) => p >= 0);
    expect(closed.length).toBeGreaterThan(9000);
    for (const p of closed) expect(crowded.depth[p]).toBe(alone.depth[p]);
  });
});

describe('sky light', () => {
  it('is one in the open, half beside a wall, and little inside', () => {
    const wall = Array.from({ length: 900 }, (_, k) => [(k % 30) * 1.5 - 22, Math.floor(k / 30) * 1.5 - 22, 0, 1.2]);
    const block = Array.from({ length: 4 * 900 }, (_, k) => [
      (k % 30) * 1.5 - 22,
      (Math.floor(k / 30) % 30) * 1.5 - 22,
      1.5 * Math.floor(k / 900),
      1.2,
    ]);
    const of = (others: readonly number[][], ball: readonly number[]): number[] => {
      const all = bodies([ball, ...others]);
      return [
        ...skyLight(
          all,
          Uint8Array.from({ length: others.length + 1 }, (_, k) => (k === 0 ? 1 : 0)),
        ).subarray(0, 4),
      ];
    };
    expect(of([], [0, 0, 0, 1])[0]).toBe(1);
    const [c0, , , c3] = of(wall, [0, 0, 4, 1]);
    expect(c0).toBeGreaterThan(0.4);
    expect(c0).toBeLessThan(0.75);
    // brighter on the side away from the wall
    expect(c3).toBeGreaterThan(0.3);
    expect(of(block, [0.7, 0.7, 3, 1])[0]).toBeLessThan(0.15);
  });
});

const host: Frame = {
  cell: cubicCell(20),
  species: ['C:basal'],
  // a bond of 1.42 Å in the eighth that is nearest to an eye at (1, 1, 1), one in the opposite one
  rows: Float64Array.of(15, 15, 15, 0, 16.42, 15, 15, 0, 3, 3, 3, 0, 4.42, 3, 3, 0),
};
const guests: Frame = { cell: host.cell, species: ['Na'], rows: Float64Array.of(15, 15, 10.5, 0, 4, 13, 5, 0) };
const look: PictureOptions = {
  colour: 'class',
  cut: 'none',
  thickness: 6,
  host: 'sticks',
  toward: directionOf(45, 35),
  up: [0, 0, 1],
  width: 320,
  title: 'Two & two',
};

describe('snapshot', () => {
  const shown = (cut: PictureOptions['cut'], more: Partial<PictureOptions> = {}) => {
    const { bodies: drawn, legend } = snapshotBodies(
      { host, guests, classes: Uint8Array.of(3, 0) },
      { ...look, cut, ...more },
    );
    return {
      balls: Array.from({ length: 6 }, (_, i) => drawn.balls[4 * i + 3]! > 0),
      sticks: drawn.sticks.length / 2,
      legend,
    };
  };

  it('cuts what it says', () => {
    expect(shown('none')).toMatchObject({ balls: [true, true, true, true, true, true], sticks: 2 });
    expect(shown('front')).toMatchObject({ balls: [false, false, true, true, true, true], sticks: 1 });
    expect(shown('corner')).toMatchObject({ balls: [false, false, true, true, false, true], sticks: 1 });
    expect(shown('slab', { toward: [0, 0, 1], up: [0, 1, 0] })).toMatchObject({
      balls: [false, false, false, false, true, false],
    });
  });

  it('counts classes in its legend, and says what is cut away', () => {
    const { legend } = shown('corner');
    expect(legend.map(({ text }) => text)).toEqual([
      'edge 1',
      'interlayer 0',
      'surface 0',
      'pore 1',
      'carbon',
      '1 of 2 guests are not cut away',
    ]);
  });

  it('is drawn: guests in the colour of their class, paper at the rim', () => {
    const { width, height, pixels } = drawSnapshot({ host, guests, classes: Uint8Array.of(3, 0) }, look);
    expect(pixels.length).toBe(4 * width * height);
    expect([...pixels.subarray(0, 4)]).toEqual([255, 255, 255, 255]);
    let [orange, purple] = [0, 0];
    for (let p = 0; p < pixels.length; p += 4) {
      const [r, g, b] = [pixels[p]!, pixels[p + 1]!, pixels[p + 2]!];
      if (r > g + 30 && g > b + 30) orange++;
      if (r > g + 30 && b > g + 30) purple++;
    }
    expect(orange).toBeGreaterThan(300);
    expect(purple).toBeGreaterThan(300);
  });

  it('is an SVG of what is seen, refused where that is too much', () => {
    const svg = snapshotSvg({ host, guests, classes: Uint8Array.of(3, 0) }, look);
    expect(svg).toContain('Two &#38; two');
    expect(svg.match(/<radialGradient/g)).toHaveLength(2);
    expect(svg.match(/<circle/g)!.length).toBe(2 + 4 + 4);
    expect(() => snapshotSvg({ host, guests }, look, 3)).toThrow(/at most 3: cut more away/);
  });
});

describe('a view', () => {
  it('holds all points with its margin and one scale', () => {
    const seen = viewOf([0, 0, 1], [0, 1, 0], Float64Array.of(0, 0, 0, 10, 5, 0), 220, 10, 1000);
    expect(seen.scale).toBe(20);
    expect(seen.height).toBe(120);
  });
});
