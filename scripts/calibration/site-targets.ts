/** The ladder of sites, of edges and defects: how strongly one guest is bound there. */

/** A number known from memory of the literature, not read again. */
const memory = ' (from memory)';

/** Binding of one guest to a site, against a free atom: [what, value, where it is computed]. eV. */
export interface SiteTarget {
  readonly site: string;
  readonly host: 'armchair edge' | 'zigzag edge' | 'vacancy' | 'turned bond';
  readonly what: string;
  readonly value: number;
  readonly source: string;
}

const bracket = 'bracket of several DFT-GGA papers' + memory;
const scaled = 'Na scaled by the ratio of adatoms: an assumption';

/** Tolerance 0.2 eV, weight 3. */
export const siteTargets: Readonly<Record<string, readonly SiteTarget[]>> = {
  Na: [
    { site: 'armchair', host: 'armchair edge', what: 'H-terminated armchair edge', value: -0.65, source: bracket },
    { site: 'zigzag', host: 'zigzag edge', what: 'H-terminated zigzag edge', value: -0.9, source: bracket },
    { site: 'strong-armchair', host: 'armchair edge', what: 'bare armchair edge', value: -1.7, source: bracket },
    { site: 'strong-zigzag', host: 'zigzag edge', what: 'bare zigzag edge', value: -2.3, source: bracket },
    { site: 'vacancy', host: 'vacancy', what: 'vacancy', value: -2.2, source: bracket },
    { site: 'stone-wales', host: 'turned bond', what: 'Stone–Wales defect', value: -0.9, source: bracket },
  ],
  Li: [
    {
      site: 'armchair',
      host: 'armchair edge',
      what: 'H-terminated armchair edge',
      value: -1.2,
      source: 'Uthaisar, Barone & Peralta, J. Appl. Phys. 106, 113715 (2009)',
    },
    {
      site: 'zigzag',
      host: 'zigzag edge',
      what: 'H-terminated zigzag edge',
      value: -1.56,
      source: 'Uthaisar, Barone & Peralta, J. Appl. Phys. 106, 113715 (2009)',
    },
    {
      site: 'strong-armchair',
      host: 'armchair edge',
      what: 'bare armchair edge',
      value: -2.2,
      source: 'as the divacancy, ' + bracket,
    },
    {
      site: 'strong-zigzag',
      host: 'zigzag edge',
      what: 'bare zigzag edge',
      value: -2.9,
      source: 'as the vacancy, ' + bracket,
    },
    { site: 'vacancy', host: 'vacancy', what: 'vacancy', value: -2.9, source: bracket },
    { site: 'stone-wales', host: 'turned bond', what: 'Stone–Wales defect', value: -1.4, source: bracket },
  ],
  K: [
    { site: 'armchair', host: 'armchair edge', what: 'H-terminated armchair edge', value: -0.84, source: scaled },
    { site: 'zigzag', host: 'zigzag edge', what: 'H-terminated zigzag edge', value: -1.16, source: scaled },
    {
      site: 'strong-armchair',
      host: 'armchair edge',
      what: 'bare armchair edge',
      value: -2.0,
      source: 'as the divacancy, ' + bracket,
    },
    {
      site: 'strong-zigzag',
      host: 'zigzag edge',
      what: 'bare zigzag edge',
      value: -2.6,
      source: 'as the vacancy, ' + bracket,
    },
    { site: 'vacancy', host: 'vacancy', what: 'vacancy', value: -2.6, source: bracket },
    { site: 'stone-wales', host: 'turned bond', what: 'Stone–Wales defect', value: -1.16, source: scaled },
  ],
};
