import type { DocumentParser, ParseContext, ParsedDocument } from '../../core/ports/document-parser.js';
import { inspectPackage } from './docx-package.js';
import { readHtml, skippedPictures } from './html-sections.js';
import { lineOf } from './html-text.js';
import { findElement } from './html-tree.js';
import { parseHtml } from './html.js';
import { moveNotes } from './docx-notes.js';
import { isEngineError, refusal } from './refusal.js';
import { createSectionBuilder } from './section-builder.js';

const ZIP = Buffer.from('PK\u0003\u0004', 'latin1');
const COMPOUND_FILE = Buffer.from('d0cf11e0a1b11ae1', 'hex');
/** The stream of a compound file that holds an Office Open XML package behind a password. */
const ENCRYPTED_PACKAGE = Buffer.from('EncryptedPackage', 'utf16le');

/** Word's style "Title" is no heading: it says what the whole document is called. */
const TITLE_CLASS = 'document-title';
const STYLE_MAP = [`p[style-name='Title'] => p.${TITLE_CLASS}:fresh`];
const ONLY_PICTURES =
  'holds pictures and no text. Run them through text recognition (OCR) first, or post the text itself.';

/** Word documents (.docx): headings, paragraphs, lists, tables and notes, in reading order. */
export const parser: DocumentParser = {
  name: 'docx',
  recognise(bytes, name) {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (isProtected(buffer)) return 'certain';
    if (!buffer.subarray(0, ZIP.length).equals(ZIP)) return 'no';
    if (buffer.includes('word/document')) return 'certain';
    return /\.docx$/i.test(name) ? 'possible' : 'no';
  },
  parse,
  prepare: () => import('mammoth'),
};

async function parse(bytes: Uint8Array, context: ParseContext): Promise<ParsedDocument> {
  const { name, limits } = context;
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (isProtected(buffer))
    throw refusal('DOCUMENT_ENCRYPTED', name, 'is protected by a password. Save it without one and post that file.');
  const { hasFormulas } = await inspectPackage(bytes, name, limits);
  const html = moveNotes(await parseHtml(await toHtml(buffer, name), name));
  const builder = createSectionBuilder(context);
  readHtml(html, builder);
  const title = findElement(html, ({ attribs }) => attribs?.['class'] === TITLE_CLASS);
  const built = builder.finish({ given: title === undefined ? null : lineOf([title]) });
  const pictures = skippedPictures(html);
  if (built.sections.length === 0 && pictures.length > 0) throw refusal('DOCUMENT_IMAGE_ONLY', name, ONLY_PICTURES);
  const formulas = hasFormulas ? ['Formulas were left out: they are not text.'] : [];
  return { ...built, pageCount: null, skipped: [...pictures, ...formulas] };
}

async function toHtml(buffer: Buffer, name: string): Promise<string> {
  const { default: mammoth } = await import('mammoth');
  const convertImage = mammoth.images.imgElement(() => Promise.resolve({ src: '' }));
  try {
    const { value } = await mammoth.convertToHtml(
      { buffer },
      { convertImage, styleMap: STYLE_MAP, externalFileAccess: false },
    );
    return value;
  } catch (cause) {
    if (isEngineError(cause)) throw cause;
    throw refusal(
      'DOCUMENT_DAMAGED',
      name,
      'is no Word document that can be read: a part of it is missing or broken. Open it in Word, save it again, and post that file.',
      cause,
    );
  }
}

function isProtected(buffer: Buffer): boolean {
  return buffer.subarray(0, COMPOUND_FILE.length).equals(COMPOUND_FILE) && buffer.includes(ENCRYPTED_PACKAGE);
}
