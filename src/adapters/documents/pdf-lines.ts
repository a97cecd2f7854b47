import { cleanText } from '../../core/ingest/parse-text.js';

/** Symbol fonts put their bullets here. */
const SYMBOL_BULLET = /[\uf0b7\uf0a7\uf0d8\uf076\uf0fc]/g;
const PRIVATE_USE = /[\ue000-\uf8ff\u{f0000}-\u{10ffff}]/gu;
const LEADERS = /(?:[^\S\n]?[.·…_]){5,}/g;
/** "7", "– 7 –", "Page 7", "7 / 20", "Seite 7 von 20": a page number and nothing else. */
const PAGE_NUMBER =
  /^\W*(?:(?:page|seite|página|pagina|strana|strona|sida|side|pág|pag|p|s)\.?\s*)?(\d+)(?:\s*(?:\/|\p{L}{1,4})\s*\d+)?\W*$/iu;
/** A running foot with the page's number at one of its ends: "Handbook 7", "7 | Handbook". */
const NUMBER_AT_END = /^(\d+)(?=\W)|(?<=\W)(\d+)$/;

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
 * differ in numbers those go whose number counts the pages: page numbers anywhere, others as a page's last line alone,
 * because at the head they may be "Week 3".
 */
export function dropRunningLines(pages: readonly (readonly string[])[]): string[][] {
  const running = runningLines(pages);
  const seen = new Set<string>();
  return pages.map((lines, page) => {
    const edges = edgeIndexes(lines);
    const last = lines.findLastIndex((line) => line !== '');
    return lines.filter((line, index) => {
      if (!edges.has(index)) return true;
      if (line === String(page + 1)) return false;
      const kind = running.get(masked(line));
      if (kind === 'counts') return !PAGE_NUMBER.test(line) && index !== last;
      return kind === undefined || (!seen.has(line) && seen.add(line).size > 0);
    });
  });
}

interface RunningLine {
  pages: number;
  readonly forms: Set<string>;
  /** The line's number less the page's: one value where it counts the pages. */
  readonly offsets: Set<number>;
}

/** The masked lines that stand at the edges of enough pages and are the same on each, or count them. */
function runningLines(pages: readonly (readonly string[])[]): Map<string, 'same' | 'counts'> {
  const found = new Map<string, RunningLine>();
  for (const [page, lines] of pages.entries()) {
    const edges = new Map([...edgeIndexes(lines)].map((index) => [masked(lines[index] ?? ''), lines[index] ?? '']));
    for (const [mask, line] of edges) {
      const entry = found.get(mask) ?? { pages: 0, forms: new Set(), offsets: new Set() };
      found.set(mask, entry);
      entry.pages += 1;
      entry.forms.add(line);
      entry.offsets.add(numberOf(line) - page);
    }
  }
  const needed = pages.length < FEW_PAGES ? pages.length : pages.length * SHARE_OF_PAGES;
  const running = new Map<string, 'same' | 'counts'>();
  for (const [mask, entry] of found) {
    if (pages.length < MIN_PAGES || entry.pages < needed) continue;
    if (entry.forms.size === 1) running.set(mask, 'same');
    else if (entry.offsets.size === 1 && !entry.offsets.has(Number.NaN)) running.set(mask, 'counts');
  }
  return running;
}

/** The number in a line that may be the page's; NaN where there is none. */
function numberOf(line: string): number {
  const [, number] = PAGE_NUMBER.exec(line) ?? [];
  const [, first, last] = NUMBER_AT_END.exec(line) ?? [];
  return Number(number ?? first ?? last ?? Number.NaN);
}

function edgeIndexes(lines: readonly string[]): Set<number> {
  const filled = [...lines.keys()].filter((index) => lines[index] !== '');
  return new Set([...filled.slice(0, EDGE_LINES), ...filled.slice(-EDGE_LINES)]);
}

function masked(line: string): string {
  return line.toLowerCase().replaceAll(/\d+/g, '#');
}
