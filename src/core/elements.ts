/** Element data Cardhouse needs: masses (amu, IUPAC 2021 conventional), picture colours and radii (Å, for drawing only). */
export interface ElementData {
  readonly mass: number;
  readonly color: string;
  readonly radius: number;
}

export const elements: Readonly<Record<string, ElementData>> = {
  H: { mass: 1.008, color: '#f2f2f2', radius: 0.4 },
  He: { mass: 4.002602, color: '#d9ffff', radius: 0.7 },
  Li: { mass: 6.94, color: '#8f57c7', radius: 1.1 },
  B: { mass: 10.81, color: '#ffb5b5', radius: 0.8 },
  C: { mass: 12.011, color: '#5b6470', radius: 0.7 },
  N: { mass: 14.007, color: '#3050f8', radius: 0.7 },
  O: { mass: 15.999, color: '#e0402a', radius: 0.66 },
  F: { mass: 18.998403, color: '#90e050', radius: 0.6 },
  Ne: { mass: 20.1797, color: '#b3e3f5', radius: 0.9 },
  Na: { mass: 22.98976928, color: '#e8a21d', radius: 1.5 },
  Mg: { mass: 24.305, color: '#8aff00', radius: 1.4 },
  Al: { mass: 26.981538, color: '#bfa6a6', radius: 1.2 },
  Si: { mass: 28.085, color: '#f0c8a0', radius: 1.1 },
  P: { mass: 30.973762, color: '#ff8000', radius: 1.0 },
  S: { mass: 32.06, color: '#e6e632', radius: 1.0 },
  Cl: { mass: 35.45, color: '#1ff01f', radius: 1.0 },
  Ar: { mass: 39.95, color: '#80d1e3', radius: 1.0 },
  K: { mass: 39.0983, color: '#2f9e8f', radius: 1.9 },
  Ti: { mass: 47.867, color: '#bfc2c7', radius: 1.4 },
  Cr: { mass: 51.9961, color: '#8a99c7', radius: 1.4 },
  Mn: { mass: 54.938043, color: '#9c7ac7', radius: 1.4 },
  Fe: { mass: 55.845, color: '#e06633', radius: 1.3 },
  Co: { mass: 58.933194, color: '#f090a0', radius: 1.3 },
  Ni: { mass: 58.6934, color: '#50d050', radius: 1.2 },
  Cu: { mass: 63.546, color: '#c88033', radius: 1.3 },
  Zn: { mass: 65.38, color: '#7d80b0', radius: 1.3 },
  Br: { mass: 79.904, color: '#a62929', radius: 1.1 },
  Rb: { mass: 85.4678, color: '#702eb0', radius: 2.1 },
  Zr: { mass: 91.224, color: '#94e0e0', radius: 1.6 },
  Mo: { mass: 95.95, color: '#54b5b5', radius: 1.5 },
  Pd: { mass: 106.42, color: '#006985', radius: 1.4 },
  Ag: { mass: 107.8682, color: '#c0c0c0', radius: 1.4 },
  I: { mass: 126.90447, color: '#940094', radius: 1.3 },
  Cs: { mass: 132.90545196, color: '#57178f', radius: 2.3 },
  Ta: { mass: 180.94788, color: '#4da6ff', radius: 1.5 },
  W: { mass: 183.84, color: '#2194d6', radius: 1.4 },
  Pt: { mass: 195.084, color: '#d0d0e0', radius: 1.4 },
  Au: { mass: 196.96657, color: '#ffd123', radius: 1.4 },
  Pb: { mass: 207.2, color: '#575961', radius: 1.5 },
};

/** `C` of `C:zigzag-H`: a species is an element, with the kind of site behind a colon where it has one. */
export function elementOf(species: string): string {
  const colon = species.indexOf(':');
  return colon < 0 ? species : species.slice(0, colon);
}

/** `zigzag-H` of `C:zigzag-H`, empty where the species has no site. */
export function siteOf(species: string): string {
  const colon = species.indexOf(':');
  return colon < 0 ? '' : species.slice(colon + 1);
}

/** Mass of a species in amu; 1 for a species that is no element (reduced-unit particles). */
export function massOf(species: string): number {
  return elements[elementOf(species)]?.mass ?? 1;
}
