/** What a person knows of a carbon, in base units; the input of `buildHardCarbon`. */
export interface HardCarbonRecipe {
  /** how domains are put together; 'cards' when not given */
  readonly route?: Route;
  /** diameter of the graphitic domains in the plane, Å */
  readonly la: number;
  /** height of the stacks, Å: mass-weighted mean of sheets · d002 */
  readonly lc: number;
  /** mean spacing of the sheets, Å */
  readonly d002: number;
  /** standard deviations over domains (la, lc) and over gaps between sheets (d002), Å; 0 when not given */
  readonly spread?: { readonly la?: number; readonly lc?: number; readonly d002?: number };
  /** mass density of the finished box, g/cm³ */
  readonly density: number;
  /** pore volume that the density was worked out from, cm³/g; only to be compared with the measured one */
  readonly poreVolume?: number;
  /** carbon atoms wanted in the periodic box; the built number is within 0.4 % */
  readonly atoms: number;
  /** text or number; the same seed gives the same bytes */
  readonly seed: string | number;
  /** spherical pores that domains keep clear of; grains only. Without them pores are what is left between the domains. */
  readonly pores?: PoreRecipe;
  /** radius that sheets are bent to, Å; flat when not given */
  readonly curvatureRadius?: number;
  readonly defects?: {
    /** share of the atoms inside sheets that are missing */
    readonly vacancies?: number;
    /** rotated bonds per atom */
    readonly stoneWales?: number;
  };
  /** share of the edge carbons that may bond to another domain where they meet; grains only, 0 when not given */
  readonly crossLinks?: number;
  readonly edges: EdgeRecipe;
  /** whether the finished carbon is annealed and relaxed by dynamics (`buildCarbon`); geometry alone never is */
  readonly relax?: boolean;
}

/** 'cards': pores are what is left between packed domains. 'grains': domains grow until they fill what pores leave. */
export type Route = 'cards' | 'grains';

export interface PoreRecipe {
  /** mean diameter between carbon surfaces (van der Waals, 1.7 Å), Å */
  readonly diameter: number;
  /** standard deviation of the diameters, Å; 0 when not given */
  readonly spread?: number;
  /** closed pores stay apart; open ones are joined by channels through the whole box */
  readonly kind: 'closed' | 'open';
  /** cm³ of pores per gram of carbon; what the density leaves when not given */
  readonly volume?: number;
  /** diameter of the channels between open pores, Å */
  readonly neck?: number;
}

export interface EdgeRecipe {
  /** fraction of edge carbons that are strong (bare, unsaturated, or carbonyl); the others are H-terminated */
  readonly strong: number;
  /** H/C of the whole carbon; decides the share of strong edges in place of `strong` */
  readonly hydrogen?: number;
  /** O/C of the whole carbon, as carbonyl at edges, which count as strong */
  readonly oxygen?: number;
  /** whether hydrogen and oxygen become atoms of the frame (for export: guest models do not know them) */
  readonly explicit?: boolean;
}
