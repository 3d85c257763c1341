/** JSON that people can read and diff: keys in their order, small objects and lists of numbers on one line. */

const lineWidth = 140;

/**
 * Text of plain data. Numbers that are not finite become null.
 *
 * @returns  indented by one space, with a newline at the end
 */
export function formatJson(data: unknown): string {
  return `${format(data, '')}\n`;
}

function format(value: unknown, indent: string): string {
  const flat = JSON.stringify(value) ?? 'null';
  if (typeof value !== 'object' || value === null) return flat;
  const entries = Object.values(value);
  const primitive = entries.every((entry) => typeof entry !== 'object' || entry === null);
  if (primitive && (Array.isArray(value) ? entries.every((x) => typeof x !== 'string') : flat.length < lineWidth)) {
    return flat;
  }
  const inner = `${indent} `;
  const lines = Array.isArray(value)
    ? value.map((entry) => inner + format(entry, inner))
    : Object.entries(value)
        .filter(([, entry]) => entry !== undefined)
        .map(([key, entry]) => `${inner}${JSON.stringify(key)}: ${format(entry, inner)}`);
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  return lines.length === 0 ? `${open}${close}` : `${open}\n${lines.join(',\n')}\n${indent}${close}`;
}

/** Plain JSON data: what is not finite becomes null, undefined keys go. */
export function plainData(value: unknown): unknown {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (Array.isArray(value)) return value.map(plainData);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, entry]) => entry !== undefined)
      .map(([key, entry]) => [key, plainData(entry)]),
  );
}
