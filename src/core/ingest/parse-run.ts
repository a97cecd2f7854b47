import type { ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import { DocentError } from '../errors.js';
import type { Clock } from '../ports/clock.js';
import type { Section } from '../ports/document-parser.js';
import type { ReadDocument, ReadOptions } from './document-reader.js';
import { parseError } from './parse-errors.js';
import type { ParseProcessLimits } from './parse-limits.js';
import { residentMb } from './parse-memory.js';
import { type ParseMessage, type ParseRequest, parseMessageSchema } from './parse-messages.js';

export interface ParseRun extends ReadOptions {
  readonly bytes: Uint8Array;
  readonly limits: ParseProcessLimits;
  readonly clock: Clock;
}

type End = { readonly document: ReadDocument } | { readonly error: Error };

const MEMORY_POLL_MS = 100;
/** JSON and UTF-8 may take this many bytes for a character of text; headings are repeated for every section. */
const BYTES_PER_CHARACTER = 8;

/**
 * Has a waiting child read one file, watches its time, memory and output, and ends it, however it goes.
 * @throws DocentError with a `DOCUMENT_*` code, `CANCELLED`, or the signal's own `DocentError`.
 */
export async function runParse(child: ChildProcess, run: ParseRun): Promise<ReadDocument> {
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const stopWatching: (() => void)[] = [];
  const end = await new Promise<End>((resolve) => {
    const fail = (error: Error): void => resolve({ error });
    stopWatching.push(
      watchAbort(run, fail),
      watchMemory(child, run, fail),
      after(run.clock, run.limits.maxDurationMs, () => fail(parseError('took-too-long', run.name))),
      watchOutput(child, run, resolve),
    );
    child.once('error', (error) => fail(parseError('broke-the-reader', run.name, error)));
    child.once('close', (code, signal) => fail(endOfChild(run.name, code, signal)));
    sendFile(child, run);
  });
  for (const stop of stopWatching) stop();
  child.kill('SIGKILL');
  if (child.pid !== undefined) await closed;
  if ('error' in end) throw end.error;
  return end.document;
}
