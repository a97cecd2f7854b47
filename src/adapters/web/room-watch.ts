import { wait } from '../../core/exclusive.js';
import type { CreatorId } from '../../core/ids.js';
import type { ReplyStatus } from '../../core/ports/chat-adapter.js';
import type { Clock } from '../../core/ports/clock.js';
import type { Logger } from '../../core/ports/logger.js';
import type { Feed } from './feed.js';
import type { News } from './news.js';
import type { FeedEvent, LiveReply } from './page/wire.js';
import type { Exchanges } from './transcript/exchanges.js';
import type { Threads } from './transcript/threads.js';
import type { Uploads } from './transcript/uploads.js';

/** How often what is being made is looked at, and how long it may be silent before the transcript is asked. */
const LOOK_EVERY_MS = 15_000;
const SILENT_MS = 30_000;
/** How long something may be in the making before it is no more waited for. */
const MAX_MAKING_MS = 60 * 60_000;
/** Replies and uploads that are known to be in the making; past that the oldest is forgotten. */
const MAX_MAKING = 1_000;

/** Shows the open pages of this process what happens in all of them. */
export interface RoomWatch {
  /** @throws DocentError `ENGINE_UNAVAILABLE` when the transcript cannot be read. */
  take(creatorId: CreatorId, news: News): Promise<void>;
  /** Where things are, for a page that opens. */
  snapshot(creatorId: CreatorId): FeedEvent & { readonly type: 'snapshot' };
  /** Asks after what nobody has heard of for long, until the signal aborts: news can be lost, and processes die. */
  lookAfter(signal: AbortSignal): Promise<void>;
}

/** What is shown, and where it is read. */
export interface RoomWatchOptions {
  readonly feed: Feed;
  readonly threads: Pick<Threads, 'get'>;
  readonly exchanges: Pick<Exchanges, 'get'>;
  readonly uploads: Pick<Uploads, 'get'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A reply or an upload that is in the making, somewhere. */
interface Making {
  readonly creatorId: CreatorId;
  /** null for an upload. */
  readonly threadId: string | null;
  readonly id: string;
  readonly since: number;
  heardAt: number;
  /** The try that is shown; null before the first. */
  run: string | null;
  text: string;
  status: ReplyStatus | null;
}

/** Keeps what is being made in memory, and reads what is kept from the transcript. */
export function createRoomWatch(options: RoomWatchOptions): RoomWatch {
  const { feed, threads, exchanges, uploads, clock, logger } = options;
  const inMaking = new Map<string, Making>();

  const keyOf = (creatorId: CreatorId, threadId: string | null, id: string): string =>
    `${creatorId}/${threadId ?? ''}/${id}`;

  function making(creatorId: CreatorId, threadId: string | null, id: string): Making {
    const key = keyOf(creatorId, threadId, id);
    const now = clock.now();
    const known = inMaking.get(key) ?? {
      creatorId,
      threadId,
      id,
      since: now,
      heardAt: now,
      run: null,
      text: '',
      status: null,
    };
    known.heardAt = now;
    const oldest = inMaking.keys().next().value;
    if (!inMaking.has(key) && inMaking.size >= MAX_MAKING && oldest !== undefined) inMaking.delete(oldest);
    inMaking.set(key, known);
    return known;
  }

  /** The reply whose try the news are of; news of an earlier try, or of one that began unseen, are passed over. */
  function runOf(creatorId: CreatorId, news: News & { type: 'status' | 'delta' }): Making | undefined {
    const known = inMaking.get(keyOf(creatorId, news.threadId, news.exchangeId));
    return known?.run === news.run ? making(creatorId, news.threadId, news.exchangeId) : undefined;
  }

  function forget(isGone: (one: Making) => boolean): void {
    for (const [key, one] of inMaking) if (isGone(one)) inMaking.delete(key);
  }

  async function readExchange(creatorId: CreatorId, threadId: string, exchangeId: string): Promise<void> {
    const exchange = await exchanges.get({ creatorId, threadId }, exchangeId);
    if (exchange === undefined || exchange.reply !== null) inMaking.delete(keyOf(creatorId, threadId, exchangeId));
    else making(creatorId, threadId, exchangeId);
    if (exchange !== undefined) feed.publish(creatorId, { type: 'exchange', exchange });
  }

  async function readUpload(creatorId: CreatorId, uploadId: string): Promise<void> {
    const upload = await uploads.get(creatorId, uploadId);
    if (upload === undefined || upload.message !== null) inMaking.delete(keyOf(creatorId, null, uploadId));
    else making(creatorId, null, uploadId);
    if (upload !== undefined) feed.publish(creatorId, { type: 'upload', upload });
  }

  async function readThread(creatorId: CreatorId, threadId: string): Promise<void> {
    const thread = await threads.get(creatorId, threadId);
    if (thread !== undefined) feed.publish(creatorId, { type: 'thread', thread });
  }

  function beginReply(creatorId: CreatorId, { threadId, exchangeId, run }: News & { type: 'reply' }): void {
    Object.assign(making(creatorId, threadId, exchangeId), { run, text: '', status: null });
    feed.publish(creatorId, { type: 'reply', reply: { threadId, exchangeId, text: '', status: null } });
  }

  function showStatus(creatorId: CreatorId, news: News & { type: 'status' }): void {
    const reply = runOf(creatorId, news);
    if (reply === undefined) return;
    reply.status = news.status;
    const { threadId, exchangeId, status } = news;
    feed.publish(creatorId, { type: 'status', threadId, exchangeId, status });
  }

  function showText(creatorId: CreatorId, news: News & { type: 'delta' }): void {
    const { threadId, exchangeId, offset, text } = news;
    const reply = runOf(creatorId, news);
    // A piece is missing: the final message brings all of it.
    if (reply?.text.length !== offset) return;
    reply.text += text;
    feed.publish(creatorId, { type: 'delta', threadId, exchangeId, offset, text });
  }

  async function take(creatorId: CreatorId, news: News): Promise<void> {
    if (news.type === 'exchange') await readExchange(creatorId, news.threadId, news.exchangeId);
    else if (news.type === 'thread') await readThread(creatorId, news.threadId);
    else if (news.type === 'upload') await readUpload(creatorId, news.uploadId);
    else if (news.type === 'reply') beginReply(creatorId, news);
    else if (news.type === 'status') showStatus(creatorId, news);
    else if (news.type === 'delta') showText(creatorId, news);
    else {
      if (news.type === 'uploadStatus') making(creatorId, null, news.uploadId).status = news.status;
      if (news.type === 'uploadRemoved') inMaking.delete(keyOf(creatorId, null, news.uploadId));
      if (news.type === 'threadRemoved') forget((one) => one.creatorId === creatorId && one.threadId === news.threadId);
      if (news.type === 'erased') forget((one) => one.creatorId === creatorId);
      feed.publish(creatorId, news);
    }
  }

  async function askAfterSilent(): Promise<void> {
    const now = clock.now();
    forget(({ since }) => now - since > MAX_MAKING_MS);
    try {
      for (const { creatorId, threadId, id, heardAt } of inMaking.values())
        if (now - heardAt >= SILENT_MS)
          await (threadId === null ? readUpload(creatorId, id) : readExchange(creatorId, threadId, id));
    } catch (error) {
      logger.warn('transcript.unread', {}, error);
    }
  }

  return {
    take,
    snapshot(creatorId) {
      const own = [...inMaking.values()].filter((one) => one.creatorId === creatorId);
      return {
        type: 'snapshot',
        replies: own.flatMap(({ threadId, id, run, text, status }): LiveReply[] =>
          threadId === null || run === null ? [] : [{ threadId, exchangeId: id, text, status }],
        ),
        uploads: own.flatMap(({ threadId, id, status }) =>
          threadId === null && status !== null ? [{ uploadId: id, status }] : [],
        ),
      };
    },
    async lookAfter(signal) {
      while (!signal.aborted) {
        await wait(clock, LOOK_EVERY_MS, signal).catch(() => undefined);
        if (!signal.aborted) await askAfterSilent();
      }
    },
  };
}
