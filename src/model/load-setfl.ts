/** setfl files (eam/alloy, eam/fs) → compiled models. */
import { lammpsSpline } from '../io/lammps-spline.ts';
import type { Setfl } from '../io/setfl.ts';
import { type EmbeddedTerm, emptyPairs, largestCutoff, type Model } from './model.ts';
import { type LinearTable, type Table, tableFromKnots } from './table.ts';

/**
 * A model from DYNAMO setfl data (eam/alloy, eam/fs) with the spline LAMMPS builds from it: same energies, same forces.
 * r·φ is splined and divided by r, as in LAMMPS; the quotient is tabulated on the same knots (error < 1e-9 eV).
 *
 * @throws ModelError  from the table audit
 * @oracle test/oracle/eam.test.ts (LAMMPS)
 */
export function modelFromSetfl(data: Setfl, name: string): Model {
  const n = data.elements.length;
  const pair = emptyPairs(n);
  const density = emptyPairs(n);
  for (let a = 0; a < n; a++) {
    for (let b = 0; b < n; b++) {
      const rPhi = lammpsSpline(data.pair[a]![b]!, data.dr);
      pair[a]![b] = overDistance(cutTable(tableFromKnots(rPhi.value, rPhi.slope, data.dr), data.cutoff));
      const f = lammpsSpline(data.density[a]![b]!, data.dr);
      density[a]![b] = cutTable(tableFromKnots(f.value, f.slope, data.dr), data.cutoff);
    }
  }
  const embedding = data.embedding.map((values): Table => {
    const spline = lammpsSpline(values, data.drho);
    return tableFromKnots(spline.value, spline.slope, data.drho);
  });
  const term: EmbeddedTerm = { form: 'embedded', pair, density, embedding, chargeSwitch: null };
  return {
    name,
    about: `setfl file ${name}: ${data.elements.join(', ')}`,
    citation: data.comments,
    validity: 'as published with the file',
    licence: 'as published with the file',
    species: data.elements,
    terms: [term],
    cutoff: largestCutoff([term]),
    cavity: {},
    references: Object.fromEntries(
      data.elements
        .filter((species) => alkali.includes(species))
        .map((species) => [species, { species, lattice: 'bcc' as const, anharmonicLnZ: 0, temperature: 300 }]),
    ),
    hostSpecies: [],
  };
}

/** guests whose bulk metal is bcc */
const alkali = ['Li', 'Na', 'K', 'Rb', 'Cs'];

/** The table up to the first knot at or beyond `cutoff`; the published functions are zero there. */
function cutTable(table: LinearTable, cutoff: number): LinearTable {
  const n = Math.min(table.rows.length / 4, Math.ceil(cutoff / table.step - 1e-6));
  return { ...table, to: n * table.step, rows: table.rows.slice(0, 4 * n) };
}

/** u(r)/r of a tabulated u, on the same knots; the first interval, where it diverges, is dropped. */
function overDistance(table: LinearTable): LinearTable {
  const n = table.rows.length / 4;
  const value = new Float64Array(n + 1);
  const slope = new Float64Array(n + 1);
  for (let k = 1; k < n + 1; k++) {
    const r = k * table.step;
    const last = k === n;
    const row = 4 * (last ? k - 1 : k);
    const t = last ? 1 : 0;
    const [c0, c1, c2, c3] = [0, 1, 2, 3].map((j) => table.rows[row + j]!) as [number, number, number, number];
    value[k] = (c0 + t * (c1 + t * (c2 + t * c3))) / r;
    slope[k] = ((c1 + t * (2 * c2 + 3 * t * c3)) / table.step - value[k]!) / r;
  }
  const whole = tableFromKnots(value, slope, table.step);
  return { ...whole, from: table.step, rows: whole.rows.slice(4) };
}
