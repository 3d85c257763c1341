/** YAML that people write → checked data, with file, line and path of the first problem. */
import { LineCounter, parseDocument } from 'yaml';
import { SpecError } from '../core/errors.ts';
import type { Problem } from './fields.ts';

/**
 * Reads a YAML (or JSON) text.
 *
 * @param file  name of the file, for messages; its stem names what gives no name itself
 * @param read  from parsed data and stem to the checked value, or the first problem with it
 * @throws SpecError  one line with file, line and path of the first problem
 */
export function readYaml<T extends object>(
  source: string,
  file: string,
  read: (data: unknown, stem: string) => T | Problem,
): T {
  const lines = new LineCounter();
  const document = parseDocument(source, { lineCounter: lines, prettyErrors: false });
  const syntax = document.errors[0];
  if (syntax !== undefined) {
    throw new SpecError(`${file}, line ${lines.linePos(syntax.pos[0]).line}: ${syntax.message.split('\n')[0]}`);
  }
  const stem = file.replace(/^.*[\\/]/, '').replace(/\.[^.]*$/, '');
  const result = read(document.toJS(), stem.replace(/[^\p{L}\p{N}._+-]+/gu, '-'));
  if (!isProblem(result)) return result;
  // a missing key has no line of its own: its group has
  for (let depth = result.path.length; depth > 0; depth--) {
    const node = document.getIn(result.path.slice(0, depth), true);
    if (isGroup(node) && Array.isArray(node['range'])) {
      throw new SpecError(`${file}, line ${lines.linePos(node['range'][0]).line}: ${result.line}`);
    }
  }
  throw new SpecError(`${file}: ${result.line}`);
}

/** Whether reading has ended in a problem. */
export function isProblem(result: object): result is Problem {
  return 'line' in result;
}

/** A mapping, neither a list nor null. */
export function isGroup(data: unknown): data is Readonly<Record<string, unknown>> {
  return typeof data === 'object' && data !== null && !Array.isArray(data);
}

/** Whether parsed YAML is meant as dynamics: stages or a structure at its top, where a study has a guest and a ladder. */
export function looksLikeDynamics(data: unknown): boolean {
  return isGroup(data) && ('stages' in data || 'structure' in data) && !('guest' in data) && !('ladder' in data);
}

/** The data with a name where it gives none itself. */
export function named(data: unknown, name: string | undefined): unknown {
  return isGroup(data) && name !== undefined ? { name, ...data } : data;
}

/** The data with the recipe that `data[key].recipe` names written in its place. */
export function withRecipe(data: unknown, key: string, loadRecipe?: (name: string) => unknown): unknown {
  const holder = isGroup(data) ? data[key] : undefined;
  if (!isGroup(data) || !isGroup(holder) || typeof holder['recipe'] !== 'string') return data;
  return { ...data, [key]: { ...holder, recipe: loadRecipe?.(holder['recipe']) ?? holder['recipe'] } };
}
