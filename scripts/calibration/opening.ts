/** What it costs graphite to open: the registry-dependent interlayer potential of the carbon that moves (models/potentials/carbon-ilp.json). */
import { readFileSync } from 'node:fs';
import type { Cell } from '../../src/core/cell.ts';
import { cellFromMatrix } from '../../src/core/cell.ts';
import { minimum } from '../../src/core/minimum.ts';
import { evaluate } from '../../src/model/evaluate.ts';
import { loadModel } from '../../src/model/load.ts';
import type { Opening } from './properties.ts';
import { bond } from './structures.ts';

/** AA stacking at a spacing of d against AB at its best, eV per carbon; tabulated once and interpolated linearly in between. */
export function opening(): Opening {
  const path = new URL('../../models/potentials/carbon-ilp.json', import.meta.url);
  const model = loadModel(JSON.parse(readFileSync(path, 'utf8')), 'carbon-ilp');
  const a = bond * Math.sqrt(3);
  const b = 3 * bond;
  const perCarbon = (d: number, stacking: 'AA' | 'AB'): number => {
    const cells = { x: 2, y: 1 };
    const rows: number[] = [];
    for (const layer of [0, 1]) {
      for (let i = 0; i < cells.x; i++) {
        for (let j = 0; j < cells.y; j++) {
          for (const [u, v] of [
            [0, 0],
            [0.5, 1 / 6],
            [0.5, 0.5],
            [0, 2 / 3],
          ] as const) {
            const shift = layer === 1 && stacking === 'AB' ? bond : 0;
            rows.push((i + u) * a, (j + v) * b + shift, layer * d, 0);
          }
        }
      }
    }
    const cell: Cell = cellFromMatrix(Float64Array.of(cells.x * a, 0, 0, 0, cells.y * b, 0, 0, 0, 2 * d));
    return evaluate(model, { cell, species: ['C'], rows: Float64Array.from(rows) }).energy / (rows.length / 4);
  };
  const closed = minimum((d) => perCarbon(d, 'AB'), 3.2, 3.6, 0.1, 1e-3).value;
  const [from, step] = [3.2, 0.05];
  const table = Array.from({ length: 61 }, (_, k) => perCarbon(from + k * step, 'AA') - closed);
  return (d) => {
    const t = Math.min(Math.max((d - from) / step, 0), table.length - 1.001);
    const k = Math.floor(t);
    return table[k]! + (t - k) * (table[k + 1]! - table[k]!);
  };
}
