/** A PDF object: a dictionary such as `<< /Type /Page >>`, and the bytes of its stream if it has one. */
export interface RawPdfObject {
  readonly dictionary: string;
  readonly stream?: Buffer | string;
}

/** A PDF of these objects, numbered from 1; the first one is the catalogue. For files no honest program writes. */
export function makeRawPdf(objects: readonly RawPdfObject[]): Buffer {
  const parts: Buffer[] = [Buffer.from('%PDF-1.7\n')];
  const offsets: number[] = [];
  let length = parts[0]?.length ?? 0;
  const add = (part: Buffer): void => {
    parts.push(part);
    length += part.length;
  };
  for (const [index, { dictionary, stream }] of objects.entries()) {
    offsets.push(length);
    const bytes = stream === undefined ? undefined : Buffer.from(stream);
    const head = bytes === undefined ? dictionary : dictionary.replace(/>>\s*$/, `/Length ${bytes.length} >>`);
    add(Buffer.from(`${index + 1} 0 obj\n${head}\n`));
    if (bytes !== undefined) add(Buffer.concat([Buffer.from('stream\n'), bytes, Buffer.from('\nendstream\n')]));
    add(Buffer.from('endobj\n'));
  }
  const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const trailer = `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${length}\n%%EOF\n`;
  add(Buffer.from(`xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}${trailer}`));
  return Buffer.concat(parts);
}

/** Catalogue, page tree and one page; the page's content is object 4, its font object 5. */
export function onePage(content: RawPdfObject, font: RawPdfObject, more: readonly RawPdfObject[] = []): RawPdfObject[] {
  return [
    { dictionary: '<< /Type /Catalog /Pages 2 0 R >>' },
    { dictionary: '<< /Type /Pages /Kids [3 0 R] /Count 1 >>' },
    {
      dictionary:
        '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    },
    content,
    font,
    ...more,
  ];
}

export const plainFont: RawPdfObject = { dictionary: '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>' };
