import { DocentError } from '../errors.js';
import type { CreatorId, DocumentId, DocumentVersion } from '../ids.js';
import type { Chunk, ChunkStore } from '../ports/chunk-store.js';
import type { Clock } from '../ports/clock.js';
import type { ClaimedWork, WorkOutcome } from '../ports/coordinator.js';
import type { Embedder } from '../ports/embedder.js';
import type { VectorIndex } from '../ports/vector-index.js';
import type { WritableDocumentRegistry } from './document-registry.js';

/** What making vectors works with. */
export interface EmbedEngines {
  readonly clock: Clock;
  readonly chunkStore: ChunkStore;
  readonly vectorIndex: VectorIndex;
  readonly embedder: Embedder;
  readonly registry: WritableDocumentRegistry;
}

/** A published version whose vectors are to be made. */
export interface VersionToEmbed {
  readonly creatorId: CreatorId;
  readonly documentId: DocumentId;
  readonly version: DocumentVersion;
}

/** Chunks of one turn; then other creators' documents have theirs. */
const TURN_CHUNKS = 64;
/** Chunks embedded and written together; progress is kept after each. */
const BATCH_CHUNKS = 16;

/** What a chunk is embedded as: where it stands, then what it says. */
export function embeddedText(chunk: Pick<Chunk, 'breadcrumb' | 'text'>): string {
  return chunk.breadcrumb === '' ? chunk.text : `${chunk.breadcrumb}\n${chunk.text}`;
}

/**
 * Makes the next vectors of a published version. The record's `embeddedCount` says where to go on, so that a killed turn
 * repeats at most one batch. Vectors of another embedder are dropped first: the stored text makes them anew.
 */
export async function embedTurn(
  engines: EmbedEngines,
  { creatorId, documentId, version }: VersionToEmbed,
  work: ClaimedWork,
): Promise<WorkOutcome> {
  for (let done = 0; done < TURN_CHUNKS; done += BATCH_CHUNKS) {
    const active = (await engines.registry.get(creatorId, documentId))?.active;
    if (active?.version !== version) {
      // What a killed turn had on its way may have come after the version was replaced.
      await engines.vectorIndex.deleteDocument(creatorId, documentId, active?.version);
      return 'done';
    }
    const { embeddedCount, chunkCount } = active;
    if (embeddedCount >= chunkCount) return 'done';
    // The index may have been away when the version was published.
    if (embeddedCount === 0) await engines.vectorIndex.deleteDocument(creatorId, documentId, version);
    const chunks = await engines.chunkStore.range(creatorId, {
      documentId,
      version,
      from: embeddedCount,
      limit: BATCH_CHUNKS,
    });
    await embedChunks(engines, creatorId, chunks, work.signal);
    await dropIfReplaced(engines, creatorId, documentId, version);
    const reached = chunks.length === 0 ? chunkCount : embeddedCount + chunks.length;
    await engines.registry.update(creatorId, documentId, (current) =>
      // Somebody may have asked for new vectors, or for a new version, meanwhile: their count stands.
      current?.active?.publishedAt === active.publishedAt && current.active.embeddedCount === embeddedCount
        ? {
            ...current,
            active: { ...current.active, embeddedCount: reached },
            status: current.status === 'learning' && reached >= chunkCount ? 'ready' : current.status,
            updatedAt: engines.clock.now(),
          }
        : undefined,
    );
    work.progress({ done: reached, total: chunkCount });
  }
  return 'again';
}

/** Vectors that were on their way when their version was replaced or forgotten go again. */
async function dropIfReplaced(
  { registry, vectorIndex }: EmbedEngines,
  creatorId: CreatorId,
  documentId: DocumentId,
  version: DocumentVersion,
): Promise<void> {
  const active = (await registry.get(creatorId, documentId))?.active;
  if (active?.version !== version) await vectorIndex.deleteDocument(creatorId, documentId, active?.version);
}

async function embedChunks(
  engines: EmbedEngines,
  creatorId: CreatorId,
  chunks: readonly Chunk[],
  signal: AbortSignal,
): Promise<void> {
  const { embedder, vectorIndex } = engines;
  const present = await vectorIndex.present(
    creatorId,
    chunks.map(({ id }) => id),
  );
  const missing = chunks.filter(({ id }) => !present.has(id));
  const batches = Array.from({ length: Math.ceil(missing.length / embedder.maxBatch) }, (_, index) =>
    missing.slice(index * embedder.maxBatch, (index + 1) * embedder.maxBatch),
  );
  const embedded = await Promise.all(
    batches.map(async (batch) => {
      const vectors = await embedder.embed(batch.map(embeddedText), { kind: 'document', signal });
      return batch.map((chunk, index) => ({ chunk, embedding: vectorAt(vectors, index) }));
    }),
  );
  signal.throwIfAborted();
  if (missing.length > 0) await vectorIndex.upsert(creatorId, embedder.space, embedded.flat());
}

function vectorAt(vectors: readonly Float32Array[], index: number): Float32Array {
  const vector = vectors[index];
  if (vector !== undefined) return vector;
  throw new DocentError('EMBEDDER_UNAVAILABLE', {
    userMessage: 'The embedder gave fewer vectors than it was given texts.',
    retryable: true,
  });
}
