import { parseError } from '../../core/ingest/parse-errors.js';
import type { DocumentParser, ParseContext, ParsedDocument } from '../../core/ports/document-parser.js';
import { readHtml, skippedPictures } from './html-sections.js';
import { lineOf } from './html-text.js';
import { findElement, type HtmlNode } from './html-tree.js';
import { createSectionBuilder } from './section-builder.js';
import { decodeText, isText, startOfText } from './text-encoding.js';

/** Real pages stay below 100; the walk is recursive and bears some thousands. */
const MAX_DEPTH = 400;
const STARTS_AS_HTML = /^\s*(?:<\?xml[^>]*>\s*)?(?:<!--[\s\S]{0,1000}?-->\s*)*<(?:!doctype html|html|head|body)\b/i;
const DECLARED_ENCODING = /<meta[^>]{0,200}charset\s*=\s*["']?([\w-]{1,40})/i;

/** HTML pages: the main part, without scripts, navigation and controls. */
export const parser: DocumentParser = {
  name: 'html',
  recognise(bytes, name) {
    if (!isText(bytes)) return 'no';
    if (STARTS_AS_HTML.test(startOfText(bytes))) return 'certain';
    return /\.x?html?$/i.test(name) ? 'likely' : 'no';
  },
  parse,
};

/**
 * The tree of an HTML text; malformed markup is put right as far as it goes.
 * @throws DocentError `DOCUMENT_HOSTILE` for absurd nesting.
 */
export async function parseHtml(html: string, name: string): Promise<HtmlNode> {
  const { Parser, parseDocument } = await import('htmlparser2');
  let depth = 0;
  const measure = new Parser({
    onopentagname() {
      if ((depth += 1) > MAX_DEPTH) throw parseError('nested-too-deep', name);
    },
    onclosetag() {
      depth -= 1;
    },
  });
  measure.end(html); // before a tree is built, which takes quadratic time in the depth
  return parseDocument(html);
}

async function parse(bytes: Uint8Array, context: ParseContext): Promise<ParsedDocument> {
  const start = Buffer.from(bytes.subarray(0, 2_048)).toString('latin1');
  const html = await decodeText(bytes, DECLARED_ENCODING.exec(start)?.[1]);
  const page = await parseHtml(html, context.name);
  const main = findElement(page, ({ name, attribs }) => name === 'main' || attribs?.['role'] === 'main') ?? page;
  const title = findElement(page, ({ name }) => name === 'title');
  const builder = createSectionBuilder(context);
  readHtml(main, builder);
  const built = builder.finish({ fallback: title === undefined ? null : lineOf(title.children ?? []) });
  return { ...built, pageCount: null, skipped: skippedPictures(main) };
}
