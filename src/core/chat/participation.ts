import { z } from 'zod';
import { createBoundedMap } from '../bounded-map.js';
import { type CreatorId, joinKey } from '../ids.js';
import type { Clock } from '../ports/clock.js';
import type { Collection, RecordStore } from '../ports/record-store.js';
import { createRecordTrim } from '../record-trim.js';
import { type ChatAddress, threadKeyOf } from './chat-event.js';

const DAY_MS = 24 * 60 * 60 * 1_000;
/** How long Docent takes part in a thread after it was last spoken to there. */
const PARTICIPATION_MS = 30 * DAY_MS;
const MAX_CACHED_THREADS = 10_000;

const participationSchema = z.object({ lastAt: z.number().int() });

/** Threads where Docent takes part, by thread key, in the creator's room. They name no person. */
const participationCollection = {
  name: 'participation',
  schema: participationSchema,
} satisfies Collection<typeof participationSchema>;

/** The threads where Docent answers without being mentioned again. */
export interface Participation {
  /** Docent was spoken to in this thread: it takes part for 30 days from now. Outside a thread nothing happens. */
  remember(creatorId: CreatorId, address: ChatAddress): Promise<void>;
  takesPart(creatorId: CreatorId, address: ChatAddress): Promise<boolean>;
}

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
  const cacheKey = (creatorId: CreatorId, threadKey: string): string => joinKey([creatorId, threadKey]);

  return {
    async remember(creatorId, address) {
      if (address.threadId === null) return;
      const threadKey = threadKeyOf(address);
      const known = cache.get(cacheKey(creatorId, threadKey));
      // Once a day is enough to keep a thread for 30 days, and spares a write for each message.
      if (known !== undefined && clock.now() - known < DAY_MS) return;
      const lastAt = clock.now();
      await recordStore.put(participationCollection, { creatorId }, { id: threadKey, value: { lastAt } });
      cache.set(cacheKey(creatorId, threadKey), lastAt);
      await trim(creatorId);
    },

    async takesPart(creatorId, address) {
      if (address.threadId === null) return false;
      const threadKey = threadKeyOf(address);
      const cached = cache.get(cacheKey(creatorId, threadKey));
      if (cached !== undefined && !isOver(cached)) return true;
      const stored = await recordStore.get(participationCollection, { creatorId }, threadKey);
      if (stored === undefined || isOver(stored.value.lastAt)) return false;
      cache.set(cacheKey(creatorId, threadKey), stored.value.lastAt);
      return true;
    },
  };
}
