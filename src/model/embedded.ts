/**
 * The embedded form and its charge switch (equations in model.ts); G is V_ion − V_met, less F where ions are bare.
 *
 * Forces follow from three fields of an atom: dU/dρ_i = F'(ρ_i); dU/ds_i = 2 s_i G_i + Σ_j s_j Y_ij;
 * dU/dn_i = dU/ds_i · s'(n_i). Every pair then has one radial slope
 *
 *   dU/dr_ij = φ' + F'_i f'_ij + F'_j f'_ji + (dU/dn_i) w'_ij + (dU/dn_j) w'_ji + s_i s_j Y'
 */
import type { NeighborList } from '../core/neighbors.ts';
import { switchSlope, switchValue } from './charge-switch.ts';
import { type Accumulator, addPairForce } from './evaluate.ts';
import type { EmbeddedTerm } from './model.ts';
import { saturated, saturationSlope } from './saturation.ts';
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
  const dRho = new Float64Array(n);
  // G, and dg/dV_ion
  const gain = new Float64Array(n);
  const bound = new Float64Array(n).fill(1);
  for (let i = 0; i < n; i++) {
    const embedding = term.embedding[kind[i]!];
    const f = embedding ? embeddingValue(embedding, rho[i]!) : 0;
    if (embedding) {
      sum.forces[4 * i + 3]! += f;
      dRho[i] = rho[i]! > 0 ? embeddingSlope(embedding, rho[i]!) : 0;
    }
    if (change && change.nSwitch[kind[i]!]! > 0) {
      s[i] = switchValue(change.shape, coordination[i]!, change.nSwitch[kind[i]!]!, change.nStart[kind[i]!]!);
      const saturation = change.saturation[kind[i]!];
      bound[i] = saturationSlope(ion[i]!, saturation);
      gain[i] = saturated(ion[i]!, saturation) - metal[i]! - (change.bareIons ? f : 0);
      sum.forces[4 * i + 3]! += metal[i]! + s[i]! * s[i]! * gain[i]!;
      if (change.bareIons) dRho[i]! *= 1 - s[i]! * s[i]!;
    }
  }
  const dN = new Float64Array(n);
  if (change) {
    for (let i = 0; i < n; i++) {
      if (s[i]! <= 0) continue;
      const a = kind[i]!;
      let field = 0;
      for (let e = start[i]!; e < start[i + 1]!; e++) {
        const j = index[e]!;
        if (s[j]! > 0) field += s[j]! * valueAt(change.repulsion[a]![kind[j]!], rows[4 * e + 3]!);
      }
      sum.forces[4 * i + 3]! += 0.5 * s[i]! * field;
      const slope = switchSlope(change.shape, coordination[i]!, change.nSwitch[a]!, change.nStart[a]!);
      dN[i] = slope * (2 * s[i]! * gain[i]! + field);
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
        slope += 0.5 * s[i]! * s[j]! * slopeAt(change.repulsion[a]![b], r);
        const share = s[i]! * s[i]!;
        slope += share * bound[i]! * slopeAt(change.ion[a]![b], r) + (1 - share) * slopeAt(change.metal[a]![b], r);
      }
      if (slope !== 0) addPairForce(sum, list, e, i, slope);
    }
  }
}
