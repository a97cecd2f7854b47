/** Ranges of pages named at the most. */
const MAX_RANGES = 12;

/** Page numbers in words for a sentence, ranges drawn together: "Page 3 is", "Pages 3, 5–7 are". */
export function listOfPages(pages: readonly number[]): string {
  const ranges: { first: number; last: number }[] = [];
  for (const page of pages) {
    const current = ranges.at(-1);
    if (current?.last === page - 1) current.last = page;
    else ranges.push({ first: page, last: page });
  }
  const named = ranges
    .slice(0, MAX_RANGES)
    .map(({ first, last }) => (first === last ? String(first) : `${first}–${last}`));
  const rest = ranges.length > MAX_RANGES ? ' and others' : '';
  return pages.length === 1 ? `Page ${named.join('')} is` : `Pages ${named.join(', ')}${rest} are`;
}
