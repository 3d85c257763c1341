/** What a column of a sweep's table means, in the words of the schemas that studies and results are read by. */
import { reportJsonSchema, studyJsonSchema } from '../index.ts';

type Node = Readonly<Record<string, unknown>>;

/** Groups of results.json whose numbers stand in the table under their own name; all others are capacities. */
const groups = ['galvanostatic', 'equilibrium', 'estimate'];

let study: unknown;
let results: unknown;

/** One sentence about a key of a study (`host.recipe.la`); empty where its schema says nothing. */
export function keyDescription(key: string): string {
  study ??= studyJsonSchema();
  // how a person may write it is no matter in a table
  return described(study, key.split('.')).replace(/; [^;]*(or with a unit|or 15 %)/, '');
}

/** One sentence about a number of the table (`plateau`, `equilibrium.plateauVoltage`); empty where its schema says nothing. */
export function numberDescription(name: string): string {
  results ??= reportJsonSchema();
  const steps = name.split('.');
  return described(results, groups.includes(steps[0]!) ? steps : ['capacities', ...steps]);
}

/**
 * The description of the end of a path, or else of the last group on the way that has one. What a whole protocol is (the first step) says nothing of a
 * number in it.
 */
function described(schema: unknown, path: readonly string[]): string {
  let found = '';
  let at = variants(schema, schema);
  path.forEach((step, k) => {
    at = at.flatMap((node) => variants(child(node, step), schema));
    const text = at.map(({ description }) => description).find((own) => typeof own === 'string');
    const rest = path.slice(k + 1);
    if (typeof text === 'string' && (k > 0 || rest.length === 0)) found = [text, ...rest].join('; ');
  });
  return found;
}

function child(node: Node, step: string): unknown {
  const properties = node['properties'] as Node | undefined;
  return properties?.[step] ?? (/^\d+$/.test(step) ? node['items'] : undefined);
}

/** A node, and all that it may be in other words. */
function variants(node: unknown, root: unknown): Node[] {
  if (typeof node !== 'object' || node === null) return [];
  const own = node as Node;
  const others = ['anyOf', 'oneOf', 'allOf'].flatMap((word) => (own[word] as unknown[] | undefined) ?? []);
  const named = typeof own['$ref'] === 'string' ? [target(root, own['$ref'])] : [];
  return [own, ...[...others, ...named].flatMap((other) => variants(other, root))];
}

/** What `#/$defs/quantity` stands for. */
function target(root: unknown, reference: string): unknown {
  return reference
    .split('/')
    .slice(1)
    .reduce<unknown>((at, step) => (at as Node | undefined)?.[step], root);
}
