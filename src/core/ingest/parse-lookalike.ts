/** What a file that no parser reads seems to be, in words for its uploader. */
export interface Lookalike {
  /** With its article, such as `a picture (PNG)`. */
  readonly kind: string;
  /** What to do about it, in a sentence. */
  readonly advice?: string;
}

interface Signature extends Lookalike {
  readonly magic: string;
  /** Where the magic stands. Default 0. */
  readonly at?: number;
}

/** File signatures as Latin-1 text. Where two match, the first one counts. */
const signatures: readonly Signature[] = [
  { magic: '\x89PNG', kind: 'a picture (PNG)' },
  { magic: '\xff\xd8\xff', kind: 'a picture (JPEG)' },
  { magic: 'GIF8', kind: 'a picture (GIF)' },
  { magic: 'WEBP', at: 8, kind: 'a picture (WebP)' },
  { magic: 'II*\0', kind: 'a picture (TIFF)' },
  { magic: 'MM\0*', kind: 'a picture (TIFF)' },
  { magic: 'ftypheic', at: 4, kind: 'a picture (HEIC)' },
  { magic: 'ftypavif', at: 4, kind: 'a picture (AVIF)' },
  { magic: '<svg', kind: 'a picture (SVG)' },
  { magic: 'BM', kind: 'a picture (BMP)' },
  { magic: '{\\rtf', kind: 'an RTF document', advice: 'Save it as .docx and post that file.' },
  { magic: '%!PS', kind: 'a PostScript file', advice: 'Save it as a PDF and post that file.' },
  { magic: '\x1f\x8b', kind: 'a compressed file (gzip)', advice: 'Unpack it and post the documents inside.' },
  { magic: '7z\xbc\xaf', kind: 'an archive (7z)', advice: 'Unpack it and post the documents inside.' },
  { magic: 'Rar!', kind: 'an archive (RAR)', advice: 'Unpack it and post the documents inside.' },
  { magic: 'ftyp', at: 4, kind: 'a video or sound file' },
  { magic: 'RIFF', kind: 'a video or sound file' },
  { magic: 'OggS', kind: 'a video or sound file' },
  { magic: 'ID3', kind: 'a sound file (MP3)' },
  { magic: '\x1aE\xdf\xa3', kind: 'a video (Matroska or WebM)' },
  { magic: '\x7fELF', kind: 'a program' },
  { magic: 'MZ', kind: 'a program' },
  { magic: 'SQLite format 3', kind: 'a database (SQLite)' },
];

/** What is inside a zip, told by the names of its parts. */
const zipKinds: readonly (Lookalike & { readonly part: string })[] = [
  { part: 'xl/workbook', kind: 'an Excel workbook', advice: 'Save each sheet as CSV and post those files.' },
  { part: 'ppt/presentation', kind: 'a PowerPoint presentation', advice: 'Save it as a PDF and post that file.' },
  { part: 'opendocument.text', kind: 'an OpenDocument text (.odt)', advice: 'Save it as .docx and post that file.' },
  { part: 'opendocument.', kind: 'an OpenDocument file', advice: 'Save it as a PDF and post that file.' },
  { part: 'application/epub+zip', kind: 'an e-book (EPUB)', advice: 'Save it as a PDF and post that file.' },
];

/** What is inside a compound file (the old Office format), told by the names of its streams. */
const compoundKinds: readonly (Lookalike & { readonly stream: string })[] = [
  {
    stream: 'WordDocument',
    kind: 'an old Word document (.doc)',
    advice: 'Open it in Word or LibreOffice, save it as .docx, and post that file.',
  },
  { stream: 'Workbook', kind: 'an old Excel workbook (.xls)', advice: 'Save each sheet as CSV and post those files.' },
  {
    stream: 'PowerPoint Document',
    kind: 'an old PowerPoint presentation (.ppt)',
    advice: 'Save it as a PDF and post that file.',
  },
];

const COMPOUND_FILE = '\xd0\xcf\x11\xe0';
const ZIP = 'PK\x03\x04';

/** Names what the bytes seem to be when no parser reads them, by content alone. */
export function lookalikeOf(bytes: Uint8Array): Lookalike {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = buffer.toString('latin1', 0, 64);
  if (start.startsWith(ZIP)) {
    const found = zipKinds.find(({ part }) => buffer.includes(part));
    return found ?? { kind: 'a zip archive', advice: 'Unpack it and post the documents inside.' };
  }
  if (start.startsWith(COMPOUND_FILE)) {
    const found = compoundKinds.find(({ stream }) => buffer.includes(Buffer.from(stream, 'utf16le')));
    return found ?? { kind: 'an old Office file', advice: 'Save it as .docx or PDF and post that file.' };
  }
  return signatures.find(({ magic, at = 0 }) => start.startsWith(magic, at)) ?? { kind: 'a binary file' };
}
