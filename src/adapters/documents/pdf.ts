import type { DocumentParser, ParseContext, ParsedDocument } from '../../core/ports/document-parser.js';
import { fullLineLength, toBlocks } from './pdf-blocks.js';
import { loadPdfParse, openPdf, type PdfDocument } from './pdf-document.js';
import { headingsByPage, type PdfHeading, placeHeadings } from './pdf-headings.js';
import { dropRunningLines, pageLines } from './pdf-lines.js';
import { listOfPages } from './pdf-pages.js';
import { isEngineError, refusal, tooMuchText } from './refusal.js';
import { createSectionBuilder, type SectionBuilder } from './section-builder.js';

/** Readers allow rubbish before the header within this many bytes. */
const HEADER_RANGE = 1_024;
const HEADER = /%PDF-\d/;
/** Properties of a file that say how it was made rather than what it is called. */
const NO_TITLE =
  /^(?:untitled|microsoft |powerpoint |slide \d|document\d*$|.*\.(?:docx?|pdf|indd|tex|qxd|pptx?|xlsx?|html?)$)/i;
/** A title from the file's properties counts when at least this part of its words stands on the first pages. */
const TITLE_WORDS_FOUND = 0.5;
const TITLE_PAGES = 2;

interface ReadPage {
  readonly lines: readonly string[];
  readonly typed: readonly string[];
}

interface PageContent extends ReadPage {
  /** From 1. */
  readonly number: number;
  readonly headings: readonly PdfHeading[];
  /** Characters of a full line in this document. */
  readonly fullLine: number;
}

/** PDF by page, with the outline's entries as headings. */
export const parser: DocumentParser = {
  name: 'pdf',
  recognise(bytes) {
    const start = Buffer.from(bytes.subarray(0, HEADER_RANGE)).toString('latin1');
    if (start.startsWith('%PDF-')) return 'certain';
    return HEADER.test(start) && Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes('endobj')
      ? 'certain'
      : 'no';
  },
  parse,
  prepare: loadPdfParse,
};

async function parse(bytes: Uint8Array, context: ParseContext): Promise<ParsedDocument> {
  const { name, limits } = context;
  const document = await openPdf(bytes, name);
  const { pageCount } = document;
  if (pageCount > limits.maxPages)
    throw refusal(
      'DOCUMENT_TOO_LONG',
      name,
      `has ${pageCount} pages; ${limits.maxPages} are allowed. Split it into smaller files.`,
    );
  const { pages, broken } = await readPages(document, context);
  const without = pages.flatMap(({ lines, typed }, index) =>
    hasText(lines) || typed.length > 0 || broken.includes(index + 1) ? [] : [index + 1],
  );
  if (without.length + broken.length === pageCount) throw noText(name, broken.length);
  const builder = createSectionBuilder(context);
  const headings = await headingsByPage(document);
  const fullLine = fullLineLength(pages.flatMap(({ lines }) => lines));
  for (const [index, page] of pages.entries())
    addPage(builder, { ...page, number: index + 1, headings: headings.get(index + 1) ?? [], fullLine });
  const skipped = [
    ...(without.length > 0 ? [`${listOfPages(without)} without text (blank, or a picture or scan).`] : []),
    ...(broken.length > 0 ? [`${listOfPages(broken)} damaged and not read.`] : []),
  ];
  return { ...builder.finish({ given: usableTitle(document.title, pages) }), pageCount, skipped };
}

async function readPages(
  document: PdfDocument,
  context: ParseContext,
): Promise<{ pages: ReadPage[]; broken: number[] }> {
  const { name, limits } = context;
  const texts: string[][] = [];
  const typed: string[][] = [];
  const broken: number[] = [];
  let characters = 0;
  for (let page = 1; page <= document.pageCount; page += 1) {
    try {
      const lines = pageLines(await document.textOf(page));
      texts.push(lines);
      typed.push(await document.typedInto(page));
      characters += lines.reduce((sum, line) => sum + line.length, 0);
    } catch (error) {
      if (isEngineError(error)) throw error;
      broken.push(page);
      texts[page - 1] ??= [];
      typed[page - 1] ??= [];
    }
    if (characters > limits.maxCharacters) throw tooMuchText(name, limits.maxCharacters);
    context.progress({ done: page, total: document.pageCount, unit: 'pages' });
  }
  const pages = dropRunningLines(texts).map((lines, index) => ({ lines, typed: typed[index] ?? [] }));
  return { pages, broken };
}

function addPage(builder: SectionBuilder, page: PageContent): void {
  const { number, lines, typed, headings, fullLine } = page;
  builder.page(number);
  let from = 0;
  const addUntil = (end: number): void => {
    for (const { kind, text } of toBlocks(lines.slice(from, end), fullLine)) builder.block(kind, text);
  };
  for (const heading of placeHeadings(headings, lines)) {
    addUntil(heading.at);
    builder.heading(heading.level, heading.text, heading.lines > 0);
    from = heading.at + heading.lines;
  }
  addUntil(lines.length);
  builder.block('list', typed.map((line) => `- ${line}`).join('\n'));
}

function hasText(lines: readonly string[]): boolean {
  return lines.some((line) => /[\p{L}\p{N}]/u.test(line));
}

function usableTitle(title: string, pages: readonly ReadPage[]): string | null {
  const words = title.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  if (words.length === 0 || NO_TITLE.test(title.trim())) return null;
  const start = pages
    .slice(0, TITLE_PAGES)
    .flatMap(({ lines }) => lines)
    .join(' ')
    .toLowerCase();
  const found = words.filter((word) => start.includes(word)).length;
  return found >= words.length * TITLE_WORDS_FOUND ? title : null;
}

function noText(name: string, brokenPages: number): Error {
  if (brokenPages > 0)
    return refusal(
      'DOCUMENT_DAMAGED',
      name,
      'is damaged: none of its pages can be read. Print it to a new PDF and post that file.',
    );
  return refusal(
    'DOCUMENT_IMAGE_ONLY',
    name,
    'holds no text: its pages are pictures, as from a scanner, or blank. Run it through text recognition (OCR) first, or post the original document.',
  );
}
