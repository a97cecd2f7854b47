import { createBoundedMap } from '../bounded-map.js';
import type { CreatorId, DocumentId } from '../ids.js';
import type { Clock } from '../ports/clock.js';
import type { Logger } from '../ports/logger.js';
import { isEngineAway, withStoreDeadline } from '../store-deadline.js';
import type { DocumentRecord } from './document-record.js';
import type { ActiveDocument } from './document-registry.js';

/** What is kept in memory of the documents that answer. */
export interface ActiveDocuments {
  /**
   * The creator's, read anew after five minutes and after `doubt`. While the store is away the ones that are known serve on.
   * @throws DocentError `ENGINE_UNAVAILABLE` when none are known and the store is away.
   */
  read(creatorId: CreatorId): Promise<ReadonlyMap<DocumentId, ActiveDocument>>;
  /** Whether something is kept of the creator. */
  has(creatorId: CreatorId): boolean;
  /** Takes over what a record says now; undefined when it is gone. */
  refresh(creatorId: CreatorId, documentId: DocumentId, record: DocumentRecord | undefined): Promise<void>;
  /** Forgets a creator. */
  drop(creatorId: CreatorId): void;
  /** A change may have been missed: what is kept is read anew when it is asked for. */
  doubt(): void;
}

/** What they are read with. */
export interface ActiveDocumentsOptions {
  /** Every record of a creator. */
  records(creatorId: CreatorId): AsyncIterable<DocumentRecord>;
  readonly clock: Clock;
  readonly logger: Logger;
}

type Documents = Map<DocumentId, ActiveDocument>;

interface Cached {
  readonly documents: Promise<Documents>;
  /** How often everything was in doubt when they were read. */
  readonly doubts: number;
  currentUntil: number;
  /** Set when they could not be read anew: until then they are not asked for again. */
  servesUntil: number;
}

const MAX_CREATORS = 200;
/** How long they count as current though no change was heard of, in milliseconds. */
const CURRENT_MS = 5 * 60_000;
/** The wait for newer ones where some are known, and before they are asked for again, in milliseconds. */
const RELOAD_TIMEOUT_MS = 2_000;
const RELOAD_AGAIN_MS = 10_000;

/** Keeps the documents of the creators used last. */
export function createActiveDocuments({ records, clock, logger }: ActiveDocumentsOptions): ActiveDocuments {
  const cache = createBoundedMap<CreatorId, Cached>(MAX_CREATORS);
  let doubts = 0;

  async function load(creatorId: CreatorId): Promise<Documents> {
    const documents: Documents = new Map();
    for await (const record of records(creatorId)) remember(documents, record.documentId, record);
    return documents;
  }

  async function reload(creatorId: CreatorId, known: Cached): Promise<Documents> {
    try {
      return await withStoreDeadline({ clock, timeoutMs: RELOAD_TIMEOUT_MS }, () => load(creatorId));
    } catch (error) {
      if (!isEngineAway(error)) throw error;
      logger.warn('documents.not-reloaded', { creatorId }, error);
      const cached = cache.get(creatorId);
      if (cached !== undefined) {
        cached.currentUntil = 0;
        cached.servesUntil = clock.now() + RELOAD_AGAIN_MS;
      }
      return known.documents;
    }
  }

  function isCurrent(cached: Cached): boolean {
    const now = clock.now();
    return now < cached.servesUntil || (cached.doubts === doubts && now < cached.currentUntil);
  }

  return {
    has: (creatorId) => cache.get(creatorId) !== undefined,
    drop: (creatorId) => cache.delete(creatorId),
    doubt() {
      doubts++;
    },

    async read(creatorId) {
      const known = cache.get(creatorId);
      if (known !== undefined && isCurrent(known)) return known.documents;
      const documents = known === undefined ? load(creatorId) : reload(creatorId, known);
      cache.set(creatorId, { documents, doubts, currentUntil: clock.now() + CURRENT_MS, servesUntil: 0 });
      documents.catch(() => {
        if (cache.get(creatorId)?.documents === documents) cache.delete(creatorId);
      });
      return documents;
    },

    async refresh(creatorId, documentId, record) {
      const documents = await cache.get(creatorId)?.documents.catch(() => undefined);
      if (documents !== undefined) remember(documents, documentId, record);
    },
  };
}

function remember(documents: Documents, documentId: DocumentId, record: DocumentRecord | undefined): void {
  if (record?.active === undefined || record.active === null) {
    documents.delete(documentId);
    return;
  }
  const { version, chunkCount, embeddedCount } = record.active;
  const isLearning = embeddedCount < chunkCount;
  documents.set(documentId, { version, name: record.name, title: record.title, isLearning });
}
