import { RequestMethod } from 'discord.js';
import { z } from 'zod';
import type { Clock } from '../../../core/ports/clock.js';
import type { Logger } from '../../../core/ports/logger.js';
import type { Messages } from '../events/messages.js';
import type { RestApi } from '../api/rest-api.js';
import type { WatchedThread, WatchedThreads } from './watched-threads.js';
import { createdAtOf, messageSchema } from '../api/wire.js';

/** What missed messages are looked for with. */
export interface CatchUpOptions {
  readonly api: RestApi;
  readonly watched: WatchedThreads;
  readonly messages: Pick<Messages, 'takeMessage'>;
  /** Older messages stay unanswered; 0 for none at all. */
  readonly maxAgeMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Messages of one thread that are looked at. */
const MAX_MESSAGES = 50;
/** A thread is worth a look this long after Docent last took a message there. */
const WATCHED_MS = 24 * 60 * 60 * 1_000;

/**
 * After a start, or a connection that could not go on where it broke off: fetches what was said meanwhile in the threads
 * where Docent answered in the last 24 hours, and takes it as if it had just come. The host knows again what it had.
 * @returns how many messages were fetched
 */
export async function catchUp(options: CatchUpOptions, signal: AbortSignal): Promise<number> {
  const { api, watched, messages, maxAgeMs, clock, logger } = options;
  if (maxAgeMs === 0) return 0;

  async function missedIn({ channelId, guildId, lastMessageId }: WatchedThread): Promise<number> {
    const missed = await api.call(
      {
        method: RequestMethod.Get,
        path: `/channels/${channelId}/messages`,
        query: { after: lastMessageId, limit: String(MAX_MESSAGES) },
        signal,
      },
      z.array(messageSchema),
    );
    const inOrder = missed
      .filter(({ id }) => clock.now() - createdAtOf(id) <= maxAgeMs)
      .toSorted((one, other) => (BigInt(one.id) < BigInt(other.id) ? -1 : 1));
    for (const message of inOrder)
      await messages.takeMessage(guildId === undefined ? message : { ...message, guild_id: guildId });
    return inOrder.length;
  }

  let count = 0;
  for (const thread of await watched.since(clock.now() - WATCHED_MS)) {
    signal.throwIfAborted();
    try {
      count += await missedIn(thread);
    } catch (error) {
      logger.warn('discord.thread-not-caught-up', { channelId: thread.channelId }, error);
    }
  }
  return count;
}
