import { type CreatorId, type DocumentId, type DocumentVersion, documentVersionSchema } from '../ids.js';
import type { ChunkStore } from '../ports/chunk-store.js';
import type { Coordinator } from '../ports/coordinator.js';
import type { KeywordIndex } from '../ports/keyword-index.js';
import type { VectorIndex } from '../ports/vector-index.js';
import { isEngineAway } from '../store-deadline.js';
import type { DocumentRecord } from './document-record.js';
import { EMBED_QUEUE } from './ingest-payload.js';

/** Where the passages of a document are. */
export interface IndexStores {
  readonly chunkStore: ChunkStore;
  readonly keywordIndex: KeywordIndex;
  readonly vectorIndex: VectorIndex;
}

/** The version that a content gets: the start of its SHA-256. */
export function versionOf(contentHash: string): DocumentVersion {
  return documentVersionSchema.parse(contentHash.slice(0, 16));
}

/** The lease that ingestion and forgetting of one document take in turn. */
export function documentLease(documentId: DocumentId): string {
  return `document:${documentId}`;
}

/** The status of an active version by its vectors. */
export function statusOf(active: NonNullable<DocumentRecord['active']>): DocumentRecord['status'] {
  return active.embeddedCount < active.chunkCount ? 'learning' : 'ready';
}

/** Removes a document's text and words, all or all but one version: all that a version has before it is published. */
export async function removeText(
  { chunkStore, keywordIndex }: Pick<IndexStores, 'chunkStore' | 'keywordIndex'>,
  creatorId: CreatorId,
  documentId: DocumentId,
  keep?: DocumentVersion,
): Promise<void> {
  await keywordIndex.deleteDocument(creatorId, documentId, keep);
  await chunkStore.deleteDocument(creatorId, documentId, keep);
}

/** Removes a document's passages from every store, all or all but one version. */
export async function removeChunks(
  engines: IndexStores,
  creatorId: CreatorId,
  documentId: DocumentId,
  keep?: DocumentVersion,
): Promise<void> {
  await removeText(engines, creatorId, documentId, keep);
  await engines.vectorIndex.deleteDocument(creatorId, documentId, keep);
}

/**
 * After publishing: older versions go, and the vectors are asked for. Harmless to run again. A vector index that is away
 * does not hold the document back, which answers by its words: old vectors are looked for again before new ones are made.
 */
export async function finishPublished(
  engines: IndexStores & { readonly coordinator: Pick<Coordinator, 'enqueue'> },
  creatorId: CreatorId,
  record: DocumentRecord,
): Promise<void> {
  if (record.active === null) return;
  const { version, publishedAt, embeddedCount, chunkCount } = record.active;
  try {
    await removeChunks(engines, creatorId, record.documentId, version);
  } catch (error) {
    if (!isEngineAway(error)) throw error;
    await removeText(engines, creatorId, record.documentId, version);
  }
  if (embeddedCount >= chunkCount) return;
  await engines.coordinator.enqueue({
    queue: EMBED_QUEUE,
    id: `${record.documentId}.${version}.${publishedAt}`,
    group: creatorId,
    payload: { creatorId, documentId: record.documentId, version },
  });
}
