import type { Where } from 'chromadb';
import { checkBatch, checkChunks } from '../../core/chunk-checks.js';
import { checkEmbedding } from '../../core/embedding-space.js';
import type { ChunkId, CreatorId } from '../../core/ids.js';
import type { Logger } from '../../core/ports/logger.js';
import type { VectorCandidate, VectorEntry, VectorIndex } from '../../core/ports/vector-index.js';
import { createCollections } from './collections.js';
import type { Connection } from './connection.js';
import { checkHealth } from './health.js';
import { type StoredRow, chunkOfNear, chunkOfOwn, ofTenant, readNearest, readStored, toRow } from './rows.js';

/** Rows that Chroma writes and deletes best at once; its own limit, which is asked for, may be lower. */
const BEST_BATCH = 1_000;
/** Ids that are looked up at once: with a condition Chroma compares each with each row, 5 ms an id among 20,000 rows. */
const PRESENT_BATCH = 100;

/** What the index is made over. */
export interface VectorIndexOptions {
  readonly connection: Connection;
  readonly logger: Logger;
  /** Least cosine similarity of a candidate; default: none is left out. */
  readonly minSimilarity?: number;
}

/**
 * A Chroma collection a creator. Nearest neighbours are approximate (HNSW): among 20,000 and 100,000 vectors, 99 of the
 * nearest 100 were found. The tenant's condition on every search costs more than the search: 60 ms and 0.4 s instead of
 * 10 ms.
 */
export function createVectorIndex({ connection, logger, minSimilarity }: VectorIndexOptions): VectorIndex {
  const collections = createCollections(connection);

  /** Keeps the rows that are chunks of the creator, and tells the log about others. */
  function ownRows<Row>(creatorId: CreatorId, rows: readonly Row[], chunkOf: (row: Row) => ChunkId | undefined) {
    const own = rows.flatMap((row) => {
      const chunkId = chunkOf(row);
      return chunkId === undefined ? [] : [{ ...row, chunkId }];
    });
    if (own.length < rows.length) logger.warn('chroma.rows-dropped', { creatorId, rows: rows.length - own.length });
    return own;
  }

  return {
    async upsert(creatorId, space, entries) {
      checkChunks(
        creatorId,
        entries.map(({ chunk }) => chunk),
      );
      for (const { embedding } of entries) checkEmbedding(space, embedding);
      if (entries.length === 0) return;
      // Chroma refuses a batch that names a row twice: the last one counts.
      const distinct = [...new Map(entries.map((entry) => [entry.chunk.id, entry])).values()];
      await collections.use(creatorId, { space, create: true }, ({ id }) => write(connection, id, distinct));
    },

    async candidates(creatorId, { space, embedding, limit, signal }) {
      signal.throwIfAborted();
      checkEmbedding(space, embedding);
      const nearest = await collections.use(creatorId, { space, signal }, ({ id }) =>
        connection.call(
          async (client) =>
            readNearest(
              await client.collection(id).query({
                queryEmbeddings: [Array.from(embedding)],
                nResults: limit,
                where: ofTenant(creatorId),
                // Metadata of 100 rows would take longer than the search, and is in the chunk store too.
                include: ['distances'],
              }),
            ),
          { signal },
        ),
      );
      return ownRows(creatorId, nearest ?? [], chunkOfNear)
        .map(({ chunkId, distance }): VectorCandidate => ({ chunkId, similarity: similarityOf(distance) }))
        .filter(({ similarity }) => minSimilarity === undefined || similarity >= minSimilarity);
    },

    async present(creatorId, ids) {
      checkBatch(ids.length);
      if (ids.length === 0) return new Set();
      const distinct: ChunkId[] = [...new Set(ids)];
      const stored = await collections.use(creatorId, {}, ({ id }) => readPresent(connection, id, creatorId, distinct));
      const own = ownRows(creatorId, stored ?? [], (row) => chunkOfOwn(creatorId, row));
      return new Set(own.map(({ chunkId }) => chunkId));
    },

    async deleteDocument(creatorId, documentId, keep) {
      const conditions: Where[] = [ofTenant(creatorId), { document_id: documentId }];
      if (keep !== undefined) conditions.push({ version: { $ne: keep } });
      await collections.use(creatorId, {}, ({ id }) => deleteRows(connection, id, { $and: conditions }));
    },

    async stats(creatorId) {
      return collections.use(creatorId, {}, async ({ id, space }) => {
        if ('unfit' in space) return undefined;
        // Chroma counts whole collections alone; ids without anything else are cheap.
        const where = ofTenant(creatorId);
        const own = await connection.call(async (client) =>
          readStored(await client.collection(id).get({ where, include: [] })),
        );
        return { space, vectors: own.length };
      });
    },

    eraseCreator: (creatorId) => collections.remove(creatorId),

    health: (signal) => checkHealth(connection, signal),
  };
}

/** Some ids at a time: all of them at once would take longer than a deadline. */
async function readPresent(
  connection: Connection,
  collectionId: string,
  creatorId: CreatorId,
  ids: readonly ChunkId[],
): Promise<StoredRow[]> {
  const rows: StoredRow[] = [];
  for (let start = 0; start < ids.length; start += PRESENT_BATCH) {
    const asked = { ids: ids.slice(start, start + PRESENT_BATCH), where: ofTenant(creatorId) };
    rows.push(
      ...(await connection.call(async (client) =>
        readStored(await client.collection(collectionId).get({ ...asked, include: ['metadatas'] })),
      )),
    );
  }
  return rows;
}

/** Chroma's cosine distance is 1 − cosine; rounding takes it a little beyond 0 and 2. */
function similarityOf(distance: number): number {
  return Math.min(1, Math.max(-1, 1 - distance));
}

async function write(connection: Connection, collectionId: string, entries: readonly VectorEntry[]): Promise<void> {
  await connection.call(
    async (client) => {
      const size = Math.max(1, Math.min(BEST_BATCH, await client.getMaxBatchSize()));
      for (let start = 0; start < entries.length; start += size) {
        const rows = entries.slice(start, start + size).map(toRow);
        await client.collection(collectionId).upsert({
          ids: rows.map(({ id }) => id),
          embeddings: rows.map(({ embedding }) => embedding),
          documents: rows.map(({ document }) => document),
          metadatas: rows.map(({ metadata }) => metadata),
        });
      }
    },
    { isWrite: true },
  );
}

/** A batch at a time: the rows of a long document at once would take longer than a deadline. */
async function deleteRows(connection: Connection, collectionId: string, where: Where): Promise<void> {
  for (;;) {
    const { deleted = 0 } = await connection.call(
      (client) => client.collection(collectionId).delete({ where, limit: BEST_BATCH }),
      { isWrite: true },
    );
    if (deleted < BEST_BATCH) return;
  }
}
