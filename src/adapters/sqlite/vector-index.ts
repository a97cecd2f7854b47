import { z } from 'zod';
import { checkBatch, checkChunks } from '../../core/chunk-checks.js';
import { checkEmbedding, embedderMismatch, isSameSpace } from '../../core/embedding-space.js';
import { chunkIdSchema, type CreatorId } from '../../core/ids.js';
import type { EmbeddingSpace, VectorCandidate, VectorEntry, VectorIndex } from '../../core/ports/vector-index.js';
import type { Database } from './database.js';
import type { KnowledgeDatabases } from './knowledge-database.js';
import { DELETE_BATCH, deleteInBatches } from './knowledge-database-batches.js';
import { countRow } from './count-row.js';
import { vectorTable } from './knowledge-database-schema.js';

/** The most neighbours that sqlite-vec gives. */
const MAX_NEIGHBOURS = 4_096;

const NEAREST = `SELECT chunk_id, distance FROM (
    SELECT rowid AS entry_id, distance FROM vectors WHERE embedding MATCH ? AND k = ?
  ) JOIN vector_entries USING (entry_id) ORDER BY distance, chunk_id`;

const UPSERT_ENTRY = `INSERT INTO vector_entries (chunk_id, document_id, version) VALUES (?, ?, ?)
  ON CONFLICT (chunk_id) DO UPDATE SET document_id = excluded.document_id, version = excluded.version
  RETURNING entry_id`;
const ENTRIES_OF = `SELECT entry_id FROM vector_entries WHERE document_id = ? AND version IS NOT ? LIMIT ${DELETE_BATCH}`;
const PRESENT = 'SELECT chunk_id FROM vector_entries WHERE chunk_id IN (SELECT value FROM json_each(?))';

const spaceRow = z.object({ embedder_id: z.string(), dimensions: z.number() });
const entryRow = z.object({ entry_id: z.number() });
const chunkRow = z.object({ chunk_id: chunkIdSchema });
const nearestRow = z.object({ chunk_id: chunkIdSchema, distance: z.number() });

/** Exact nearest neighbours by sqlite-vec: every vector of the creator is compared. */
export function createVectorIndex(knowledge: KnowledgeDatabases): VectorIndex {
  return {
    async upsert(creatorId, space, entries) {
      checkChunks(
        creatorId,
        entries.map(({ chunk }) => chunk),
      );
      for (const { embedding } of entries) checkEmbedding(space, embedding);
      if (entries.length === 0) return;
      await knowledge.use(creatorId, (database) =>
        database.transaction(() => {
          fixSpace(database, creatorId, space);
          for (const entry of entries) write(database, entry);
        }),
      );
    },

    async candidates(creatorId, { space, embedding, limit, signal }) {
      signal.throwIfAborted();
      checkEmbedding(space, embedding);
      const nearest = await knowledge.useExisting(creatorId, (database) => {
        if (!isSpaceOf(database, creatorId, space)) return [];
        const count = BigInt(Math.min(limit, MAX_NEIGHBOURS));
        return z.array(nearestRow).parse(database.all(NEAREST, bytesOf(embedding), count));
      });
      return (nearest ?? []).map(({ chunk_id, distance }): VectorCandidate => ({
        chunkId: chunk_id,
        similarity: 1 - distance,
      }));
    },

    async present(creatorId, ids) {
      checkBatch(ids.length);
      const rows = await knowledge.useExisting(creatorId, (database) =>
        z.array(chunkRow).parse(database.all(PRESENT, JSON.stringify(ids))),
      );
      return new Set(rows?.map(({ chunk_id }) => chunk_id));
    },

    async deleteDocument(creatorId, documentId, keep) {
      await deleteInBatches(knowledge, creatorId, (database) => {
        const entries = z.array(entryRow).parse(database.all(ENTRIES_OF, documentId, keep ?? null));
        for (const { entry_id } of entries) {
          database.run('DELETE FROM vectors WHERE rowid = ?', BigInt(entry_id));
          database.run('DELETE FROM vector_entries WHERE entry_id = ?', entry_id);
        }
        return entries.length;
      });
    },

    async stats(creatorId) {
      return knowledge.useExisting(creatorId, (database) => {
        const space = readSpace(database);
        const vectors = countRow.parse(database.get('SELECT count(*) AS n FROM vector_entries')).n;
        return space && { space, vectors };
      });
    },

    async eraseCreator(creatorId) {
      await knowledge.useExisting(creatorId, (database) =>
        database.transaction(() => {
          database.run('DROP TABLE IF EXISTS vectors');
          database.run('DELETE FROM vector_entries');
          database.run('DELETE FROM vector_space');
        }),
      );
      await knowledge.removeIfEmpty(creatorId);
    },

    health: () => knowledge.health(),
  };
}

function write(database: Database, { chunk, embedding }: VectorEntry): void {
  const known = database.get('SELECT entry_id FROM vector_entries WHERE chunk_id = ?', chunk.id);
  const { entry_id } = entryRow.parse(database.get(UPSERT_ENTRY, chunk.id, chunk.documentId, chunk.version));
  const sql =
    known === undefined
      ? 'INSERT INTO vectors (embedding, rowid) VALUES (?, ?)'
      : 'UPDATE vectors SET embedding = ? WHERE rowid = ?';
  database.run(sql, bytesOf(embedding), BigInt(entry_id));
}

function readSpace(database: Database): EmbeddingSpace | undefined {
  const row = database.get('SELECT embedder_id, dimensions FROM vector_space');
  if (row === undefined) return undefined;
  const { embedder_id, dimensions } = spaceRow.parse(row);
  return { embedderId: embedder_id, dimensions };
}

/** Whether the creator has vectors of this space; false when it has none yet. */
function isSpaceOf(database: Database, creatorId: CreatorId, space: EmbeddingSpace): boolean {
  const known = readSpace(database);
  if (known === undefined) return false;
  if (isSameSpace(known, space)) return true;
  throw embedderMismatch(creatorId, known, space);
}

function fixSpace(database: Database, creatorId: CreatorId, space: EmbeddingSpace): void {
  if (isSpaceOf(database, creatorId, space)) return;
  database.run('INSERT INTO vector_space (embedder_id, dimensions) VALUES (?, ?)', space.embedderId, space.dimensions);
  database.run(vectorTable(space.dimensions));
}

function bytesOf(embedding: Float32Array): Uint8Array {
  return new Uint8Array(embedding.buffer, embedding.byteOffset, embedding.byteLength);
}
