/** A row of a table as one line: cells joined by ` | `, without the empty ones at its end. */
export function rowLine(cells: readonly string[]): string {
  const last = cells.findLastIndex((cell) => cell !== '');
  return cells.slice(0, last + 1).join(' | ');
}
