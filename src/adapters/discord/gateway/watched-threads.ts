import { z } from 'zod';
import type { ChatEvent } from '../../../core/chat/chat-event.js';
import type { Clock } from '../../../core/ports/clock.js';
import type { Logger } from '../../../core/ports/logger.js';
import { type Collection, type RecordStore, SYSTEM_SCOPE } from '../../../core/ports/record-store.js';
import { isEngineAway } from '../../../core/store-deadline.js';
import { snowflakeOf } from '../events/event-id.js';
import { replyContextOf } from '../reply/reply-context.js';
import { createdAtOf, snowflakeSchema } from '../api/wire.js';

const watchedSchema = z.object({
  /** Undefined for a direct message. */
  guildId: snowflakeSchema.optional(),
  lastMessageId: snowflakeSchema,
});

/** Threads and direct messages in which Docent answered lately, by the channel's id, in the system scope. */
const watchedCollection = { name: 'discord-watched', schema: watchedSchema } satisfies Collection<typeof watchedSchema>;

/** A thread or direct message, and the last message in it that Docent took. */
export interface WatchedThread extends z.infer<typeof watchedSchema> {
  readonly channelId: string;
}

/** Where messages that were missed are looked for. */
export interface WatchedThreads {
  /** An event was taken there. Nothing happens outside of threads and direct messages. */
  note(event: ChatEvent): Promise<void>;
  /** Those with a message since then (milliseconds since 1970) and before the call, newest first; forgets the oldest ones. */
  since(sinceMs: number): Promise<WatchedThread[]>;
}

const PAGE_SIZE = 500;
const MAX_PAGES = 20;

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
      const records = await recordStore.list(watchedCollection, SYSTEM_SCOPE, { ...position, limit: PAGE_SIZE });
      for (const { id, value } of records) yield { ...value, channelId: id };
      if (records.length < PAGE_SIZE) return;
      after = records.at(-1)?.id;
    }
  }

  async function readSince(sinceMs: number): Promise<WatchedThread[]> {
    const recent: WatchedThread[] = [];
    for await (const thread of all()) {
      if (createdAtOf(thread.lastMessageId) >= sinceMs) recent.push(thread);
      else if (clock.now() - createdAtOf(thread.lastMessageId) > FORGOTTEN_AFTER_MS)
        await recordStore.delete(watchedCollection, SYSTEM_SCOPE, thread.channelId);
    }
    return recent.toSorted((one, other) => createdAtOf(other.lastMessageId) - createdAtOf(one.lastMessageId));
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
      } catch (error) {
        if (!isEngineAway(error)) throw error;
        logger.warn('discord.thread-not-noted', { channelId }, error);
      }
    },

    since(sinceMs) {
      const read = readSince(sinceMs);
      reading = Promise.allSettled([reading, read]);
      return read;
    },
  };
}

/** Longer than any setting looks back. */
const FORGOTTEN_AFTER_MS = 2 * 24 * 60 * 60 * 1_000;

/** The direct message, the thread, or the thread that the answer opens. */
function watchedChannelOf(event: ChatEvent): string | undefined {
  const { channelId, threadId, isDirect } = event.address;
  if (isDirect) return channelId;
  const context = replyContextOf(event);
  const isInThread = context.channelId === threadId;
  return threadId !== null && (isInThread || context.threadName !== null) ? threadId : undefined;
}
