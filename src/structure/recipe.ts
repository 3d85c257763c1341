/** What a person knows of a carbon, in base units; the input of `buildHardCarbon`. */
export interface HardCarbonRecipe {
  /** diameter of the graphitic domains in the plane, Å */
  readonly la: number;
  /** height of the stacks, Å; a stack has round(lc / d002) sheets, at least one */
  readonly lc: number;
  /** spacing of the sheets, Å */
  readonly d002: number;
  /** mass density of the finished box, g/cm³ */
  readonly density: number;
  /** carbon atoms wanted in the periodic box; the built number is within 2 % */
  readonly atoms: number;
  /** text or number; the same seed gives the same bytes */
  readonly seed: string | number;
  readonly edges: {
    /** fraction of edge carbons that are strong (bare, unsaturated); the others are H-terminated */
    readonly strong: number;
  };
}
