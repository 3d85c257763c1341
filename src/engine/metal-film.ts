/**
 * Films of metal between two sheets of carbon at rest, against the capillary law:
 *
 *   eV_n = E_bulk − E_film(n)/N   →   2(W − γ)A/N,     N atoms in n planes over the area A
 *
 * Films are bcc (110) planes at the lattice constant of the bulk; the sheets are graphene, strained a little so that both fit one periodic
 * box, each at the distance that suits it best. γ and W come from a thick film in the same box (free, and on one sheet), so that nothing but
 * the law is tested: that a thin film has the two faces of a thick one, each with its own adhesion, and no charge left inside.
 *
 * The planes keep the spacing of the bulk. Two planes are too few for the law by this: −4 mV in sodium, −10 in lithium.
 *
 * @oracle test/unit/metal-film.test.ts (γ and W of the calibration, whose evaluator shares no code with this)
 */
import { orthorhombicCell } from '../core/cell.ts';
import { ModelError } from '../core/errors.ts';
import type { Frame } from '../core/frame.ts';
import { grapheneCell, grapheneSheets, planes110 } from '../core/lattice.ts';
import { minimum } from '../core/minimum.ts';
import type { Model } from '../model/model.ts';
import { compileGuest, type GuestTables } from './guest-tables.ts';
import { referenceHost } from './reference-host.ts';
import { metalState } from './reservoir.ts';
import { GuestState } from './state.ts';

export interface MetalFilm {
  readonly planes: number;
  /** E_bulk − E_film/N, V */
  readonly voltage: number;
  /** 2(W − γ)A/N, V */
  readonly law: number;
}

export interface MetalFilms {
  /** eV/Å² */
  readonly surfaceEnergy: number;
  /** eV/Å² */
  readonly adhesion: number;
  /** Å, from the outer plane of the metal to the carbon nuclei */
  readonly distance: number;
  readonly films: readonly MetalFilm[];
}

/** Planes of the film that stands for a half space. */
const thick = 6;
/** Å: the energy is quadratic here, so that this costs some µeV per atom. */
const distanceError = 5e-3;
/** Where the best distance is looked for, Å. */
const distances = [1.2, 4.5] as const;

/**
 * Films of the planes asked between graphene sheets, at rest.
 *
 * @param planes  numbers of atomic planes
 * @throws ModelError  the guest has no bcc reference metal, or the model has no carbon to lie on
 */
export function metalFilms(model: Model, guest: string, planes: readonly number[]): MetalFilms {
  const carbon = model.hostSpecies[0];
  if (model.references[guest]?.lattice !== 'bcc')
    throw new ModelError(`model ${model.name} has no bcc metal of ${guest}`);
  if (carbon === undefined) throw new ModelError(`model ${model.name} has no host species for a film to lie on`);
  const { latticeConstant: a, latticeEnergy } = metalState(model, guest, 300);
  const box = new FilmBox(compileGuest(model, guest, [carbon]), { a, carbon, cutoff: model.cutoff });
  const free = box.energy(thick, []);
  const surfaceEnergy = (free - box.atoms(thick) * latticeEnergy) / (2 * box.area);
  const { x: distance, value: wetting } = minimum((h) => box.energy(thick, [h]), ...distances, 0.5, distanceError);
  const adhesion = (free - wetting) / box.area;
  const films = planes.map((n): MetalFilm => {
    const best = minimum((h) => box.energy(n, [h, h]), distance - 0.4, distance + 0.4, 0.4, distanceError);
    return {
      planes: n,
      voltage: latticeEnergy - best.value / box.atoms(n),
      law: (2 * (adhesion - surfaceEnergy) * box.area) / box.atoms(n),
    };
  });
  return { surfaceEnergy, adhesion, distance, films };
}

/** Energies of films with none, one or two sheets beside them. */
class FilmBox {
  readonly area: number;
  readonly #tables: GuestTables;
  readonly #a: number;
  readonly #carbon: string;
  readonly #cutoff: number;
  /** cells of the metal along [001] and [1-10], and of graphene along the same edges */
  readonly #cells: readonly [number, number];
  readonly #sheetCells: readonly [number, number];
  readonly #films = new Map<number, GuestState>();
  /** edges of the box, Å */
  readonly #edges: readonly [number, number];

  constructor(tables: GuestTables, { a, carbon, cutoff }: { a: number; carbon: string; cutoff: number }) {
    this.#tables = tables;
    this.#a = a;
    this.#carbon = carbon;
    this.#cutoff = cutoff;
    this.#cells = [bestFit(a, grapheneCell[0], cutoff), bestFit(a * Math.SQRT2, grapheneCell[1], cutoff)];
    const [lx, ly] = [this.#cells[0] * a, this.#cells[1] * a * Math.SQRT2];
    this.#edges = [lx, ly];
    this.#sheetCells = [Math.round(lx / grapheneCell[0]), Math.round(ly / grapheneCell[1])];
    this.area = lx * ly;
  }

  atoms(planes: number): number {
    return 2 * planes * this.#cells[0] * this.#cells[1];
  }

  /**
   * eV; sheets below and above at these distances from the outer planes, Å. Atoms are charged by one another alone, so that sheets add
   * what each atom feels of them to the energy of the free film: Σ [V_met + s² (V_ion − V_met)].
   */
  energy(planes: number, sheets: readonly number[]): number {
    const { bottom, top } = this.#heights(planes);
    const film = this.#free(planes);
    if (sheets.length === 0) return film.energy;
    const field = referenceHost(
      this.#tables,
      this.#host(
        planes,
        sheets.map((h, k) => (k === 0 ? bottom - h : top + h)),
      ),
    );
    let energy = film.energy;
    for (const { x, y, z, s } of film.guests) {
      const here = field(x, y, z);
      if (!here) return Number.POSITIVE_INFINITY;
      energy += here[1] + s * s * (here[0] - here[1]);
    }
    return energy;
  }

  #heights(planes: number): { readonly bottom: number; readonly top: number } {
    const bottom = this.#cutoff + distances[1];
    return { bottom, top: bottom + ((planes - 1) * this.#a) / Math.SQRT2 };
  }

  #host(planes: number, heights: readonly number[]): Frame {
    const { bottom, top } = this.#heights(planes);
    const [lx, ly] = this.#edges;
    const [nx, ny] = this.#sheetCells;
    return {
      cell: orthorhombicCell(lx, ly, Math.max(2 * this.#cutoff, top + bottom)),
      species: [this.#carbon],
      rows: grapheneSheets([nx, ny], heights, [lx / nx, ly / ny]),
    };
  }

  /** The film without sheets, at rest as it is placed. */
  #free(planes: number): GuestState {
    const known = this.#films.get(planes);
    if (known) return known;
    const { bottom } = this.#heights(planes);
    const state = new GuestState(this.#tables, this.#host(planes, []));
    state.place(planes110(this.#a, this.#cells, [0, planes], (k) => bottom + (k * this.#a) / Math.SQRT2));
    state.refresh();
    this.#films.set(planes, state);
    return state;
  }
}

/** Cells of the metal, two cutoffs or a little more, that cells of graphene fit with the least strain. */
function bestFit(metal: number, graphene: number, cutoff: number): number {
  const least = Math.ceil((2 * cutoff) / metal);
  const strain = (n: number): number => Math.abs((n * metal) / (graphene * Math.round((n * metal) / graphene)) - 1);
  return Array.from({ length: 4 }, (_, k) => least + k).reduce((a, b) => (strain(b) < strain(a) ? b : a));
}
