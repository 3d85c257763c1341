/** Names of measured numbers as people write them. */

const known: Readonly<Record<string, string>> = {
  d002: 'd(002)',
  la: 'La',
  lc: 'Lc',
  layers002: 'sheets per stack',
  lcFit: 'Lc, fit of (002)',
  lcScherrer: 'Lc, Scherrer (002)',
  gapSpread: 'spread of the gaps between sheets',
  d002Bragg: 'd(002), Bragg maximum',
  twoTheta002: '2θ of (002)',
  rValue: 'R, (002) over background',
  laFit: 'La, fit of (10)',
  laScherrer: 'La, Warren (10)',
  q10: 'q of (10)',
  latticeConstant: 'lattice constant of the sheets',
  saxsPeakLength: 'distance from pore to pore (SAXS)',
  saxsGuinierRadius: 'Guinier radius (SAXS)',
  saxsPoreDiameter: 'pore diameter (SAXS)',
  saxsPorosity: 'porosity (SAXS)',
  porodConstant: 'Porod constant (SAXS)',
  porodSurface: 'pore surface (Porod)',
  bondLengthRdf: 'first shell of g(r)',
  coordinationRdf: 'neighbours in the first shell',
  sp2Share: 'sp² carbons',
  sp3Share: 'sp³ carbons',
  spShare: 'sp carbons',
  edgeShare: 'edge carbons',
  armchairShare: 'armchair, of edge carbons',
  zigzagShare: 'zigzag, of edge carbons',
  graphiticShare: 'graphitic carbons',
  underCoordinatedShare: 'carbons with 0 or 1 bond',
  overCoordinatedShare: 'carbons with 5 bonds or more',
  bondLength: 'C–C bond length',
  bondLengthSpread: 'spread of the bond lengths',
  bondAngle: 'C–C–C angle',
  bondAngleSpread: 'spread of the angles',
  ringShare5: 'five-rings, of all rings',
  ringShare6: 'six-rings, of all rings',
  ringShare7: 'seven-rings, of all rings',
  ringShareOther: 'other rings, of all rings',
  sixRingsPerCarbon: 'six-rings per carbon',
  hydrogenPerCarbon: 'H/C',
  oxygenPerCarbon: 'O/C',
  laFromEdges: 'La from the edge share',
  skeletalDensityHeAll: 'skeletal density (He), closed pores too',
  poreDiameterMode: 'pore diameter, most common',
  poreDiameterMean: 'pore diameter, mean',
  closestPair: 'closest pair of atoms',
  fragments: 'bonded pieces',
  fragmentDiameter: 'diameter of the pieces',
};

/** Probes that pores are measured with, as they end a key. */
export const probeNames: Readonly<Record<string, string>> = { He: 'He', Co2: 'CO₂', N2: 'N₂', Dec: 'DEC' };

/** Parts of keys that are not plain words. */
const parts: Readonly<Record<string, string>> = {
  La: 'La',
  Lc: 'Lc',
  Bet: 'BET',
  Saxs: 'SAXS',
  Xrd: 'XRD',
  ...Object.fromEntries(Object.entries(probeNames).map(([part, name]) => [part, `(${name})`])),
};

/**
 * `sp² carbons` of `sp2Share`; a key that has no name of its own is taken apart: `poreVolumeHe` → `pore volume (He)`.
 *
 * @oracle test/unit/analysis-residual.test.ts
 */
export function labelOf(key: string): string {
  const own = known[key];
  if (own !== undefined) return own;
  const words = key.replace(/([a-z0-9])([A-Z])/g, '$1 $2').split(' ');
  return words.map((word, k) => parts[word] ?? (k === 0 || /^[A-Z]{2}/.test(word) ? word : lowered(word))).join(' ');
}

/** A label at the beginning of a line: `Edge carbons`, but `d(002)` and `sp² carbons` as they are. */
export function headingOf(key: string): string {
  const label = labelOf(key);
  return /^[a-z]{3}/.test(label) ? label.charAt(0).toUpperCase() + label.slice(1) : label;
}

function lowered(word: string): string {
  return word[0]!.toLowerCase() + word.slice(1);
}
