/**
 * The embedded form and its charge switch (equations in model.ts).
 *
 * Forces follow from three fields of an atom: dU/dρ_i = F'(ρ_i); dU/ds_i = 2 s_i (V_ion,i − V_met,i) + Σ_j s_j Y_ij;
 * dU/dn_i = dU/ds_i · s'(n_i). Every pair then has one radial slope
 *
 *   dU/dr_ij = φ' + F'_i f'_ij + F'_j f'_ji + (dU/dn_i) w'_ij + (dU/dn_j) w'_ji + s_i s_j Y' e^(−Θ_ij)
 *
 * where Y_ij is Y e^(−Θ_ij) with screening; Θ then pulls at both ends of a pair and at the carbons in its middle.
 */
import type { NeighborList } from '../core/neighbors.ts';
import { switchSlope, switchValue } from './charge-switch.ts';
import { type Accumulator, addEntryForce, addPairForce } from './evaluate.ts';
import type { ChargeSwitch, EmbeddedTerm } from './model.ts';
import { saturated, saturationSlope } from './saturation.ts';
import { opacity, opacitySlope } from './screening.ts';
import { type LinearTable, type Table, tableSlope, tableValue } from './table.ts';

/** F(ρ): a published (linear-axis) table goes on linearly above its last knot, as LAMMPS does. */
export function embeddingValue(table: Table, rho: number): number {
  if (table.axis === 'log' || rho < table.to) return tableValue(table, rho);
  const end = table.to * (1 - 1e-15);
  return tableValue(table, end) + (rho - table.to) * tableSlope(table, end);
}

/** dF/dρ, constant above the last knot of a published table. */
export function embeddingSlope(table: Table, rho: number): number {
  if (table.axis === 'log' || rho < table.to) return tableSlope(table, rho);
  return tableSlope(table, table.to * (1 - 1e-15));
}

const valueAt = (table: LinearTable | null | undefined, r: number): number => (table ? tableValue(table, r) : 0);
const slopeAt = (table: LinearTable | null | undefined, r: number): number => (table ? tableSlope(table, r) : 0);

/** Adds energy, forces and virial of an embedded term. */
export function addEmbedded(term: EmbeddedTerm, kind: Int32Array, list: NeighborList, sum: Accumulator): void {
  const n = kind.length;
  const { start, index, rows } = list;
  const change = term.chargeSwitch;
  const rho = new Float64Array(n);
  const coordination = new Float64Array(n);
  const ion = new Float64Array(n);
  const metal = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const a = kind[i]!;
    for (let e = start[i]!; e < start[i + 1]!; e++) {
      const b = kind[index[e]!]!;
      const r = rows[4 * e + 3]!;
      rho[i]! += valueAt(term.density[a]![b], r);
      sum.forces[4 * i + 3]! += 0.5 * valueAt(term.pair[a]![b], r);
      if (change) {
        coordination[i]! += valueAt(change.coordination[a]![b], r);
        ion[i]! += valueAt(change.ion[a]![b], r);
        metal[i]! += valueAt(change.metal[a]![b], r);
      }
    }
  }
  const s = new Float64Array(n);
  // dg/dV_ion
  const bound = new Float64Array(n).fill(1);
  const dRho = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const embedding = term.embedding[kind[i]!];
    if (embedding) {
      sum.forces[4 * i + 3]! += embeddingValue(embedding, rho[i]!);
      dRho[i] = rho[i]! > 0 ? embeddingSlope(embedding, rho[i]!) : 0;
    }
    if (change && change.nSwitch[kind[i]!]! > 0) {
      const saturation = change.saturation[kind[i]!];
      bound[i] = saturationSlope(ion[i]!, saturation);
      ion[i] = saturated(ion[i]!, saturation);
      s[i] = switchValue(change.shape, coordination[i]!, change.nSwitch[kind[i]!]!, change.nStart[kind[i]!]!);
      sum.forces[4 * i + 3]! += metal[i]! + s[i]! * s[i]! * (ion[i]! - metal[i]!);
    }
  }
  const dN = new Float64Array(n);
  // e^(−Θ) of the entries between ions
  const clear = change?.screening ? clearness(change, kind, list, s) : null;
  if (change) {
    for (let i = 0; i < n; i++) {
      if (s[i]! <= 0) continue;
      const a = kind[i]!;
      let field = 0;
      for (let e = start[i]!; e < start[i + 1]!; e++) {
        const j = index[e]!;
        if (s[j]! > 0) field += s[j]! * valueAt(change.repulsion[a]![kind[j]!], rows[4 * e + 3]!) * (clear?.[e] ?? 1);
      }
      sum.forces[4 * i + 3]! += 0.5 * s[i]! * field;
      const slope = switchSlope(change.shape, coordination[i]!, change.nSwitch[a]!, change.nStart[a]!);
      dN[i] = slope * (2 * s[i]! * (ion[i]! - metal[i]!) + field);
    }
  }
  for (let i = 0; i < n; i++) {
    const a = kind[i]!;
    for (let e = start[i]!; e < start[i + 1]!; e++) {
      const j = index[e]!;
      const b = kind[j]!;
      const r = rows[4 * e + 3]!;
      // what moves with atom i's own fields, plus its half of the symmetric functions
      let slope = 0.5 * slopeAt(term.pair[a]![b], r) + dRho[i]! * slopeAt(term.density[a]![b], r);
      if (change) {
        slope += dN[i]! * slopeAt(change.coordination[a]![b], r);
        slope += 0.5 * s[i]! * s[j]! * slopeAt(change.repulsion[a]![b], r) * (clear?.[e] ?? 1);
        const share = s[i]! * s[i]!;
        slope += share * bound[i]! * slopeAt(change.ion[a]![b], r) + (1 - share) * slopeAt(change.metal[a]![b], r);
      }
      if (slope !== 0) addPairForce(sum, list, e, i, slope);
    }
  }
  if (change && clear) addScreeningForces(change, kind, list, s, clear, sum);
}

/** Visits the carbons of i's list that are at the middle of entry e: their entry, and d from the middle. */
function atMiddle(
  { screening, screens }: ChargeSwitch,
  kind: Int32Array,
  { start, index, rows }: NeighborList,
  i: number,
  e: number,
  visit: (entry: number, r2: number, dx: number, dy: number, dz: number) => void,
): void {
  const [mx, my, mz] = [0.5 * rows[4 * e]!, 0.5 * rows[4 * e + 1]!, 0.5 * rows[4 * e + 2]!];
  for (let c = start[i]!; c < start[i + 1]!; c++) {
    if (!screens[kind[index[c]!]!]) continue;
    const dx = rows[4 * c]! - mx;
    const dy = rows[4 * c + 1]! - my;
    const dz = rows[4 * c + 2]! - mz;
    const r2 = dx * dx + dy * dy + dz * dz;
    if (r2 < screening!.range ** 2) visit(c, r2, dx, dy, dz);
  }
}

/** [P] e^(−Θ) of the list's entries between two ions, 1 elsewhere. */
function clearness(change: ChargeSwitch, kind: Int32Array, list: NeighborList, s: Float64Array): Float64Array {
  const clear = new Float64Array(list.index.length).fill(1);
  for (let i = 0; i < s.length; i++) {
    if (s[i]! <= 0) continue;
    for (let e = list.start[i]!; e < list.start[i + 1]!; e++) {
      const j = list.index[e]!;
      if (s[j]! <= 0 || valueAt(change.repulsion[kind[i]!]![kind[j]!], list.rows[4 * e + 3]!) === 0) continue;
      let theta = 0;
      atMiddle(change, kind, list, i, e, (_, r2) => {
        theta += opacity(change.screening!, r2);
      });
      clear[e] = Math.exp(-theta);
    }
  }
  return clear;
}

/** Forces of Θ: with d_c from i to the carbon and d to the other ion, Θ is a function of d_c − d/2. */
function addScreeningForces(
  change: ChargeSwitch,
  kind: Int32Array,
  list: NeighborList,
  s: Float64Array,
  clear: Float64Array,
  sum: Accumulator,
): void {
  for (let i = 0; i < s.length; i++) {
    if (s[i]! <= 0) continue;
    for (let e = list.start[i]!; e < list.start[i + 1]!; e++) {
      if (clear[e] === 1) continue;
      const j = list.index[e]!;
      const y = valueAt(change.repulsion[kind[i]!]![kind[j]!], list.rows[4 * e + 3]!);
      const half = 0.5 * s[i]! * s[j]! * y * clear[e]!;
      atMiddle(change, kind, list, i, e, (c, r2, dx, dy, dz) => {
        const g = half * opacitySlope(change.screening!, r2);
        addEntryForce(sum, list, c, i, -2 * g * dx, -2 * g * dy, -2 * g * dz);
        addEntryForce(sum, list, e, i, g * dx, g * dy, g * dz);
      });
    }
  }
}
