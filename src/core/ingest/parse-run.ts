import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { DocentError } from '../errors.js';
import type { Clock } from '../ports/clock.js';
import type { Section } from '../ports/document-parser.js';
import type { ReadDocument, ReadOptions } from './document-reader.js';
import { parseError } from './parse-errors.js';
import type { ParseProcessLimits } from './parse-limits.js';
import { residentMb } from './parse-memory.js';
import type { FailureMessage, ParseMessage, ParseRequest } from './parse-messages.js';
import { readMessages } from './parse-output.js';

/** One file and the child that reads it. */
export interface ParseRun extends ReadOptions {
  readonly bytes: Uint8Array;
  readonly limits: ParseProcessLimits;
  readonly clock: Clock;
}

/** How a run ends; the first end counts. */
interface Outcome {
  succeed(document: ReadDocument): void;
  fail(error: Error): void;
}

type StopWatching = () => void;

const MEMORY_POLL_MS = 100;
/** UTF-8 and JSON may take this many bytes for a character of text, the headings of every section included. */
const BYTES_PER_CHARACTER = 8;
/** How a process ends that gets no memory: stopped by V8 or the kernel, or on what a failed allocation left behind. */
const MEMORY_SIGNALS: readonly (NodeJS.Signals | null)[] = [
  'SIGABRT',
  'SIGTRAP',
  'SIGILL',
  'SIGSEGV',
  'SIGBUS',
  'SIGKILL',
];

/**
 * Has a waiting child read one file, watches its time, memory and output, and ends it, however it goes.
 * @throws DocentError with a `DOCUMENT_*` code, `CANCELLED`, or the signal's own `DocentError`.
 */
export async function runParse(child: ChildProcess, run: ParseRun): Promise<ReadDocument> {
  const closed = once(child, 'close');
  let watches: StopWatching[] = [];
  try {
    return await new Promise<ReadDocument>((resolve, reject) => {
      const outcome: Outcome = { succeed: resolve, fail: reject };
      const time = watchTime(run, outcome);
      watches = [time.stop, watchSignal(run, outcome), watchMemory(child, run, outcome)];
      watchChild(child, run, outcome, time.restartStall);
      sendFile(child, run);
    });
  } finally {
    for (const stop of watches) stop();
    child.kill('SIGKILL');
    await closed.catch(() => undefined); // one that could not be started has an error and no end
  }
}

function sendFile(child: ChildProcess, { bytes, name, limits }: ParseRun): void {
  const { maxPages, maxCharacters, maxInflatedBytes, maxXmlBytes } = limits;
  const request: ParseRequest = { name, limits: { maxPages, maxCharacters, maxInflatedBytes, maxXmlBytes } };
  child.stdin?.on('error', () => undefined); // a child that ends early is told by its end
  child.stdin?.write(`${JSON.stringify(request)}\n`);
  child.stdin?.end(bytes);
}

function watchTime(run: ParseRun, { fail }: Outcome): { readonly stop: StopWatching; restartStall(): void } {
  const expire = (): void => fail(parseError('took-too-long', run.name));
  const startStall = (): StopWatching => run.clock.after(run.limits.maxStallMs, expire);
  const stopTotal = run.clock.after(run.limits.maxDurationMs, expire);
  let stopStall = startStall();
  return {
    restartStall() {
      stopStall();
      stopStall = startStall();
    },
    stop() {
      stopTotal();
      stopStall();
    },
  };
}

function watchSignal({ signal, name }: ParseRun, { fail }: Outcome): StopWatching {
  const abort = (): void => fail(cancellation(signal, name));
  signal.addEventListener('abort', abort, { once: true });
  return () => signal.removeEventListener('abort', abort);
}

/** The reason of an abort where it is a `DocentError`, otherwise `CANCELLED`. */
export function cancellation(signal: AbortSignal, name: string): DocentError {
  const reason: unknown = signal.reason;
  return reason instanceof DocentError ? reason : parseError('stopped', name, reason);
}

function watchMemory(child: ChildProcess, { clock, limits, name }: ParseRun, { fail }: Outcome): StopWatching {
  let stopTimer: StopWatching = () => undefined;
  let isStopped = false;
  const poll = async (): Promise<void> => {
    const megabytes = await residentMb(child.pid ?? 0);
    if (isStopped || megabytes === undefined) return;
    if (megabytes > limits.maxResidentMb) fail(parseError('took-too-much-memory', name));
    else stopTimer = clock.after(MEMORY_POLL_MS, () => void poll());
  };
  void poll();
  return () => {
    isStopped = true;
    stopTimer();
  };
}

/** Takes the child's messages, and its end for what it means: before any message it had not even started. */
function watchChild(child: ChildProcess, run: ParseRun, outcome: Outcome, progressed: () => void): void {
  const { name, limits } = run;
  const sections: Section[] = [];
  let isStarted = false;
  const take = (message: ParseMessage): void => {
    isStarted = true;
    if (message.type === 'progress') {
      progressed();
      run.onProgress(message.progress);
    } else if (message.type === 'section') sections.push(message.section);
    else if (message.type === 'document') outcome.succeed({ ...message.document, sections, format: message.format });
    else if (message.type === 'failure') outcome.fail(refusalOf(message.failure));
  };
  readMessages(child.stdio[3] as Readable, limits.maxCharacters * BYTES_PER_CHARACTER, {
    take,
    overflow: () => outcome.fail(parseError('too-much-text', name)),
    garble: (cause) => outcome.fail(parseError('broke-the-reader', name, cause)),
  });
  child.once('error', (cause) => outcome.fail(parseError('reader-not-started', name, cause)));
  child.once('close', (_code, signal) =>
    outcome.fail(parseError(isStarted ? meaningOf(signal) : 'reader-not-started', name)),
  );
}

function refusalOf({ code, userMessage, origin }: FailureMessage): DocentError {
  return new DocentError(code, { userMessage, cause: origin === undefined ? undefined : new Error(origin) });
}

function meaningOf(signal: NodeJS.Signals | null): 'took-too-long' | 'took-too-much-memory' | 'broke-the-reader' {
  if (signal === 'SIGXCPU') return 'took-too-long';
  return MEMORY_SIGNALS.includes(signal) ? 'took-too-much-memory' : 'broke-the-reader';
}
