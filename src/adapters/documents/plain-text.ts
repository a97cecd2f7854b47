import type { DocumentParser, ParseContext, ParsedDocument } from '../../core/ports/document-parser.js';
import { createSectionBuilder } from './section-builder.js';
import { decodeText, isText, startOfText } from './text-encoding.js';

/** Formats that are written in text but are not for reading: their own refusals say what to do. */
const UNREADABLE = /^\s*(?:\{\\rtf|%!PS|(?:<\?xml[^>]*>\s*)?(?:<!--[^>]*-->\s*)?(?:<!DOCTYPE svg[^>]*>\s*)?<svg)/i;
/** The line under a heading, as in Markdown and many README files: at least three, all the same. */
const UNDERLINE = /^(?:={3,}|-{3,})$/;
/** Lines at least this long that end without a stop are taken as wrapped, and joined with the next. */
const WRAPPED_LENGTH = 55;

/** Plain text in any usual encoding: paragraphs between blank lines, headings only where they are underlined. */
export const parser: DocumentParser = {
  name: 'plain-text',
  recognise: (bytes) => (isText(bytes) && !UNREADABLE.test(startOfText(bytes)) ? 'possible' : 'no'),
  parse,
};

async function parse(bytes: Uint8Array, context: ParseContext): Promise<ParsedDocument> {
  const builder = createSectionBuilder(context);
  const text = (await decodeText(bytes)).replaceAll(/\r\n?|\f/g, '\n');
  for (const paragraph of text.split(/\n[ \t]*\n/)) {
    const lines = paragraph.split('\n').map((line) => line.trimEnd());
    const [first = '', second = ''] = lines;
    if (isUnderline(second, first)) {
      builder.heading(second.startsWith('=') ? 1 : 2, first);
      builder.block('paragraph', unwrap(lines.slice(2)));
    } else {
      builder.block('paragraph', unwrap(lines));
    }
  }
  return { ...builder.finish(), pageCount: null, skipped: [] };
}

function isUnderline(line: string, above: string): boolean {
  return UNDERLINE.test(line) && above.trim() !== '' && Math.abs(line.length - above.trim().length) <= 2;
}

/** Joins lines that were only wrapped; short lines, lists and indented lines stay as they are. */
function unwrap(lines: readonly string[]): string {
  let text = '';
  let previous = '';
  for (const line of lines) {
    const isContinuation = previous.length >= WRAPPED_LENGTH && !/[.:;!?]$/.test(previous) && /^[^\s\d•*–-]/.test(line);
    text += text === '' ? line : `${isContinuation ? ' ' : '\n'}${line}`;
    previous = line;
  }
  return text;
}
