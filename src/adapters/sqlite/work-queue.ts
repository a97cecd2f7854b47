import type { Clock } from '../../core/ports/clock.js';
import type { Worker, WorkerOptions } from '../../core/ports/coordinator.js';
import type { Logger } from '../../core/ports/logger.js';
import type { Database } from './database.js';
import { type WorkClaim, runClaim } from './work-claim.js';
import { nextRetryAt } from './work-overview.js';
import type { WorkTable } from './work-table.js';

/** How long aborted work may take to come to an end when its worker stops, in milliseconds. */
const ABORT_GRACE_MS = 1_000;
/** The wait before claiming is tried again after the database failed, in milliseconds. */
const FAILURE_PAUSE_MS = 1_000;

/** What the queues work with. */
export interface WorkQueueOptions {
  readonly name: string;
  readonly database: Database;
  readonly table: WorkTable;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** One queue's work in this process. */
export interface WorkQueue {
  start(options: WorkerOptions): Worker;
  /** Looks for work on the next turn of the event loop. */
  wake(): void;
  /** The group that had the last turn. */
  lastGroup(): string;
  /** The claim of this id that still counts. */
  claimOf(id: string): WorkClaim | undefined;
  /** Revokes every claim of a group. */
  revoke(group: string): void;
  /** Revokes everything and takes no more work. */
  close(): void;
}

interface WorkerState {
  readonly options: WorkerOptions;
  readonly claims: Set<WorkClaim>;
  isOpen: boolean;
}

/** Hands a queue's work to its workers. */
export function createWorkQueue({ name, database, table, clock, logger }: WorkQueueOptions): WorkQueue {
  const workers = new Set<WorkerState>();
  const claims = new Set<WorkClaim>();
  let lastGroup = '';
  let turnPlanned = false;
  let cancelTimer = (): void => {};

  const wake = (): void => {
    if (turnPlanned || workers.size === 0) return;
    turnPlanned = true;
    setImmediate(takeTurn);
  };

  /** Claims one piece for each worker, then lets the event loop go round before the next. */
  const takeTurn = (): void => {
    turnPlanned = false;
    cancelTimer();
    if (workers.size === 0) return;
    try {
      const claimed = [...workers].filter(claimFor).length;
      if (claimed > 0) wake();
      else planRetry();
    } catch (error) {
      logger.error('work.claim-failed', { queue: name }, error);
      cancelTimer = clock.after(FAILURE_PAUSE_MS, wake);
    }
  };

  const claimFor = (worker: WorkerState): boolean => {
    if (!worker.isOpen || worker.claims.size >= worker.options.concurrency) return false;
    const running = [...claims];
    const row = table.claim({
      queue: name,
      now: clock.now(),
      lastGroup,
      maxAttempts: worker.options.maxAttempts,
      fullGroups: fullGroups(worker),
      busyIds: running.map(({ id }) => id),
      busyOrderKeys: running.flatMap(({ orderKey }) => orderKey ?? []),
    });
    if (row === undefined) return false;
    lastGroup = row.group;
    const claim = runClaim(row, { table, clock, logger, worker: worker.options });
    claims.add(claim);
    worker.claims.add(claim);
    void claim.settled.then(() => {
      claims.delete(claim);
      worker.claims.delete(claim);
      wake();
    });
    return true;
  };

  const planRetry = (): void => {
    const now = clock.now();
    const at = nextRetryAt(database, name, now);
    if (at !== undefined) cancelTimer = clock.after(at - now, wake);
  };

  const stop = async (worker: WorkerState, drainMs: number): Promise<void> => {
    worker.isOpen = false;
    await settledWithin(clock, worker.claims, drainMs);
    for (const claim of worker.claims) claim.interrupt();
    await settledWithin(clock, worker.claims, ABORT_GRACE_MS);
    workers.delete(worker);
  };

  return {
    start(options) {
      const worker: WorkerState = { options, claims: new Set(), isOpen: true };
      workers.add(worker);
      wake();
      return { stop: (drainMs) => stop(worker, drainMs) };
    },
    wake,
    lastGroup: () => lastGroup,
    claimOf: (id) => [...claims].find((claim) => claim.id === id && !claim.isRevoked()),
    revoke(group) {
      for (const claim of claims) if (claim.group === group) claim.revoke();
    },
    close() {
      cancelTimer();
      workers.clear();
      for (const claim of claims) claim.revoke();
    },
  };
}

function fullGroups({ claims, options }: WorkerState): string[] {
  const running = new Map<string, number>();
  for (const { group } of claims) running.set(group, (running.get(group) ?? 0) + 1);
  return [...running].filter(([, count]) => count >= options.concurrencyPerGroup).map(([group]) => group);
}

/** Resolves when all claims have settled, or after `limitMs`. */
async function settledWithin(clock: Clock, claims: ReadonlySet<WorkClaim>, limitMs: number): Promise<void> {
  if (claims.size === 0) return;
  const settled = Promise.all([...claims].map((claim) => claim.settled));
  let cancel = (): void => {};
  const limit = new Promise<void>((resolve) => {
    cancel = clock.after(limitMs, resolve);
  });
  await Promise.race([settled, limit]);
  cancel();
}
