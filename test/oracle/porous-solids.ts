/** Solids with pores of known shape: carbon spheres fill a box but for the pore, whose wall they line densely. */
import { cellFromMatrix, cubicCell, orthorhombicCell } from '../../src/core/cell.ts';
import { type Frame, massOfFrame } from '../../src/core/frame.ts';
import { gramPerCm3 } from '../../src/core/units.ts';

/** Van der Waals radius of carbon, Å. */
export const carbon = 1.7;
/** Spacing of the atoms that line a wall, Å. */
export const lining = 0.6;
/** How far a wall lined that densely lies behind the touching plane on average: ⟨ρ²⟩/2R with ⟨ρ²⟩ = s²/6, Å. */
export const roughness = (radius: number): number => lining ** 2 / 12 / radius;

type Point = readonly [number, number, number];

/** A part of a pore, around the middle of the box. */
export interface Piece {
  /** distance of a point outside the piece from it, negative inside, Å */
  readonly outside: (x: number, y: number, z: number) => number;
  /** points at a distance from the piece, spaced as the lining */
  readonly around: (distance: number) => Point[];
}

/** Ball of radius R around (0, 0, z). */
export function ball(radius: number, z0 = 0): Piece {
  return {
    outside: (x, y, z) => Math.hypot(x, y, z - z0) - radius,
    around: (distance) => {
      const r = radius + distance;
      const n = Math.ceil((4 * Math.PI * r * r) / lining ** 2);
      return Array.from({ length: n }, (_, p): Point => {
        const u = 1 - (2 * p + 1) / n;
        const s = Math.sqrt(1 - u * u);
        const phi = p * Math.PI * (3 - Math.sqrt(5));
        return [r * s * Math.cos(phi), r * s * Math.sin(phi), z0 + r * u];
      });
    },
  };
}

/** Round rod of radius R along z from −half to half; `half` of the box makes it endless. */
export function rod(radius: number, half: number): Piece {
  return {
    outside: (x, y, z) => {
      const side = Math.hypot(x, y) - radius;
      const end = Math.abs(z) - half;
      return side > 0 && end > 0 ? Math.hypot(side, end) : Math.max(side, end);
    },
    around: (distance) => {
      const r = radius + distance;
      const n = Math.ceil((2 * Math.PI * r) / lining);
      const rings = Math.ceil((2 * half) / lining);
      return Array.from({ length: n * rings }, (_, p): Point => {
        const phi = (2 * Math.PI * (p % n)) / n;
        return [r * Math.cos(phi), r * Math.sin(phi), -half + ((Math.floor(p / n) + 0.5) * 2 * half) / rings];
      });
    },
  };
}

/** Box with edges lx, ly, lz around the origin, full but for the pieces. */
export function solid(lx: number, ly: number, lz: number, pieces: readonly Piece[]): Frame {
  const outside = (x: number, y: number, z: number): number => Math.min(...pieces.map((p) => p.outside(x, y, z)));
  const rows: number[] = [];
  const [nx, ny, nz] = [lx, ly, lz].map((l) => Math.ceil(l / 1.8)) as [number, number, number];
  for (let i = 0; i < nx; i++)
    for (let j = 0; j < ny; j++)
      for (let k = 0; k < nz; k++) {
        const [x, y, z] = [((i + 0.5) / nx - 0.5) * lx, ((j + 0.5) / ny - 0.5) * ly, ((k + 0.5) / nz - 0.5) * lz];
        if (outside(x, y, z) >= carbon) rows.push(x, y, z, 0);
      }
  for (const piece of pieces) {
    for (const [x, y, z] of piece.around(carbon)) {
      if (outside(x, y, z) > carbon - 1e-9) rows.push(x, y, z, 0);
    }
  }
  return { cell: orthorhombicCell(lx, ly, lz), species: ['C'], rows: Float64Array.from(rows) };
}

/** Slit of width H between flat walls 3.4 Å thick, in a cell whose c leans by `lean` along a. */
export function flatSlit(width: number, edge: number, lean = 0): Frame {
  const n = Math.round(edge / lining);
  const rows: number[] = [];
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) rows.push((i * edge) / n, (j * edge) / n, 0, 0);
  const cell = cellFromMatrix([edge, 0, 0, 0, edge, 0, lean, 0, width + 2 * carbon]);
  return { cell, species: ['C'], rows: Float64Array.from(rows) };
}

/** Atoms at given places of a cube. */
export function atomsInCube(edge: number, places: readonly Point[]): Frame {
  return {
    cell: cubicCell(edge),
    species: ['C'],
    rows: Float64Array.from(places.flatMap(([x, y, z]) => [x, y, z, 0])),
  };
}

/** Å³ of a volume in cm³/g, Å² of an area in m²/g. */
export const cubicAngstrom = (frame: Frame, value: number): number => value * massOfFrame(frame) * gramPerCm3;
export const squareAngstrom = (frame: Frame, value: number): number => (value * massOfFrame(frame) * gramPerCm3) / 1e4;
