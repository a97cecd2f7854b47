import { z } from 'zod';
import { createBoundedMap } from '../bounded-map.js';
import { type CreatorId, hashParts } from '../ids.js';
import type { Clock } from '../ports/clock.js';
import type { Collection, RecordStore } from '../ports/record-store.js';
import { createRecordTrim } from '../record-trim.js';
import { isEngineAway } from '../store-deadline.js';
import type { ChatAddress } from './chat-event.js';

const DAY_MS = 24 * 60 * 60 * 1_000;
/** How long Docent takes part in a thread after it was last spoken to there, in milliseconds. */
export const PARTICIPATION_MS = 30 * DAY_MS;
const MAX_CACHED_THREADS = 10_000;

const participationSchema = z.object({ lastAt: z.number().int() });

/** Threads where Docent takes part, by the hash of their address, in the creator's room. They name no person. */
const participationCollection = {
  name: 'participation',
  schema: participationSchema,
} satisfies Collection<typeof participationSchema>;

/** The threads where Docent answers without being mentioned again. */
export interface Participation {
  /**
   * Docent was spoken to in this thread: it takes part for 30 days from now. Outside a thread nothing happens. While the
   * store is away this process alone remembers it.
   */
  remember(creatorId: CreatorId, address: ChatAddress): Promise<void>;
  /** @throws DocentError `ENGINE_UNAVAILABLE` for a thread that this process does not remember while the store is away. */
  takesPart(creatorId: CreatorId, address: ChatAddress): Promise<boolean>;
}

/** Keeps participation as records in the creator's room. */
export function createParticipation({
  recordStore,
  clock,
}: {
  readonly recordStore: RecordStore;
  readonly clock: Clock;
}): Participation {
  const cache = createBoundedMap<string, number>(MAX_CACHED_THREADS);
  const isOver = (lastAt: number): boolean => clock.now() - lastAt >= PARTICIPATION_MS;
  const trim = createRecordTrim({
    recordStore,
    collection: participationCollection,
    isTooOld: ({ lastAt }) => isOver(lastAt),
  });

  return {
    async remember(creatorId, address) {
      if (address.threadId === null) return;
      const id = idOf(address);
      const known = cache.get(`${creatorId}/${id}`);
      // Once a day is enough to keep a thread for 30 days, and spares a write for each message.
      if (known !== undefined && clock.now() - known < DAY_MS) return;
      const lastAt = clock.now();
      // Known from here on, also while the store is away; a day old until it was written, so that the next word tries again.
      cache.set(`${creatorId}/${id}`, lastAt - DAY_MS);
      try {
        await recordStore.put(participationCollection, { creatorId }, { id, value: { lastAt } });
        cache.set(`${creatorId}/${id}`, lastAt);
        await trim({ creatorId });
      } catch (error) {
        if (!isEngineAway(error)) throw error;
      }
    },

    async takesPart(creatorId, address) {
      if (address.threadId === null) return false;
      const id = idOf(address);
      const cached = cache.get(`${creatorId}/${id}`);
      if (cached !== undefined && !isOver(cached)) return true;
      const stored = await recordStore.get(participationCollection, { creatorId }, id);
      if (stored === undefined || isOver(stored.value.lastAt)) return false;
      cache.set(`${creatorId}/${id}`, stored.value.lastAt);
      return true;
    },
  };
}

function idOf({ platform, workspaceId, channelId, threadId }: ChatAddress): string {
  return hashParts(['thread', platform, workspaceId, channelId, threadId ?? '']);
}
