import { DocentError } from '../../src/core/errors.js';
import type { ChunkId, CreatorId } from '../../src/core/ids.js';
import type { Chunk, ChunkChange, ChunkLog, ChunkStore } from '../../src/core/ports/chunk-store.js';

/** A chunk store as several processes share it, in memory, with what a test does to it. */
export interface SharedChunkStore extends ChunkStore {
  readonly log: ChunkLog;
  /** The names of the reading calls so far. */
  readonly calls: string[];
  /** Runs before each reading call: it may change the store, fail, or never resolve. */
  beforeCall: (name: string) => void | Promise<void>;
  /** Forgets the log of a creator up to now. */
  trim(creatorId: CreatorId): void;
}

const PAGE = 500;

/** Fails as an engine that cannot be reached. */
export function away(): never {
  throw new DocentError('ENGINE_UNAVAILABLE', { userMessage: 'The shared store is away.', retryable: true });
}

export function createSharedChunkStore(): SharedChunkStore {
  const rooms = new Map<CreatorId, Map<ChunkId, Chunk>>();
  const logs = new Map<CreatorId, { first: number; changes: ChunkChange[] }>();
  const roomOf = (creatorId: CreatorId): Map<ChunkId, Chunk> => {
    const room = rooms.get(creatorId) ?? new Map<ChunkId, Chunk>();
    rooms.set(creatorId, room);
    return room;
  };
  const logOf = (creatorId: CreatorId): { first: number; changes: ChunkChange[] } => {
    const log = logs.get(creatorId) ?? { first: 0, changes: [] };
    logs.set(creatorId, log);
    return log;
  };
  const called = async (name: string): Promise<void> => {
    store.calls.push(name);
    await store.beforeCall(name);
  };

  const store: SharedChunkStore = {
    calls: [],
    beforeCall() {},
    trim(creatorId) {
      const log = logOf(creatorId);
      log.first += log.changes.length;
      log.changes = [];
    },
    async put(creatorId, chunks) {
      for (const chunk of chunks) roomOf(creatorId).set(chunk.id, chunk);
      logOf(creatorId).changes.push({ kind: 'put', ids: chunks.map(({ id }) => id) });
    },
    async get(creatorId, ids) {
      await called('get');
      return ids.flatMap((id) => roomOf(creatorId).get(id) ?? []);
    },
    async range(creatorId, { documentId, version, from, limit }) {
      return [...roomOf(creatorId).values()]
        .filter((chunk) => chunk.documentId === documentId && chunk.version === version && chunk.index >= from)
        .toSorted((a, b) => a.index - b.index)
        .slice(0, limit);
    },
    async *all(creatorId) {
      // What comes and goes while it is read may be met or not, as on a server.
      const ids = [...roomOf(creatorId).keys()];
      for (let from = 0; from < ids.length; from += PAGE) {
        await called('all');
        yield ids.slice(from, from + PAGE).flatMap((id) => roomOf(creatorId).get(id) ?? []);
      }
    },
    async deleteDocument(creatorId, documentId, keep) {
      const gone = [...roomOf(creatorId).values()].filter(
        (chunk) => chunk.documentId === documentId && chunk.version !== keep,
      );
      for (const { id } of gone) roomOf(creatorId).delete(id);
      logOf(creatorId).changes.push({ kind: 'delete', documentId, keep: keep ?? null });
      return gone.length;
    },
    async count(creatorId) {
      await called('count');
      return roomOf(creatorId).size;
    },
    async eraseCreator(creatorId) {
      const count = roomOf(creatorId).size;
      roomOf(creatorId).clear();
      logOf(creatorId).changes.push({ kind: 'erase' });
      return count;
    },
    log: {
      async end(creatorId) {
        await called('end');
        const { first, changes } = logOf(creatorId);
        const count = first + changes.length;
        return count === 0 ? undefined : String(count);
      },
      async after(creatorId, place) {
        await called('after');
        const { first, changes } = logOf(creatorId);
        const from = Number(place) - first;
        if (from < 0) return undefined;
        const page = changes.slice(from, from + PAGE);
        return { changes: page, place: String(Number(place) + page.length) };
      },
    },
    health: async () => ({ state: 'healthy', detail: 'It is in memory.' }),
  };
  return store;
}
