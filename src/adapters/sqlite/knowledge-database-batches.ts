import { setImmediate } from 'node:timers/promises';
import type { CreatorId } from '../../core/ids.js';
import type { Database } from './database.js';
import type { KnowledgeDatabases } from './knowledge-database.js';

/** Rows that one transaction deletes: some 20 ms, during which nothing else runs. */
export const DELETE_BATCH = 500;

/**
 * Deletes rows in transactions of `DELETE_BATCH`, and lets others work in between. `deleteSome` returns how many rows
 * went; fewer than a batch end it. Cut short by a crash, it is done by calling again.
 * @returns how many rows went in all.
 */
export async function deleteInBatches(
  knowledge: KnowledgeDatabases,
  creatorId: CreatorId,
  deleteSome: (database: Database) => number,
): Promise<number> {
  for (let total = 0; ; await setImmediate()) {
    const deleted = await knowledge.useExisting(creatorId, (database) =>
      database.transaction(() => deleteSome(database)),
    );
    total += deleted ?? 0;
    if (deleted === undefined || deleted < DELETE_BATCH) return total;
  }
}
