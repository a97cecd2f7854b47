import { z } from 'zod';
import type { ChatEvent } from '../../../core/chat/chat-event.js';
import { PARTICIPATION_MS } from '../../../core/chat/participation.js';
import type { Clock } from '../../../core/ports/clock.js';
import type { Logger } from '../../../core/ports/logger.js';
import { type Collection, type RecordStore, SYSTEM_SCOPE } from '../../../core/ports/record-store.js';
import { createRecordTrim } from '../../../core/record-trim.js';
import { isEngineAway } from '../../../core/store-deadline.js';
import { snowflakeOf } from '../events/event-id.js';
import { replyContextOf } from '../reply/reply-context.js';
import { createdAtOf, snowflakeSchema } from '../api/wire.js';

const watchedSchema = z.object({
  /** Undefined for a direct message. */
  guildId: snowflakeSchema.optional(),
  lastMessageId: snowflakeSchema,
});

/** Threads and direct messages where Docent takes part, by the channel's id, in the system scope. */
export const watchedCollection = { name: 'discord-watched', schema: watchedSchema } satisfies Collection<
  typeof watchedSchema
>;

/** A thread or direct message, and the last message in it that Docent took. */
export interface WatchedThread extends z.infer<typeof watchedSchema> {
  readonly channelId: string;
}

/** Where messages that were missed are looked for. */
export interface WatchedThreads {
  /** An event was taken there. Nothing happens outside of threads and direct messages. */
  note(event: ChatEvent): Promise<void>;
  /** Those where Docent still takes part, as they were before the call; the one with the newest message first. */
  newestFirst(): Promise<WatchedThread[]>;
}

const PAGE_SIZE = 1_000;
/** Beyond this many, the places that were made first are not looked at. */
const MAX_PAGES = 50;

/** Keeps them as records; while the store is away nothing is kept. */
export function createWatchedThreads({
  recordStore,
  clock,
  logger,
}: {
  readonly recordStore: RecordStore;
  readonly clock: Clock;
  readonly logger: Logger;
}): WatchedThreads {
  async function* all(): AsyncGenerator<WatchedThread> {
    let after: string | undefined;
    for (let page = 0; page < MAX_PAGES; page++) {
      const position = after === undefined ? {} : { after };
      const records = await recordStore.list(watchedCollection, SYSTEM_SCOPE, {
        ...position,
        limit: PAGE_SIZE,
        reverse: true,
      });
      for (const { id, value } of records) yield { ...value, channelId: id };
      if (records.length < PAGE_SIZE) return;
      after = records.at(-1)?.id;
    }
  }

  const isOver = (lastMessageId: string): boolean => clock.now() - createdAtOf(lastMessageId) >= PARTICIPATION_MS;
  const trim = createRecordTrim({
    recordStore,
    collection: watchedCollection,
    isTooOld: ({ lastMessageId }) => isOver(lastMessageId),
  });

  /** A direct message may be old and its last word new: all are looked through. */
  async function readNewestFirst(): Promise<WatchedThread[]> {
    const current: WatchedThread[] = [];
    for await (const thread of all()) if (!isOver(thread.lastMessageId)) current.push(thread);
    return current.toSorted((one, other) => createdAtOf(other.lastMessageId) - createdAtOf(one.lastMessageId));
  }

  /** The reads that run: what is said from then on must not hide what was missed before. */
  let reading: Promise<unknown> = Promise.resolve();

  return {
    async note(event) {
      const channelId = watchedChannelOf(event);
      if (channelId === undefined) return;
      await reading;
      const { isDirect, workspaceId } = event.address;
      const value = { lastMessageId: snowflakeOf(event.id), ...(isDirect ? {} : { guildId: workspaceId }) };
      try {
        await recordStore.put(watchedCollection, SYSTEM_SCOPE, { id: channelId, value });
        await trim(SYSTEM_SCOPE);
      } catch (error) {
        if (!isEngineAway(error)) throw error;
        logger.warn('discord.thread-not-noted', { channelId }, error);
      }
    },

    newestFirst() {
      const read = readNewestFirst();
      reading = Promise.allSettled([reading, read]);
      return read;
    },
  };
}

/** The direct message, the thread, or the thread that the answer opens. */
function watchedChannelOf(event: ChatEvent): string | undefined {
  const { channelId, threadId, isDirect } = event.address;
  if (isDirect) return channelId;
  const context = replyContextOf(event);
  const isInThread = context.channelId === threadId;
  return threadId !== null && (isInThread || context.threadName !== null) ? threadId : undefined;
}
