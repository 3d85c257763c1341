/**
 * The bonding of a carbon: hybridisation, edges, rings, pieces, and what is implied of its chemistry.
 */
import { elementOf } from '../core/elements.ts';
import { atomCount, type Frame, speciesAt } from '../core/frame.ts';
import { type Census, type Sum, takeCensus } from './bond-census.ts';
import { type Bonds, findBonds } from './bonds.ts';
import { type Curve, type Described, described, type Instrument } from './described.ts';
import { type Fragment, findFragments } from './fragments.ts';
import { countRings, largestRing, type Rings, ringSlots } from './rings.ts';
import { repeated } from './supercell.ts';

/** Area of graphene per atom, Å². */
const areaPerAtom = 2.62;
/** Lattice constant of graphene, Å. */
const latticeConstant = 2.46;

/** A share or mean with its definition, and where its error comes from if it has one. */
function fromBlocks({ value, error }: { value: number; error: number | null }, unit: string, text: string): Described {
  return described(
    value,
    error,
    unit,
    error === null ? text : `${text} Error: from the spread between octants of the box.`,
  );
}

/**
 * Measures what a carbon is made of, bond by bond. Every value carries its definition.
 *
 * Errors are those of the material that the box is a sample of, from the spread between eight blocks of the box; null for
 * structures too small to be cut (under 100 atoms per block).
 *
 * @param frame  any cell; guests that bond to nothing are left aside
 * @param options.onProgress  called with the share done (0 … 1) and what is being done
 * @returns  values: shares of sp, sp2 and sp3, edges, rings, bond lengths, H/C, O/C, pieces, the closest pair. Curves:
 *           rings, coordination, bondAngles, bondLengths. What cannot be had is missing, and a note says why
 * @oracle test/unit/analysis-bonding.test.ts (graphene, graphite, diamond, C60, coronene, carbyne, ribbons)
 */
export function measureBonding(
  frame: Frame,
  options: { readonly onProgress?: (done: number, text: string) => void } = {},
): Instrument {
  const { onProgress } = options;
  const notes: string[] = [];
  const values: Record<string, Described> = {};
  onProgress?.(0, 'bonds');
  const { bonds, closest } = findBonds(frame);
  const pair: Record<string, Described> = {};
  if (closest) {
    pair.closestPair = described(closest.distance, null, 'Å', 'Distance between the two atoms nearest to each other.');
    if (closest.tooNear > 0) {
      const [i, j] = closest.atoms;
      notes.push(
        `${closest.tooNear} ${closest.tooNear === 1 ? 'pair of atoms is' : 'pairs of atoms are'} nearer than atoms can be: ` +
          `atoms ${i + 1} (${speciesAt(frame, i)}) and ${j + 1} (${speciesAt(frame, j)}) of the file are ` +
          `${closest.distance.toFixed(3)} Å apart. The structure is broken or holds atoms twice.`,
      );
    }
  }
  const isCarbon = (i: number): boolean => elementOf(speciesAt(frame, i)) === 'C';
  onProgress?.(0.1, 'rings');
  const rings = ringsOf(frame, bonds, (share) => onProgress?.(0.1 + 0.7 * share, 'rings'));
  if (rings.crowded > 0) {
    notes.push(`${rings.crowded} atoms have more than six bonds: they are left out of the rings.`);
  }
  onProgress?.(0.8, 'sheets');
  const fragments = findFragments(frame, bonds, isCarbon);
  onProgress?.(0.9, 'edges');
  const census = takeCensus(frame, bonds, rings);
  if (census.carbons === 0) {
    notes.push('There is no carbon in this structure: its bonds are not described.');
    return { values: pair, curves: {}, notes };
  }
  Object.assign(values, bondValues(census, notes), ringValues(census, notes), chemistry(census, notes));
  Object.assign(values, fragmentValues(fragments, notes), pair);
  onProgress?.(1, 'bonds');
  return { values, curves: curvesOf(census, rings), notes };
}

/**
 * Rings of a frame, also of a cell so small that a ring would bite its own tail: such a cell is repeated first.
 *
 * @param bonds  those of the frame
 * @returns rings per cell and through each of its atoms
 */
export function ringsOf(frame: Frame, bonds: Bonds, onProgress?: (share: number) => void): Rings {
  const n = atomCount(frame);
  let longest = 0;
  for (let p = 3; p < bonds.rows.length; p += 4) longest = Math.max(longest, bonds.rows[p]!);
  const copies = [0, 1, 2].map((k) =>
    frame.cell.periodic[k] ? Math.max(1, Math.ceil((largestRing * longest) / frame.cell.heights[k]! + 1e-9)) : 1,
  ) as [number, number, number];
  const times = copies[0] * copies[1] * copies[2];
  if (times === 1) return countRings(bonds, onProgress);
  const { count, through, crowded } = countRings(findBonds(repeated(frame, copies)).bonds, onProgress);
  return {
    count: count.map((c) => c / times),
    through: through.slice(0, ringSlots * n),
    crowded: crowded / times,
  };
}

function bondValues(census: Census, notes: string[]): Record<string, Described> {
  const share = (name: Sum, text: string): Described => fromBlocks(census.ratio(name), '1', text);
  const bonded = 'Two carbons are bonded below 1.85 Å (C–H 1.3 Å, C–O 1.65 Å).';
  const values: Record<string, Described> = {
    sp2Share: share(
      'sp2',
      `Carbons with three bonds of all carbons, and those with two bonds at up to 150°: edge carbons whose hydrogen is not in the file count as sp². ${bonded}`,
    ),
    sp3Share: share('sp3', `Carbons with four bonds of all carbons. ${bonded}`),
    spShare: share('sp', 'Carbons with two bonds at more than 150° of all carbons.'),
    underCoordinatedShare: share('under', 'Carbons with no bond or one of all carbons.'),
    overCoordinatedShare: share('over', 'Carbons with five bonds or more of all carbons.'),
    edgeShare: share('edge', 'Carbons with fewer than three C–C bonds of all carbons.'),
  };
  if (census.bonds > 0) {
    values.bondLength = fromBlocks(census.ratio('length'), 'Å', 'Mean length of the C–C bonds.');
    values.bondLengthSpread = spread(census, 'length', 'Å', 'Standard deviation of the lengths of the C–C bonds.');
  }
  if (!Number.isNaN(census.ratio('angle').value)) {
    values.bondAngle = fromBlocks(census.ratio('angle'), '°', 'Mean C–C–C angle.');
    values.bondAngleSpread = spread(census, 'angle', '°', 'Standard deviation of the C–C–C angles.');
  }
  if (census.edges === 0) {
    notes.push('There are no edge carbons: sheets end nowhere in this box, and La cannot be told from edges.');
    return values;
  }
  values.armchairShare = share(
    'armchair',
    'Edge carbons bonded to another edge carbon, of the edge carbons: armchair edges.',
  );
  values.zigzagShare = share(
    'zigzag',
    'Edge carbons bonded to no other edge carbon, of the edge carbons: zigzag edges.',
  );
  const edge = census.ratio('edge');
  const la = (6 * latticeConstant) / (Math.PI * edge.value);
  values.laFromEdges = described(
    la,
    edge.error === null ? null : (la * edge.error) / edge.value,
    'Å',
    'Diameter La of the flat disc with the measured share of edge carbons, edges averaged over all directions: edge share = 6a/(π La) = 4.70 Å/La, a = 2.46 Å. An estimate from the edges alone, to stand beside La from Raman; not a Raman spectrum.',
  );
  if (census.ratio('sp3').value + census.ratio('sp').value > 0.2) {
    notes.push(
      'More than a fifth of the carbons are sp or sp³: La from edges, made for flat sheets, means little here.',
    );
  }
  return values;
}

function ringValues(census: Census, notes: string[]): Record<string, Described> {
  const about = 'of 3 to 9 atoms (shortest-path rings, Franzblau 1991).';
  const value = (name: Sum, text: string): Described => fromBlocks(census.ratio(name), '1', text);
  const perCarbon = {
    sixRingsPerCarbon: value('sixRings', 'Six-rings per carbon; graphene has 1/2.'),
    graphiticShare: value(
      'graphitic',
      'Carbons with three C–C bonds, in three six-rings and in no other ring, of all carbons: the inside of sheets, as in graphite.',
    ),
  };
  if (Number.isNaN(census.ratio('ring6').value)) {
    notes.push('There is no ring of 3 to 9 atoms.');
    return perCarbon;
  }
  return {
    ringShare5: value('ring5', `Five-rings of all rings ${about}`),
    ringShare6: value('ring6', `Six-rings of all rings ${about}`),
    ringShare7: value('ring7', `Seven-rings of all rings ${about}`),
    ringShareOther: value('ringOther', `Rings of 3, 4, 8 or 9 atoms of all rings ${about}`),
    ...perCarbon,
  };
}

function chemistry(census: Census, notes: string[]): Record<string, Described> {
  const implied = census.typed && !census.hydrogens;
  if (implied && census.edges > 0) {
    notes.push(
      'Hydrogens are not in the file: H/C is implied by the species, one hydrogen on each edge carbon that is not strong.',
    );
  }
  return {
    hydrogenPerCarbon: implied
      ? fromBlocks(
          census.ratio('impliedHydrogen'),
          '1',
          'H/C, implied: no hydrogen is in the file; one is counted for each carbon of species C:armchair or C:zigzag, none for strong (bare) edges.',
        )
      : fromBlocks(census.ratio('hydrogen'), '1', 'H/C: hydrogen atoms in the file per carbon atom.'),
    oxygenPerCarbon: fromBlocks(census.ratio('oxygen'), '1', 'O/C: oxygen atoms in the file per carbon atom.'),
  };
}

function fragmentValues(fragments: readonly Fragment[], notes: string[]): Record<string, Described> {
  const finite = fragments.filter(({ endless }) => !endless);
  const endless = fragments.length - finite.length;
  const values: Record<string, Described> = {
    fragments: described(
      fragments.length,
      null,
      '1',
      'Pieces that bonds hold together, with at least one carbon: sheets, molecules, networks.',
    ),
  };
  if (endless > 0) {
    const carbons = fragments.reduce((sum, one) => sum + (one.endless ? one.size : 0), 0);
    const isAre = endless === 1 ? 'is bonded to its' : 'are bonded to their';
    notes.push(
      `${endless} of ${fragments.length} bonded ${fragments.length === 1 ? 'piece' : 'pieces'} ${isAre} own periodic image ` +
        `(${carbons} carbons): endless, so without a diameter${finite.length > 0 ? '; La from edges counts their carbons too' : ''}.`,
    );
  }
  const total = finite.reduce((sum, { size }) => sum + size, 0);
  if (total === 0) return values;
  const diameters = finite.map(({ size }) => ({ size, diameter: 2 * Math.sqrt((size * areaPerAtom) / Math.PI) }));
  const average = diameters.reduce((sum, { size, diameter }) => sum + size * diameter, 0) / total;
  const squares = diameters.reduce((sum, { size, diameter }) => sum + (size * (diameter - average)) ** 2, 0);
  const error = finite.length < 2 ? null : Math.sqrt((squares * finite.length) / (finite.length - 1)) / total;
  values.fragmentDiameter = described(
    average,
    error === null || error < 1e-9 * average ? null : error,
    'Å',
    'Diameter of the flat disc with the area of a piece, 2.62 Å² per carbon; mean over pieces, weighted by mass. Error: from the spread between pieces.',
  );
  return values;
}

function spread(census: Census, name: 'length' | 'angle', unit: string, text: string): Described {
  const square = census.ratio(`${name}²`).value - census.ratio(name).value ** 2;
  // what is left of equal numbers is rounding
  const value = square > 1e-10 * census.ratio(`${name}²`).value ? Math.sqrt(square) : 0;
  return described(value, null, unit, text);
}

function curvesOf(census: Census, rings: Rings): Record<string, Curve> {
  const sizes = Array.from({ length: largestRing - 2 }, (_, k) => k + 3);
  const all = rings.count.reduce((a, b) => a + b, 0);
  return {
    rings: {
      'size (atoms)': sizes,
      'rings per carbon (1)': sizes.map((size) => rings.count[size]! / census.carbons),
      'share of rings (1)': sizes.map((size) => (all > 0 ? rings.count[size]! / all : 0)),
      'share of carbons in such a ring (1)': sizes.map((size) => census.inRing[size]! / census.carbons),
    },
    coordination: {
      'bonds (1)': census.coordination.map((_, k) => k),
      'share of carbons (1)': census.coordination.map((count) => count / census.carbons),
    },
    bondAngles: { 'angle (°)': census.angles.at, 'density (1/°)': census.angles.density },
    bondLengths: { 'length (Å)': census.lengths.at, 'density (1/Å)': census.lengths.density },
  };
}
