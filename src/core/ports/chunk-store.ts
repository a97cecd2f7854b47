import type { ChunkId, CreatorId, DocumentId, DocumentVersion } from '../ids.js';
import type { Health } from './health.js';

/** A piece of a document: the unit that is indexed, retrieved and cited. */
export interface Chunk {
  readonly id: ChunkId;
  readonly creatorId: CreatorId;
  readonly documentId: DocumentId;
  readonly version: DocumentVersion;
  /** Position in the document, from 0 without gaps. */
  readonly index: number;
  /** The text as it is shown and quoted. */
  readonly text: string;
  /** "title › heading › heading": goes into the embedded and the keyword text, never into the shown one. */
  readonly breadcrumb: string;
  readonly headingPath: readonly string[];
  /** The page it starts on, from 1; null where the format has no pages. */
  readonly page: number | null;
  /** Tokens of breadcrumb and text, counted by the embedder. */
  readonly tokenCount: number;
  /** The document's name. */
  readonly source: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

/** A range of one version's chunks, by index. */
export interface ChunkRange {
  readonly documentId: DocumentId;
  readonly version: DocumentVersion;
  /** First index, inclusive. */
  readonly from: number;
  /** How many at the most, 1 to 1,000. */
  readonly limit: number;
}

/** One thing that happened to a creator's chunks. */
export type ChunkChange =
  /** These were written; those that are gone meanwhile were removed by a later change. */
  | { readonly kind: 'put'; readonly ids: readonly ChunkId[] }
  /** A document's chunks were removed, all or all but one version. */
  | { readonly kind: 'delete'; readonly documentId: DocumentId; readonly keep: DocumentVersion | null }
  | { readonly kind: 'erase' };

/**
 * What happened to the chunks of a store that several processes share: an index that lives in one process follows it. A
 * change is in the log in the same step in which it happens.
 */
export interface ChunkLog {
  /**
   * Where the creator's log ends now: a place to follow it from. Undefined for a creator of whom nothing is kept; there is
   * no place then, because it could not be told from that of a log that is begun and erased later.
   */
  end(creatorId: CreatorId, signal: AbortSignal): Promise<string | undefined>;
  /**
   * What happened after a place, oldest first, 500 changes or, at the end of the log, fewer, and the place behind them;
   * undefined when the log does not reach back to the place any more.
   */
  after(
    creatorId: CreatorId,
    place: string,
    signal: AbortSignal,
  ): Promise<{ readonly changes: readonly ChunkChange[]; readonly place: string } | undefined>;
}

/**
 * The text of every chunk: the one home that both indexes, citations, re-indexing and export are derived from.
 * Every call is bound to a creator; another creator's ids are as good as unknown.
 */
export interface ChunkStore {
  /** Writes chunks durably, over the ones of the same id. At most 500 a call; refuses a chunk of another creator. */
  put(creatorId: CreatorId, chunks: readonly Chunk[]): Promise<void>;
  /** The chunks that exist, in the order of `ids`; unknown ids are left out. At most 500 ids. */
  get(creatorId: CreatorId, ids: readonly ChunkId[]): Promise<Chunk[]>;
  /** Chunks of one version in index order. */
  range(creatorId: CreatorId, range: ChunkRange): Promise<Chunk[]>;
  /** Every chunk of the creator, at most 500 at a time, in no order; one that stays is met at least once. */
  all(creatorId: CreatorId, signal: AbortSignal): AsyncIterable<readonly Chunk[]>;
  /** Removes a document's chunks, all or all but one version, and returns how many went. */
  deleteDocument(creatorId: CreatorId, documentId: DocumentId, keep?: DocumentVersion): Promise<number>;
  /** How many chunks the creator has, versions being replaced included. */
  count(creatorId: CreatorId): Promise<number>;
  /** Removes everything of a creator and returns how many chunks went. */
  eraseCreator(creatorId: CreatorId): Promise<number>;
  /** There when several processes share the store. */
  readonly log?: ChunkLog;
  health(signal: AbortSignal): Promise<Health>;
}
