/** Tables of text and numbers on a page. */
import { escapeHtml } from './html-tables.ts';

/** A table whose first `texts` columns are text and the others numbers. */
export function table(head: readonly string[], rows: readonly (readonly string[])[], texts: number): string {
  const line = (cells: readonly string[], tag: string): string =>
    `<tr>${cells.map((cell, k) => `<${tag}${k >= texts ? ' class="number"' : ''}>${escapeHtml(cell)}</${tag}>`).join('')}</tr>`;
  return `<div class="scroll"><table class="dense"><thead>${line(head, 'th')}</thead><tbody>${rows.map((row) => line(row, 'td')).join('\n')}</tbody></table></div>`;
}
