/** The embedded form and its charge switch as the GPU runs them (kernels/gpu/md/embedded.wgsl). */
import { mdEmbeddedWgsl } from '../../../generated/wgsl.ts';
import type { EmbeddedTerm, PairTables } from '../../../model/model.ts';
import { GpuTables } from './tables.ts';
import { byKinds, type GpuTermPlan } from './terms.ts';

const flagOf = { switched: 1, smooth: 2, bare: 4 } as const;
/** stands for a saturation that nothing reaches; f32 has no use for infinity */
const never = 1e30;

/**
 * Plans an embedded term.
 *
 * @param kinds  [S] species of the model that atoms have
 */
export function planGpuEmbedded(term: EmbeddedTerm, kinds: readonly number[]): GpuTermPlan {
  const change = term.chargeSwitch;
  const functions: PairTables[] = [term.pair, term.density];
  if (change) functions.push(change.coordination, change.repulsion, change.ion, change.metal);
  const reach = (a: number, b: number): number => Math.max(...functions.map((tables) => tables[a]![b]?.to ?? 0));
  const cutoffs = byKinds(kinds, (a, b) => Math.max(reach(a, b), reach(b, a)));
  const tables = new GpuTables();
  kinds.forEach((a, i) => {
    kinds.forEach((b, j) => {
      tables.numbers(cutoffs[i * kinds.length + j]! ** 2, 0, 0, 0);
      for (const each of functions) tables.radial(each[a]![b]);
    });
  });
  const ofKinds = tables.next;
  for (const a of kinds) {
    tables.embedding(term.embedding[a]);
    const saturation = change?.saturation[a];
    const limits = [change?.nSwitch[a] ?? 0, change?.nStart[a] ?? 0];
    tables.numbers(...limits.map((n) => Math.min(n, never)), saturation?.from ?? never, saturation?.width ?? 1);
  }
  let flags = 0;
  if (change) flags |= flagOf.switched;
  if (change?.shape === 'smooth') flags |= flagOf.smooth;
  if (change?.bareIons) flags |= flagOf.bare;
  const plain = { virial: false };
  return {
    wish: { cutoffs, exclusion: null, whole: false, at: [0, ofKinds, functions.length + 1, 0], flags },
    tables: tables.data(),
    code: mdEmbeddedWgsl,
    phases: [
      { entry: 'fields', ...plain },
      ...(change ? [{ entry: 'repulsion', ...plain }] : []),
      { entry: 'embedded', virial: true },
    ],
    own: [(atoms) => 16 * atoms, (atoms) => 8 * atoms],
  };
}
