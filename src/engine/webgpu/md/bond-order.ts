/** The bond-order form as the GPU runs it (kernels/gpu/md/bond-order.wgsl): the tables of the processor, in f32. */
import { mdBondOrderWgsl } from '../../../generated/wgsl.ts';
import type { BondOrderTerm } from '../../../model/model.ts';
import type { LinearTable } from '../../../model/table.ts';
import { bondOrderFunctions, farthest } from '../../forces/bond-order-tables.ts';
import { GpuTables } from './tables.ts';
import { byKinds, type GpuTermPlan } from './terms.ts';

/**
 * Plans a bond-order term.
 *
 * @param kinds  [S] species of the model that atoms have
 */
export function planGpuBondOrder(term: BondOrderTerm, kinds: readonly number[]): GpuTermPlan {
  const size = kinds.length;
  const elements = kinds.map((kind) => term.kind[kind]!);
  const reach = (a: number, b: number): number => {
    const [ea, eb] = [term.kind[a]!, term.kind[b]!];
    return ea < 0 || eb < 0 ? 0 : farthest(term, ea, eb);
  };
  // seen from both ends: an atom finds itself in the list of its neighbour
  const cutoffs = byKinds(kinds, (a, b) => Math.max(reach(a, b), reach(b, a)));
  const functions = bondOrderFunctions(term);
  const tables = new GpuTables();
  elements.forEach((a, i) => {
    elements.forEach((b, j) => {
      tables.numbers(reach(kinds[i]!, kinds[j]!) ** 2, 0, 0, 0);
      const pair: readonly (LinearTable | null)[] = a < 0 || b < 0 ? [null, null] : functions.pair(a, b);
      for (const table of pair) tables.radial(table);
      const order = a < 0 || b < 0 ? null : functions.order(a, b);
      // b = 1 below the lowest ζ, which nothing reaches where there is no table
      if (order) tables.placed([order.lowest, order.highest, order.bits], order.rows);
      else tables.numbers(3e38, 3e38, 0, 0);
    });
  });
  const triplesAt = tables.next;
  for (const a of elements) {
    for (const b of elements) {
      for (const c of elements) {
        if (Math.min(a, b, c) < 0) {
          tables.numbers(...new Array<number>(12).fill(0));
          continue;
        }
        const p = term.triples[(a * term.elements.length + b) * term.elements.length + c]!;
        tables.numbers(p.gamma, p.c === 0 ? 0 : (p.c / p.d) ** 2, p.d ** 2, p.cosTheta0);
        tables.numbers(p.lambda3, p.m, p.middle - p.halfWidth, p.middle + p.halfWidth);
        tables.radial(functions.cutoff(a, b, c));
      }
    }
  }
  // a lane keeps them all: room for atoms packed as densely as in diamond at twice its density
  const most = Math.min(128, Math.max(24, Math.ceil(1.5 * Math.max(...cutoffs) ** 3)));
  const plain = { virial: false };
  return {
    wish: { cutoffs, exclusion: null, whole: true, at: [0, triplesAt, size, 0], flags: 0 },
    tables: tables.data(),
    code: `const MOST = ${most}u;\n${mdBondOrderWgsl}`,
    phases: [
      { entry: 'mirrors', ...plain },
      { entry: 'bonds', virial: true },
      { entry: 'gather', ...plain },
    ],
    own: [(atoms, capacity) => 4 * atoms * capacity, (atoms, capacity) => 16 * atoms * capacity],
  };
}
