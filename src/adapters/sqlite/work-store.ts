import type { Clock } from '../../core/ports/clock.js';
import type { WorkStore } from '../../core/durable-work/work-store.js';
import type { Database } from './database.js';
import { nextRetryAt } from './work-overview.js';
import type { WorkRow } from './work-row.js';
import type { WorkTable } from './work-table.js';

/** A queue's work, and whose turn it was. */
export interface SqliteWorkStore extends WorkStore<WorkRow> {
  /** The group that had the last turn. */
  lastGroup(): string;
}

/** What a queue's work is kept in. */
export interface WorkStoreOptions {
  readonly queue: string;
  readonly database: Database;
  readonly table: WorkTable;
  readonly clock: Clock;
}

/**
 * One queue of the table, for the one process that works on it: a claim counts until it is revoked here, and what runs
 * here is all that runs.
 */
export function createWorkStore({ queue, database, table, clock }: WorkStoreOptions): SqliteWorkStore {
  let lastGroup = '';
  /** The time of the last claim: what was due by then and was not claimed waits for something else than time. */
  let lookedAt = 0;
  const kept = (write: () => void): boolean => {
    write();
    return true;
  };

  return {
    lastGroup: () => lastGroup,

    async claim({ fullGroups, running, maxAttempts }) {
      lookedAt = clock.now();
      const row = table.claim({
        queue,
        now: lookedAt,
        lastGroup,
        maxAttempts,
        fullGroups,
        busyIds: running.map(({ id }) => id),
        busyOrderKeys: running.flatMap(({ order_key: orderKey }) => orderKey ?? []),
      });
      if (row !== undefined) lastGroup = row.group;
      return row;
    },

    async nextLookMs() {
      const at = nextRetryAt(database, queue, lookedAt);
      return at === undefined ? undefined : Math.max(0, at - clock.now());
    },

    end: async (row, state) => kept(() => table.end(row, state, clock.now())),
    putBehind: async (row) => kept(() => table.putBehind(row)),
    retry: async (row, delayMs) => kept(() => table.retry(row, clock.now() + delayMs)),
    giveBack: async (row) => kept(() => table.giveBack(row)),
    fail: async (row) => kept(() => table.fail(row)),
    noteProgress: async (row) => kept(() => table.noteProgress(row)),
    saveProgress: async (row) => kept(() => table.saveProgress(row)),
    // Nothing is kept of it: it leaves `running` with its handler.
    release: async () => {},
  };
}
