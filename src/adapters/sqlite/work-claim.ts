import { DocentError, toDocentError } from '../../core/errors.js';
import type { JsonValue } from '../../core/json.js';
import type { Clock } from '../../core/ports/clock.js';
import type { ClaimedWork, WorkerOptions } from '../../core/ports/coordinator.js';
import type { Logger } from '../../core/ports/logger.js';
import { MAX_REPORTS, type WorkRow, toWorkFailure } from './work-row.js';
import type { WorkTable } from './work-table.js';

/** The longest that a report of progress waits to be written, in milliseconds. */
const PROGRESS_DELAY_MS = 1_000;
/** The wait before an outcome that could not be written is written again, in milliseconds. */
const WRITE_RETRY_MS = 1_000;

/** A piece of work that runs in this process. */
export interface WorkClaim {
  readonly id: string;
  readonly group: string;
  readonly orderKey: string | null;
  /** The newest report. */
  progress(): JsonValue;
  /** Whether it was revoked: it may still run, but its outcome is not kept. */
  isRevoked(): boolean;
  /** Aborts it, and whatever comes of it counts no more: somebody cancelled or erased it. */
  revoke(): void;
  /** Aborts it because the worker stops: it may still end, and is given back otherwise. */
  interrupt(): void;
  /** Resolves when the handler has come to an end and its outcome is kept. */
  readonly settled: Promise<void>;
}

/** What one run of a piece of work needs. */
export interface WorkClaimOptions {
  readonly table: WorkTable;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly worker: WorkerOptions;
}

/** Runs claimed work to its outcome. */
export function runClaim(claimed: WorkRow, { table, clock, logger, worker }: WorkClaimOptions): WorkClaim {
  const abort = new AbortController();
  const fields = { queue: claimed.queue, work: claimed.id, attempt: claimed.attempts };
  let row = claimed;
  let revoked = false;
  let interrupted = false;
  let cancelSave: (() => void) | undefined;

  const work: ClaimedWork = {
    id: claimed.id,
    group: claimed.group,
    payload: claimed.payload,
    attempt: claimed.attempts,
    signal: abort.signal,
    progress(report) {
      row = { ...row, progress: report };
      cancelSave ??= clock.after(PROGRESS_DELAY_MS, noteProgress);
    },
    async saveProgress(report) {
      row = { ...row, progress: report };
      if (!revoked) table.saveProgress(row);
    },
  };

  const noteProgress = (): void => {
    cancelSave = undefined;
    if (revoked) return;
    try {
      table.noteProgress(row);
    } catch (error) {
      logger.warn('work.progress-unsaved', fields, error);
    }
  };

  /** An outcome is never dropped: work that is done but not marked so would be done twice. */
  const keep = async (write: () => void): Promise<void> => {
    while (!revoked) {
      try {
        write();
        return;
      } catch (error) {
        logger.error('work.outcome-unsaved', fields, error);
        await new Promise<void>((resolve) => {
          clock.after(WRITE_RETRY_MS, resolve);
        });
      }
    }
  };

  const retryLater = (tries: number): Promise<void> =>
    keep(() => table.retry(row, clock.now() + worker.backoffMs(tries)));

  const perform = async (): Promise<void> => {
    if (row.failure !== null) return reportFailure(new DocentError(row.failure.code, row.failure));
    try {
      const outcome = await worker.handle(work);
      await keep(() => (outcome === 'done' ? table.end(row, 'done', clock.now()) : table.putBehind(row)));
    } catch (error) {
      await takeFailure(error);
    }
  };

  const takeFailure = async (error: unknown): Promise<void> => {
    if (revoked) return;
    if (interrupted) return keep(() => table.giveBack(row));
    const isFinal = (error instanceof DocentError && !error.retryable) || row.attempts >= worker.maxAttempts;
    logger.warn(isFinal ? 'work.failed' : 'work.retried', { ...fields, code: toDocentError(error).code }, error);
    if (!isFinal) return retryLater(row.attempts);
    const failure = toWorkFailure(toDocentError(error));
    await keep(() => table.fail(row, failure));
    row = { ...row, failure, reports: 1 };
    return reportFailure(error);
  };

  const reportFailure = async (error: unknown): Promise<void> => {
    if (revoked) return;
    try {
      await worker.failed(work, error);
    } catch (reportError) {
      if (interrupted) return keep(() => table.giveBack(row));
      logger.error('work.report-failed', { ...fields, report: row.reports }, reportError);
      if (row.reports < MAX_REPORTS) return retryLater(row.reports);
    }
    await keep(() => table.end(row, 'failed', clock.now()));
  };

  return {
    id: claimed.id,
    group: claimed.group,
    orderKey: claimed.order_key,
    progress: () => row.progress,
    isRevoked: () => revoked,
    revoke() {
      revoked = true;
      abort.abort();
    },
    interrupt() {
      interrupted = true;
      abort.abort();
    },
    settled: perform().finally(() => cancelSave?.()),
  };
}
