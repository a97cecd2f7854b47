import { setImmediate as nextTurn } from 'node:timers/promises';
import { DocentError } from '../errors.js';
import type { ChunkId, CreatorId, DocumentId } from '../ids.js';
import type { Chunk, ChunkChange, ChunkLog, ChunkStore } from '../ports/chunk-store.js';
import type { KeywordIndex, Replica } from '../ports/keyword-index.js';

/** A shared store and the copy of this process. */
export interface ReplicaParts {
  readonly shared: ChunkStore;
  readonly log: ChunkLog;
  readonly keywordIndex: KeywordIndex;
  readonly replica: Replica;
  /** Runs a call on the shared store within its deadline. */
  ask<Result>(call: (signal: AbortSignal) => Promise<Result>): Promise<Result>;
  /** Called before the chunks of a document go from the copy: their reader may still look for them. */
  beforeDelete(creatorId: CreatorId, documentId: DocumentId): Promise<void>;
}

/** How far a copy is that is being built. */
export interface BuildProgress {
  readonly done: number;
  /** An estimate, when chunks come and go meanwhile. */
  readonly total: number;
}

/** Chunks asked for at once. */
const READ_BATCH = 500;
/** Chunks written at once: the embedded stores write on the event loop. */
const WRITE_BATCH = 64;
/** Changes in a page of the log that has more behind it: see `ChunkLog`. */
const FULL_PAGE = 500;
/** Builds in one run, before it is given up. */
const MAX_BUILDS = 2;

/** Writes the copy of one creator's chunks; never called twice at once for one creator. */
export interface ReplicaWriter {
  /**
   * Applies what the log has behind the copy's place; builds the copy anew where it has no place, or one that the log
   * does not reach back to. Cut short at any point, it is made good by the next call.
   */
  catchUp(creatorId: CreatorId, onBuild: (progress: BuildProgress) => void): Promise<void>;
}

/**
 * Every change is applied as what the store holds now of the chunks it names, so that applying it twice, or to a copy
 * that is ahead of it, ends the same: at the end of the log the copy is what the store was.
 */
export function createReplicaWriter(parts: ReplicaParts): ReplicaWriter {
  const { shared, log, keywordIndex, replica, ask } = parts;

  async function write(creatorId: CreatorId, chunks: readonly Chunk[]): Promise<void> {
    for (let from = 0; from < chunks.length; from += WRITE_BATCH) {
      await replica.put(creatorId, chunks.slice(from, from + WRITE_BATCH));
      await nextTurn();
    }
  }

  /** The place goes first, with the keyword index: what a crash leaves counts for nothing. */
  async function erase(creatorId: CreatorId): Promise<void> {
    await keywordIndex.eraseCreator(creatorId);
    await replica.chunkStore.eraseCreator(creatorId);
  }

  async function* pagesOf(creatorId: CreatorId): AsyncGenerator<readonly Chunk[]> {
    const leaving = new AbortController();
    const pages = shared.all(creatorId, leaving.signal)[Symbol.asyncIterator]();
    try {
      for (let page = await ask(() => pages.next()); page.done !== true; page = await ask(() => pages.next()))
        yield page.value;
    } finally {
      leaving.abort();
    }
  }

  /**
   * The end of the log is taken before the chunks are read: what changes meanwhile is behind it, and applied after. Without
   * a log there are no chunks, and what comes now is for the next run.
   */
  async function build(creatorId: CreatorId, onBuild: (progress: BuildProgress) => void): Promise<string | undefined> {
    const place = await ask((signal) => log.end(creatorId, signal));
    if (place === undefined) {
      await erase(creatorId);
      return undefined;
    }
    const total = await ask(() => shared.count(creatorId));
    await erase(creatorId);
    let done = 0;
    for await (const chunks of pagesOf(creatorId)) {
      onBuild({ done, total });
      await write(creatorId, chunks);
      done += chunks.length;
    }
    if (done > 0) await replica.setPlace(creatorId, place);
    return place;
  }

  async function copy(creatorId: CreatorId, ids: ReadonlySet<ChunkId>): Promise<void> {
    const all = [...ids];
    for (let from = 0; from < all.length; from += READ_BATCH)
      await write(creatorId, await ask(() => shared.get(creatorId, all.slice(from, from + READ_BATCH))));
  }

  /** In their order, so that there is no moment in which an old version is gone and the new one not there. */
  async function apply(creatorId: CreatorId, changes: readonly ChunkChange[]): Promise<void> {
    let put = new Set<ChunkId>();
    const flush = async (): Promise<void> => {
      const ids = put;
      put = new Set();
      await copy(creatorId, ids);
    };
    for (const change of changes) {
      if (change.kind === 'put') for (const id of change.ids) put.add(id);
      if (change.kind !== 'put' || put.size >= READ_BATCH) await flush();
      if (change.kind === 'erase') await erase(creatorId);
      else if (change.kind === 'delete') await remove(creatorId, change);
    }
    await flush();
  }

  async function remove(
    creatorId: CreatorId,
    { documentId, keep }: ChunkChange & { readonly kind: 'delete' },
  ): Promise<void> {
    await parts.beforeDelete(creatorId, documentId);
    await keywordIndex.deleteDocument(creatorId, documentId, keep ?? undefined);
    await replica.chunkStore.deleteDocument(creatorId, documentId, keep ?? undefined);
  }

  /** A creator who has nothing any more leaves nothing here, not even a place. */
  async function keepPlace(creatorId: CreatorId, changes: readonly ChunkChange[], place: string): Promise<void> {
    const mayBeEmpty = changes.some(({ kind }) => kind !== 'put');
    if (mayBeEmpty && (await replica.chunkStore.count(creatorId)) === 0) await erase(creatorId);
    else await replica.setPlace(creatorId, place);
  }

  return {
    async catchUp(creatorId, onBuild) {
      let place = await replica.place(creatorId);
      for (let builds = 0; ;) {
        const news = place === undefined ? undefined : await after(creatorId, place);
        if (news === undefined) {
          if (builds === MAX_BUILDS) throw tooFast(creatorId);
          place = await build(creatorId, onBuild);
          if (place === undefined) return;
          builds += 1;
          continue;
        }
        await apply(creatorId, news.changes);
        if (news.changes.length > 0) await keepPlace(creatorId, news.changes, news.place);
        if (news.changes.length < FULL_PAGE) return;
        place = news.place;
      }
    },
  };

  function after(creatorId: CreatorId, place: string): ReturnType<ChunkLog['after']> {
    return ask((signal) => log.after(creatorId, place, signal));
  }
}

function tooFast(creatorId: CreatorId): DocentError {
  return new DocentError('ENGINE_UNAVAILABLE', {
    userMessage: `The documents of "${creatorId}" change faster than the search index of this process can follow. Try again in a moment.`,
    retryable: true,
  });
}
