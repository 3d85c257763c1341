/** Terms of a model as the GPU runs them: neighbours, tables, kernels in order. */
import { BackendError } from '../../../core/errors.ts';
import { mdLookWgsl, mdPairWgsl, mdSystemWgsl } from '../../../generated/wgsl.ts';
import type { Model, PairTerm, Term } from '../../../model/model.ts';
import { type Program, program, storage } from '../buffers.ts';
import { planGpuBondOrder } from './bond-order.ts';
import { planGpuEmbedded } from './embedded.ts';
import type { GpuList, GpuLists, GpuListWish } from './lists.ts';
import { groupsFor } from './lists.ts';
import type { GpuAtoms } from './system.ts';
import { GpuTables } from './tables.ts';

/** A term ready to be put on the device. */
export interface GpuTermPlan {
  readonly wish: GpuListWish;
  readonly tables: Float32Array<ArrayBuffer>;
  /** WGSL behind system.wgsl and look.wgsl */
  readonly code: string;
  /** kernels in order, each over all slices before the next begins; those that know virials are compiled twice */
  readonly phases: readonly { readonly entry: string; readonly virial: boolean }[];
  /** bytes of each buffer of the term's own, from atoms and rows of the list */
  readonly own: readonly ((atoms: number, capacity: number) => number)[];
}

/** Where kernels put what they find. */
export interface ForceTarget {
  /** [N, 4] force and energy of an atom, added to */
  readonly forces: GPUBuffer;
  /** [N, 8], see look.wgsl; null: virials are not asked for */
  readonly virial: GPUBuffer | null;
}

/**
 * Plans every term of a model.
 *
 * @param kinds  [S] species of the model that atoms have
 * @throws BackendError  a term that only the processor has
 */
export function planGpuTerms(model: Model, kinds: readonly number[]): GpuTermPlan[] {
  return model.terms.map((term) => planTerm(term, kinds, model.name));
}

function planTerm(term: Term, kinds: readonly number[], name: string): GpuTermPlan {
  switch (term.form) {
    case 'pair':
      return planPair(term, kinds, name);
    case 'embedded':
      return planGpuEmbedded(term, kinds);
    case 'bond-order':
      return planGpuBondOrder(term, kinds);
    default:
      throw new BackendError(`webgpu: ${name} has a term of form ${term.form}, which runs on the processor only`);
  }
}

/** [S·S] of a property of two species of the model, by kind. */
export function byKinds(kinds: readonly number[], property: (a: number, b: number) => number): Float64Array {
  return Float64Array.from(kinds.flatMap((a) => kinds.map((b) => property(a, b))));
}

function planPair({ pair, exclusion }: PairTerm, kinds: readonly number[], name: string): GpuTermPlan {
  if (exclusion?.bonds === 'fragment') {
    throw new BackendError(`webgpu: ${name} leaves whole fragments out of its pairs, which runs on the processor only`);
  }
  const tables = new GpuTables();
  for (const a of kinds) for (const b of kinds) tables.radial(pair[a]![b]);
  const takesPart = kinds.map((a) => pair[a]!.some((table) => table !== null));
  return {
    wish: {
      cutoffs: byKinds(kinds, (a, b) => pair[a]![b]?.to ?? 0),
      exclusion: exclusion && { bonds: exclusion.bonds as number, length: exclusion.length, takesPart },
      ...{ whole: false, at: [0, 0, 0, 0], flags: 0 },
    },
    tables: tables.data(),
    code: mdPairWgsl,
    phases: [{ entry: 'pair', virial: true }],
    own: [],
  };
}

interface Phase {
  readonly plain: GPUComputePipeline;
  readonly virial: GPUComputePipeline;
}

/** A term on the device. */
export class GpuTerm {
  readonly #atoms: GpuAtoms;
  readonly #plan: GpuTermPlan;
  readonly #program: Program;
  readonly #phases: readonly Phase[];
  readonly #tables: GPUBuffer;
  readonly #nothing: GPUBuffer;
  #list: GpuList | null = null;
  #own: GPUBuffer[] = [];
  readonly #groups = new Map<GPUBuffer, GPUBindGroup[]>();

  private constructor(
    atoms: GpuAtoms,
    plan: GpuTermPlan,
    code: Program,
    phases: readonly Phase[],
    tables: GPUBuffer,
    nothing: GPUBuffer,
  ) {
    this.#atoms = atoms;
    this.#plan = plan;
    this.#program = code;
    this.#phases = phases;
    this.#tables = tables;
    this.#nothing = nothing;
  }

  /** @throws BackendError  the driver refuses a kernel, or there is no room */
  static async create(atoms: GpuAtoms, plan: GpuTermPlan): Promise<GpuTerm> {
    const { gpu } = atoms;
    const code = await program(gpu, mdSystemWgsl + mdLookWgsl + plan.code, [
      ...(['uniform', 'uniform', 'write', 'read', 'write', 'read', 'read', 'write'] as const),
      ...plan.own.map(() => 'write' as const),
    ]);
    const phases: Phase[] = [];
    for (const { entry, virial } of plan.phases) {
      const plain = await code.kernel(entry);
      phases.push({ plain, virial: virial ? await code.kernel(entry, { VIRIAL: 1 }) : plain });
    }
    const tables = await storage(gpu, 'tables', plan.tables.byteLength, plan.tables);
    return new GpuTerm(atoms, plan, code, phases, tables, await storage(gpu, 'nothing', 16));
  }

  /** Takes the buffers of list `k`, and makes its own anew where the list has grown. */
  async attach(lists: GpuLists, k: number): Promise<void> {
    const { gpu, count } = this.#atoms;
    const list = lists.at(k);
    const grown = this.#list?.capacity !== list.capacity;
    this.#list = list;
    this.#groups.clear();
    if (!grown) return;
    for (const buffer of this.#own) buffer.destroy();
    this.#own = [];
    for (const bytes of this.#plan.own) {
      this.#own.push(await storage(gpu, 'what a many-body term keeps', bytes(count, list.capacity)));
    }
  }

  /** Adds the term's energies and forces (and virials) to the target. */
  encode(pass: GPUComputePassEncoder, target: ForceTarget): void {
    const groups = this.#groupsOf(target);
    for (const phase of this.#phases) {
      pass.setPipeline(target.virial ? phase.virial : phase.plain);
      for (const [k, group] of groups.entries()) {
        pass.setBindGroup(0, group);
        pass.dispatchWorkgroups(...groupsFor(this.#list!.slices[k]!.count));
      }
    }
  }

  destroy(): void {
    for (const buffer of [this.#tables, this.#nothing, ...this.#own]) buffer.destroy();
  }

  #groupsOf({ forces, virial }: ForceTarget): GPUBindGroup[] {
    let groups = this.#groups.get(forces);
    if (groups) return groups;
    const { parameters, control, positions } = this.#atoms;
    groups = this.#list!.slices.map(({ uniform, list }) =>
      this.#program.bind([
        ...[parameters, uniform, control, positions, forces, this.#tables, list, virial ?? this.#nothing],
        ...this.#own,
      ]),
    );
    this.#groups.set(forces, groups);
    return groups;
  }
}
