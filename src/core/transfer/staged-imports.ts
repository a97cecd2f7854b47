import { z } from 'zod';
import type { Creators } from '../creators.js';
import { type LeaseWaiting, runExclusively } from '../exclusive.js';
import { type CreatorId, type DocumentId, documentIdSchema } from '../ids.js';
import type { DocumentRegistry } from '../ingest/document-registry.js';
import { type IndexStores, documentLease, removeChunks } from '../ingest/document-version.js';
import type { Logger } from '../ports/logger.js';
import type { Collection, RecordStore } from '../ports/record-store.js';

const stagedImportSchema = z.object({ documentId: documentIdSchema, stagedAt: z.number().int() });

/** Documents whose passages are being written and that nobody can see yet, by document id. */
const stagedImportCollection = {
  name: 'staged-imports',
  schema: stagedImportSchema,
} satisfies Collection<typeof stagedImportSchema>;

/** What staging works with. */
export interface StagedImportsOptions extends LeaseWaiting, IndexStores {
  readonly recordStore: RecordStore;
  readonly registry: DocumentRegistry;
  readonly creators: Creators;
  readonly logger: Logger;
}

/** Notes of documents that are being written: what a killed import leaves behind is found by them. */
export interface StagedImports {
  begin(creatorId: CreatorId, documentId: DocumentId): Promise<void>;
  /** Whether the note is still there; it goes when the creator is erased meanwhile. */
  isStaged(creatorId: CreatorId, documentId: DocumentId): Promise<boolean>;
  end(creatorId: CreatorId, documentId: DocumentId): Promise<void>;
  /** Removes what is written and not published. Call it with the document's lease. */
  discard(creatorId: CreatorId, documentId: DocumentId): Promise<void>;
  /** Discards what killed imports left, waiting for those that run in other processes; what fails is logged. */
  discardLeft(signal: AbortSignal): Promise<void>;
}

const PAGE_SIZE = 500;

/** Keeps the notes as records in their creator's room. */
export function createStagedImports(options: StagedImportsOptions): StagedImports {
  const { recordStore, registry, creators, clock, logger } = options;

  const isStaged = async (creatorId: CreatorId, documentId: DocumentId): Promise<boolean> =>
    (await recordStore.get(stagedImportCollection, { creatorId }, documentId)) !== undefined;

  async function end(creatorId: CreatorId, documentId: DocumentId): Promise<void> {
    await recordStore.delete(stagedImportCollection, { creatorId }, documentId);
  }

  async function discard(creatorId: CreatorId, documentId: DocumentId): Promise<void> {
    const record = await registry.get(creatorId, documentId);
    await removeChunks(options, creatorId, documentId, record?.active?.version);
    await end(creatorId, documentId);
  }

  async function discardOf(creatorId: CreatorId, signal: AbortSignal): Promise<void> {
    const left = await recordStore.list(stagedImportCollection, { creatorId }, { limit: PAGE_SIZE });
    for (const { value } of left)
      await runExclusively(options, documentLease(value.documentId), signal, async () => {
        if (await isStaged(creatorId, value.documentId)) await discard(creatorId, value.documentId);
      });
    if (left.length === PAGE_SIZE) await discardOf(creatorId, signal);
  }

  return {
    async begin(creatorId, documentId) {
      await creators.add(creatorId);
      await recordStore.put(
        stagedImportCollection,
        { creatorId },
        { id: documentId, value: { documentId, stagedAt: clock.now() } },
      );
    },
    isStaged,
    end,
    discard,
    async discardLeft(signal) {
      for (const creatorId of await creators.list())
        await discardOf(creatorId, signal).catch((error: unknown) =>
          logger.warn('transfer.not-discarded', { creatorId }, error),
        );
    },
  };
}
