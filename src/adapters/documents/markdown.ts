import type { Token } from 'marked';
import type { DocumentParser, ParseContext, ParsedDocument } from '../../core/ports/document-parser.js';
import { parseHtml } from './html.js';
import { lineOf } from './html-text.js';
import { readHtml, skippedPictures } from './html-sections.js';
import { createSectionBuilder } from './section-builder.js';
import { removeTemplateTags } from './template-tags.js';
import { decodeText, isText } from './text-encoding.js';

const FRONT_MATTER = /^(---|\+\+\+)[^\S\n]*\n([\s\S]*?)\n\1[^\S\n]*(?:\n|$)/;
const FRONT_MATTER_TITLE = /^title\s*[:=]\s*(.+)$/m;
/** A paragraph longer than this is taken as plain text: reading its inline marks takes quadratic time. */
const MAX_INLINE_CHARACTERS = 20_000;

/** Markdown (GitHub's dialect), with or without front matter: read as the HTML that it stands for. */
export const parser: DocumentParser = {
  name: 'markdown',
  recognise: (bytes, name) => (/\.(?:md|markdown|mdx|mkd)$/i.test(name) && isText(bytes) ? 'likely' : 'no'),
  parse,
};

async function parse(bytes: Uint8Array, context: ParseContext): Promise<ParsedDocument> {
  const source = (await decodeText(bytes)).replaceAll(/\r\n?/g, '\n');
  const frontMatter = FRONT_MATTER.exec(source);
  const text = removeTemplateTags(source.slice(frontMatter?.[0].length ?? 0));
  const tree = await parseHtml(await toHtml(text), context.name);
  const builder = createSectionBuilder(context);
  readHtml(tree, builder);
  const title = lineOf((await parseHtml(titleOf(frontMatter?.[2]), context.name)).children ?? []);
  const built = builder.finish({ given: title });
  return { ...built, pageCount: null, skipped: skippedPictures(tree) };
}

/** May hold HTML, as site generators put it into the page as it is. */
function titleOf(frontMatter: string | undefined): string {
  const value = FRONT_MATTER_TITLE.exec(frontMatter ?? '')?.[1]?.trim() ?? '';
  return /^(["'])(.*)\1$/.exec(value)?.[2] ?? value;
}

/** As `marked` does it, except that very long paragraphs keep their marks. */
async function toHtml(markdown: string): Promise<string> {
  const { Lexer, Parser } = await import('marked');
  const lexer = new Lexer();
  const tokens: Token[] = lexer.blockTokens(markdown);
  for (const { src, tokens: inline } of lexer.inlineQueue) {
    if (src.length <= MAX_INLINE_CHARACTERS) lexer.inlineTokens(src, inline);
    else inline.push({ type: 'text', raw: src, text: src });
  }
  return Parser.parse(tokens.filter(({ type }) => type !== 'space').map(asHtmlAfterHtml));
}

/** An HTML block ends at a blank line, so that its indented rest looks like code: it is read on as HTML. */
function asHtmlAfterHtml(token: Token, index: number, tokens: readonly Token[]): Token {
  const isRest = token.type === 'code' && token['codeBlockStyle'] === 'indented' && tokens[index - 1]?.type === 'html';
  return isRest ? { type: 'html', raw: token.raw, text: token.raw, block: true, pre: false } : token;
}
