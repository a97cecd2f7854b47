import { z } from 'zod';
import type { Replica } from '../../core/ports/keyword-index.js';
import { createChunkStore } from './chunk-store.js';
import type { KnowledgeDatabases } from './knowledge-database.js';

const placeRow = z.object({ place: z.string() });

/** A copy of chunks that are kept elsewhere, in the files of the keyword index, so that both are lost together. */
export function createReplica(knowledge: KnowledgeDatabases): Replica {
  return {
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
