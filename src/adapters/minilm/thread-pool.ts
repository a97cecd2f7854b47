import { DocentError } from '../../core/errors.js';
import type { Clock } from '../../core/ports/clock.js';
import type { Logger } from '../../core/ports/logger.js';
import type { ModelThread } from './model-thread.js';
import type { TextJob, TextQueue } from './text-queue.js';

/** How many threads there are and how one is started. */
export interface ThreadPoolOptions {
  readonly queue: TextQueue;
  startThread(): ModelThread;
  readonly maxThreads: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Threads that work a queue off. They are started when there is work, one after another. */
export interface ThreadPool {
  /** Starts a thread where the backlog asks for one and there may be one more. Call it after each `add`. */
  grow(): void;
  /** Why no text can be embedded at present; undefined while that is not known. */
  failure(): DocentError | undefined;
  threadCount(): number;
  /** Ends every thread; what they work on and what waits fails. */
  stop(): Promise<void>;
}

const LOAD_TIMEOUT_MS = 60_000;
/** A text of 256 tokens takes under half a second on a slow core. */
const EMBED_TIMEOUT_MS = 30_000;
/** A thread that had nothing to do this long is ended, unless it is the last. */
const IDLE_MS = 60_000;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;

/** A pool that starts its threads with the first text and replaces one that died. */
export function createThreadPool({ queue, startThread, maxThreads, clock, logger }: ThreadPoolOptions): ThreadPool {
  const threads = new Set<ModelThread>();
  const ends = new Set<Promise<void>>();
  let isLoading = false;
  let isStopped = false;
  let failures = 0;
  let pausedUntil = 0;
  let lastFailure: DocentError | undefined;

  function grow(): void {
    const hasPlace = threads.size < maxThreads && !isLoading && !isStopped && clock.now() >= pausedUntil;
    if (!hasPlace || !queue.hasBacklog()) return;
    const end = run(startThread());
    ends.add(end);
    void end.then(() => ends.delete(end));
  }

  async function run(thread: ModelThread): Promise<void> {
    threads.add(thread);
    // One at a time: loading takes twice the memory for a moment.
    isLoading = true;
    let job: TextJob | undefined;
    try {
      await withDeadline(clock, LOAD_TIMEOUT_MS, thread.loaded);
      isLoading = false;
      for (; !isStopped; job = undefined) {
        const next = queue.take(IDLE_MS);
        grow();
        job = await next;
        if (job === undefined && threads.size > 1) break;
        if (job === undefined) continue;
        job.done(await withDeadline(clock, EMBED_TIMEOUT_MS, thread.embed(job.text)));
        failures = 0;
        lastFailure = undefined;
      }
      threads.delete(thread);
    } catch (error) {
      isLoading = false;
      threads.delete(thread);
      onFailure(error, job);
    }
    await thread.stop();
  }

  function onFailure(cause: unknown, job: TextJob | undefined): void {
    const failure = new DocentError('EMBEDDER_UNAVAILABLE', {
      userMessage: 'The embedder failed, so texts cannot be compared by meaning for a moment. Try again in a minute.',
      retryable: true,
      cause,
    });
    job?.fail(failure);
    if (isStopped) return;
    failures += 1;
    lastFailure = failure;
    const pauseMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (failures - 1));
    pausedUntil = clock.now() + pauseMs;
    logger.error('an embedding thread failed', { failures, pauseMs }, cause);
    if (threads.size === 0) for (const waiting of queue.clear()) waiting.fail(failure);
    clock.after(pauseMs, grow);
  }

  return {
    grow,
    failure: () => (isStopped || (threads.size === 0 && clock.now() < pausedUntil) ? lastFailure : undefined),
    threadCount: () => threads.size,
    async stop() {
      isStopped = true;
      lastFailure = new DocentError('EMBEDDER_UNAVAILABLE', {
        userMessage: 'Docent is stopping. Try again when it is back.',
        retryable: true,
      });
      queue.wake();
      for (const waiting of queue.clear()) waiting.fail(lastFailure);
      for (const thread of threads) void thread.stop();
      await Promise.all(ends);
    },
  };
}

async function withDeadline<Value>(clock: Clock, timeoutMs: number, work: Promise<Value>): Promise<Value> {
  let cancel = () => {};
  const deadline = new Promise<never>((_resolve, reject) => {
    cancel = clock.after(timeoutMs, () =>
      reject(new Error(`the embedding thread did not answer within ${timeoutMs} ms`)),
    );
  });
  try {
    return await Promise.race([work, deadline]);
  } finally {
    cancel();
  }
}
