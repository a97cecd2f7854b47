import { once } from 'node:events';
import PDFDocument from 'pdfkit';

/** A paragraph, or a heading that also stands in the file's outline. */
export type PdfPart = string | { readonly heading: string; readonly level?: 1 | 2 };

export interface PdfContent {
  readonly title?: string;
  /** What stands on each page, from top to bottom. An empty list is a blank page. */
  readonly pages: readonly (readonly PdfPart[])[];
  /** A line at the top of every page; gets the page's number, from 1. */
  header?(page: number): string;
  /** A line at the foot of every page. */
  footer?(page: number): string;
  /** Without it nobody can open the file. */
  readonly userPassword?: string;
  /** Rectangles instead of text on every page, like a scan. */
  readonly isScan?: boolean;
}

const MARGIN = 72;
const FOOTER_TOP = 700;

/** A small real PDF. */
export async function makePdf(content: PdfContent): Promise<Buffer> {
  const document = new PDFDocument({
    autoFirstPage: false,
    margin: MARGIN,
    info: content.title === undefined ? {} : { Title: content.title },
    ...(content.userPassword !== undefined && { userPassword: content.userPassword, pdfVersion: '1.7' as const }),
  });
  const chunks: Buffer[] = [];
  document.on('data', (chunk: Buffer) => chunks.push(chunk));
  const ended = once(document, 'end');
  let outline = document.outline;
  for (const [index, parts] of content.pages.entries()) {
    document.addPage();
    if (content.isScan === true) document.rect(MARGIN, MARGIN, 300, 400).fill('grey');
    if (content.header !== undefined)
      document
        .fontSize(9)
        .text(content.header(index + 1))
        .moveDown();
    for (const part of parts) {
      if (typeof part === 'string') document.fontSize(11).text(part).moveDown();
      else {
        const parent = part.level === 2 ? outline : document.outline;
        const item = parent.addItem(part.heading);
        if (part.level !== 2) outline = item;
        document.fontSize(16).text(part.heading).moveDown();
      }
    }
    if (content.footer !== undefined) document.fontSize(9).text(content.footer(index + 1), MARGIN, FOOTER_TOP);
  }
  document.end();
  await ended;
  return Buffer.concat(chunks);
}
