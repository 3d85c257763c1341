/** A study as a person writes it (YAML), parsed into base units. */
import type { HardCarbonRecipe } from '../structure/recipe.ts';

export interface StudySpec {
  readonly name: string;
  readonly about?: string;
  readonly seed: string | number;
  /** either a recipe (every replica builds its own structure from seed and replica number) or a structure file */
  readonly host:
    | { readonly recipe: Omit<HardCarbonRecipe, 'seed'> }
    | { readonly file: string };
  readonly guest: {
    readonly species: string;
    /** name of a file in models/potentials without .json, or a path to one */
    readonly model: string;
  };
  /** K */
  readonly temperature: number;
  readonly ladder: {
    /** V, strictly descending; the last is the floor that fills the pores */
    readonly discharge: readonly number[];
    /** V, strictly ascending; may be empty (then no plateau is reported) */
    readonly charge: readonly number[];
    /** trials per voltage before sampling starts */
    readonly equilibration: number;
    /** trials per voltage that are sampled */
    readonly production: number;
    /** samples of N and U per voltage */
    readonly samples: number;
    /** guest snapshots kept per voltage */
    readonly snapshots: number;
  };
  /** relative frequency of the moves */
  readonly moves: { readonly displace: number; readonly exchange: number; readonly teleport: number };
  /** independent structures (recipe) or independent chains (file) */
  readonly replicas: number;
  readonly analysis: {
    /** V: capacity above it is the slope, below it the plateau */
    readonly slopeCut: number;
    /** V: capacity above it is counted as first-cycle loss */
    readonly irreversibleAbove: number;
  };
}
