import { z } from 'zod';
import { checkBatch, checkChunks, chunkSchema } from '../../core/chunk-checks.js';
import type { Chunk, ChunkStore } from '../../core/ports/chunk-store.js';
import type { Database, Row } from './database.js';
import type { KnowledgeDatabases } from './knowledge-database.js';
import { DELETE_BATCH, deleteInBatches } from './knowledge-database-batches.js';
import { countRow } from './count-row.js';

const MAX_RANGE = 1_000;
const PAGE = 500;

const UPSERT = `INSERT INTO chunks (chunk_id, document_id, version, chunk_index, body) VALUES (?, ?, ?, ?, ?)
  ON CONFLICT (chunk_id) DO UPDATE SET document_id = excluded.document_id, version = excluded.version,
    chunk_index = excluded.chunk_index, body = excluded.body`;
const DELETE_SOME = `DELETE FROM chunks WHERE chunk_id IN (
  SELECT chunk_id FROM chunks WHERE document_id = ? AND version IS NOT ? LIMIT ${DELETE_BATCH})`;

const rowSchema = z.object({ body: z.string() });

/**
 * Chunks in the creators' knowledge files. A chunk is kept as JSON: SQLite text ends at the first NUL, JSON has none,
 * so any text comes back as it went in.
 */
export function createChunkStore(knowledge: KnowledgeDatabases): ChunkStore {
  return {
    async put(creatorId, chunks) {
      checkChunks(creatorId, chunks);
      if (chunks.length === 0) return;
      await knowledge.use(creatorId, (database) => database.transaction(() => putChunks(database, chunks)));
    },

    async get(creatorId, ids) {
      checkBatch(ids.length);
      const chunks = await knowledge.useExisting(creatorId, (database) =>
        database
          .all('SELECT body FROM chunks WHERE chunk_id IN (SELECT value FROM json_each(?))', JSON.stringify(ids))
          .map(toChunk),
      );
      const byId = new Map(chunks?.map((chunk) => [chunk.id, chunk]));
      return ids.flatMap((id) => byId.get(id) ?? []);
    },

    async range(creatorId, { documentId, version, from, limit }) {
      const chunks = await knowledge.useExisting(creatorId, (database) =>
        database
          .all(
            `SELECT body FROM chunks WHERE document_id = ? AND version = ? AND chunk_index >= ?
             ORDER BY chunk_index LIMIT ?`,
            documentId,
            version,
            from,
            Math.min(limit, MAX_RANGE),
          )
          .map(toChunk),
      );
      return chunks ?? [];
    },

    async *all(creatorId, signal) {
      for (let after: string | undefined = ''; after !== undefined;) {
        signal.throwIfAborted();
        const start: string = after;
        const chunks = await knowledge.useExisting(creatorId, (database) =>
          database
            .all('SELECT body FROM chunks WHERE chunk_id > ? ORDER BY chunk_id LIMIT ?', start, PAGE)
            .map(toChunk),
        );
        if (chunks !== undefined && chunks.length > 0) yield chunks;
        after = chunks?.length === PAGE ? chunks.at(-1)?.id : undefined;
      }
    },

    deleteDocument: (creatorId, documentId, keep) =>
      deleteInBatches(knowledge, creatorId, (database) => database.run(DELETE_SOME, documentId, keep ?? null)),

    async count(creatorId) {
      const row = await knowledge.useExisting(creatorId, (database) =>
        countRow.parse(database.get('SELECT count(*) AS n FROM chunks')),
      );
      return row?.n ?? 0;
    },

    async eraseCreator(creatorId) {
      const deleted = await knowledge.useExisting(creatorId, (database) => database.run('DELETE FROM chunks'));
      await knowledge.removeIfEmpty(creatorId);
      return deleted ?? 0;
    },

    health: () => knowledge.health(),
  };
}

/** Writes the text of chunks, over what was there under the same ids; call it in a transaction. */
export function putChunks(database: Database, chunks: readonly Chunk[]): void {
  for (const chunk of chunks)
    database.run(UPSERT, chunk.id, chunk.documentId, chunk.version, chunk.index, JSON.stringify(chunk));
}

function toChunk(row: Row): Chunk {
  return chunkSchema.parse(JSON.parse(rowSchema.parse(row).body));
}
