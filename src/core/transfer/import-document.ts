import { type LeaseWaiting, runExclusively } from '../exclusive.js';
import { DocentError } from '../errors.js';
import { type CreatorId, type DocumentId, chunkIdOf, documentIdOf } from '../ids.js';
import type { DocumentRecord } from '../ingest/document-record.js';
import type { WritableDocumentRegistry } from '../ingest/document-registry.js';
import { type IndexStores, documentLease, finishPublished, statusOf, versionOf } from '../ingest/document-version.js';
import type { Chunk } from '../ports/chunk-store.js';
import type { Coordinator } from '../ports/coordinator.js';
import type { Embedder } from '../ports/embedder.js';
import type { ChunkLine, DocumentLine } from './export-format.js';
import type { StagedImports } from './staged-imports.js';

/** What the import of a document works with. */
export interface ImportDocumentParts extends LeaseWaiting, IndexStores {
  readonly coordinator: Coordinator;
  readonly embedder: Pick<Embedder, 'countTokens'>;
  readonly registry: WritableDocumentRegistry;
  readonly staged: StagedImports;
}

/** A document as it comes out of a file. */
export interface DocumentToImport {
  readonly creatorId: CreatorId;
  readonly line: DocumentLine;
  /** Its passages; to be read to the end whatever becomes of them. */
  readonly chunks: AsyncIterable<ChunkLine>;
  /** Whether it takes the place of another content under its name. */
  readonly replace: boolean;
  readonly signal: AbortSignal;
  onChunks(count: number): void;
}

/** `known`: the same content is there already; `kept`: another content is there, which stays. */
export type ImportOutcome = 'added' | 'replaced' | 'known' | 'kept';

/** Passages written at once: small, because the embedded stores write on the event loop. */
const STORE_BATCH = 64;

/**
 * Takes a document in as ingestion does: its passages are written beside the active version and become visible in one
 * step, once all of them were read and found whole. Vectors follow in the background.
 * @throws DocentError `EXPORT_DAMAGED`; `DOCUMENT_CANCELLED` when somebody else changed the document meanwhile; as the
 * stores. Nothing of it is left then, or it goes at the next start.
 */
export function importDocument(parts: ImportDocumentParts, document: DocumentToImport): Promise<ImportOutcome> {
  const { creatorId, line, replace } = document;
  const documentId = documentIdOf(creatorId, line.name);
  return runExclusively(parts, documentLease(documentId), document.signal, async (signal) => {
    const before = await recordOf(parts, creatorId, documentId);
    const active = before?.status === 'removing' ? null : (before?.active ?? null);
    if (active !== null && (active.version === versionOf(line.contentHash) || !replace)) {
      await passOver(document);
      if (active.version !== versionOf(line.contentHash)) return 'kept';
      if (before !== undefined) await finishPublished(parts, creatorId, before);
      return 'known';
    }
    const record = await stage(parts, { ...document, signal }, documentId, before);
    await finishPublished(parts, creatorId, record);
    await parts.staged.end(creatorId, documentId);
    return active === null ? 'added' : 'replaced';
  });
}

/** The record as it is stored, one that is being removed included. */
function recordOf(
  { registry }: ImportDocumentParts,
  creatorId: CreatorId,
  documentId: DocumentId,
): Promise<DocumentRecord | undefined> {
  return registry.update(creatorId, documentId, () => undefined);
}

async function passOver({ chunks, onChunks }: DocumentToImport): Promise<void> {
  for await (const _ of chunks) onChunks(1);
}

async function stage(
  parts: ImportDocumentParts,
  document: DocumentToImport,
  documentId: DocumentId,
  before: DocumentRecord | undefined,
): Promise<DocumentRecord> {
  const { creatorId } = document;
  await parts.staged.begin(creatorId, documentId);
  try {
    await storeChunks(parts, document, documentId);
    if (!(await parts.staged.isStaged(creatorId, documentId))) throw changedMeanwhile(document.line.name);
    return await publish(parts, document, documentId, before);
  } catch (error) {
    // A store that is away keeps this from being done; then the next start does it.
    await parts.staged.discard(creatorId, documentId).catch(() => undefined);
    throw error;
  }
}

async function storeChunks(
  parts: ImportDocumentParts,
  { creatorId, line, chunks, signal, onChunks }: DocumentToImport,
  documentId: DocumentId,
): Promise<void> {
  const version = versionOf(line.contentHash);
  let batch: Chunk[] = [];
  const flush = async (): Promise<void> => {
    signal.throwIfAborted();
    await parts.chunkStore.put(creatorId, batch);
    await parts.keywordIndex.upsert(creatorId, batch);
    onChunks(batch.length);
    batch = [];
  };
  for await (const { type: _, ...chunk } of chunks) {
    const { index, text, breadcrumb } = chunk;
    const id = chunkIdOf({ creatorId, documentId, version, index, text });
    // Counted anew: another embedder may have another tokenizer.
    const tokenCount = parts.embedder.countTokens(breadcrumb) + parts.embedder.countTokens(text);
    batch.push({ ...chunk, id, creatorId, documentId, version, source: line.name, tokenCount });
    if (batch.length === STORE_BATCH) await flush();
  }
  if (batch.length > 0) await flush();
}

async function publish(
  { registry, clock }: ImportDocumentParts,
  { creatorId, line }: DocumentToImport,
  documentId: DocumentId,
  before: DocumentRecord | undefined,
): Promise<DocumentRecord> {
  const { name, title, contentHash, sizeBytes, format, pageCount, skipped, uploadedBy, chunkCount } = line;
  const now = clock.now();
  const version = versionOf(contentHash);
  const active = {
    version,
    contentHash,
    sizeBytes,
    format,
    pageCount,
    chunkCount,
    embeddedCount: 0,
    skipped,
    publishedAt: now,
  };
  const record = await registry.update(creatorId, documentId, (current) => {
    if (current?.createdAt !== before?.createdAt || current?.status !== before?.status) return undefined;
    const isWaiting = current?.status === 'queued';
    return {
      documentId,
      name,
      title,
      status: isWaiting ? 'queued' : statusOf(active),
      active,
      // A file that waits for its turn is read after this and takes its place.
      pendingVersion: isWaiting ? current.pendingVersion : null,
      failure: null,
      uploadedBy,
      uploadedAt: current?.uploadedAt ?? 0,
      // Later than one that is being removed, so that the two are told apart.
      createdAt:
        current === undefined || current.status === 'removing'
          ? Math.max(now, (current?.createdAt ?? 0) + 1)
          : current.createdAt,
      updatedAt: now,
    };
  });
  if (record?.active?.publishedAt === now && record.active.version === version) return record;
  throw changedMeanwhile(name);
}

function changedMeanwhile(name: string): DocentError {
  return new DocentError('DOCUMENT_CANCELLED', {
    userMessage: `"${name}" was changed by somebody else while it was imported. Import the file again.`,
  });
}
