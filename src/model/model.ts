/**
 * A model is a sum of terms; a term has a form; a form has tables in it. Kernels never know formulas.
 */
import type { CubicLattice } from '../core/lattice.ts';
import { type NepPotential, nepCutoff } from '../io/nep-file.ts';
import type { TersoffParameters } from '../io/tersoff-file.ts';
import type { SwitchShape } from './charge-switch.ts';
import type { Saturation } from './saturation.ts';
import type { LinearTable, Table } from './table.ts';

/** Tables by species pair: `tables[a][b]`, indices into the model's species; null = these two do not interact. */
export type PairTables = readonly (readonly (LinearTable | null)[])[];

/**
 * Which pairs a non-bonded term leaves out: those joined by a path of at most `bonds` bonds, or by any path at all
 * ('fragment': the usual molecule label of layered carbon). Two atoms of the term nearer than `length` are bonded. Bonds are
 * perceived when neighbours are listed and stay as they are until the next listing: while no bond forms or breaks, the
 * energy is a smooth function of the positions.
 */
export interface BondExclusion {
  readonly bonds: number | 'fragment';
  /** Å */
  readonly length: number;
}

/**
 * Pair form: U = ½ Σ_ij φ_ab(r_ij), over all pairs, or all that `exclusion` leaves.
 */
export interface PairTerm {
  readonly form: 'pair';
  /** φ, symmetric in a, b, eV */
  readonly pair: PairTables;
  readonly exclusion: BondExclusion | null;
}

/**
 * Embedded form, with its optional charge switch:
 *
 *   U = ½ Σ_ij φ(r_ij) + Σ_i F(ρ_i) + Σ_i [S_i V_ion,i + (1 − S_i) V_met,i] + ½ Σ_ij s_i s_j Y(r_ij)
 *   ρ_i = Σ_j f_ab(r_ij),  n_i = Σ_j w(r_ij),  s_i = s(n_i) (charge-switch.ts),  S_i = s_i²
 *
 * i, j run over metal atoms; V_ion and V_met are sums over the carbons around atom i, typed by the carbon's site. A lone
 * guest has s = 1 and feels V_ion; in bulk metal s = 0 exactly and the form is a plain EAM. V_ion counts as g(V_ion) where it saturates
 * (saturation.ts). With bare ions φ and F are of atoms that have their electron, ½ Σ (1 − s_i s_j) φ(r_ij) + Σ (1 − S_i) F(ρ_i): an ion
 * has none to bind others with.
 */
export interface EmbeddedTerm {
  readonly form: 'embedded';
  /** φ, symmetric, eV */
  readonly pair: PairTables;
  /** f[a][b]: what an atom of species b adds to ρ of an atom of species a */
  readonly density: PairTables;
  /** F by species, eV; null where a species has no embedding (carbon) */
  readonly embedding: readonly (Table | null)[];
  readonly chargeSwitch: ChargeSwitch | null;
}

export interface ChargeSwitch {
  readonly shape: SwitchShape;
  /** w[a][b], dimensionless */
  readonly coordination: PairTables;
  /** n at which s reaches zero, by species (n_b·x_s) */
  readonly nSwitch: readonly number[];
  /** n at which s begins to fall */
  readonly nStart: readonly number[];
  /** Y, symmetric, eV; with bare ions Y − φ */
  readonly repulsion: PairTables;
  /** V_ion of guest a at carbon b, eV */
  readonly ion: PairTables;
  /** V_met of guest a at carbon b, eV */
  readonly metal: PairTables;
  /** by species, how V_ion saturates; null: it is the plain sum */
  readonly saturation: readonly (Saturation | null)[];
  /** φ and F are of atoms that have their electron (φ is taken away again in `repulsion`) */
  readonly bareIons: boolean;
}

/**
 * Bond-order form (Tersoff): U = ½ Σ_ij f_C(r_ij) [f_R(r_ij) + b_ij f_A(r_ij)], equations in bond-order.ts.
 */
export interface BondOrderTerm {
  readonly form: 'bond-order';
  readonly elements: readonly string[];
  /** index into `elements` by the model's species; −1 where the term ignores a species */
  readonly kind: readonly number[];
  /** [E·E·E] parameters of atom i bonded to j in the presence of k, at (i·E + j)·E + k */
  readonly triples: readonly TersoffParameters[];
}

/** Neural form (NEP): U = Σ_i U_i(descriptor of the neighbourhood of i), equations in neural.ts. */
export interface NeuralTerm {
  readonly form: 'neural';
  /** index into the potential's species by the model's species; −1 where the term ignores a species */
  readonly kind: readonly number[];
  readonly potential: NepPotential;
}

/** Registry-dependent interlayer form (Kolmogorov–Crespi, ILP), equations in interlayer.ts. */
export interface InterlayerTerm {
  readonly form: 'interlayer';
  /** index into `laws` by the model's species pair a·S + b; −1 where the two do not interact */
  readonly law: readonly number[];
  readonly laws: readonly InterlayerLaw[];
  /** which pairs belong to one sheet */
  readonly exclusion: BondExclusion;
}

/** One pair of elements of an interlayer term: repulsion R and attraction A of a pair at distance r, transverse ρ. */
export type InterlayerLaw = KolmogorovCrespiLaw | IlpLaw;

/** @cite Kolmogorov & Crespi, Phys. Rev. B 71, 235415 (2005) doi:10.1103/PhysRevB.71.235415 */
export interface KolmogorovCrespiLaw {
  readonly kind: 'kolmogorov-crespi';
  /** Å */
  readonly z0: number;
  /** eV */
  readonly c: number;
  readonly c0: number;
  readonly c2: number;
  readonly c4: number;
  /** Å */
  readonly delta: number;
  /** Å⁻¹ */
  readonly lambda: number;
  /** eV */
  readonly a: number;
  /** Å; the energy is tapered to zero from here … */
  readonly taperFrom: number;
  /** Å; … to here */
  readonly cutoff: number;
}

/** @cite Ouyang, Mandelli, Urbakh & Hod, Nano Lett. 18, 6009 (2018) doi:10.1021/acs.nanolett.8b02848 */
export interface IlpLaw {
  readonly kind: 'ilp';
  readonly alpha: number;
  /** Å */
  readonly beta: number;
  /** Å */
  readonly gamma: number;
  /** eV */
  readonly epsilon: number;
  /** eV */
  readonly c: number;
  readonly d: number;
  readonly sR: number;
  /** Å */
  readonly rEff: number;
  /** eV Å⁶ */
  readonly c6: number;
  /** Å; the energy is tapered to zero from here … */
  readonly taperFrom: number;
  /** Å; … to here */
  readonly cutoff: number;
}

export type Term = PairTerm | EmbeddedTerm | BondOrderTerm | NeuralTerm | InterlayerTerm;

/** The perfect metal a model's voltages refer to. */
export interface MetalReference {
  readonly species: string;
  readonly lattice: CubicLattice;
  /** ln z₀ (Å⁻³) at `temperature` beyond the harmonic sum: what anharmonicity adds; 0 when unknown */
  readonly anharmonicLnZ: number;
  /** K */
  readonly temperature: number;
}

/** Distances inside which a guest cannot usefully be inserted, Å. They set efficiency, never results. */
export interface CavityRadii {
  readonly guest: number;
  readonly host: number;
}

export interface Model {
  readonly name: string;
  readonly about: string;
  readonly citation: readonly string[];
  readonly validity: string;
  readonly licence: string;
  /** names rows of tables refer to; `C:basal` is also used for a plain `C` */
  readonly species: readonly string[];
  readonly terms: readonly Term[];
  /** largest distance at which anything interacts, Å */
  readonly cutoff: number;
  /** by guest species */
  readonly cavity: Readonly<Record<string, CavityRadii>>;
  readonly references: Readonly<Record<string, MetalReference>>;
  /** species whose atoms the model's own energy leaves out among themselves (a rigid host) */
  readonly hostSpecies: readonly string[];
}

/** Index of a frame's species in the model; a bare element falls back to its `:basal` site, a site to its bare element. */
export function modelSpeciesIndex(model: Pick<Model, 'species'>, name: string): number {
  const direct = model.species.indexOf(name);
  if (direct >= 0) return direct;
  const colon = name.indexOf(':');
  return model.species.indexOf(colon < 0 ? `${name}:basal` : name.slice(0, colon));
}

/** n × n pairs that do not interact yet. */
export function emptyPairs(n: number): (LinearTable | null)[][] {
  return Array.from({ length: n }, () => new Array<LinearTable | null>(n).fill(null));
}

/** Where the longest table of all terms ends, Å. */
export function largestCutoff(terms: readonly Term[]): number {
  const ends = (tables: PairTables): number[] => tables.flat().map((table) => table?.to ?? 0);
  return Math.max(
    ...terms.flatMap((term) => {
      if (term.form === 'pair') return ends(term.pair);
      if (term.form === 'bond-order') return term.triples.map(({ middle, halfWidth }) => middle + halfWidth);
      if (term.form === 'neural') return [nepCutoff(term.potential)];
      if (term.form === 'interlayer') return term.laws.map(({ cutoff }) => cutoff);
      const change = term.chargeSwitch;
      return [
        term.pair,
        term.density,
        ...(change ? [change.coordination, change.repulsion, change.ion, change.metal] : []),
      ].flatMap(ends);
    }),
  );
}
