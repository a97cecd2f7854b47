import type { Clock } from '../../core/ports/clock.js';
import type { EmbedOptions } from '../../core/ports/embedder.js';

/** A text that waits for its vector. */
export interface TextJob {
  readonly kind: EmbedOptions['kind'];
  readonly text: string;
  done(vector: Float32Array): void;
  fail(error: Error): void;
}

/** Texts that wait for a thread, queries before documents, each kind in order. */
export interface TextQueue {
  /** Hands the job to a thread that waits, or keeps it; says false when too many of its kind are kept already. */
  add(job: TextJob): boolean;
  /** Harmless when the job is not kept (any more). */
  remove(job: TextJob): void;
  /** The next job, or undefined after `idleMs` without one, or when `wake` is called. */
  take(idleMs: number): Promise<TextJob | undefined>;
  /** Ends every waiting `take`. */
  wake(): void;
  /** Removes and returns what is kept. */
  clear(): TextJob[];
  /** Whether jobs are kept because no thread waits for one. */
  hasBacklog(): boolean;
}

/** @param maxWaiting the most jobs of one kind that are kept. */
export function createTextQueue(clock: Clock, maxWaiting: number): TextQueue {
  const kept = { query: new Set<TextJob>(), document: new Set<TextJob>() };
  // The last to wait is served first, so that threads which are not needed can be seen idling.
  const takers: ((job: TextJob | undefined) => void)[] = [];

  const next = (): TextJob | undefined => {
    for (const jobs of [kept.query, kept.document]) {
      for (const job of jobs) {
        jobs.delete(job);
        return job;
      }
    }
    return undefined;
  };

  return {
    add(job) {
      const taker = takers.pop();
      if (taker !== undefined) {
        taker(job);
        return true;
      }
      if (kept[job.kind].size >= maxWaiting) return false;
      kept[job.kind].add(job);
      return true;
    },
    remove(job) {
      kept[job.kind].delete(job);
    },
    async take(idleMs) {
      return (
        next() ??
        new Promise((resolve) => {
          const taker = (job: TextJob | undefined) => {
            cancel();
            resolve(job);
          };
          const cancel = clock.after(idleMs, () => {
            takers.splice(takers.indexOf(taker), 1);
            resolve(undefined);
          });
          takers.push(taker);
        })
      );
    },
    wake() {
      for (const taker of takers.splice(0)) taker(undefined);
    },
    clear() {
      const jobs = [...kept.query, ...kept.document];
      kept.query.clear();
      kept.document.clear();
      return jobs;
    },
    hasBacklog: () => kept.query.size + kept.document.size > 0,
  };
}
