import type { ChunkId, CreatorId, DocumentId, DocumentVersion } from '../ids.js';
import type { Chunk } from './chunk-store.js';
import type { Health } from './health.js';

/** Which embedder made a creator's vectors: vectors of two embedders never meet in one search. */
export interface EmbeddingSpace {
  readonly embedderId: string;
  readonly dimensions: number;
}

/** A chunk with its vector. */
export interface VectorEntry {
  readonly chunk: Chunk;
  /** Unit length, as long as the space has dimensions. */
  readonly embedding: Float32Array;
}

/** A chunk that is near in meaning. What else is known of it is in the chunk store, which alone says that it is the creator's. */
export interface VectorCandidate {
  readonly chunkId: ChunkId;
  /** Cosine similarity, −1 to 1. */
  readonly similarity: number;
}

/** Search by meaning over one creator's chunks. */
export interface VectorIndex {
  /**
   * Writes vectors durably, over the ones of the same chunk. At most 500 a call. The creator's first upsert fixes its
   * space.
   * @throws DocentError `EMBEDDER_MISMATCH` when the creator's vectors are of another space.
   */
  upsert(creatorId: CreatorId, space: EmbeddingSpace, entries: readonly VectorEntry[]): Promise<void>;
  /** The nearest chunks, best first. @throws DocentError `EMBEDDER_MISMATCH` as `upsert`. */
  candidates(
    creatorId: CreatorId,
    query: {
      readonly space: EmbeddingSpace;
      readonly embedding: Float32Array;
      readonly limit: number;
      readonly signal: AbortSignal;
    },
  ): Promise<VectorCandidate[]>;
  /** Which of these chunks have a vector. At most 500 ids. */
  present(creatorId: CreatorId, ids: readonly ChunkId[]): Promise<ReadonlySet<ChunkId>>;
  /** Removes a document's vectors, all or all but one version. */
  deleteDocument(creatorId: CreatorId, documentId: DocumentId, keep?: DocumentVersion): Promise<void>;
  /** The creator's space and how many vectors it has; undefined before the first upsert. */
  stats(creatorId: CreatorId): Promise<{ readonly space: EmbeddingSpace; readonly vectors: number } | undefined>;
  /** Removes every vector and the space of a creator: before re-indexing, or to erase it. */
  eraseCreator(creatorId: CreatorId): Promise<void>;
  health(signal: AbortSignal): Promise<Health>;
}
