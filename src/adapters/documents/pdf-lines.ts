import { cleanText } from '../../core/ingest/parse-text.js';

/** Symbol fonts put their bullets here. */
const SYMBOL_BULLET = /[\uf0b7\uf0a7\uf0d8\uf076\uf0fc]/g;
const PRIVATE_USE = /[\ue000-\uf8ff\u{f0000}-\u{10ffff}]/gu;
const LEADERS = /(?:[^\S\n]?[.·…_]){5,}/g;
const BARE_NUMBER = /^\W*\d+\W*$/;
const PAGE_NUMBER = /^\W*(?:\p{L}{1,12}\.?\s*)?\d+\s*(?:\/|\p{L}{1,4})\s*\d+\W*$/u;
const PAGE_WORD = /^\W*(?:page|seite|página|pagina|strana|strona|sida|side|pág|pag|p|s)\.?\s*\d+\W*$/iu;

/** How many lines at each end of a page may be a running head or foot. */
const EDGE_LINES = 2;
const MIN_PAGES = 3;
/** Of few pages all must share a line, of many this part. */
const FEW_PAGES = 5;
const SHARE_OF_PAGES = 0.6;

/** A page's lines: clean, without private glyphs, rows of dots shortened. */
export function pageLines(text: string): string[] {
  return cleanText(text.replaceAll(SYMBOL_BULLET, '•'))
    .replaceAll(PRIVATE_USE, '')
    .replaceAll(LEADERS, ' …')
    .split('\n')
    .map((line) =>
      line
        .replaceAll(/ *\t[\t ]*/g, '\t')
        .replaceAll(/[^\S\t]+/g, ' ')
        .trim(),
    );
}

/**
 * Takes running heads and feet out of the pages: lines at the edges that come back on most pages (44 of 58 documents of
 * five or more pages have some). A line that is the same everywhere stays once, on its first page. Of lines that only
 * differ in numbers, page numbers go anywhere, others at the foot alone: at the head they may be "Week 3".
 */
export function dropRunningLines(pages: readonly (readonly string[])[]): string[][] {
  const running = runningLines(pages);
  const seen = new Set<string>();
  return pages.map((lines, page) => {
    const edges = edgeIndexes(lines);
    return lines.filter((line, index) => {
      if (!edges.has(index) || line === String(page + 1)) return !edges.has(index);
      if (!running.has(masked(line))) return true;
      if (isPageNumber(line)) return false;
      if (/\d/.test(line) && running.get(masked(line)) === 'varies') return index < lines.length / 2;
      return !seen.has(line) && seen.add(line).size > 0;
    });
  });
}

/** The masked lines at the edges of enough pages, and whether their numbers change. */
function runningLines(pages: readonly (readonly string[])[]): Map<string, 'same' | 'varies'> {
  const found = new Map<string, { pages: number; readonly forms: Set<string> }>();
  for (const lines of pages) {
    const edges = new Map([...edgeIndexes(lines)].map((index) => [masked(lines[index] ?? ''), lines[index] ?? '']));
    for (const [mask, line] of edges) {
      const entry = found.get(mask) ?? { pages: 0, forms: new Set<string>() };
      found.set(mask, entry);
      entry.pages += 1;
      entry.forms.add(line);
    }
  }
  const needed = pages.length < FEW_PAGES ? pages.length : pages.length * SHARE_OF_PAGES;
  const frequent = [...found].filter(
    ([mask, entry]) => mask !== '' && pages.length >= MIN_PAGES && entry.pages >= needed,
  );
  return new Map(frequent.map(([mask, { forms }]) => [mask, forms.size === 1 ? 'same' : 'varies']));
}

function edgeIndexes(lines: readonly string[]): Set<number> {
  const filled = [...lines.keys()].filter((index) => lines[index] !== '');
  return new Set([...filled.slice(0, EDGE_LINES), ...filled.slice(-EDGE_LINES)]);
}

function masked(line: string): string {
  return line.toLowerCase().replaceAll(/\d+/g, '#');
}

function isPageNumber(line: string): boolean {
  return BARE_NUMBER.test(line) || PAGE_NUMBER.test(line) || PAGE_WORD.test(line);
}
