import type { Block, DocumentParser, ParsedDocument } from '../../../src/core/ports/document-parser.js';
import { defaultParseLimits } from '../../../src/core/ingest/parse-limits.js';

/** Has a parser read text or bytes in this process. */
export function parse(parser: DocumentParser, content: string | Uint8Array, name = 'file'): Promise<ParsedDocument> {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  return parser.parse(bytes, { name, limits: defaultParseLimits, progress() {} });
}

/** A document as lines that are easy to compare: `heading › heading | kind: text`. */
export function outlineOf({ sections }: ParsedDocument): string[] {
  return sections.flatMap(({ headingPath, blocks }) =>
    blocks.map(
      ({ kind, text }: Block) => `${headingPath.length === 0 ? '' : `${headingPath.join(' › ')} | `}${kind}: ${text}`,
    ),
  );
}

/** Files that no text parser, or no other parser, takes for its own. */
export const foreignFiles = {
  png: { name: 'picture.png', bytes: Buffer.from('89504e470d0a1a0a0000000d49484452000000010000000108060000', 'hex') },
  text: { name: 'notes.txt', bytes: Buffer.from('Just some notes, with a %PDF in them.') },
  zip: {
    name: 'archive.zip',
    bytes: Buffer.from('504b03040a00000000000000000000000000000000000000000004000000612e747874', 'hex'),
  },
  binary: { name: 'data.md', bytes: Buffer.from(Array.from({ length: 512 }, (_, index) => (index * 37) % 256)) },
};
