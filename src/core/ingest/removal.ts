import { DocentError } from '../errors.js';
import { runExclusively } from '../exclusive.js';
import { type CreatorId, type DocumentId, memberKeySchema } from '../ids.js';
import type { Clock } from '../ports/clock.js';
import type { Coordinator } from '../ports/coordinator.js';
import type { Logger } from '../ports/logger.js';
import { isRecordInvalid } from '../record-text.js';
import { isEngineAway } from '../store-deadline.js';
import type { DocumentRecord } from './document-record.js';
import type { WritableDocumentRegistry } from './document-registry.js';
import { type IndexStores, documentLease, removeChunks } from './document-version.js';
import { EMBED_QUEUE } from './ingest-payload.js';

/** What documents are removed from. */
export interface RemovalOptions extends IndexStores {
  readonly registry: WritableDocumentRegistry;
  readonly coordinator: Pick<Coordinator, 'lease' | 'enqueue'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** How long a removal waits for other work on the document, in milliseconds. */
const REMOVAL_TIMEOUT_MS = 60_000;

/** A record of another shape, by a fault or another version of Docent. */
const UNREADABLE = 'unreadable';
/** Stands where such a record said who uploaded the document. */
const NOBODY = memberKeySchema.parse('unknown');

/**
 * Removes a document, also one whose record cannot be read, and resolves to how many passages it had (null: unknown): out of sight first, so that a running job sees it and stops and no answer cites it from here on;
 * its record goes last, so that what a kill or an engine that is away leaves behind is made good later.
 * @throws DocentError `DOCUMENT_UNKNOWN`.
 */
export async function removeDocument(
  options: RemovalOptions,
  creatorId: CreatorId,
  documentId: DocumentId,
): Promise<{ readonly chunkCount: number | null }> {
  const { registry, clock } = options;
  const record = await readRecord(registry, creatorId, documentId);
  if (record === undefined)
    throw new DocentError('DOCUMENT_UNKNOWN', {
      userMessage: 'There is no such document. List them with the command "documents".',
    });
  await registry.update(creatorId, documentId, (current) => {
    const known = current ?? (record === UNREADABLE ? unknownRecord(documentId, clock.now()) : undefined);
    return known && { ...known, status: 'removing', active: null, pendingVersion: null, updatedAt: clock.now() };
  });
  await settleRemoval(options, creatorId, documentId);
  return { chunkCount: record === UNREADABLE ? null : (record.active?.chunkCount ?? 0) };
}

async function readRecord(
  registry: WritableDocumentRegistry,
  creatorId: CreatorId,
  documentId: DocumentId,
): Promise<DocumentRecord | undefined | typeof UNREADABLE> {
  try {
    return await registry.get(creatorId, documentId);
  } catch (error) {
    if (isRecordInvalid(error)) return UNREADABLE;
    throw error;
  }
}

/** Takes an unreadable record's place while what the document left is removed. */
function unknownRecord(documentId: DocumentId, now: number): DocumentRecord {
  return {
    documentId,
    name: UNREADABLE,
    title: UNREADABLE,
    status: 'removing',
    active: null,
    pendingVersion: null,
    failure: null,
    uploadedBy: NOBODY,
    uploadedAt: 0,
    createdAt: now,
    updatedAt: now,
  };
}

/** Removes what a forgotten document left, or has it removed once the engine that is away is back. */
export async function settleRemoval(
  options: RemovalOptions,
  creatorId: CreatorId,
  documentId: DocumentId,
): Promise<void> {
  try {
    await finishRemoval(options, creatorId, documentId);
  } catch (error) {
    if (!isEngineAway(error)) throw error;
    options.logger.warn('document.removed-later', { creatorId, documentId }, error);
    await options.coordinator.enqueue({
      queue: EMBED_QUEUE,
      id: `${documentId}.removal.${options.clock.now()}`,
      group: creatorId,
      payload: { creatorId, documentId, version: null },
    });
  }
}

/** Removes what a forgotten document left; one of its name that was added again meanwhile keeps its active version. */
export async function finishRemoval(
  options: RemovalOptions,
  creatorId: CreatorId,
  documentId: DocumentId,
): Promise<void> {
  const signal = AbortSignal.timeout(REMOVAL_TIMEOUT_MS);
  await runExclusively(options, documentLease(documentId), signal, async () => {
    const again = await options.registry.get(creatorId, documentId);
    await removeChunks(options, creatorId, documentId, again?.active?.version);
    if (again === undefined) await options.registry.remove(creatorId, documentId);
  });
}
