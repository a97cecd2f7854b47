import { DocentError } from '../errors.js';
import { type CreatorId, type DocumentId, type DocumentVersion, documentIdOf, documentIdSchema } from '../ids.js';
import type { Change, Coordinator } from '../ports/coordinator.js';
import type { RecordStore } from '../ports/record-store.js';
import type { Creators } from '../creators.js';
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
  get(creatorId: CreatorId, documentId: DocumentId): Promise<DocumentRecord | undefined>;
  /** By exact name (NFC, trimmed). */
  findByName(creatorId: CreatorId, name: string): Promise<DocumentRecord | undefined>;
  /** In no order that means anything, a page at a time; pass the last record's id as `after`. `limit` is 1 to 1,000. */
  list(
    creatorId: CreatorId,
    options: { readonly after?: DocumentId; readonly limit: number },
  ): Promise<DocumentRecord[]>;
  /** All active documents; kept current by this process's writes and, through the change stream, by others'. */
  active(creatorId: CreatorId): Promise<ReadonlyMap<DocumentId, ActiveDocument>>;
}

/** The registry as ingestion writes it. */
export interface WritableDocumentRegistry extends DocumentRegistry {
  /**
   * Replaces a record by what `update` makes of the newest one (undefined when there is none; also one that is being
   * removed), and tells the change stream. When `update` returns undefined nothing is written. Resolves to the record as it is then.
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
  /** Forgets what is cached of a creator, such as after it was erased. */
  drop(creatorId: CreatorId): void;
  /** Keeps the cache current with other processes' changes until the signal aborts. */
  follow(signal: AbortSignal): Promise<void>;
}

/** Changes of documents are published as this kind, grouped by creator, with `{ documentId }` as data. */
export const DOCUMENT_CHANGE = 'document';

const PAGE_SIZE = 500;
const MAX_WRITE_TRIES = 8;
/** Creators whose active documents are kept in memory. */
const MAX_CACHED_CREATORS = 200;

interface RegistryOptions {
  readonly recordStore: RecordStore;
  readonly coordinator: Coordinator;
  readonly creators: Creators;
}

/** Keeps documents as records, with the active ones of recently used creators in memory. */
export function createDocumentRegistry({
  recordStore,
  coordinator,
  creators,
}: RegistryOptions): WritableDocumentRegistry {
  const cache = new Map<CreatorId, Promise<Map<DocumentId, ActiveDocument>>>();

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
      const page = await recordStore.list(documentCollection, { creatorId }, { ...position, limit: pageSize });
      yield* page.map(({ value }) => value);
      if (page.length < pageSize) return;
      after = page.at(-1)?.value.documentId;
    }
  }

  async function list(
    creatorId: CreatorId,
    { after, limit }: { readonly after?: DocumentId; readonly limit: number },
  ): Promise<DocumentRecord[]> {
    const records: DocumentRecord[] = [];
    for await (const record of all(creatorId, after, limit)) {
      if (record.status !== 'removing') records.push(record);
      if (records.length === limit) break;
    }
    return records;
  }

  async function load(creatorId: CreatorId): Promise<Map<DocumentId, ActiveDocument>> {
    const active = new Map<DocumentId, ActiveDocument>();
    for await (const record of all(creatorId, undefined, PAGE_SIZE)) remember(active, record.documentId, record);
    return active;
  }

  async function refresh(
    creatorId: CreatorId,
    documentId: DocumentId,
    record: DocumentRecord | undefined,
  ): Promise<void> {
    const cached = await cache.get(creatorId)?.catch(() => undefined);
    if (cached !== undefined) remember(cached, documentId, record);
  }

  async function announce(
    creatorId: CreatorId,
    documentId: DocumentId,
    record: DocumentRecord | undefined,
  ): Promise<void> {
    await refresh(creatorId, documentId, record);
    await coordinator.publish({ kind: DOCUMENT_CHANGE, group: creatorId, data: { documentId } });
  }

  return {
    get: readRecord,
    findByName: (creatorId, name) => readRecord(creatorId, documentIdOf(creatorId, name)),
    list,

    async active(creatorId) {
      const known = cache.get(creatorId);
      if (known !== undefined) return known;
      const loading = load(creatorId);
      cache.set(creatorId, loading);
      loading.catch(() => cache.delete(creatorId));
      const oldest = cache.keys().next().value;
      if (cache.size > MAX_CACHED_CREATORS && oldest !== undefined) cache.delete(oldest);
      return loading;
    },

    async update(creatorId, documentId, update) {
      for (let tries = 0; tries < MAX_WRITE_TRIES; tries++) {
        const stored = await recordStore.get(documentCollection, { creatorId }, documentId);
        const next = update(stored?.value);
        if (next === undefined) return stored?.value;
        if (stored === undefined) await creators.add(creatorId);
        try {
          await recordStore.put(
            documentCollection,
            { creatorId },
            { id: documentId, value: next },
            { ifRevision: stored?.revision ?? 'absent' },
          );
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
      const records: DocumentRecord[] = [];
      for await (const record of all(creatorId, undefined, PAGE_SIZE))
        if (record.status === 'removing') records.push(record);
      return records;
    },

    async remove(creatorId, documentId) {
      await recordStore.delete(documentCollection, { creatorId }, documentId);
      await announce(creatorId, documentId, undefined);
    },

    drop(creatorId) {
      cache.delete(creatorId);
    },

    async follow(signal) {
      for await (const change of coordinator.follow(signal)) {
        const changed = documentOfChange(change);
        if (changed !== undefined && cache.has(changed.creatorId))
          await refresh(changed.creatorId, changed.documentId, await readRecord(changed.creatorId, changed.documentId));
      }
    },
  };
}

function remember(
  active: Map<DocumentId, ActiveDocument>,
  documentId: DocumentId,
  record: DocumentRecord | undefined,
): void {
  if (record?.active === undefined || record.active === null) {
    active.delete(documentId);
    return;
  }
  const { version, chunkCount, embeddedCount } = record.active;
  active.set(documentId, { version, name: record.name, title: record.title, isLearning: embeddedCount < chunkCount });
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
