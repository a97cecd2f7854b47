import { z } from 'zod';
import { chunkIdSchema, type CreatorId, documentIdSchema, documentVersionSchema } from '../../core/ids.js';
import type { VectorEntry } from '../../core/ports/vector-index.js';

/** The condition of every search and deletion, beside the creator's own collection. */
export function ofTenant(creatorId: CreatorId): { creator_id: CreatorId } {
  return { creator_id: creatorId };
}

/** A chunk as a row of Chroma, its metadata in the mission's form. */
export function toRow({ chunk, embedding }: VectorEntry) {
  return {
    id: chunk.id,
    embedding: Array.from(embedding),
    // Half of a surrogate pair is no JSON: the server would refuse the whole batch.
    document: chunk.text.toWellFormed(),
    metadata: {
      creator_id: chunk.creatorId,
      document_id: chunk.documentId,
      version: chunk.version,
      chunk_index: chunk.index,
      source: chunk.source.toWellFormed(),
      created_at: new Date(chunk.createdAt).toISOString(),
      token_count: chunk.tokenCount,
    },
  };
}

/** What Docent reads of a row again. */
const rowSchema = z.object({
  id: chunkIdSchema,
  metadata: z.object({ creator_id: z.string(), document_id: documentIdSchema, version: documentVersionSchema }),
});

/** A row that is of this creator and of Docent's shape; undefined for what somebody else wrote into the collection. */
export function readRow(creatorId: CreatorId, row: { readonly id: string; readonly metadata: unknown }) {
  const result = rowSchema.safeParse(row);
  if (!result.success || result.data.metadata.creator_id !== creatorId) return undefined;
  const { id, metadata } = result.data;
  return { chunkId: id, documentId: metadata.document_id, version: metadata.version };
}
