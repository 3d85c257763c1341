/**
 * The registry-dependent interlayer form: carbon sheets repel each other more where atoms stand above atoms.
 *
 *   U = Σ_i Σ_j u(r_ij, ρ_ij),  ρ_ij² = r_ij² − (n_i·r_ij)²
 *
 * u is half a pair (interlayer-law.ts): the other half stands with j and its normal. n_i is the normal of the sheet at atom i
 * (interlayer-plane.ts). Where an atom has no plane, ρ = r: no direction is singled out, so the energy turns with the atoms.
 */
import type { NeighborList } from '../core/neighbors.ts';
import { type Accumulator, addEntryForce } from './evaluate.ts';
import { excludedEntries } from './exclusion.ts';
import { type LayerLaw, type LayerRadial, layerLaw, layerRadial } from './interlayer-law.ts';
import { addPlaneForce, type PlaneVector, planeVector, sheetPlanes } from './interlayer-plane.ts';
import type { InterlayerTerm } from './model.ts';

/** Whether atoms of a model species take part in the term, by species. */
export function interlayerSpecies(term: InterlayerTerm): boolean[] {
  const count = Math.round(Math.sqrt(term.law.length));
  return Array.from({ length: count }, (_, a) => term.law.slice(a * count, (a + 1) * count).some((law) => law >= 0));
}

/**
 * Adds energy, forces and virial of an interlayer term. Forces are exact: normals move with the atoms that make them.
 *
 * @param kind  [N] index into the model's species
 * @param list  neighbours up to the largest cutoff of the term
 * @cite Kolmogorov & Crespi, Phys. Rev. B 71, 235415 (2005) doi:10.1103/PhysRevB.71.235415
 * @cite Ouyang, Mandelli, Urbakh & Hod, Nano Lett. 18, 6009 (2018) doi:10.1021/acs.nanolett.8b02848
 * @oracle test/oracle/interlayer.test.ts (LAMMPS), test/property/interlayer.test.ts
 */
export function addInterlayer(term: InterlayerTerm, kind: Int32Array, list: NeighborList, sum: Accumulator): void {
  const laws = term.laws.map(layerLaw);
  const takesPart = interlayerSpecies(term);
  const species = takesPart.length;
  const excluded = excludedEntries(term.exclusion, kind, takesPart, list);
  const planes = sheetPlanes(term.exclusion.length, kind, takesPart, list);
  const radial: LayerRadial = { isotropic: 0, isotropicSlope: 0, contact: 0, contactSlope: 0 };
  for (let i = 0; i < kind.length; i++) {
    const holder = planes.holder[i]!;
    const plane = holder < 0 ? noPlane : planeVector(list, planes, holder);
    const onPlane = [0, 0, 0];
    let squares = 0;
    for (let e = list.start[i]!; e < list.start[i + 1]!; e++) {
      const law = laws[term.law[kind[i]! * species + kind[list.index[e]!]!]!];
      const r = list.rows[4 * e + 3]!;
      if (!law || r >= law.cutoff || excluded[e]) continue;
      const d = [list.rows[4 * e]!, list.rows[4 * e + 1]!, list.rows[4 * e + 2]!];
      const height = plane.c[0] * d[0]! + plane.c[1] * d[1]! + plane.c[2] * d[2]!;
      const [f, fSlope] = registry(law, r * r - plane.weight * height * height);
      layerRadial(law, r, radial);
      sum.forces[4 * i + 3]! += radial.isotropic + radial.contact * f;
      // ∂U/∂r at fixed ρ, and ∂U/∂ρ²
      const slope = (radial.isotropicSlope + radial.contactSlope * f) / r;
      const across = radial.contact * fSlope;
      const along = -2 * across * plane.weight * height;
      const g = d.map((x, k) => (slope + 2 * across) * x + along * plane.c[k]!);
      addEntryForce(sum, list, e, i, g[0]!, g[1]!, g[2]!);
      for (let k = 0; k < 3; k++) onPlane[k]! += along * d[k]!;
      squares -= across * height * height;
    }
    if (plane.weight === 0) continue;
    const g = onPlane.map((x, k) => x + 2 * squares * plane.weightSlope * plane.c[k]!);
    addPlaneForce(sum, list, planes, holder, g);
  }
}

const noPlane: PlaneVector = { c: [0, 0, 0], weight: 0, weightSlope: 0 };

/** f(ρ²/δ²) and its derivative with respect to ρ². */
function registry(law: LayerLaw, rho2: number): [number, number] {
  const x = rho2 * law.inverseDelta2;
  const decay = Math.exp(-x);
  const f = decay * (law.c0 + x * (law.c2 + x * law.c4));
  return [f, (decay * (law.c2 + 2 * x * law.c4) - f) * law.inverseDelta2];
}
