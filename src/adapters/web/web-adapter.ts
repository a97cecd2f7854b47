import { randomUUID } from 'node:crypto';
import { HTTPException } from 'hono/http-exception';
import { createCreators } from '../../core/creators.js';
import { DocentError } from '../../core/errors.js';
import type { Eraser } from '../../core/erasure.js';
import { followChanges } from '../../core/follow-changes.js';
import { creatorIdSchema } from '../../core/ids.js';
import { DOCUMENT_CHANGE } from '../../core/ingest/document-registry.js';
import type { BlobStore } from '../../core/ports/blob-store.js';
import type { ChatAdapter, ChatHost } from '../../core/ports/chat-adapter.js';
import type { Clock } from '../../core/ports/clock.js';
import type { Coordinator } from '../../core/ports/coordinator.js';
import type { HttpHandler } from '../../core/ports/http-server.js';
import type { Logger } from '../../core/ports/logger.js';
import type { RecordStore } from '../../core/ports/record-store.js';
import { createApp } from './app.js';
import { createAssets } from './assets.js';
import { PLATFORM } from './chat-events.js';
import { createFeed, type Feed } from './feed.js';
import { createLive } from './live.js';
import { NEWS, createTellPages, newsSchema } from './news.js';
import { openReply, type TranscriptParts } from './replies.js';
import { type RoomWatch, createRoomWatch } from './room-watch.js';
import { createSessions } from './sessions.js';
import { createEraser } from './transcript/eraser.js';
import { createExchanges } from './transcript/exchanges.js';
import { createThreads } from './transcript/threads.js';
import { type TimedIds, createTimedIds } from './transcript/timed-ids.js';
import { createUploads } from './transcript/uploads.js';

/** What the adapter works with. */
export interface WebAdapterOptions {
  readonly records: RecordStore;
  readonly blobs: BlobStore;
  readonly coordinator: Pick<Coordinator, 'publish'>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Whether only this machine reaches the server. Without a token it must be so. */
  readonly isLoopback: boolean;
  readonly token: string | undefined;
  /** Absolute path of the built page. */
  readonly pageFolder: string;
}

/**
 * The page as a chat platform: creators are its channels, and it keeps its own transcript. Pages are open in the processes
 * that were started; replies, results and posts come from any, over the transcript and the change stream.
 * Its `start` throws `SETTINGS_INVALID` when others could reach the page and no token is set.
 */
export function createWebAdapter(options: WebAdapterOptions): {
  readonly adapter: ChatAdapter;
  readonly handler: HttpHandler;
  readonly eraser: Eraser;
} {
  const { records, clock, logger } = options;
  const feed = createFeed({ clock });
  const tell = createTellPages({
    ...options,
    // What is kept can rarely be read where news cannot be told; it is looked after.
    showHere: (creatorId, news) => void watch.take(creatorId, news).catch(() => undefined),
  });
  const creators = createCreators({ recordStore: records, now: () => clock.now() });
  const parts: TranscriptParts = {
    threads: createThreads({ records, clock }),
    exchanges: createExchanges({ records, clock }),
    uploads: createUploads({ records }),
    tell,
    live: createLive({ tell, clock }),
  };
  const watch = createRoomWatch({ ...parts, feed, clock, logger });
  const timedIds = createTimedIds(clock);
  const stopping = new AbortController();
  let running: ChatHost | undefined;
  const host = (): ChatHost => {
    if (running === undefined || stopping.signal.aborted)
      throw new HTTPException(503, { message: 'Docent is starting or stopping. Try again in a moment.' });
    return running;
  };
  const sessions = createSessions({ token: options.token, clock });
  const app = createApp({
    parts: { ...parts, feed, watch, creators, sessions, records, blobs: options.blobs, clock, timedIds, host },
    asset: createAssets(options.pageFolder),
    server: options,
    logger,
  });

  const adapter: ChatAdapter = {
    platform: PLATFORM,
    async start(chatHost) {
      requireToken(options);
      running = chatHost;
      const { signal } = stopping;
      void followNews({ host: chatHost, feed, watch, clock, logger, signal });
      void watch.lookAfter(signal);
    },
    openReply: (event) => openReply(parts, event),
    post: createPost(parts, { clock, timedIds }),
    // oxlint-disable-next-line require-yield -- the bytes of an upload are kept before its event is made
    async *download(_event, attachment) {
      throw new DocentError('DOWNLOAD_FAILED', {
        userMessage: `The page has no file of its own called ${attachment.name}. Upload it again.`,
      });
    },
    health: async () => ({ state: 'healthy', detail: 'The page is served.' }),
    async stop() {
      stopping.abort();
      feed.close();
    },
  };
  const eraser = createEraser({
    records,
    erased: (creatorId) => tell(creatorId, { type: 'erased' }),
  });
  return { adapter, handler: (request) => app.fetch(request), eraser };
}

function requireToken(options: Pick<WebAdapterOptions, 'isLoopback' | 'token'>): void {
  if (options.isLoopback || options.token !== undefined) return;
  throw new DocentError('SETTINGS_INVALID', {
    userMessage:
      'The page would be open to everybody who reaches this machine. Set DOCENT_WEB_TOKEN to a long secret, let the server listen on 127.0.0.1, or switch the page off with DOCENT_WEB=false.',
  });
}

/** Posts go into the thread of their address, or into the admin channel; one after another, so that a key stands once. */
function createPost(
  parts: TranscriptParts,
  { clock, timedIds }: { readonly clock: Clock; readonly timedIds: TimedIds },
): ChatAdapter['post'] {
  let earlier: Promise<unknown> = Promise.resolve();
  return (address, message, { key }) => {
    const post = async () => {
      const creatorId = creatorIdSchema.parse(address.channelId);
      const named = address.threadId === null ? undefined : await parts.threads.get(creatorId, address.threadId);
      const { threadId } = named ?? (await parts.threads.admin(creatorId));
      const at = clock.now();
      const exchangeId = timedIds(randomUUID());
      const { exchange, isNew } = await parts.exchanges.post({ creatorId, threadId }, { exchangeId, key, message });
      if (isNew) {
        const thread = await parts.threads.touch(creatorId, threadId, { at, text: message.text, memberKey: null });
        if (thread !== undefined) parts.tell(creatorId, { type: 'thread', threadId });
        parts.tell(creatorId, { type: 'exchange', threadId, exchangeId: exchange.exchangeId });
      }
      return { messageIds: [exchange.exchangeId] };
    };
    const posted = earlier.then(post);
    earlier = posted.catch(() => {});
    return posted;
  };
}

/** Passes what happens in all processes to the open pages, until the signal aborts. */
function followNews(options: {
  readonly host: ChatHost;
  readonly feed: Feed;
  readonly watch: RoomWatch;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}): Promise<void> {
  const { host, feed, watch, clock, logger, signal } = options;
  return followChanges({
    clock,
    logger,
    signal,
    follow: (until) => host.changes(until),
    async onChange({ kind, group, data }) {
      const creatorId = creatorIdSchema.safeParse(group).data;
      if (creatorId === undefined) return;
      if (kind === DOCUMENT_CHANGE) feed.publish(creatorId, { type: 'change', kind, data });
      const news = kind === NEWS ? newsSchema.safeParse(data).data : undefined;
      if (news !== undefined) await watch.take(creatorId, news);
    },
    // Pages come back by themselves, and read what they missed.
    onGap: () => feed.close(),
  });
}
