import type { Database, Row } from './database.js';

/** What is claimed next, and what may not be. */
export interface ClaimRequest {
  readonly queue: string;
  readonly now: number;
  /** The group that had the last turn: the groups after it, in name order and around, come first. */
  readonly lastGroup: string;
  readonly maxAttempts: number;
  /** Groups that have their share. */
  readonly fullGroups: readonly string[];
  /** Ids and order keys that still run here, such as cancelled work that has not stopped yet. */
  readonly busyIds: readonly string[];
  readonly busyOrderKeys: readonly string[];
}

/** Of the work of one order key that is not over, the first is free to start, and only it. */
export function unblockFirst(database: Database, queue: string, orderKey: string | null): void {
  if (orderKey === null) return;
  database.run(
    `UPDATE work SET blocked = 0 WHERE sequence =
       (SELECT min(sequence) FROM work WHERE queue = ? AND order_key = ? AND expires_at IS NULL)`,
    queue,
    orderKey,
  );
}

/** The row whose turn it is, or undefined. */
export function findClaimable(database: Database, request: ClaimRequest): Row | undefined {
  const inGroups = (groups: string): Row | undefined =>
    database.get(
      `SELECT * FROM work WHERE queue = ? AND state = 'waiting' AND blocked = 0 AND not_before <= ? AND ${groups}
         AND "group" NOT IN (SELECT value FROM json_each(?))
         AND id NOT IN (SELECT value FROM json_each(?))
         AND (order_key IS NULL OR order_key NOT IN (SELECT value FROM json_each(?)))
       ORDER BY "group", sequence LIMIT 1`,
      request.queue,
      request.now,
      request.lastGroup,
      JSON.stringify(request.fullGroups),
      JSON.stringify(request.busyIds),
      JSON.stringify(request.busyOrderKeys),
    );
  return inGroups('"group" > ?') ?? inGroups('"group" <= ?');
}
