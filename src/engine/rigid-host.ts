/** The rigid host of the reference chain: the scalar fields that guests feel from it, summed over its atoms. */
import { type Frame, wrapped } from '../core/frame.ts';
import { saturated } from '../model/saturation.ts';
import { opacity } from '../model/screening.ts';
import { type CellGrid, cellGrid, cellOf, visitNear } from './cells.ts';
import { type GuestTables, twin } from './guest-tables.ts';

export class RigidHost {
  readonly #tables: GuestTables;
  readonly #rows: Float64Array;
  readonly #cells: CellGrid;
  /** places in `rows` of the atoms of each cell */
  readonly #members: number[][];
  /** index into the tables' host species by species of the frame */
  readonly #kind: number[];

  constructor(tables: GuestTables, host: Frame) {
    this.#tables = tables;
    this.#rows = wrapped(host).rows;
    const cutoff = tables.host[0]?.to ?? 1;
    this.#cells = cellGrid(host.cell, cutoff / 2, Math.max(cutoff, tables.screening?.range ?? 0));
    const [nx, ny, nz] = this.#cells.shape;
    this.#members = Array.from({ length: nx * ny * nz }, () => []);
    this.#kind = host.species.map((name) => tables.hostSpecies.indexOf(name));
    for (let a = 0; a < this.#rows.length; a += 4) {
      const [x, y, z] = this.#rows.subarray(a, a + 3) as unknown as [number, number, number];
      this.#members[cellOf(this.#cells, x, y, z)]!.push(a);
    }
  }

  /** Visits the atoms of the cells around a wrapped point: kind, and distance squared to the nearest image. */
  #near(x: number, y: number, z: number, visit: (kind: number, r2: number) => void): void {
    const [lx, ly, lz] = this.#cells.lengths;
    const rows = this.#rows;
    visitNear(this.#cells, cellOf(this.#cells, x, y, z), (cell) => {
      for (const a of this.#members[cell]!) {
        let [dx, dy, dz] = [rows[a]! - x, rows[a + 1]! - y, rows[a + 2]! - z];
        dx -= lx * Math.round(dx / lx);
        dy -= ly * Math.round(dy / ly);
        dz -= lz * Math.round(dz / lz);
        visit(this.#kind[rows[a + 3]!]!, dx * dx + dy * dy + dz * dz);
      }
    });
  }

  /** (V_ion, V_met) at a wrapped point, eV; null when an atom overlaps. */
  field(x: number, y: number, z: number): [number, number] | null {
    let ion = 0;
    let metal = 0;
    let overlap = false;
    this.#near(x, y, z, (kind, r2) => {
      const table = this.#tables.host[kind]!;
      if (r2 >= table.to * table.to) return;
      if (r2 < table.from * table.from) overlap = true;
      else {
        const [u, v] = twin(table, Math.sqrt(r2));
        ion += u;
        metal += v;
      }
    });
    return overlap ? null : [saturated(ion, this.#tables.saturation), metal];
  }

  /** Θ of a pair of ions with its middle at a wrapped point (model/screening.ts); 0 where nothing screens. */
  opacity(x: number, y: number, z: number): number {
    const { screening, screens } = this.#tables;
    let theta = 0;
    if (!screening) return theta;
    this.#near(x, y, z, (kind, r2) => {
      if (screens[kind]) theta += opacity(screening, r2);
    });
    return theta;
  }
}
