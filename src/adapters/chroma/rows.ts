import { z } from 'zod';
import { type ChunkId, type CreatorId, chunkIdSchema } from '../../core/ids.js';
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

const ids = z.array(z.string());
const nearestSchema = z.object({ ids: z.tuple([ids]), distances: z.tuple([z.array(z.number())]) });
const storedSchema = z.object({ ids, metadatas: z.array(z.unknown()) });

/** A row as it came, whoever wrote it. */
export interface StoredRow {
  readonly id: string;
  readonly metadata: unknown;
}

/** A row that a search found, whoever wrote it. */
export interface NearRow {
  readonly id: string;
  /** Chroma's cosine distance, 1 − cosine. */
  readonly distance: number;
}

/** The rows that a search for one vector found. @throws ZodError for what is no result of a search. */
export function readNearest(result: unknown): NearRow[] {
  const { ids: found, distances } = nearestSchema.parse(result);
  return found[0].map((id, position) => ({ id, distance: z.number().parse(distances[0][position]) }));
}

/** The rows that were asked for. @throws ZodError for what is no list of rows. */
export function readStored(result: unknown): StoredRow[] {
  const { ids: found, metadatas } = storedSchema.parse(result);
  return found.map((id, position) => ({ id, metadata: metadatas[position] }));
}

/** The chunk of a row that a search under the tenant's condition found; undefined for what is not Docent's. */
export function chunkOfNear({ id }: NearRow): ChunkId | undefined {
  return chunkIdSchema.safeParse(id).data;
}

const ownSchema = z.object({ id: chunkIdSchema, metadata: z.object({ creator_id: z.string() }) });

/** The chunk of a row that is this creator's and of Docent's shape; undefined for what somebody else wrote. */
export function chunkOfOwn(creatorId: CreatorId, row: StoredRow): ChunkId | undefined {
  const own = ownSchema.safeParse(row).data;
  return own?.metadata.creator_id === creatorId ? own.id : undefined;
}
