import { z } from 'zod';
import { createBoundedMap } from '../../../core/bounded-map.js';
import type { EventId } from '../../../core/ids.js';
import type { Clock } from '../../../core/ports/clock.js';
import type { Logger } from '../../../core/ports/logger.js';
import { type Collection, type RecordStore, SYSTEM_SCOPE } from '../../../core/ports/record-store.js';
import { isEngineAway, withStoreDeadline } from '../../../core/store-deadline.js';
import { snowflakeOf } from '../events/event-id.js';
import { PLACE_NAMES } from './reply-places.js';
import { createdAtOf, snowflakeSchema, sortableId } from '../api/wire.js';

const replyRecordSchema = z.object({
  place: z.enum(PLACE_NAMES),
  channelId: snowflakeSchema.nullable(),
  messageIds: z.array(snowflakeSchema).max(1_000),
  /** The message that the conversation outside a thread began with; null where it has none. */
  rootId: snowflakeSchema.nullable(),
  /** Whether the last word was said. */
  isFinished: z.boolean(),
});
export type ReplyRecord = z.infer<typeof replyRecordSchema>;

/**
 * The messages of each reply, by the event's id on Discord, oldest first, in the system scope; of a reply outside threads
 * also by the ids of its messages, which others answer. They hold no text.
 */
const replyCollection = { name: 'discord-replies', schema: replyRecordSchema } satisfies Collection<
  typeof replyRecordSchema
>;

/** Where the replies of the last days stand, so that a second word takes the place of the first in any process. */
export interface ReplyRecords {
  /** Undefined for an event without a message yet; from this process' memory while the store is away. */
  get(eventId: EventId): Promise<ReplyRecord | undefined>;
  /** Kept in this process alone while the store is away. */
  put(eventId: EventId, record: ReplyRecord): Promise<void>;
}

const STORE_TIMEOUT_MS = 2_000;
const MAX_IN_MEMORY = 5_000;
const KEPT_MS = 2 * 24 * 60 * 60 * 1_000;
const WRITES_PER_TRIM = 50;
const TRIMMED_AT_ONCE = 200;

/** Keeps them as records, two days long. */
export function createReplyRecords(options: {
  readonly recordStore: RecordStore;
  readonly clock: Clock;
  readonly logger: Logger;
}): ReplyRecords {
  const { recordStore, clock, logger } = options;
  const memory = createBoundedMap<EventId, ReplyRecord>(MAX_IN_MEMORY);
  let writes = 0;

  const inTime = async <Result>(call: () => Promise<Result>): Promise<Result | undefined> => {
    try {
      return await withStoreDeadline({ clock, timeoutMs: STORE_TIMEOUT_MS }, call);
    } catch (error) {
      if (!isEngineAway(error)) throw error;
      logger.warn('discord.reply-not-kept', {}, error);
      return undefined;
    }
  };

  async function trim(): Promise<void> {
    writes += 1;
    if (writes % WRITES_PER_TRIM !== 1) return;
    const oldest = await recordStore.list(replyCollection, SYSTEM_SCOPE, { limit: TRIMMED_AT_ONCE });
    for (const { id } of oldest)
      if (clock.now() - createdAtOf(id) > KEPT_MS) await recordStore.delete(replyCollection, SYSTEM_SCOPE, id);
  }

  return {
    async get(eventId) {
      const id = sortableId(snowflakeOf(eventId));
      const stored = await inTime(() => recordStore.get(replyCollection, SYSTEM_SCOPE, id));
      return stored?.value ?? memory.get(eventId);
    },
    async put(eventId, value) {
      memory.set(eventId, value);
      const id = sortableId(snowflakeOf(eventId));
      await inTime(async () => {
        await recordStore.put(replyCollection, SYSTEM_SCOPE, { id, value });
        await trim();
      });
    },
  };
}
