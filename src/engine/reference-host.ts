/** Fields of the rigid host at a point, the readable way: exact sums over carbons, or a map and what it leaves out. */
import { type Frame, wrapped } from '../core/frame.ts';
import { saturated } from '../model/saturation.ts';
import { type CellGrid, cellGrid, cellOf, visitNear } from './cells.ts';
import { type GuestTables, type TwinTable, twin } from './guest-tables.ts';
import type { HostMap } from './host-map/build.ts';
import { nearGrid } from './host-map/near.ts';
import { mapReader } from './host-map/read.ts';

type Field = (x: number, y: number, z: number) => [number, number] | null;

/**
 * (V_ion, V_met) of the host at a wrapped point, eV; null when a host atom overlaps.
 *
 * @param map  where it has no block, and when there is none, carbons are summed one by one
 */
export function referenceHost(tables: GuestTables, given: Frame, map?: HostMap): Field {
  const host = wrapped(given);
  const cutoff = tables.host[0]?.to ?? 1;
  const all = sumOver(host, tables.hostSpecies, tables.host, cellGrid(host.cell, cutoff / 2, cutoff));
  const near = map && sumOver(host, tables.hostSpecies, map.near, nearGrid(map, host.cell));
  const smooth = map && mapReader(map);
  return (x, y, z) => {
    const rest = near?.(x, y, z);
    if (rest === null) return null;
    const base = smooth?.(x, y, z);
    const sum = rest && base ? ([base[0] + rest[0], base[1] + rest[1]] as const) : all(x, y, z);
    return sum && [saturated(sum[0], tables.saturation), sum[1]];
  };
}

function sumOver(host: Frame, species: readonly string[], tables: readonly TwinTable[], cells: CellGrid): Field {
  const { rows } = host;
  const [lx, ly, lz] = cells.lengths;
  const [nx, ny, nz] = cells.shape;
  const members: number[][] = Array.from({ length: nx * ny * nz }, () => []);
  for (let a = 0; a < rows.length; a += 4) members[cellOf(cells, rows[a]!, rows[a + 1]!, rows[a + 2]!)]!.push(a);
  const kind = host.species.map((name) => species.indexOf(name));
  return (x, y, z) => {
    let ion = 0;
    let metal = 0;
    let overlap = false;
    visitNear(cells, cellOf(cells, x, y, z), (cell) => {
      for (const a of members[cell]!) {
        const table = tables[kind[rows[a + 3]!]!]!;
        let [dx, dy, dz] = [rows[a]! - x, rows[a + 1]! - y, rows[a + 2]! - z];
        dx -= lx * Math.round(dx / lx);
        dy -= ly * Math.round(dy / ly);
        dz -= lz * Math.round(dz / lz);
        const r2 = dx * dx + dy * dy + dz * dz;
        if (r2 >= table.to * table.to) continue;
        if (r2 < table.from * table.from) overlap = true;
        else {
          const [u, v] = twin(table, Math.sqrt(r2));
          ion += u;
          metal += v;
        }
      }
    });
    return overlap ? null : [ion, metal];
  };
}
