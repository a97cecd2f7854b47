import { untilAborted } from '../deadline.js';
import type { CreatorId, DocumentId } from '../ids.js';
import type { ChunkLog, ChunkStore } from '../ports/chunk-store.js';
import type { Clock } from '../ports/clock.js';
import type { KeywordIndex, Replica } from '../ports/keyword-index.js';
import type { Logger } from '../ports/logger.js';
import { createSharedRuns } from '../shared-runs.js';
import { isEngineAway, withStoreDeadline } from '../store-deadline.js';
import { type BuildProgress, createReplicaWriter } from './replica-writer.js';

/** Who waits until questions can be searched, and how it learns that this takes a while. */
export interface Preparation {
  readonly signal: AbortSignal;
  /** Called now and then while a copy is made; not at all where a copy is only caught up. */
  onBuild(progress: BuildProgress): void;
}

/** The chunks and their words: what questions are searched in, and what documents are written to. */
export interface Knowledge {
  /** What questions are searched in, once `prepare` has resolved. */
  readonly searched: { readonly chunkStore: ChunkStore; readonly keywordIndex: KeywordIndex };
  /** The keyword index for whoever writes chunks to the shared store. */
  readonly written: KeywordIndex;
  /**
   * Brings what is searched up to what the shared store holds now. Where that is away, a copy answers as it is.
   * @throws DocentError `ENGINE_UNAVAILABLE` without a copy; the signal's reason when aborted, while the work goes on for others.
   */
  prepare(creatorId: CreatorId, preparation: Preparation): Promise<void>;
  /** Begins to catch up every copy from time to time: what was deleted goes also where nobody asks. */
  start(): void;
  stop(): Promise<void>;
}

/** What knowledge is made of. */
export interface KnowledgeOptions {
  readonly chunkStore: ChunkStore;
  readonly keywordIndex: KeywordIndex;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Called before the chunks of a document go from the copy. */
  beforeDelete(creatorId: CreatorId, documentId: DocumentId): Promise<void>;
}

/** How long one call to the shared store may take, in milliseconds; somebody waits for it. */
const SHARED_TIMEOUT_MS = 3_000;
const REFRESH_EVERY_MS = 10 * 60_000;
/** Copies that could not be caught up, before the others are left for the next time too. */
const MAX_FAILURES = 3;

/**
 * Where several processes share the chunks and the keyword index lives in this one, questions are searched in a copy
 * that follows the shared store's log; everywhere else in the engines themselves.
 */
export function createKnowledge(options: KnowledgeOptions): Knowledge {
  const { chunkStore, keywordIndex } = options;
  if (chunkStore.log !== undefined && keywordIndex.replica !== undefined)
    return createFollowing({ ...options, log: chunkStore.log, replica: keywordIndex.replica });
  return {
    searched: { chunkStore, keywordIndex },
    written: keywordIndex,
    async prepare() {},
    start() {},
    async stop() {},
  };
}

function createFollowing(options: KnowledgeOptions & { readonly log: ChunkLog; readonly replica: Replica }): Knowledge {
  const { chunkStore, log, keywordIndex, replica, clock, logger, beforeDelete } = options;
  const stopping = new AbortController();
  const builders = new Map<CreatorId, Set<Preparation['onBuild']>>();
  let cancelRefresh = (): void => {};
  const writer = createReplicaWriter({
    shared: chunkStore,
    log,
    keywordIndex,
    replica,
    beforeDelete,
    ask: (call) => withStoreDeadline({ clock, timeoutMs: SHARED_TIMEOUT_MS, signal: stopping.signal }, call),
  });
  const runs = createSharedRuns((creatorId: CreatorId) =>
    writer.catchUp(creatorId, (progress) => {
      for (const onBuild of builders.get(creatorId) ?? []) onBuild(progress);
    }),
  );

  async function prepare(creatorId: CreatorId, { signal, onBuild }: Preparation): Promise<void> {
    const waiting = builders.get(creatorId) ?? new Set();
    builders.set(creatorId, waiting.add(onBuild));
    try {
      await untilAborted(runs.run(creatorId), signal);
    } catch (error) {
      if (!isEngineAway(error) || (await replica.place(creatorId)) === undefined) throw error;
      logger.warn('replica.behind', { creatorId }, error);
    } finally {
      waiting.delete(onBuild);
      if (waiting.size === 0) builders.delete(creatorId);
    }
  }

  async function refreshAll(): Promise<void> {
    let failures = 0;
    for (const creatorId of await replica.creators().catch(() => [])) {
      if (stopping.signal.aborted || failures === MAX_FAILURES) break;
      await runs.run(creatorId).catch((error: unknown) => {
        failures += 1;
        logger.warn('replica.not-refreshed', { creatorId }, error);
      });
    }
    if (!stopping.signal.aborted) cancelRefresh = clock.after(REFRESH_EVERY_MS, () => void refreshAll());
  }

  return {
    searched: { chunkStore: replica.chunkStore, keywordIndex },
    written: {
      ...keywordIndex,
      // The log carries these to every copy, this process's among them.
      async upsert() {},
      async deleteDocument() {},
      // Whoever erases the shared chunks first finds the erasure in the log.
      async eraseCreator(creatorId) {
        if ((await replica.creators()).includes(creatorId)) await runs.run(creatorId);
      },
    },
    prepare,
    start: () => void refreshAll(),
    async stop() {
      stopping.abort(new DOMException('Docent is stopping', 'AbortError'));
      cancelRefresh();
      await runs.settled();
    },
  };
}
