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

/** Replaces the citations in a rendered text by what `make` gives for a number; code and links are left alone. */
export function replaceCitations(root: Node, make: (number: number) => Node): void {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const texts: Text[] = [];
  while (walker.nextNode() !== null) texts.push(walker.currentNode as Text);
  for (const text of texts) {
    if (text.parentElement?.closest('code, pre, a') !== null && text.parentElement !== null) continue;
    const parts = splitCitations(text.data);
    if (parts.every((part) => 'text' in part)) continue;
    text.replaceWith(...parts.flatMap((part) => ('text' in part ? [new Text(part.text)] : part.numbers.map(make))));
  }
}
