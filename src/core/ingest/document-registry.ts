import { DocentError } from '../errors.js';
import { followChanges } from '../follow-changes.js';
import { type CreatorId, type DocumentId, type DocumentVersion, documentIdOf, documentIdSchema } from '../ids.js';
import type { Clock } from '../ports/clock.js';
import type { Change, Coordinator } from '../ports/coordinator.js';
import type { Logger } from '../ports/logger.js';
import type { RecordStore, WriteCondition } from '../ports/record-store.js';
import type { Creators } from '../creators.js';
import { isRecordInvalid } from '../record-text.js';
import { withStoreDeadline } from '../store-deadline.js';
import { createActiveDocuments } from './active-documents.js';
import { type DocumentRecord, documentCollection } from './document-record.js';

/** What retrieval needs to know of a creator's documents. */
export interface ActiveDocument {
  readonly version: DocumentVersion;
  readonly name: string;
  readonly title: string;
  /** Whether some of its vectors are still to come. */
  readonly isLearning: boolean;
}

/** The creator's documents: the one place that says which version of each is the one that answers. */
export interface DocumentRegistry {
  /** @throws DocentError `RECORD_INVALID` for one that cannot be read: whoever takes it for none removes its passages. */
  get(creatorId: CreatorId, documentId: DocumentId): Promise<DocumentRecord | undefined>;
  /** By exact name (NFC, trimmed). */
  findByName(creatorId: CreatorId, name: string): Promise<DocumentRecord | undefined>;
  /** In no order that means anything, a page at a time; pass the last record's id as `after`. `limit` is 1 to 1,000. */
  list(
    creatorId: CreatorId,
    options: { readonly after?: DocumentId; readonly limit: number },
  ): Promise<DocumentRecord[]>;
  /**
   * All active documents; kept current by this process's writes and, through the change stream, by others'. While the
   * store is away the ones that are known serve on.
   * @throws DocentError `ENGINE_UNAVAILABLE` when none are known and the store is away.
   */
  active(creatorId: CreatorId): Promise<ReadonlyMap<DocumentId, ActiveDocument>>;
}

/** The registry as ingestion writes it. */
export interface WritableDocumentRegistry extends DocumentRegistry {
  /**
   * Replaces a record by what `update` makes of the newest one (undefined when there is none, or one that cannot be read;
   * also one that is being removed), and tells the change stream. When `update` returns undefined nothing is written. Resolves to the record as it is then.
   * @throws DocentError `RECORD_CONFLICT` when others kept writing the same record at the same time.
   */
  update(
    creatorId: CreatorId,
    documentId: DocumentId,
    update: (current: DocumentRecord | undefined) => DocumentRecord | undefined,
  ): Promise<DocumentRecord | undefined>;
  /** Documents that were forgotten and are not gone yet: what a kill left of them. */
  removing(creatorId: CreatorId): Promise<DocumentRecord[]>;
  /** Removes the record and tells the change stream. */
  remove(creatorId: CreatorId, documentId: DocumentId): Promise<void>;
  /** Forgets what is cached of a creator that was erased, here and, through the change stream, in other processes. */
  drop(creatorId: CreatorId): Promise<void>;
  /** Reads a record again whose change may not have been heard of yet. */
  reread(creatorId: CreatorId, documentId: DocumentId): Promise<void>;
  /** Keeps the cache current with other processes' changes until the signal aborts, also after the stream broke. */
  follow(signal: AbortSignal): Promise<void>;
}

/** Changes of documents are published as this kind, grouped by creator, with `{ documentId }` as data; null for all of them. */
export const DOCUMENT_CHANGE = 'document';

const PAGE_SIZE = 500;
/** A question waits for the list of documents, in milliseconds for each page. */
const PAGE_TIMEOUT_MS = 2_000;
const MAX_WRITE_TRIES = 8;

interface RegistryOptions {
  readonly recordStore: RecordStore;
  readonly coordinator: Coordinator;
  readonly creators: Creators;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Keeps documents as records, with the active ones of recently used creators in memory. */
export function createDocumentRegistry({
  recordStore,
  coordinator,
  creators,
  clock,
  logger,
}: RegistryOptions): WritableDocumentRegistry {
  const records = (creatorId: CreatorId): AsyncGenerator<DocumentRecord> => all(creatorId, undefined, PAGE_SIZE);
  const active = createActiveDocuments({ records, clock, logger });

  const readRecord = async (creatorId: CreatorId, documentId: DocumentId): Promise<DocumentRecord | undefined> => {
    const record = (await recordStore.get(documentCollection, { creatorId }, documentId))?.value;
    return record?.status === 'removing' ? undefined : record;
  };

  /** Every record, those being removed included. */
  async function* all(
    creatorId: CreatorId,
    from: DocumentId | undefined,
    pageSize: number,
  ): AsyncGenerator<DocumentRecord> {
    let after = from;
    for (;;) {
      const position = after === undefined ? {} : { after };
      const page = await withStoreDeadline({ clock, timeoutMs: PAGE_TIMEOUT_MS }, () =>
        recordStore.list(documentCollection, { creatorId }, { ...position, limit: pageSize }),
      );
      yield* page.map(({ value }) => value);
      if (page.length < pageSize) return;
      after = page.at(-1)?.value.documentId;
    }
  }

  async function list(
    creatorId: CreatorId,
    { after, limit }: { readonly after?: DocumentId; readonly limit: number },
  ): Promise<DocumentRecord[]> {
    const listed: DocumentRecord[] = [];
    for await (const record of all(creatorId, after, limit)) {
      if (record.status !== 'removing') listed.push(record);
      if (listed.length === limit) break;
    }
    return listed;
  }

  async function readToReplace(
    creatorId: CreatorId,
    documentId: DocumentId,
  ): Promise<{ readonly current: DocumentRecord | undefined; readonly replaces: WriteCondition | undefined }> {
    try {
      const stored = await recordStore.get(documentCollection, { creatorId }, documentId);
      return { current: stored?.value, replaces: { ifRevision: stored?.revision ?? 'absent' } };
    } catch (error) {
      if (!isRecordInvalid(error)) throw error;
      // Its revision cannot be read either.
      return { current: undefined, replaces: undefined };
    }
  }

  async function reread(creatorId: CreatorId, documentId: DocumentId): Promise<void> {
    if (!active.has(creatorId)) return;
    // As when all are listed, one that cannot be read is none that answers.
    const record = await readRecord(creatorId, documentId).catch((error: unknown) => {
      if (!isRecordInvalid(error)) throw error;
    });
    await active.refresh(creatorId, documentId, record ?? undefined);
  }

  async function announce(
    creatorId: CreatorId,
    documentId: DocumentId,
    record: DocumentRecord | undefined,
  ): Promise<void> {
    await active.refresh(creatorId, documentId, record);
    await coordinator.publish({ kind: DOCUMENT_CHANGE, group: creatorId, data: { documentId } });
  }

  return {
    get: readRecord,
    findByName: (creatorId, name) => readRecord(creatorId, documentIdOf(creatorId, name)),
    list,

    active: (creatorId) => active.read(creatorId),
    async drop(creatorId) {
      active.drop(creatorId);
      await coordinator.publish({ kind: DOCUMENT_CHANGE, group: creatorId, data: null });
    },

    async update(creatorId, documentId, update) {
      for (let tries = 0; tries < MAX_WRITE_TRIES; tries++) {
        const { current, replaces } = await readToReplace(creatorId, documentId);
        const next = update(current);
        if (next === undefined) return current;
        if (current === undefined) await creators.add(creatorId);
        try {
          await recordStore.put(documentCollection, { creatorId }, { id: documentId, value: next }, replaces);
        } catch (error) {
          if (error instanceof DocentError && error.code === 'RECORD_CONFLICT') continue;
          throw error;
        }
        await announce(creatorId, documentId, next);
        return next;
      }
      throw new DocentError('RECORD_CONFLICT', {
        userMessage: 'The document is being changed by somebody else at the same time. Try again in a moment.',
        retryable: true,
      });
    },

    async removing(creatorId) {
      const removing: DocumentRecord[] = [];
      for await (const record of records(creatorId)) if (record.status === 'removing') removing.push(record);
      return removing;
    },

    async remove(creatorId, documentId) {
      await recordStore.delete(documentCollection, { creatorId }, documentId);
      await announce(creatorId, documentId, undefined);
    },

    reread,

    follow: (signal) =>
      followChanges({
        clock,
        logger,
        signal,
        follow: (until) => coordinator.follow(until),
        async onChange(change) {
          if (change.kind === DOCUMENT_CHANGE && change.data === null) active.drop(change.group as CreatorId);
          const changed = documentOfChange(change);
          if (changed !== undefined) await reread(changed.creatorId, changed.documentId);
        },
        onGap: () => active.doubt(),
      }),
  };
}

function documentOfChange(change: Change): { creatorId: CreatorId; documentId: DocumentId } | undefined {
  if (
    change.kind !== DOCUMENT_CHANGE ||
    typeof change.data !== 'object' ||
    change.data === null ||
    Array.isArray(change.data)
  )
    return undefined;
  const documentId = documentIdSchema.safeParse(change.data['documentId']);
  return documentId.success ? { creatorId: change.group as CreatorId, documentId: documentId.data } : undefined;
}
