import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { toDocentError } from '../errors.js';
import type { Clock } from '../ports/clock.js';
import type { ParserContribution } from '../ports/document-parser.js';
import type { Logger } from '../ports/logger.js';
import type { DocumentReader, ReadDocument, ReadOptions } from './document-reader.js';
import { parseError } from './parse-errors.js';
import type { ParseProcessLimits } from './parse-limits.js';
import { cancellation, runParse } from './parse-run.js';
import { createSlots } from '../slots.js';
import { spawnParseChild } from './parse-spawn.js';

/** What children read with, and their limits. */
export interface ParseProcessOptions {
  readonly parsers: readonly ParserContribution[];
  readonly limits: ParseProcessLimits;
  /** Absolute folders that hold the program, its libraries and the parsers' modules; a child can read nothing else. */
  readonly readableFolders: readonly string[];
  readonly logger: Logger;
  readonly clock: Clock;
}

/** Reads files in child processes: what a file does to its parser reaches no further than that one file. */
export interface ParseProcess extends DocumentReader {
  /**
   * Reads one file, in a child used for it alone; waits for its turn behind others.
   * @throws DocentError `DOCUMENT_*` for the file, `QUEUE_FULL`, `CANCELLED`, or the signal's own `DocentError`.
   */
  parse(bytes: Uint8Array, options: ReadOptions): Promise<ReadDocument>;
  /** Starts a child ahead of the first file. Without it the first file starts its own. */
  warm(): void;
  /** Ends every child; whatever is being read ends as `CANCELLED`. */
  stop(): Promise<void>;
}

/** An idle child that nobody wants for so long gives its memory back. */
const SPARE_LIFE_MS = 5 * 60_000;

/**
 * Costs nothing until the first `parse` or `warm`; then one idle child is kept ready for five minutes: about 60 MB, or 110
 * with the libraries of the kind of file that was read last, because files of a kind come together.
 */
export function createParseProcess({
  parsers,
  limits,
  readableFolders,
  logger,
  clock,
}: ParseProcessOptions): ParseProcess {
  const slots = createSlots(limits.maxParallel, limits.maxWaiting);
  const stopping = new AbortController();
  const running = new Set<Promise<unknown>>();
  const list = parsers.map(({ name, label, module }) => ({ name, label, module: module.href }));
  let spare: ChildProcess | undefined;
  let cancelEnd = (): void => {};

  const forget = (child: ChildProcess): void => {
    if (spare === child) spare = undefined;
  };
  const startChild = (expected?: string): ChildProcess => {
    const child = spawnParseChild({
      parsers: list,
      limits,
      readableFolders,
      ...(expected === undefined ? {} : { expected }),
    });
    return child.once('error', () => forget(child)).once('exit', () => forget(child));
  };
  const warm = (expected?: string): void => {
    if (stopping.signal.aborted || spare !== undefined) return;
    const child = startChild(expected);
    spare = child;
    cancelEnd = clock.after(SPARE_LIFE_MS, () => {
      forget(child);
      child.kill('SIGKILL');
    });
  };
  const takeChild = (): ChildProcess => {
    const child = spare ?? startChild();
    spare = undefined;
    cancelEnd();
    return child;
  };
  const parserFor = (fileName: string): string | undefined =>
    parsers.find(({ extensions }) => extensions.some((extension) => fileName.toLowerCase().endsWith(extension)))?.name;

  const parse = async (bytes: Uint8Array, options: ReadOptions): Promise<ReadDocument> => {
    const signal = AbortSignal.any([options.signal, stopping.signal]);
    if (signal.aborted) throw cancellation(signal, options.name);
    if (bytes.length === 0) throw parseError('nothing-inside', options.name);
    const turn = slots.take(signal);
    if (turn === undefined) throw parseError('too-many-waiting', options.name);
    const release = await turn.catch(() => {
      throw cancellation(signal, options.name);
    });
    try {
      const run = runParse(takeChild(), { ...options, signal, bytes, limits, clock });
      // Ready by the time this file is done: the next one need not wait for its child to start.
      warm(parserFor(options.name));
      return await run;
    } finally {
      release();
    }
  };

  return {
    warm: () => warm(),
    parse(bytes, options) {
      const startedMs = clock.now();
      const run = parse(bytes, options);
      running.add(run);
      return run
        .catch((error: unknown) => {
          const { code, cause } = toDocentError(error);
          logger.info('document.refused', {
            code,
            sizeBytes: bytes.length,
            durationMs: clock.now() - startedMs,
            ...(cause instanceof Error && { origin: cause.message }),
          });
          throw error;
        })
        .finally(() => running.delete(run));
    },
    async stop() {
      stopping.abort();
      cancelEnd();
      const idle = spare;
      const idleEnded = idle?.pid === undefined ? undefined : once(idle, 'exit');
      idle?.kill('SIGKILL');
      await Promise.allSettled([...running, idleEnded]);
    },
  };
}
