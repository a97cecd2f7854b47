/** `[1]`, `[2, 3]`: what the text of an answer cites. */
const CITATION = /\[(\d{1,3}(?:\s*,\s*\d{1,3})*)\]/g;

/** A text cut at its citations. */
export function splitCitations(text: string): ({ readonly text: string } | { readonly numbers: readonly number[] })[] {
  const parts: ReturnType<typeof splitCitations> = [];
  let end = 0;
  for (const match of text.matchAll(CITATION)) {
    if (match.index > end) parts.push({ text: text.slice(end, match.index) });
    parts.push({ numbers: (match[1] ?? '').split(',').map(Number) });
    end = match.index + match[0].length;
  }
  if (end < text.length) parts.push({ text: text.slice(end) });
  return parts;
}
