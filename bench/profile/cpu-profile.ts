/** What a V8 processor profile says of the functions below one of them. */

export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string };
    readonly children?: readonly number[];
  }[];
  readonly samples: readonly number[];
  /** µs before each sample */
  readonly timeDeltas: readonly number[];
}

/**
 * Time by function, itself alone, of all that runs below `root`, µs.
 *
 * @throws Error  `root` is not in the profile
 */
export function selfTimesBelow({ nodes, samples, timeDeltas }: CpuProfile, root: string): Map<string, number> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const below = new Set<number>();
  const open = nodes.filter(({ callFrame }) => callFrame.functionName === root).map(({ id }) => id);
  if (open.length === 0) throw new Error(`the profile has no function ${root}`);
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    below.add(id);
    open.push(...(byId.get(id)!.children ?? []));
  }
  const times = new Map<string, number>();
  samples.forEach((id, k) => {
    if (!below.has(id)) return;
    const { functionName } = byId.get(id)!.callFrame;
    times.set(functionName, (times.get(functionName) ?? 0) + timeDeltas[k]!);
  });
  return times;
}

/** Times by the file of the kernel that a function is of: `kernels/cpu/host/hostField` is of `host`; other code is `JavaScript`. */
export function byFile(times: ReadonlyMap<string, number>): Map<string, number> {
  const files = new Map<string, number>();
  for (const [name, time] of times) {
    const file =
      /(?:^|\/)cpu\/([\w-]+)\//.exec(name)?.[1] ?? (name.startsWith('wasm-function') ? 'unnamed' : 'JavaScript');
    files.set(file, (files.get(file) ?? 0) + time);
  }
  return files;
}
