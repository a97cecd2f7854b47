import { createHash } from 'node:crypto';
import type { z } from 'zod';
import {
  type ChunkLine,
  type DocumentLine,
  EXPORT_VERSION,
  type ExportHeader,
  type ExportLine,
  exportHeaderSchema,
  exportLineSchema,
  exportMarkSchema,
} from './export-format.js';
import { exportDamaged, exportUnsupported, unpackLines } from './gzip-lines.js';

/** An export, read line by line. */
export interface ExportReader {
  readonly header: ExportHeader;
  /** The next line that is no part of a document; undefined after the last one of a whole file. */
  next(): Promise<Exclude<ExportLine, { type: 'chunk' | 'documentEnd' | 'end' }> | undefined>;
  /**
   * The passages of the document whose line was read last. They may be used once this has come to its end: then all of
   * them were there, in order, as they were written.
   */
  chunks(): AsyncGenerator<ChunkLine>;
  close(): Promise<void>;
}

interface Line {
  readonly bytes: Buffer;
  readonly value: ExportLine;
}

/**
 * Opens an export.
 * @throws DocentError `EXPORT_UNSUPPORTED` for another kind of file and for one of a newer Docent; `EXPORT_DAMAGED`, also
 * from the reader's calls.
 */
export async function openExport(bytes: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<ExportReader> {
  const lines = unpackLines(bytes, signal);
  const first = await lines.next();
  if (first.done === true) throw exportUnsupported('The file is empty. Name one that "docent export" made.');
  const header = headerOf(first.value);
  let document: { readonly line: DocumentLine; readonly bytes: Buffer } | undefined;
  let documentsRead = 0;

  async function nextLine(): Promise<Line> {
    const line = await lines.next();
    if (line.done === true) throw exportDamaged('its end is missing');
    return { bytes: line.value, value: readLine(exportLineSchema, line.value) };
  }

  async function finish(documentCount: number): Promise<undefined> {
    if (documentCount !== documentsRead) throw exportDamaged('a document is missing');
    if ((await lines.next()).done !== true) throw exportDamaged('something follows its end');
  }

  return {
    header,
    async next() {
      const { bytes: lineBytes, value } = await nextLine();
      if (value.type === 'end') return finish(value.documentCount);
      if (value.type === 'chunk' || value.type === 'documentEnd') throw exportDamaged('a passage is out of place');
      if (value.type === 'document') document = { line: value, bytes: lineBytes };
      return value;
    },
    async *chunks() {
      if (document === undefined) return;
      const { line } = document;
      const hash = createHash('sha256').update(document.bytes).update('\n');
      document = undefined;
      for (let index = 0; index < line.chunkCount; index++) {
        const { bytes: lineBytes, value } = await nextLine();
        if (value.type !== 'chunk' || value.index !== index)
          throw exportDamaged(`passage ${index + 1} of "${line.name}" is missing`);
        hash.update(lineBytes).update('\n');
        yield value;
      }
      const { value } = await nextLine();
      if (value.type !== 'documentEnd' || value.sha256 !== hash.digest('hex'))
        throw exportDamaged(`"${line.name}" is not as it was written`);
      documentsRead++;
    },
    close: async () => void (await lines.return(undefined)),
  };
}

function headerOf(bytes: Buffer): ExportHeader {
  const mark = exportMarkSchema.safeParse(parseJson(bytes));
  if (!mark.success)
    throw exportUnsupported('This is not a file that "docent export" made. Name one that ends in .docent.ndjson.gz.');
  if (mark.data.version > EXPORT_VERSION)
    throw exportUnsupported(
      `The file was made by a newer Docent (its format is ${mark.data.version}, this one reads ${EXPORT_VERSION}). Upgrade this Docent, then import it.`,
    );
  return readLine(exportHeaderSchema, bytes);
}

function readLine<Shape extends z.ZodType>(schema: Shape, bytes: Buffer): z.infer<Shape> {
  const result = schema.safeParse(parseJson(bytes));
  if (result.success) return result.data;
  throw exportDamaged('a line is not as it is written', result.error);
}

/** undefined for what is no JSON: no schema takes it. */
function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}
