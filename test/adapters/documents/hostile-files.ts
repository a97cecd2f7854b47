import { deflateSync } from 'node:zlib';
import type { ErrorCode } from '../../../src/core/errors.js';
import { makeDocx } from '../../support/make-docx.js';
import { makePdf } from '../../support/make-pdf.js';
import { makeRawPdf, onePage, plainFont, type RawPdfObject } from '../../support/make-raw-pdf.js';
import { makeZip, wordParts, wordXml } from '../../support/make-zip.js';

export interface HostileFile {
  /** What is wrong with it. */
  readonly what: string;
  readonly name: string;
  make(): Buffer | Promise<Buffer>;
  /** How it may end: error codes, or `read`. */
  readonly ends: readonly (ErrorCode | 'read')[];
  /** Whether a reader would never come to its end. */
  readonly isEndless?: boolean;
  /** Words that the message holds besides the file's name. */
  readonly says?: RegExp;
}

const COMPOUND_FILE = Buffer.from('d0cf11e0a1b11ae1', 'hex');

function compoundFile(stream: string): Buffer {
  return Buffer.concat([COMPOUND_FILE, Buffer.alloc(504), Buffer.from(stream, 'utf16le'), Buffer.alloc(1_024)]);
}

function flateTwice(bytes: number): RawPdfObject {
  return {
    dictionary: '<< /Filter [/FlateDecode /FlateDecode] >>',
    stream: deflateSync(deflateSync(Buffer.alloc(bytes, ' '))),
  };
}

function pageWithMap(ranges: string): RawPdfObject[] {
  const codes = '1 begincodespacerange <0000> <FFFF> endcodespacerange';
  const map = `/CIDInit /ProcSet findresource begin begincmap ${codes} 100 beginbfrange ${ranges} endbfrange endcmap end`;
  const system = '/CIDSystemInfo << /Registry (A) /Ordering (I) /Supplement 0 >>';
  const font =
    '<< /Type /Font /Subtype /Type0 /BaseFont /A /Encoding /Identity-H /DescendantFonts [6 0 R] /ToUnicode 7 0 R >>';
  return onePage({ dictionary: '<< >>', stream: 'BT /F1 12 Tf 50 700 Td <0041> Tj ET' }, { dictionary: font }, [
    { dictionary: `<< /Type /Font /Subtype /CIDFontType2 /BaseFont /A ${system} >>` },
    { dictionary: '<< >>', stream: map },
  ]);
}

function bombOfForms(depth: number): Buffer {
  const forms = Array.from({ length: depth }, (_, index) => ({
    dictionary: `<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X ${index + 7} 0 R >> /Font << /F1 5 0 R >> >> >>`,
    stream: index === depth - 1 ? 'BT /F1 9 Tf (x) Tj ET' : '/X Do /X Do',
  }));
  const objects = onePage({ dictionary: '<< >>', stream: '/X Do' }, plainFont, forms);
  return makeRawPdf(
    objects.map((object, index) =>
      index === 2
        ? { dictionary: object.dictionary.replace('/Resources <<', '/Resources << /XObject << /X 6 0 R >>') }
        : object,
    ),
  );
}

function nested(tag: string, depth: number): string {
  return `<${tag}>`.repeat(depth) + 'deep' + `</${tag}>`.repeat(depth);
}

/** Files that are broken, mislabelled or made to break a reader, with what becomes of each. */
export const hostileFiles: readonly HostileFile[] = [
  { what: 'nothing but white space', name: 'blank.txt', make: () => Buffer.from(' \n\n\t '), ends: ['DOCUMENT_EMPTY'] },
  {
    what: 'front matter alone',
    name: 'moved.md',
    make: () => Buffer.from('---\ntitle: Moved\n---\n'),
    ends: ['DOCUMENT_EMPTY'],
  },
  {
    what: 'a PDF with a password',
    name: 'secret.pdf',
    make: () => makePdf({ pages: [['secret']], userPassword: 'x' }),
    ends: ['DOCUMENT_ENCRYPTED'],
    says: /password/,
  },
  {
    what: 'a Word file with a password',
    name: 'secret.docx',
    make: () => compoundFile('EncryptedPackage'),
    ends: ['DOCUMENT_ENCRYPTED'],
    says: /password/,
  },
  {
    what: 'a scan',
    name: 'scan.pdf',
    make: () => makePdf({ pages: [[], []], isScan: true }),
    ends: ['DOCUMENT_IMAGE_ONLY'],
    says: /OCR/,
  },
  {
    what: 'an old Word document',
    name: 'old.doc',
    make: () => compoundFile('WordDocument'),
    ends: ['DOCUMENT_UNSUPPORTED'],
    says: /\.doc\b.*save it as \.docx/,
  },
  {
    what: 'an Excel workbook',
    name: 'sheet.docx',
    make: () => makeZip([{ name: 'xl/workbook.xml', data: '<a/>' }]),
    ends: ['DOCUMENT_DAMAGED'],
  },
  {
    what: 'an Excel workbook under its own name',
    name: 'sheet.xlsx',
    make: () => makeZip([{ name: 'xl/workbook.xml', data: '<a/>' }]),
    ends: ['DOCUMENT_UNSUPPORTED'],
    says: /Excel.*CSV/,
  },
  {
    what: 'a picture that is called a PDF',
    name: 'photo.pdf',
    make: () => Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'),
    ends: ['DOCUMENT_UNSUPPORTED'],
    says: /picture \(PNG\).*PDF, Word/,
  },
  {
    what: 'zeros',
    name: 'zeros.txt',
    make: () => Buffer.alloc(100_000),
    ends: ['DOCUMENT_UNSUPPORTED'],
    says: /binary/,
  },
  {
    what: 'a PDF that is called text',
    name: 'report.txt',
    make: () => makePdf({ pages: [['words']] }),
    ends: ['read'],
  },
  {
    what: 'a Word file that is called a PDF',
    name: 'report.pdf',
    make: () => makeDocx({ sections: [{ paragraphs: ['words'] }] }),
    ends: ['read'],
  },
  {
    what: 'a page of HTML that is called a PDF',
    name: 'download.pdf',
    make: () => Buffer.from('<!doctype html><p>Not found'),
    ends: ['read'],
  },
  {
    what: 'rubbish before a PDF',
    name: 'mail.pdf',
    make: async () => Buffer.concat([Buffer.alloc(500, '\n'), await makePdf({ pages: [['words']] })]),
    ends: ['read'],
  },
  {
    what: 'half a PDF',
    name: 'half.pdf',
    make: async () => (await makePdf({ pages: [['words'], ['more']] })).subarray(0, 400),
    ends: ['DOCUMENT_DAMAGED', 'DOCUMENT_IMAGE_ONLY'],
  },
  {
    what: 'half a Word file',
    name: 'half.docx',
    make: async () => (await makeDocx({ sections: [{ paragraphs: ['words'] }] })).subarray(0, 3_000),
    ends: ['DOCUMENT_DAMAGED'],
  },
  {
    what: 'a header and nothing more',
    name: 'head.pdf',
    make: () => Buffer.from('%PDF-1.7\n'),
    ends: ['DOCUMENT_DAMAGED'],
  },
  {
    what: 'a page count beyond reason',
    name: 'count.pdf',
    make: () =>
      makeRawPdf([
        { dictionary: '<< /Type /Catalog /Pages 2 0 R >>' },
        { dictionary: '<< /Type /Pages /Kids [] /Count 2000000000 >>' },
      ]),
    ends: ['DOCUMENT_TOO_LONG', 'DOCUMENT_DAMAGED', 'DOCUMENT_IMAGE_ONLY'],
  },
  {
    what: 'pages that hold themselves',
    name: 'loop.pdf',
    make: () =>
      makeRawPdf([
        { dictionary: '<< /Type /Catalog /Pages 2 0 R >>' },
        { dictionary: '<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 >>' },
      ]),
    ends: ['DOCUMENT_DAMAGED', 'DOCUMENT_IMAGE_ONLY'],
  },
  {
    what: 'XML that unpacks to 40 MB',
    name: 'bomb.docx',
    make: () => makeZip(wordParts(wordXml(' '.repeat(40_000_000)))),
    ends: ['DOCUMENT_HOSTILE'],
    says: /unpacks/,
  },
  {
    what: 'XML that lies about its size',
    name: 'lie.docx',
    make: () =>
      makeZip(
        wordParts('').map((part) =>
          part.name === 'word/document.xml'
            ? { ...part, data: wordXml(' '.repeat(40_000_000)), claimedSize: 10 }
            : part,
        ),
      ),
    ends: ['DOCUMENT_HOSTILE'],
  },
  {
    what: 'media that unpack to 250 MB',
    name: 'media.docx',
    make: () => makeZip(wordParts(wordXml(''), [{ name: 'word/media/a.bin', data: Buffer.alloc(250_000_000) }])),
    ends: ['DOCUMENT_HOSTILE'],
  },
  {
    what: 'too many parts',
    name: 'parts.docx',
    make: () =>
      makeZip(
        wordParts(
          wordXml(''),
          Array.from({ length: 6_000 }, (_, index) => ({ name: `word/${index}`, data: '' })),
        ),
      ),
    ends: ['DOCUMENT_HOSTILE'],
  },
  {
    what: 'XML that is 100,000 elements deep',
    name: 'deep.docx',
    make: () => makeZip(wordParts(wordXml(nested('w:ins', 100_000)))),
    ends: ['DOCUMENT_HOSTILE', 'DOCUMENT_MEMORY', 'DOCUMENT_TIMEOUT', 'DOCUMENT_DAMAGED'],
  },
  {
    what: 'entities that multiply',
    name: 'laughs.docx',
    make: () =>
      makeZip(
        wordParts(
          `<!DOCTYPE a [<!ENTITY b "${'ha'.repeat(1_000)}"><!ENTITY c "${'&b;'.repeat(1_000)}">]>${wordXml('<w:p><w:r><w:t>&c;</w:t></w:r></w:p>')}`,
        ),
      ),
    ends: ['DOCUMENT_DAMAGED', 'DOCUMENT_EMPTY', 'read'],
  },
  {
    what: 'HTML that is 100,000 elements deep',
    name: 'deep.html',
    make: () => Buffer.from(`<!doctype html>${nested('div', 100_000)}`),
    ends: ['DOCUMENT_HOSTILE'],
    says: /nested/,
  },
  {
    what: 'Markdown that is 5,000 quotes deep',
    name: 'deep.md',
    make: () => Buffer.from(`${'>'.repeat(5_000)} deep`),
    ends: ['DOCUMENT_HOSTILE'],
  },
  {
    what: '200 KB of open brackets',
    name: 'brackets.md',
    make: () => Buffer.from('['.repeat(200_000)),
    ends: ['read'],
  },
  { what: 'a line of 4 MB', name: 'line.txt', make: () => Buffer.from('word '.repeat(800_000)), ends: ['read'] },
  {
    what: 'more text than allowed',
    name: 'long.txt',
    make: () => Buffer.from('word '.repeat(1_200_000)),
    ends: ['DOCUMENT_TOO_LONG'],
  },
  {
    what: 'a PDF stream that unpacks to 400 MB',
    name: 'flate.pdf',
    make: () => makeRawPdf(onePage(flateTwice(400_000_000), plainFont)),
    ends: ['DOCUMENT_MEMORY', 'DOCUMENT_TIMEOUT'],
  },
  {
    what: 'forms that draw each other 2^28 times',
    name: 'forms.pdf',
    isEndless: true,
    make: () => bombOfForms(28),
    ends: ['DOCUMENT_TIMEOUT', 'DOCUMENT_MEMORY'],
  },
  {
    what: 'a character map of thousands of millions of entries',
    name: 'map.pdf',
    isEndless: true,
    make: () => makeRawPdf(pageWithMap('<00000000> <00FFFFFE> <0041> '.repeat(100))),
    ends: ['DOCUMENT_TIMEOUT', 'DOCUMENT_MEMORY'],
  },
];
