import type { JsonValue } from '../json.js';
import type { Health } from './health.js';

/** Work that must survive a kill: a chat event, a document to ingest, vectors to make, a report to post. */
export interface NewWork {
  readonly queue: string;
  /** Unique in its queue. The same id again is a duplicate, also for 24 hours after the work is done or has failed. */
  readonly id: string;
  /** Who the work is for: groups take turns, so that one cannot starve another. */
  readonly group: string;
  /** Work of one key runs one after another, in the order it came; without a key, in any order. */
  readonly orderKey?: string;
  readonly payload: JsonValue;
}

/** Where a piece of work stands; the last three are final. */
export type WorkState = 'waiting' | 'active' | 'done' | 'failed' | 'cancelled';

/** What can be seen of a piece of work. */
export interface WorkStatus {
  readonly id: string;
  readonly queue: string;
  readonly group: string;
  readonly state: WorkState;
  /** How many start before it, when waiting; 0 otherwise. An estimate under fair turns. */
  readonly position: number;
  readonly attempts: number;
  /** What the handler last reported. */
  readonly progress: JsonValue;
  /** null once the work is over. */
  readonly payload: JsonValue;
}

/** A piece of work in the hands of a worker. */
export interface ClaimedWork {
  readonly id: string;
  readonly group: string;
  readonly payload: JsonValue;
  /** 1 for the first try. */
  readonly attempt: number;
  /** Aborted when the work is cancelled, its lease is lost, or the worker stops without waiting. */
  readonly signal: AbortSignal;
  /** Keeps the newest report for `status`; cheap enough to call often. */
  progress(report: JsonValue): void;
  /**
   * Keeps a report that the next try needs: durable when it resolves. Nothing is kept of work that was cancelled.
   * @throws DocentError when it cannot be written; it stays with the work then, and is kept with its next outcome.
   */
  saveProgress(report: JsonValue): Promise<void>;
}

/** `done` ends the work; `again` puts it behind its group's other work, keeping its id and counting no attempt. */
export type WorkOutcome = 'done' | 'again';

/** How a worker does the work of a queue. */
export interface WorkerOptions {
  /** How many run at once in this process. */
  readonly concurrency: number;
  /** How many of one group run at once. */
  readonly concurrencyPerGroup: number;
  /** The claim's life without a sign of life; extended while the handler runs. A killed worker's work is claimed again after it. */
  readonly leaseMs: number;
  /** Tries before the work counts as failed; a try that killed the process counts. */
  readonly maxAttempts: number;
  /** The wait before try n + 1, in milliseconds; a part of one counts as a whole one. */
  backoffMs(attempt: number): number;
  /** Does the work. A thrown `DocentError` that is not retryable fails it at once; anything else is tried again. */
  handle(work: ClaimedWork): Promise<WorkOutcome>;
  /**
   * Called when the work failed for good, also after `maxAttempts` deaths: the place to tell the person who waits. Called
   * again, up to five times in all, when it throws or the process dies in it.
   */
  failed(work: ClaimedWork, error: unknown): Promise<void>;
}

/** Takes the work of one queue until it is stopped. */
export interface Worker {
  /** Takes no new work, waits up to `drainMs` for what runs, then aborts it; what was not done is claimed again by the next worker. */
  stop(drainMs: number): Promise<void>;
}

/** Held by one holder at a time. */
export interface Lease {
  /** Grows with every new holder of this name: a store can refuse a holder that was overtaken. */
  readonly fence: number;
  /** Aborted when the lease could not be extended and may be somebody else's. */
  readonly signal: AbortSignal;
  release(): Promise<void>;
}

/** Something other processes (and open pages) should know. */
export interface Change {
  /** What changed, such as `document`. */
  readonly kind: string;
  /** Whose, such as a creator id. */
  readonly group: string;
  readonly data: JsonValue;
}

/** Durable work, leases and a change stream. */
export interface Coordinator {
  /** Durable when it resolves. @throws DocentError `QUEUE_FULL` past the queue's bound (10,000 waiting). */
  enqueue(work: NewWork): Promise<'accepted' | 'duplicate'>;
  /** Starts taking work of a queue, oldest first within a group, groups in turn. */
  work(queue: string, options: WorkerOptions): Worker;
  status(queue: string, id: string): Promise<WorkStatus | undefined>;
  /** Work that is not done yet, oldest first; `limit` is 1 to 1,000. */
  list(query: { readonly queue: string; readonly group?: string; readonly limit: number }): Promise<WorkStatus[]>;
  /** Cancels waiting work, or aborts active work; its id may then be used again. Says whether there was any. */
  cancel(queue: string, id: string): Promise<boolean>;
  /** Takes a named lease, extended until released, or undefined when somebody has it. */
  lease(name: string, options: { readonly leaseMs: number }): Promise<Lease | undefined>;
  publish(change: Change): Promise<void>;
  /**
   * Changes from now on, until the signal aborts; a follower more than 1,000 behind misses the oldest.
   * @throws DocentError `ENGINE_UNAVAILABLE` when others may have been missed, such as after a fail-over: follow anew.
   */
  follow(signal: AbortSignal): AsyncIterable<Change>;
  /** Cancels and removes all work of a group, and returns how many pieces went. */
  eraseGroup(group: string): Promise<number>;
  health(signal: AbortSignal): Promise<Health>;
}
