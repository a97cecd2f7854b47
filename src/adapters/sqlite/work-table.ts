import { z } from 'zod';
import type { NewWork, WorkState } from '../../core/ports/coordinator.js';
import type { Logger } from '../../core/ports/logger.js';
import { MAX_REPORTS, WORK_MEMORY_MS, poisoned, queueFull } from '../../core/durable-work/work-item.js';
import type { Database } from './database.js';
import { SWEEP_BATCH, deleteInBatches } from './sweep.js';
import { type WorkRow, workRowSchema } from './work-row.js';
import { type ClaimRequest, findClaimable, unblockFirst } from './work-turns.js';

const placeSchema = workRowSchema.pick({ sequence: true, queue: true, id: true, order_key: true });
type StoredPlace = Pick<WorkRow, 'sequence' | 'queue' | 'order_key' | 'progress'>;
const knownSchema = z.object({ sequence: z.number(), state: z.string(), expires_at: z.number().nullable() });
const countSchema = z.object({ count: z.number() });

/**
 * The state of every piece of work. Each call is one transaction and keeps the row's progress. All are flushed to disk,
 * except claims and noted progress, which only have to survive the end of the process.
 */
export interface WorkTable {
  /** Takes back the claims of a process that is gone; their attempts count. */
  recover(): void;
  /** @throws DocentError `QUEUE_FULL`. */
  add(work: NewWork, now: number): 'accepted' | 'duplicate';
  /** Claims the next work, counting the attempt; work without attempts left is claimed as failed. Work that cannot be read or reported any more is ended and logged. */
  claim(request: ClaimRequest): WorkRow | undefined;
  /** Ends work for good: its payload goes, its id is remembered for a day. */
  end(row: WorkRow, state: 'done' | 'failed' | 'cancelled', now: number): void;
  /** Puts claimed work behind all other, as if it had not been claimed. */
  putBehind(row: WorkRow): void;
  /** Lets claimed work be claimed again from `notBefore` on, in its old place. */
  retry(row: WorkRow, notBefore: number): void;
  /** Gives a claim back as if it had not been taken. */
  giveBack(row: WorkRow): void;
  /** Keeps the row's failure for good, and the claim as one for calling `failed`. */
  fail(row: WorkRow): void;
  /** Not flushed. */
  noteProgress(row: WorkRow): void;
  saveProgress(row: WorkRow): void;
  /** Removes a group's work in every state and returns how many pieces went. */
  eraseGroup(group: string): number;
  /** Forgets ids whose day is over. */
  sweep(now: number): Promise<number>;
}

/** What the table works with, and its bounds. */
export interface WorkTableOptions {
  readonly database: Database;
  readonly logger: Logger;
  /** The most work of one queue that is not over. */
  readonly maxWaiting: number;
}

/** The table `work` of `docent.sqlite`. */
export function createWorkTable({ database, logger, maxWaiting }: WorkTableOptions): WorkTable {
  const update = (row: StoredPlace, assignments: string, ...values: (string | number | null)[]): void => {
    const sql = `UPDATE work SET progress = ?, ${assignments} WHERE sequence = ?`;
    database.run(sql, JSON.stringify(row.progress), ...values, row.sequence);
  };
  const writeProgress = ({ sequence, progress }: WorkRow): void => {
    database.run('UPDATE work SET progress = ? WHERE sequence = ?', JSON.stringify(progress), sequence);
  };
  const end = (row: StoredPlace, state: WorkState, now: number): void => {
    update(row, `state = ?, expires_at = ?, payload = 'null', failure = NULL`, state, now + WORK_MEMORY_MS);
    unblockFirst(database, row.queue, row.order_key);
  };
  /** The next work that is worth a claim; on the way, ends what cannot be read or reported, so that it blocks nothing. */
  const findNext = (request: ClaimRequest): WorkRow | undefined => {
    for (let found = findClaimable(database, request); found !== undefined; found = findClaimable(database, request)) {
      const row = workRowSchema.safeParse(found).data;
      if (row !== undefined && row.reports < MAX_REPORTS) return row;
      const place = row ?? { ...placeSchema.parse(found), progress: null };
      end(place, 'failed', request.now);
      logger.error(row === undefined ? 'work.unreadable' : 'work.unreported', { queue: place.queue, work: place.id });
    }
    return undefined;
  };

  return {
    recover() {
      database.run(`UPDATE work SET state = 'waiting' WHERE state = 'active'`);
    },

    add(work, now) {
      return database.transaction(() => {
        if (isKnown(database, work, now)) return 'duplicate';
        assertRoom(database, work.queue, maxWaiting);
        insert(database, work);
        unblockFirst(database, work.queue, work.orderKey ?? null);
        return 'accepted';
      });
    },

    claim(request) {
      return database.unflushedTransaction(() => {
        const found = findNext(request);
        if (found === undefined) return undefined;
        const claimed = asClaimed(found, request.maxAttempts);
        update(
          claimed,
          `state = 'active', not_before = 0, attempts = ?, failure = ?, reports = ?`,
          claimed.attempts,
          claimed.failure && JSON.stringify(claimed.failure),
          claimed.reports,
        );
        return claimed;
      });
    },

    end(row, state, now) {
      database.transaction(() => end(row, state, now));
    },

    putBehind(row) {
      database.transaction(() => {
        update(
          row,
          `state = 'waiting', attempts = ?, blocked = ?, sequence = (SELECT max(sequence) + 1 FROM work)`,
          row.attempts - 1,
          row.order_key === null ? 0 : 1,
        );
        unblockFirst(database, row.queue, row.order_key);
      });
    },

    retry(row, notBefore) {
      update(row, `state = 'waiting', not_before = ?`, notBefore);
    },

    giveBack(row) {
      const [attempts, reports] = row.failure === null ? [row.attempts - 1, 0] : [row.attempts, row.reports - 1];
      update(row, `state = 'waiting', attempts = ?, reports = ?`, attempts, reports);
    },

    fail(row) {
      update(row, `failure = ?, reports = ?`, JSON.stringify(row.failure), row.reports);
    },

    noteProgress(row) {
      database.unflushedTransaction(() => writeProgress(row));
    },

    saveProgress(row) {
      database.transaction(() => writeProgress(row));
    },

    eraseGroup(group) {
      return database.transaction(() => {
        const keys = database.all(
          `SELECT DISTINCT queue, order_key FROM work WHERE "group" = ? AND order_key IS NOT NULL AND expires_at IS NULL`,
          group,
        );
        const erased = database.run(`DELETE FROM work WHERE "group" = ?`, group);
        for (const key of keys) unblockFirst(database, String(key['queue']), String(key['order_key']));
        return erased;
      });
    },

    sweep(now) {
      const sql = `DELETE FROM work WHERE sequence IN (SELECT sequence FROM work WHERE expires_at <= ? LIMIT ${SWEEP_BATCH})`;
      return deleteInBatches(database, sql, now);
    },
  };
}

/** Whether the id is taken; work that was cancelled, or whose memory is over, makes room for the new one. */
function isKnown(database: Database, { queue, id }: NewWork, now: number): boolean {
  const row = database.get('SELECT sequence, state, expires_at FROM work WHERE queue = ? AND id = ?', queue, id);
  if (row === undefined) return false;
  const { sequence, state, expires_at: expiresAt } = knownSchema.parse(row);
  if (expiresAt === null || (expiresAt > now && state !== 'cancelled')) return true;
  database.run('DELETE FROM work WHERE sequence = ?', sequence);
  return false;
}

function assertRoom(database: Database, queue: string, maxWaiting: number): void {
  const row = database.get('SELECT count(*) AS count FROM work WHERE queue = ? AND expires_at IS NULL', queue);
  if (countSchema.parse(row).count < maxWaiting) return;
  throw queueFull(queue, maxWaiting);
}

function insert(database: Database, { queue, id, group, orderKey, payload }: NewWork): void {
  database.run(
    `INSERT INTO work (queue, id, "group", order_key, blocked, state, payload) VALUES (?, ?, ?, ?, ?, 'waiting', ?)`,
    queue,
    id,
    group,
    orderKey ?? null,
    orderKey === undefined ? 0 : 1,
    JSON.stringify(payload),
  );
}

function asClaimed(row: WorkRow, maxAttempts: number): WorkRow {
  const failure = row.failure ?? (row.attempts >= maxAttempts ? poisoned : null);
  return failure === null ? { ...row, attempts: row.attempts + 1 } : { ...row, failure, reports: row.reports + 1 };
}
