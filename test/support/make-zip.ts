import { deflateRawSync } from 'node:zlib';

export interface ZipPart {
  readonly name: string;
  readonly data: Buffer | string;
  /** What the directory claims to come out; the truth by default. */
  readonly claimedSize?: number;
}

const FILE = 0x04034b50;
const DIRECTORY = 0x02014b50;
const END = 0x06054b50;
const DEFLATED = 8;

/** A zip archive, honest or not. Checksums are zero, which readers of Office files let pass. */
export function makeZip(parts: readonly ZipPart[]): Buffer {
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const part of parts) {
    const name = Buffer.from(part.name);
    const data = Buffer.from(part.data);
    const packed = deflateRawSync(data);
    const size = part.claimedSize ?? data.length;
    const common = words(
      [2, 20],
      [2, 0],
      [2, DEFLATED],
      [4, 0],
      [4, 0],
      [4, packed.length],
      [4, size],
      [2, name.length],
      [2, 0],
    );
    const file = Buffer.concat([words([4, FILE]), common, name, packed]);
    files.push(file);
    directory.push(
      Buffer.concat([words([4, DIRECTORY], [2, 20]), common, words([2, 0], [2, 0], [2, 0], [4, 0], [4, offset]), name]),
    );
    offset += file.length;
  }
  const listing = Buffer.concat(directory);
  const end = words(
    [4, END],
    [2, 0],
    [2, 0],
    [2, parts.length],
    [2, parts.length],
    [4, listing.length],
    [4, offset],
    [2, 0],
  );
  return Buffer.concat([...files, listing, end]);
}

/** The parts of a Word file around a document of one's own. */
export function wordParts(documentXml: string, more: readonly ZipPart[] = []): ZipPart[] {
  const types = 'http://schemas.openxmlformats.org/package/2006/content-types';
  const relations = 'http://schemas.openxmlformats.org/package/2006/relationships';
  const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument';
  return [
    {
      name: '[Content_Types].xml',
      data: `<Types xmlns="${types}"><Default Extension="xml" ContentType="application/xml"/></Types>`,
    },
    {
      name: '_rels/.rels',
      data: `<Relationships xmlns="${relations}"><Relationship Id="a" Type="${office}" Target="word/document.xml"/></Relationships>`,
    },
    { name: 'word/document.xml', data: documentXml },
    ...more,
  ];
}

/** A Word document's XML around the content of its body. */
export function wordXml(body: string): string {
  const main = 'http://schemas.openxmlformats.org/wordprocessingml/2006/main';
  return `<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="${main}"><w:body>${body}</w:body></w:document>`;
}

function words(...fields: readonly (readonly [bytes: 2 | 4, value: number])[]): Buffer {
  return Buffer.concat(
    fields.map(([bytes, value]) => {
      const field = Buffer.alloc(bytes);
      field.writeUIntLE(value, 0, bytes);
      return field;
    }),
  );
}
