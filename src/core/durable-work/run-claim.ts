import { DocentError, toDocentError } from '../errors.js';
import type { Clock } from '../ports/clock.js';
import type { ClaimedWork, WorkerOptions } from '../ports/coordinator.js';
import type { Logger } from '../ports/logger.js';
import { MAX_REPORTS, type WorkItem, toWorkFailure } from './work-item.js';
import type { WorkStore } from './work-store.js';

/** The longest that a report of progress waits to be written, in milliseconds. */
const PROGRESS_DELAY_MS = 1_000;
/** The wait before an outcome that could not be written is written again, in milliseconds. */
const WRITE_RETRY_MS = 1_000;

/** A piece of work that runs in this process. */
export interface WorkClaim<Item extends WorkItem> {
  /** The work with its newest progress. */
  item(): Item;
  /** Whether it was revoked: it may still run, but its outcome is not kept. */
  isRevoked(): boolean;
  /** Whether its handler has come to an end, and what comes of it is on its way to the store. */
  isEnding(): boolean;
  /** Aborts it, and whatever comes of it counts no more: somebody cancelled, erased or claimed it. */
  revoke(): void;
  /** Aborts it because this process should not go on with it: it may still end, and is given back otherwise. */
  interrupt(): void;
  /** Resolves when the handler has come to an end and its outcome is kept. Never rejects. */
  readonly settled: Promise<void>;
}

/** What one run of a piece of work needs. */
export interface RunClaimOptions<Item extends WorkItem> {
  readonly store: WorkStore<Item>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly worker: WorkerOptions;
  /** Called when it begins to be `isEnding`, its outcome sent and not yet acknowledged. */
  ending(): void;
}

/** Runs claimed work to its outcome. */
export function runClaim<Item extends WorkItem>(
  claimed: Item,
  { store, clock, logger, worker, ending }: RunClaimOptions<Item>,
): WorkClaim<Item> {
  const abort = new AbortController();
  const fields = { queue: claimed.queue, work: claimed.id, attempt: claimed.attempts };
  let item = claimed;
  let revoked = false;
  let interrupted = false;
  let isEnding = false;
  let cancelNote: (() => void) | undefined;

  const revoke = (): void => {
    revoked = true;
    abort.abort();
  };

  const work: ClaimedWork = {
    id: claimed.id,
    group: claimed.group,
    payload: claimed.payload,
    attempt: claimed.attempts,
    signal: abort.signal,
    progress(report) {
      item = { ...item, progress: report };
      cancelNote ??= clock.after(PROGRESS_DELAY_MS, () => void noteProgress());
    },
    async saveProgress(report) {
      item = { ...item, progress: report };
      if (!revoked && !(await store.saveProgress(item))) revoke();
    },
  };

  const noteProgress = async (): Promise<void> => {
    cancelNote = undefined;
    if (revoked) return;
    try {
      if (!(await store.noteProgress(item))) revoke();
    } catch (error) {
      logger.warn('work.progress-unsaved', fields, error);
    }
  };

  /** An outcome is never dropped: work that is done but not marked so would be done twice. */
  const keep = async (write: () => Promise<boolean>): Promise<void> => {
    cancelNote?.();
    cancelNote = undefined;
    for (let failures = 0; !revoked; failures += 1) {
      try {
        if (!(await write())) revoke();
        return;
      } catch (error) {
        if (failures === 0) logger.error('work.outcome-unsaved', fields, error);
        await new Promise<void>((resolve) => {
          clock.after(WRITE_RETRY_MS, resolve);
        });
      }
    }
  };

  /** Keeps what ends the claim. The next claim is sent right behind it, so that both wait for the disk together. */
  const conclude = (write: () => Promise<boolean>): Promise<void> =>
    keep(() => {
      const written = write();
      if (!isEnding) {
        isEnding = true;
        ending();
      }
      return written;
    });

  const retryLater = (tries: number): Promise<void> => {
    const delayMs = Math.ceil(worker.backoffMs(tries));
    return conclude(() => store.retry(item, delayMs));
  };

  const perform = async (): Promise<void> => {
    if (item.failure !== null) return reportFailure(new DocentError(item.failure.code, item.failure));
    try {
      const outcome = await worker.handle(work);
      await conclude(() => (outcome === 'done' ? store.end(item, 'done') : store.putBehind(item)));
    } catch (error) {
      await takeFailure(error);
    }
  };

  const takeFailure = async (error: unknown): Promise<void> => {
    if (revoked) return;
    if (interrupted) return conclude(() => store.giveBack(item));
    const isFinal = (error instanceof DocentError && !error.retryable) || item.attempts >= worker.maxAttempts;
    logger.warn(isFinal ? 'work.failed' : 'work.retried', { ...fields, code: toDocentError(error).code }, error);
    if (!isFinal) return retryLater(item.attempts);
    item = { ...item, failure: toWorkFailure(toDocentError(error)), reports: 1 };
    await keep(() => store.fail(item));
    return reportFailure(error);
  };

  const reportFailure = async (error: unknown): Promise<void> => {
    if (revoked) return;
    try {
      await worker.failed(work, error);
    } catch (reportError) {
      if (interrupted) return conclude(() => store.giveBack(item));
      logger.error('work.report-failed', { ...fields, report: item.reports }, reportError);
      if (item.reports < MAX_REPORTS) return retryLater(item.reports);
    }
    await conclude(() => store.end(item, 'failed'));
  };

  const run = async (): Promise<void> => {
    await perform();
    if (revoked) await store.release(item);
  };

  return {
    item: () => item,
    isRevoked: () => revoked,
    isEnding: () => isEnding,
    revoke,
    interrupt() {
      interrupted = true;
      abort.abort();
    },
    settled: run(),
  };
}
