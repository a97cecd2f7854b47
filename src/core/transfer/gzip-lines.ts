import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { DocentError } from '../errors.js';
import { MAX_LINE_BYTES } from './export-format.js';

const NEWLINE = 0x0a;

/** Packs text, some lines at a time, into the bytes of a gzip file; no more is read than is taken. */
export async function* packLines(lines: AsyncIterable<string>, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const gzip = createGzip();
  const piped = pipeline(Readable.from(lines, { objectMode: true, highWaterMark: 1 }), gzip, { signal });
  // What goes wrong ends `gzip` with the same error.
  piped.catch(() => undefined);
  for await (const bytes of gzip as AsyncIterable<Buffer>) yield bytes;
}

/**
 * The lines of a gzip file without their line ends, as bytes; no more is read than is taken, and what the file unpacks to
 * is never held beyond one line.
 * @throws DocentError `EXPORT_UNSUPPORTED` for a file that is none; `EXPORT_DAMAGED` for one that is broken or cut off, or
 * has a line over 32 MiB; what `bytes` throws; the signal's reason when aborted.
 */
export async function* unpackLines(bytes: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncGenerator<Buffer> {
  const gunzip = createGunzip();
  const piped = pipeline(bytes, gunzip, { signal });
  piped.catch(() => undefined);
  let parts: Buffer[] = [];
  let partBytes = 0;
  try {
    for await (const chunk of gunzip as AsyncIterable<Buffer>) {
      let start = 0;
      for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
        yield Buffer.concat([...parts, chunk.subarray(start, end)]);
        parts = [];
        partBytes = 0;
        start = end + 1;
      }
      parts.push(chunk.subarray(start));
      partBytes += chunk.length - start;
      if (partBytes > MAX_LINE_BYTES) throw exportDamaged(`a line is longer than ${MAX_LINE_BYTES / 2 ** 20} MiB`);
    }
  } catch (error) {
    signal.throwIfAborted();
    throw translated(error);
  }
  if (partBytes > 0) throw exportDamaged('it ends in the middle of a line');
}

/** An export that is not as it was written. `what` goes on with "The file is damaged:". */
export function exportDamaged(what: string, cause?: unknown): DocentError {
  return new DocentError('EXPORT_DAMAGED', {
    userMessage: `The file is damaged: ${what}. What was imported before it stays; with a whole copy of the file the import goes on from there.`,
    cause,
  });
}

/** A file that is no export, or of a newer Docent. */
export function exportUnsupported(userMessage: string, cause?: unknown): DocentError {
  return new DocentError('EXPORT_UNSUPPORTED', { userMessage, cause });
}

/** zlib names what it found in `code`: Z_BUF_ERROR is an end that came too soon. */
function translated(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { code = '', message }: NodeJS.ErrnoException = error;
  if (code === 'Z_BUF_ERROR') return exportDamaged('it ends too soon', error);
  if (message === 'incorrect header check')
    return exportUnsupported(
      'This is not a file that "docent export" made. Name one that ends in .docent.ndjson.gz.',
      error,
    );
  return code.startsWith('Z_') ? exportDamaged('it cannot be unpacked', error) : error;
}
