import { RequestMethod } from 'discord.js';
import { z } from 'zod';
import { toDocentError } from '../../../core/errors.js';
import type { Clock } from '../../../core/ports/clock.js';
import type { Logger } from '../../../core/ports/logger.js';
import type { Messages } from '../events/messages.js';
import type { RestApi } from '../api/rest-api.js';
import type { KeyedQueue } from './keyed-queue.js';
import type { WatchedThread, WatchedThreads } from './watched-threads.js';
import { firstIdAt, messageSchema } from '../api/wire.js';

/** What missed messages are looked for with. */
export interface CatchUpOptions {
  readonly api: RestApi;
  readonly watched: WatchedThreads;
  readonly messages: Pick<Messages, 'takeMessage'>;
  /** Keeps what is said in one channel in order, missed or heard. */
  readonly queue: KeyedQueue;
  /** Older messages stay unanswered; 0 for none at all. */
  readonly maxAgeMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A shard, and how many there are: one hears of its own guilds alone, and the first of direct messages. */
export type ShardPlace = readonly [index: number, count: number];

/** Threads that are looked into at one start, one after another: Discord allows 50 requests a second. */
const MAX_THREADS = 200;
/** Messages of one thread that are looked at, the oldest first. */
const MAX_MESSAGES = 50;
/** Before each look into what could not be looked into yet: Discord may have trouble just when sessions begin anew. */
const PAUSES_MS = [0, 10_000, 60_000];

/**
 * When a shard begins a session, which tells nothing of the time before it: fetches what was said meanwhile in the threads
 * where Docent takes part, and takes it as if it had just come. The host knows again what it had.
 * @returns how many messages were fetched
 */
export async function catchUp(options: CatchUpOptions, shard: ShardPlace, signal: AbortSignal): Promise<number> {
  const { api, watched, messages, queue, maxAgeMs, clock, logger } = options;
  if (maxAgeMs === 0) return 0;

  async function missedIn({ channelId, guildId, lastMessageId }: WatchedThread): Promise<number> {
    const after = later(lastMessageId, firstIdAt(clock.now() - maxAgeMs));
    const path = `/channels/${channelId}/messages` as const;
    const call = { method: RequestMethod.Get, path, query: { after, limit: String(MAX_MESSAGES) }, signal };
    const missed = await api.call(call, z.array(messageSchema));
    const inOrder = missed.toSorted((one, other) => (later(one.id, other.id) === one.id ? 1 : -1));
    for (const message of inOrder)
      await messages.takeMessage(guildId === undefined ? message : { ...message, guild_id: guildId });
    if (missed.length === MAX_MESSAGES) logger.warn('discord.thread-caught-up-in-part', { channelId });
    return missed.length;
  }

  /** Takes what was missed there in its turn; false where another try may do it. */
  async function look(thread: WatchedThread): Promise<boolean> {
    try {
      signal.throwIfAborted();
      count += await missedIn(thread);
      return true;
    } catch (error) {
      logger.warn('discord.thread-not-caught-up', { channelId: thread.channelId }, error);
      return !toDocentError(error).retryable;
    }
  }

  async function lookInTurn(thread: WatchedThread): Promise<boolean> {
    return new Promise<boolean>((resolve) => {
      if (!queue.add(thread.channelId, async () => resolve(await look(thread)))) resolve(false);
    });
  }

  let count = 0;
  const threads = await watched.newestFirst();
  let left = threads.filter((one) => isOf(shard, one)).slice(0, MAX_THREADS);
  for (const pauseMs of PAUSES_MS) {
    if (left.length === 0) break;
    if (pauseMs > 0)
      await new Promise<void>((resolve) => {
        clock.after(pauseMs, resolve);
      });
    const again: WatchedThread[] = [];
    for (const thread of left) {
      signal.throwIfAborted();
      if (!(await lookInTurn(thread))) again.push(thread);
    }
    left = again;
  }
  return count;
}

function later(one: string, other: string): string {
  return BigInt(one) > BigInt(other) ? one : other;
}

function isOf([index, count]: ShardPlace, { guildId }: WatchedThread): boolean {
  return guildId === undefined ? index === 0 : (BigInt(guildId) >> 22n) % BigInt(count) === BigInt(index);
}
