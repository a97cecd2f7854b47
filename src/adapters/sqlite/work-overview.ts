import { z } from 'zod';
import type { Database } from './database.js';
import { type WorkRow, workRowSchema } from './work-row.js';

const placeSchema = z.object({ id: z.string(), group: z.string() });
const retrySchema = z.object({ at: z.number().nullable() });

/** Work that is remembered and can be read, or undefined. */
export function findWork(database: Database, queue: string, id: string, now: number): WorkRow | undefined {
  const row = database.get(
    'SELECT * FROM work WHERE queue = ? AND id = ? AND (expires_at IS NULL OR expires_at > ?)',
    queue,
    id,
    now,
  );
  return workRowSchema.safeParse(row).data;
}

/** Work that is not over, oldest first. */
export function listWork(
  database: Database,
  { queue, group, limit }: { readonly queue: string; readonly group?: string; readonly limit: number },
): WorkRow[] {
  const inGroup = group === undefined ? '' : 'AND "group" = ?';
  const values = group === undefined ? [queue] : [queue, group];
  return database
    .all(
      `SELECT * FROM work WHERE queue = ? AND expires_at IS NULL ${inGroup} ORDER BY sequence LIMIT ${limit}`,
      ...values,
    )
    .flatMap((row) => workRowSchema.safeParse(row).data ?? []);
}

/**
 * How many pieces of work start before each waiting one, by id, if each group gives one a turn and the group after
 * `lastGroup` is next.
 */
export function positionsOf(database: Database, queue: string, lastGroup: string): ReadonlyMap<string, number> {
  const rows = database
    .all(
      `SELECT id, "group" FROM work WHERE queue = ? AND state = 'waiting' AND expires_at IS NULL
       ORDER BY "group" <= ?, "group", sequence`,
      queue,
      lastGroup,
    )
    .map((row) => placeSchema.parse(row));
  const turns = new Map<string, string[]>();
  for (const { id, group } of rows) {
    const ids = turns.get(group);
    if (ids === undefined) turns.set(group, [id]);
    else ids.push(id);
  }
  const rounds: string[][] = [];
  for (const ids of turns.values()) for (const [round, id] of ids.entries()) (rounds[round] ??= []).push(id);
  return new Map(rounds.flat().map((id, position) => [id, position]));
}

/** When the next retry that is not due yet falls due, in milliseconds since 1970. */
export function nextRetryAt(database: Database, queue: string, now: number): number | undefined {
  const row = database.get(
    `SELECT min(not_before) AS at FROM work WHERE queue = ? AND state = 'waiting' AND not_before > 0 AND not_before > ?`,
    queue,
    now,
  );
  return retrySchema.parse(row).at ?? undefined;
}
