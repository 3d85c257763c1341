/**
 * Scattering against LAMMPS `compute xrd` (test/data/README.md): |F|² at every reciprocal vector of a small box of three
 * elements. Shell averages of it in a large box are then what the Debye sum of the same atoms on their own must be.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { debyeScattering } from '../../src/analysis/debye.ts';
import { pairHistogram } from '../../src/analysis/pair-histogram.ts';
import { intensitiesAt, type ReciprocalVector, reciprocalShells } from '../../src/analysis/reciprocal.ts';
import { cubicCell, orthorhombicCell } from '../../src/core/cell.ts';
import type { Frame } from '../../src/core/frame.ts';
import { parseLammpsData } from '../../src/io/lammps-data.ts';

const wavelength = 1.5418;
const frame = parseLammpsData(readFileSync('test/data/xrd.data', 'utf8')).frame;
const record = JSON.parse(readFileSync('test/data/xrd.json', 'utf8')) as {
  rows: readonly (readonly [number, number])[];
};

/** Vectors as LAMMPS walks them, both of every pair. */
function lammpsVectors(edges: readonly [number, number, number], low: number, high: number): ReciprocalVector[] {
  const vectors: ReciprocalVector[] = [];
  const most = edges.map((edge) => Math.ceil((edge * 2 * Math.sin((high * Math.PI) / 360)) / wavelength)) as [
    number,
    number,
    number,
  ];
  for (let a = -most[0]; a <= most[0]; a++) {
    for (let b = -most[1]; b <= most[1]; b++) {
      for (let c = -most[2]; c <= most[2]; c++) {
        const q = 2 * Math.PI * Math.hypot(a / edges[0], b / edges[1], c / edges[2]);
        const twoTheta = (360 / Math.PI) * Math.asin((q * wavelength) / (4 * Math.PI));
        if (twoTheta >= low && twoTheta <= high) vectors.push({ n: [a, b, c], q });
      }
    }
  }
  return vectors;
}

describe('LAMMPS compute xrd', () => {
  const vectors = lammpsVectors([8.3, 9.1, 11.7], 5, 45);

  it('sees the same reciprocal vectors at the same angles', () => {
    expect(vectors.length).toBe(record.rows.length);
    vectors.forEach(({ q }, k) => {
      expect((360 / Math.PI) * Math.asin((q * wavelength) / (4 * Math.PI))).toBeCloseTo(record.rows[k]![0], 6);
    });
  });

  it('finds the same intensity at every one of them', () => {
    const found = intensitiesAt(frame, vectors);
    const scale = Math.max(...record.rows.map(([, intensity]) => intensity));
    expect(scale).toBeGreaterThan(50);
    record.rows.forEach(([, intensity], k) => {
      expect(Math.abs(found[k]! - intensity)).toBeLessThan(1e-8 * scale);
    });
  });
});

describe('the same atoms alone in a large box', () => {
  it('scatter on average over its reciprocal vectors what their Debye sum says', () => {
    const alone: Frame = { ...frame, cell: cubicCell(60) };
    const shells = reciprocalShells(alone, { qMax: 3, width: 0.1, most: 3000 });
    const cluster: Frame = { ...frame, cell: orthorhombicCell(60, 60, 60, [false, false, false]) };
    const wide = shells.q.map((_, k) => k).filter((k) => shells.vectors[k]! > 400);
    expect(wide.length).toBeGreaterThan(8);
    const debye = debyeScattering(
      pairHistogram(cluster),
      wide.map((k) => shells.q[k]!),
    );
    wide.forEach((k, at) => {
      expect(Math.abs(shells.intensity[k]! / debye.intensity[at]! - 1), `q ${shells.q[k]}`).toBeLessThan(0.03);
    });
  });
});
