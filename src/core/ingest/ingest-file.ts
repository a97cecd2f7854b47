import { setImmediate as nextTurn } from 'node:timers/promises';
import { DocentError } from '../errors.js';
import {
  type CreatorId,
  type DocumentId,
  type DocumentVersion,
  type MemberKey,
  chunkIdOf,
  documentIdOf,
} from '../ids.js';
import type { BlobStore, StoredBlob } from '../ports/blob-store.js';
import type { Chunk } from '../ports/chunk-store.js';
import type { Clock } from '../ports/clock.js';
import type { Coordinator } from '../ports/coordinator.js';
import type { Embedder } from '../ports/embedder.js';
import { runExclusively } from '../exclusive.js';
import { chunkDocument } from './chunking.js';
import type { DocumentReader, ReadDocument } from './document-reader.js';
import type { DocumentRecord } from './document-record.js';
import type { WritableDocumentRegistry } from './document-registry.js';
import { type IndexStores, documentLease, finishPublished, statusOf, versionOf } from './document-version.js';
import type { FileResult, IngestProgress } from './ingest-payload.js';

/** What ingestion works with. */
export interface IngestEngines extends IndexStores {
  readonly clock: Clock;
  readonly coordinator: Coordinator;
  readonly blobStore: BlobStore;
  readonly embedder: Pick<Embedder, 'maxTokens' | 'countTokens'>;
  readonly reader: DocumentReader;
  readonly registry: WritableDocumentRegistry;
}

/** One file to ingest, with whom it is from. */
export interface FileToIngest {
  readonly creatorId: CreatorId;
  readonly name: string;
  readonly blob: StoredBlob;
  readonly uploadedBy: MemberKey;
  readonly replace: boolean;
  /** Milliseconds since 1970: a version published after it is this file's own, made by an earlier try; the newest upload counts. */
  readonly receivedAt: number;
  readonly signal: AbortSignal;
  onProgress(report: NonNullable<IngestProgress['current']>): void;
}

/** The embedder adds a start and an end token of its own. */
const SPECIAL_TOKENS = 2;
/** Chunks written at once: small, because the embedded stores write on the event loop. */
const STORE_BATCH = 64;

/**
 * Reads one file and publishes it: chunks are written beside the active version and become visible in one step, so that
 * there is no moment without either. Every step can run again after a kill and ends the same.
 * @throws DocentError with a `DOCUMENT_*` code, `DOCUMENT_CANCELLED` when the document was removed meanwhile.
 */
export function ingestFile(engines: IngestEngines, file: FileToIngest): Promise<FileResult> {
  const documentId = documentIdOf(file.creatorId, file.name);
  return runExclusively(engines, documentLease(documentId), file.signal, async (signal) => {
    const version = versionOf(file.blob.contentHash);
    const before = await engines.registry.get(file.creatorId, documentId);
    if (before === undefined) throw removedMeanwhile(file.name);
    if (before.active?.contentHash === file.blob.contentHash) return settleKnown(engines, file, before);
    if (isOutdated(engines, before, file)) return passOver(engines, file, before, version);
    if (before.active !== null && !file.replace) throw nameTaken(file.name);
    await markReading(engines, file, before, version);
    const document = await readFile(engines, file, before, signal);
    const chunkCount = await storeChunks(engines, { ...file, signal }, documentId, version, document);
    const record = await publish(engines, file, before, version, document, chunkCount);
    await finishPublished(engines, file.creatorId, record);
    return resultOf(record, before.active === null ? 'added' : 'replaced');
  });
}

/** The same content again: nothing to read, but what a killed try left undone after publishing is done now. */
async function settleKnown(engines: IngestEngines, file: FileToIngest, record: DocumentRecord): Promise<FileResult> {
  const settled = await engines.registry.update(file.creatorId, record.documentId, (current) =>
    !current?.active
      ? undefined
      : {
          ...current,
          status: statusOf(current.active),
          pendingVersion: null,
          failure: null,
          uploadedAt: isOutdated(engines, current, file) ? current.uploadedAt : file.receivedAt,
          updatedAt: engines.clock.now(),
        },
  );
  if (!settled?.active) throw removedMeanwhile(file.name);
  await finishPublished(engines, file.creatorId, settled);
  return knownResult(settled, file);
}

/** The result of a file whose content is what answers, by this or an earlier try; undefined where it is not. */
export async function resultSoFar(
  { registry }: Pick<IngestEngines, 'registry'>,
  file: Pick<FileToIngest, 'creatorId' | 'name' | 'blob' | 'receivedAt'>,
): Promise<FileResult | undefined> {
  const record = await registry.get(file.creatorId, documentIdOf(file.creatorId, file.name));
  return record?.active?.contentHash === file.blob.contentHash ? knownResult(record, file) : undefined;
}

function knownResult(record: DocumentRecord, { receivedAt }: Pick<FileToIngest, 'receivedAt'>): FileResult {
  return resultOf(record, (record.active?.publishedAt ?? 0) >= receivedAt ? 'added' : 'known');
}

/** A newer upload had its turn before, such as when this one's worker was killed: the newer one stays. */
async function passOver(
  engines: IngestEngines,
  file: FileToIngest,
  { documentId }: DocumentRecord,
  version: DocumentVersion,
): Promise<never> {
  await engines.registry.update(file.creatorId, documentId, (current) =>
    current?.active && current.pendingVersion === version
      ? { ...current, status: statusOf(current.active), pendingVersion: null, updatedAt: engines.clock.now() }
      : undefined,
  );
  throw new DocentError('DOCUMENT_CANCELLED', {
    userMessage: 'A newer version of it came in before this one was read, and the newer one counts.',
  });
}

async function markReading(
  engines: IngestEngines,
  file: FileToIngest,
  before: DocumentRecord,
  version: DocumentVersion,
): Promise<void> {
  await engines.registry.update(file.creatorId, before.documentId, (current) =>
    isSameDocument(current, before)
      ? { ...current, status: 'reading', pendingVersion: version, failure: null, updatedAt: engines.clock.now() }
      : undefined,
  );
}

/** Reads the file; a document that is removed meanwhile stops the reading at its next sign of progress. */
async function readFile(
  engines: IngestEngines,
  file: FileToIngest,
  before: DocumentRecord,
  signal: AbortSignal,
): Promise<ReadDocument> {
  const { creatorId, name } = file;
  const bytes = await engines.blobStore.read(creatorId, file.blob.blobId, signal);
  const removed = new AbortController();
  const stopIfRemoved = async (): Promise<void> => {
    if (!isSameDocument(await engines.registry.get(creatorId, before.documentId), before))
      removed.abort(removedMeanwhile(name));
  };
  return engines.reader.parse(bytes, {
    name,
    signal: AbortSignal.any([signal, removed.signal]),
    onProgress({ done, total, unit }) {
      file.onProgress({ name, step: 'reading', done, total, unit });
      stopIfRemoved().catch(() => undefined);
    },
  });
}

async function storeChunks(
  engines: IngestEngines,
  file: FileToIngest,
  documentId: DocumentId,
  version: DocumentVersion,
  document: ReadDocument,
): Promise<number> {
  const { chunkStore, keywordIndex, embedder } = engines;
  const { creatorId, name } = file;
  const drafts = chunkDocument(document, {
    title: document.title ?? name,
    maxTokens: embedder.maxTokens - SPECIAL_TOKENS,
    countTokens: (text) => embedder.countTokens(text),
  });
  const createdAt = engines.clock.now();
  let batch: Chunk[] = [];
  let stored = 0;
  const flush = async (): Promise<void> => {
    file.signal.throwIfAborted();
    await chunkStore.put(creatorId, batch);
    await keywordIndex.upsert(creatorId, batch);
    stored += batch.length;
    batch = [];
    file.onProgress({ name, step: 'storing', done: stored, total: 0, unit: 'chunks' });
    await nextTurn();
  };
  for (const draft of drafts) {
    const id = chunkIdOf({ creatorId, documentId, version, index: draft.index, text: draft.text });
    batch.push({ ...draft, id, creatorId, documentId, version, source: name, createdAt });
    if (batch.length === STORE_BATCH) await flush();
  }
  if (batch.length > 0) await flush();
  if (stored === 0)
    throw new DocentError('DOCUMENT_EMPTY', {
      userMessage: `"${name}" holds no text that could be read. Check the file and post it again.`,
    });
  return stored;
}

async function publish(
  engines: IngestEngines,
  file: FileToIngest,
  before: DocumentRecord,
  version: DocumentVersion,
  document: ReadDocument,
  chunkCount: number,
): Promise<DocumentRecord> {
  const now = engines.clock.now();
  const record = await engines.registry.update(file.creatorId, before.documentId, (current) =>
    isSameDocument(current, before) && !isOutdated(engines, current, file)
      ? {
          ...current,
          title: document.title ?? file.name,
          status: 'learning',
          active: {
            version,
            contentHash: file.blob.contentHash,
            sizeBytes: file.blob.sizeBytes,
            format: document.format,
            pageCount: document.pageCount,
            chunkCount,
            embeddedCount: 0,
            skipped: [...document.skipped],
            publishedAt: now,
          },
          pendingVersion: null,
          failure: null,
          uploadedBy: file.uploadedBy,
          uploadedAt: file.receivedAt,
          updatedAt: now,
        }
      : undefined,
  );
  if (record !== undefined && isOutdated(engines, record, file)) return passOver(engines, file, record, version);
  if (record?.active?.version !== version || !isSameDocument(record, before)) throw removedMeanwhile(file.name);
  return record;
}

/**
 * Whether a record is still of the document that the work began with: one that was forgotten and added again is another,
 * with a time of its own.
 */
function isSameDocument(current: DocumentRecord | undefined, before: DocumentRecord): current is DocumentRecord {
  return current !== undefined && current.status !== 'removing' && current.createdAt === before.createdAt;
}

/** Whether what answers was uploaded after this file; a time to come is that of a clock that was set back, and tells nothing. */
function isOutdated(
  { clock }: Pick<IngestEngines, 'clock'>,
  { active, uploadedAt }: DocumentRecord,
  { receivedAt }: FileToIngest,
): boolean {
  return active !== null && uploadedAt > receivedAt && uploadedAt <= clock.now();
}

function resultOf(record: DocumentRecord, outcome: 'added' | 'replaced' | 'known'): FileResult {
  return {
    name: record.name,
    outcome,
    documentId: record.documentId,
    format: record.active?.format ?? '',
    pageCount: record.active?.pageCount ?? null,
    chunkCount: record.active?.chunkCount ?? 0,
    skipped: record.active?.skipped ?? [],
  };
}

function removedMeanwhile(name: string): DocentError {
  return new DocentError('DOCUMENT_CANCELLED', { userMessage: `"${name}" was removed while it was being read.` });
}

function nameTaken(name: string): DocentError {
  return new DocentError('DOCUMENT_NAME_INVALID', {
    userMessage: `There is another document called "${name}". Allow replacing it, or post the file under another name.`,
  });
}
