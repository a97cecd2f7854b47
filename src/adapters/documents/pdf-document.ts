import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type * as PdfParse from 'pdf-parse';
import { isEngineError, refusal } from './refusal.js';

/** An entry of a PDF's outline, with where it leads. */
export interface OutlineItem {
  readonly title: string;
  readonly dest: string | readonly unknown[] | null;
  readonly items: readonly OutlineItem[];
}

interface Annotation {
  readonly subtype?: string;
  /** `Tx` for text, `Ch` for a choice. */
  readonly fieldType?: string;
  readonly fieldName?: string;
  readonly fieldValue?: unknown;
  /** What the form's author calls the field. */
  readonly alternativeText?: string;
  readonly contentsObj?: { readonly str?: string };
}

/** What of pdf.js's document is used beside pdf-parse, which has no calls for destinations and annotations. */
interface PdfJsDocument {
  getDestination(id: string): Promise<readonly unknown[] | null>;
  getPageIndex(reference: unknown): Promise<number>;
  getPage(number: number): Promise<{ getAnnotations(): Promise<readonly Annotation[]> }>;
}

/** An open PDF. */
export interface PdfDocument {
  readonly pageCount: number;
  /** As the file's properties say; often wrong. */
  readonly title: string;
  readonly outline: readonly OutlineItem[];
  /** A page's lines in reading order; cells of a line are apart by a tab. */
  textOf(page: number): Promise<string>;
  /** What was typed into the page's form fields and text boxes, one a line. */
  typedInto(page: number): Promise<string[]>;
  /** The page an outline entry leads to, from 1; undefined when it leads nowhere. */
  pageOf(item: OutlineItem): Promise<number | undefined>;
}

/** The library, which wants some classes of a browser when it is loaded. */
export async function loadPdfParse(): Promise<typeof PdfParse> {
  defineBrowserClasses();
  return import('pdf-parse');
}

/** @throws DocentError `DOCUMENT_ENCRYPTED` or `DOCUMENT_DAMAGED`. */
export async function openPdf(bytes: Uint8Array, name: string): Promise<PdfDocument> {
  const { PDFParse, PasswordException } = await loadPdfParse();
  const parser = new PDFParse({ ...readingOptions(), data: new Uint8Array(bytes) });
  try {
    const info = await parser.getInfo();
    const { doc } = parser as unknown as { readonly doc: PdfJsDocument };
    const { Title: title } = (info.info ?? {}) as { readonly Title?: unknown };
    return {
      pageCount: info.total,
      title: typeof title === 'string' ? title : '',
      outline: info.outline ?? [],
      async textOf(page) {
        const { pages } = await parser.getText({ partial: [page], pageJoiner: '' });
        return pages[0]?.text ?? '';
      },
      typedInto: (page) => typedInto(doc, page),
      pageOf: (item) => pageOf(doc, item),
    };
  } catch (error) {
    if (isEngineError(error)) throw error;
    if (error instanceof PasswordException)
      throw refusal(
        'DOCUMENT_ENCRYPTED',
        name,
        'is protected by a password. Save it without one and post that file.',
        error,
      );
    throw refusal(
      'DOCUMENT_DAMAGED',
      name,
      'is damaged or incomplete: its pages cannot be found. Open it in a PDF viewer, print it to a new PDF, and post that file.',
      error,
    );
  }
}

/** pdf.js wants these at import, for drawing, which is never done here. Defining them spares a native canvas. */
function defineBrowserClasses(): void {
  class Unused {}
  const missing = ['DOMMatrix', 'ImageData', 'Path2D'].filter((name) => !(name in globalThis));
  Object.assign(globalThis, Object.fromEntries(missing.map((name) => [name, Unused])));
}

/** Character maps for Chinese, Japanese and Korean come as files with pdf.js; without them such text is lost. */
function readingOptions() {
  const pdfParse = fileURLToPath(import.meta.resolve('pdf-parse'));
  const folder = path.dirname(createRequire(pdfParse).resolve('pdfjs-dist/package.json'));
  return {
    cMapUrl: `${path.join(folder, 'cmaps')}/`,
    cMapPacked: true,
    standardFontDataUrl: `${path.join(folder, 'standard_fonts')}/`,
    disableFontFace: true,
    useSystemFonts: false,
    isEvalSupported: false,
    verbosity: 0,
  };
}

async function typedInto(document: PdfJsDocument, page: number): Promise<string[]> {
  const annotations = await (await document.getPage(page)).getAnnotations();
  return annotations.flatMap(({ subtype, fieldType, fieldName, fieldValue, alternativeText, contentsObj }) => {
    if (subtype === 'FreeText') return [contentsObj?.str ?? ''];
    if (fieldType !== 'Tx' && fieldType !== 'Ch') return [];
    const value = [fieldValue]
      .flat()
      .filter((part) => typeof part === 'string')
      .join(', ');
    return value.trim() === ''
      ? []
      : [`${alternativeText === undefined || alternativeText === '' ? (fieldName ?? '') : alternativeText}: ${value}`];
  });
}

async function pageOf(document: PdfJsDocument, { dest }: OutlineItem): Promise<number | undefined> {
  const target = typeof dest === 'string' ? await document.getDestination(dest) : dest;
  const page: unknown = target?.[0];
  if (typeof page === 'number') return page + 1;
  if (typeof page !== 'object' || page === null) return undefined;
  return (await document.getPageIndex(page)) + 1;
}
