import type { OutlineItem, PdfDocument } from './pdf-document.js';

/** An outline entry on its page. */
export interface PdfHeading {
  /** 1 is the outermost. */
  readonly level: number;
  readonly text: string;
}

/** A heading among a page's lines: it stands before line `at` and takes the place of `lines` lines. */
export interface PlacedHeading extends PdfHeading {
  readonly at: number;
  readonly lines: number;
}

/** More entries than any book's outline has; the rest is ignored. */
const MAX_ENTRIES = 5_000;
const MAX_LEVEL = 6;
/** A heading may be broken over this many lines. */
const MAX_LINES = 3;

/** The outline's entries by the page they lead to: the one reliable sign of headings in a PDF. */
export async function headingsByPage(document: PdfDocument): Promise<Map<number, PdfHeading[]>> {
  const byPage = new Map<number, PdfHeading[]>();
  let entries = 0;
  const visit = async (items: readonly OutlineItem[], level: number): Promise<void> => {
    for (const item of items) {
      if ((entries += 1) > MAX_ENTRIES) return;
      const page = await document.pageOf(item).catch(() => undefined);
      if (page !== undefined) byPage.set(page, [...(byPage.get(page) ?? []), { level, text: item.title }]);
      if (level < MAX_LEVEL) await visit(item.items, level + 1);
    }
  };
  await visit(document.outline, 1);
  return byPage;
}

/**
 * Finds the headings among the lines of their page, in order; a number before the one or the other does not matter. Of
 * those that are not found only the page's first one counts, and stands at the top, as in chapters that open with a
 * picture.
 */
export function placeHeadings(headings: readonly PdfHeading[], lines: readonly string[]): PlacedHeading[] {
  const placed: PlacedHeading[] = [];
  let from = 0;
  for (const [index, heading] of headings.entries()) {
    const found = findLines(comparable(heading.text), lines, from);
    if (found !== undefined) {
      placed.push({ ...heading, ...found });
      from = found.at + found.lines;
    } else if (index === 0) placed.push({ ...heading, at: 0, lines: 0 });
  }
  return placed;
}

function findLines(title: string, lines: readonly string[], from: number): { at: number; lines: number } | undefined {
  if (title === '') return undefined;
  for (let at = from; at < lines.length; at += 1) {
    for (let count = 1; count <= MAX_LINES; count += 1) {
      if (comparable(lines.slice(at, at + count).join(' ')) === title) return { at, lines: count };
    }
  }
  return undefined;
}

/** Letters and digits alone, without a number in front such as "2.1" or "Chapter 3". */
function comparable(text: string): string {
  return text
    .toLowerCase()
    .replace(/^\W*(?:\p{L}{1,9}\s+)?[\divx]+(?:\.\d+)*[\s.:)–-]+(?=\p{L})/u, '')
    .replaceAll(/[^\p{L}\p{N}]/gu, '');
}
