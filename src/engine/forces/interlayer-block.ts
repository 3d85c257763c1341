/**
 * What the interlayer kernel reads: kernels/cpu/md/interlayer.ts has the order of the words.
 */
import { type LayerLaw, layerLaw } from '../../model/interlayer-law.ts';
import type { InterlayerTerm } from '../../model/model.ts';

/** what is smaller than this is left out by the kernel, eV per pair */
const nothing = 1e-14;
/** d of a law without damping: 1 + e^d is 1 */
const undamped = -60;

/**
 * Words of the kernel's block behind (first, count, entries, planes): species, number of laws, law of each pair of species, laws.
 *
 * @param kinds  [S] index into the model's species of each species of the frame; −1 where the model does not know it
 */
export function interlayerWords(term: InterlayerTerm, kinds: readonly number[]): number[] {
  const species = Math.round(Math.sqrt(term.law.length));
  const none = term.laws.length;
  const lawOf = kinds.flatMap((a) =>
    kinds.map((b) => {
      const law = a < 0 || b < 0 ? -1 : term.law[a * species + b]!;
      return law < 0 ? none : law;
    }),
  );
  return [
    kinds.length,
    none,
    ...lawOf,
    ...term.laws.flatMap((law) => lawWords(layerLaw(law))),
    ...new Array(16).fill(0),
  ];
}

/** The 16 words of one law. */
function lawWords(law: LayerLaw): number[] {
  const { lambda, z0, c, c0, c2, c4, inverseDelta2, c6, damping, dampingRate, taperFrom, cutoff } = law;
  /** where a·E falls below nothing */
  const reach = (a: number): number => (a > 0 ? z0 + Math.log(a / nothing) / lambda : 0);
  // f ≤ |C₀| + |C₂| + |C₄|, for e^{−x} x ≤ 1 and e^{−x} x² ≤ 1
  const contactTo = Math.max(0, reach(Math.abs(c0) + Math.abs(c2) + Math.abs(c4)));
  return [
    cutoff ** 2,
    lambda,
    z0,
    c,
    c0,
    c2,
    c4,
    inverseDelta2,
    c6,
    dampingRate > 0 ? damping : undamped,
    dampingRate,
    taperFrom,
    1 / (cutoff - taperFrom),
    contactTo ** 2,
    0,
    0,
  ];
}

/**
 * Three points of the sheet's plane at an atom, as `planes` of the kernel wants them: its three bonded neighbours, or its two and
 * itself. An atom with one bond takes those of the atom that it hangs on.
 *
 * @param atom   index of the atom (or ghost)
 * @param bonds  indices of its bonded neighbours (atoms or ghosts)
 * @returns null where these bonds make no plane
 */
export function planePoints(atom: number, bonds: readonly number[]): readonly [number, number, number] | null {
  if (bonds.length < 2 || bonds.length > 3) return null;
  return [bonds[0]!, bonds[1]!, bonds[2] ?? atom];
}
