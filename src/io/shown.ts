/**
 * A word of a file as a message may show it: in quotes, on one line, cut to a length, without characters that could steer
 * a terminal.
 *
 * @param most  characters kept
 */
export function shown(text: string, most = 40): string {
  const cut = text.length > most ? `${text.slice(0, most)}…` : text;
  return `"${cut.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '?')}"`;
}
