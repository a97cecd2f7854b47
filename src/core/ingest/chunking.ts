import type { Block, ParsedDocument, Section } from '../ports/document-parser.js';
import { splitSentences } from './sentences.js';

/** A chunk before it has an id: what the parser's sections were cut into. */
export interface ChunkDraft {
  readonly index: number;
  readonly text: string;
  readonly breadcrumb: string;
  readonly headingPath: readonly string[];
  readonly page: number | null;
  /** Tokens of breadcrumb and text. */
  readonly tokenCount: number;
}

/** How large chunks may be, and what stands before them. */
export interface ChunkingOptions {
  /** Stands first in every breadcrumb. */
  readonly title: string;
  /** Tokens of breadcrumb and text together: what the embedder sees, special tokens taken off. */
  readonly maxTokens: number;
  countTokens(text: string): number;
}

/** The share of the budget that a breadcrumb may take; a longer one loses its middle headings, then its end. */
const BREADCRUMB_SHARE = 0.25;

/** The smallest piece that is kept whole where it fits, with what joins it to the piece before. */
interface Unit {
  readonly text: string;
  readonly glue: string;
  readonly page: number | null;
  /** Repeated at the top when a chunk begins with this unit: a table's header row. */
  readonly header: string;
}

/**
 * Cuts a document into chunks that the embedder sees whole: sentence-safe, rows and list items unbroken, without overlap
 * (it adds nothing to sentence-safe chunks), never across headings, and across a page only to end a sentence that the page break cut.
 * Deterministic: the same sections give the same chunks.
 */
export function* chunkDocument(document: ParsedDocument, options: ChunkingOptions): Generator<ChunkDraft> {
  let index = 0;
  for (const run of runsOfOneHeading(document.sections)) {
    const breadcrumb = fitBreadcrumb([options.title, ...run.headingPath], options);
    const budget = options.maxTokens - options.countTokens(breadcrumb);
    for (const piece of packUnits(unitsOf(run.sections, budget, options), budget, options)) {
      yield {
        index: index++,
        text: piece.text,
        breadcrumb,
        headingPath: run.headingPath,
        page: piece.page,
        tokenCount: options.countTokens(breadcrumb) + options.countTokens(piece.text),
      };
    }
  }
}

function runsOfOneHeading(sections: readonly Section[]): { headingPath: readonly string[]; sections: Section[] }[] {
  const runs: { headingPath: readonly string[]; sections: Section[] }[] = [];
  for (const section of sections) {
    const last = runs.at(-1);
    if (last !== undefined && last.headingPath.join('\n') === section.headingPath.join('\n'))
      last.sections.push(section);
    else runs.push({ headingPath: section.headingPath, sections: [section] });
  }
  return runs;
}

function fitBreadcrumb(path: readonly string[], { maxTokens, countTokens }: ChunkingOptions): string {
  const limit = Math.floor(maxTokens * BREADCRUMB_SHARE);
  const parts = path.map((part) => part.replaceAll(/\s+/g, ' ').trim()).filter((part) => part !== '');
  while (parts.length > 2 && countTokens(parts.join(' › ')) > limit) parts.splice(1, 1);
  let breadcrumb = parts.join(' › ');
  while (countTokens(breadcrumb) > limit)
    breadcrumb = breadcrumb.slice(0, Math.floor(breadcrumb.length * 0.8)).trimEnd();
  return breadcrumb;
}

function* unitsOf(sections: readonly Section[], budget: number, options: ChunkingOptions): Generator<Unit> {
  let previousText = '';
  for (const section of sections) {
    for (const block of section.blocks) {
      let isFirst = true;
      const header = block.kind === 'table' ? headerRow(block, budget, options) : '';
      for (const { text, glue } of piecesOf(block)) {
        if (text.trim() === '') continue;
        const between = isFirst ? blockGlue(previousText, text) : glue;
        let isFirstPart = true;
        for (const part of fitPiece(text, budget - options.countTokens(header), options)) {
          const ownHeader = text === header ? '' : header;
          yield { text: part, glue: isFirstPart ? between : '', page: section.page, header: ownHeader };
          isFirstPart = false;
        }
        isFirst = false;
        previousText = text;
      }
    }
  }
}

/** A paragraph that a page break cut in the middle of a sentence goes on with a space; other blocks stand apart. */
function blockGlue(previous: string, next: string): string {
  return /[\p{Ll},;-]\s*$/u.test(previous) && /^\s*\p{Ll}/u.test(next) ? ' ' : '\n\n';
}

function headerRow(block: Block, budget: number, { countTokens }: ChunkingOptions): string {
  const header = block.text.split('\n', 1)[0] ?? '';
  return countTokens(header) <= budget / 3 ? header : '';
}

function piecesOf(block: Block): { text: string; glue: string }[] {
  if (block.kind === 'paragraph') return splitSentences(block.text).map((text) => ({ text, glue: '' }));
  return block.text.split('\n').map((text) => ({ text, glue: '\n' }));
}

/** The text whole where it fits, else cut between words, and inside a word only when the word alone is too long. */
function* fitPiece(text: string, budget: number, { countTokens }: ChunkingOptions): Generator<string> {
  if (countTokens(text) <= budget) {
    yield text;
    return;
  }
  let part = '';
  for (const word of text.match(/\s*\S+/g) ?? []) {
    if (part !== '' && countTokens(part + word) > budget) {
      yield part;
      part = '';
    }
    part += word;
    while (countTokens(part) > budget) {
      const cut = longestPrefix(part, budget, countTokens);
      yield part.slice(0, cut);
      part = part.slice(cut);
    }
  }
  if (part !== '') yield part;
}

/** The longest prefix, in code units and never inside a surrogate pair, that fits the budget; at least one character. */
function longestPrefix(text: string, budget: number, countTokens: (text: string) => number): number {
  let low = 1;
  let high = text.length;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (countTokens(text.slice(0, middle)) <= budget) low = middle;
    else high = middle - 1;
  }
  const unit = text.charCodeAt(low - 1);
  const splitsPair = unit >= 0xd800 && unit <= 0xdbff;
  return splitsPair ? (low > 1 ? low - 1 : low + 1) : low;
}

function* packUnits(
  units: Iterable<Unit>,
  budget: number,
  { countTokens }: ChunkingOptions,
): Generator<{ text: string; page: number | null }> {
  let text = '';
  let tokens = 0;
  let page: number | null = null;
  let endPage: number | null = null;
  for (const unit of units) {
    const unitTokens = countTokens(unit.text);
    // A sentence that the page break cut goes on; anything else on a new page is a chunk of its own, so that the page cited is right.
    const isNewPage = unit.page !== endPage && unit.glue !== ' ';
    if (text !== '' && (tokens + unitTokens > budget || isNewPage)) {
      yield { text: text.trim(), page };
      text = '';
      tokens = 0;
    }
    if (text === '') {
      page = unit.page;
      text = unit.header === '' ? unit.text : `${unit.header}\n${unit.text}`;
      tokens = unitTokens + (unit.header === '' ? 0 : countTokens(unit.header));
    } else {
      text += unit.glue + unit.text;
      tokens += unitTokens;
    }
    endPage = unit.page;
  }
  if (text.trim() !== '') yield { text: text.trim(), page };
}
