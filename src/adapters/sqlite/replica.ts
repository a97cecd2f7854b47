import { z } from 'zod';
import { checkChunks } from '../../core/chunk-checks.js';
import type { Replica } from '../../core/ports/keyword-index.js';
import { createChunkStore, putChunks } from './chunk-store.js';
import { indexChunks } from './keyword-index-entries.js';
import type { KnowledgeDatabases } from './knowledge-database.js';

const placeRow = z.object({ place: z.string() });

/**
 * A copy of chunks that are kept elsewhere, in the files of the keyword index, so that both are lost together. What was
 * put may be lost when the machine fails, but never without the place that was set after it: the log is kept in order.
 */
export function createReplica(knowledge: KnowledgeDatabases): Replica {
  return {
    async put(creatorId, chunks) {
      checkChunks(creatorId, chunks);
      if (chunks.length === 0) return;
      await knowledge.use(creatorId, (database) =>
        database.unflushedTransaction(() => {
          putChunks(database, chunks);
          indexChunks(database, chunks);
        }),
      );
    },
    chunkStore: createChunkStore(knowledge),
    creators: () => knowledge.creators(),

    async place(creatorId) {
      const row = await knowledge.useExisting(creatorId, (database) => database.get('SELECT place FROM replica_place'));
      return row === undefined ? undefined : placeRow.parse(row).place;
    },

    async setPlace(creatorId, place) {
      await knowledge.use(creatorId, (database) =>
        database.transaction(() => {
          database.run('DELETE FROM replica_place');
          database.run('INSERT INTO replica_place (place) VALUES (?)', place);
        }),
      );
    },
  };
}
