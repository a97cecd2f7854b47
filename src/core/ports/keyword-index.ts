import type { ChunkId, CreatorId, DocumentId, DocumentVersion } from '../ids.js';
import type { Chunk, ChunkStore } from './chunk-store.js';
import type { Health } from './health.js';

/** A word of the question after the index's own analysis (stop words gone, stems as the index has them). */
export interface QueryTerm {
  readonly term: string;
  /**
   * How telling it is: ln(1 + (N − n + 0.5) / (n + 0.5)), N chunks of the creator, n of them with the term (BM25's
   * idf, Robertson and Zaragoza 2009). Highest for a term that no chunk has.
   */
  readonly inverseDocumentFrequency: number;
}

/** A chunk that holds some of the question's words. */
export interface KeywordCandidate {
  readonly chunkId: ChunkId;
  readonly documentId: DocumentId;
  readonly version: DocumentVersion;
  /** BM25, higher is better, not comparable between questions. */
  readonly score: number;
  /** Indexes into `terms` of the question's terms that this chunk holds. */
  readonly matchedTerms: readonly number[];
}

/** What a search by words found. */
export interface KeywordResult {
  /** The question's distinct terms, in order; empty when it holds stop words only. */
  readonly terms: readonly QueryTerm[];
  /** Best first. */
  readonly candidates: readonly KeywordCandidate[];
}

/** What an index that lives in one process keeps beside itself, to follow a chunk store that several processes share. */
export interface Replica {
  /** The text of the chunks as far as they were followed. */
  readonly chunkStore: ChunkStore;
  /** Writes chunks, their text and their words, over what was there under the same id. At most 500 a call. */
  put(creatorId: CreatorId, chunks: readonly Chunk[]): Promise<void>;
  /** The creators who have something here, in no order. */
  creators(): Promise<CreatorId[]>;
  /** The place in the shared store's log up to which it was followed; undefined before the first time. Lost when the index is erased. */
  place(creatorId: CreatorId): Promise<string | undefined>;
  setPlace(creatorId: CreatorId, place: string): Promise<void>;
}

/** Keyword search over one creator's chunks, with the term statistics that the evidence gate weighs. */
export interface KeywordIndex {
  /** Indexes breadcrumb and text, over what was there under the same id. At most 500 a call. */
  upsert(creatorId: CreatorId, chunks: readonly Chunk[]): Promise<void>;
  /** Any question text is safe: operators of the engine's query language are plain words. */
  candidates(
    creatorId: CreatorId,
    query: { readonly text: string; readonly limit: number; readonly signal: AbortSignal },
  ): Promise<KeywordResult>;
  /** Removes a document, all or all but one version. */
  deleteDocument(creatorId: CreatorId, documentId: DocumentId, keep?: DocumentVersion): Promise<void>;
  eraseCreator(creatorId: CreatorId): Promise<void>;
  /** There when the index lives in one process. */
  readonly replica?: Replica;
  health(signal: AbortSignal): Promise<Health>;
}
