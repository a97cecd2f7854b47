import type { CreatorId } from '../../core/ids.js';
import type { ReplyStatus } from '../../core/ports/chat-adapter.js';
import type { Clock } from '../../core/ports/clock.js';
import type { Feed } from './feed.js';
import type { FeedEvent, LiveReply } from './page/wire.js';

/** How long text and status gather before pages are told. */
const GATHER_MS = 50;

/** A reply or an upload's progress while it is being made. */
export interface LiveProgress {
  status(status: ReplyStatus): void;
  append(text: string): void;
  /** Nothing more is shown; called once the outcome is kept. */
  end(): void;
}

/** What is being made right now: in memory only, because a restart makes it again from its event. */
export interface Live {
  /** Begins a reply, or begins it again: what was streamed before no longer counts. */
  openReply(creatorId: CreatorId, place: { readonly threadId: string; readonly exchangeId: string }): LiveProgress;
  openUpload(creatorId: CreatorId, uploadId: string): LiveProgress;
  /** Where things are, for a page that opens. */
  snapshot(creatorId: CreatorId): FeedEvent & { readonly type: 'snapshot' };
}

interface Entry {
  readonly creatorId: CreatorId;
  /** null for an upload. */
  readonly threadId: string | null;
  readonly id: string;
  text: string;
  status: ReplyStatus | null;
  sentCharacters: number;
  isStatusSent: boolean;
  cancelFlush: (() => void) | undefined;
}

/** Gathers what a reply streams and passes it to the open pages. */
export function createLive(options: { readonly feed: Feed; readonly clock: Clock }): Live {
  const { feed, clock } = options;
  const entries = new Map<string, Entry>();

  const flush = (entry: Entry): void => {
    entry.cancelFlush = undefined;
    for (const event of newsOf(entry)) feed.publish(entry.creatorId, event);
    entry.sentCharacters = entry.text.length;
    entry.isStatusSent = true;
  };

  const open = (creatorId: CreatorId, threadId: string | null, id: string): LiveProgress => {
    const key = `${creatorId}/${threadId ?? ''}/${id}`;
    entries.get(key)?.cancelFlush?.();
    const entry: Entry = {
      creatorId,
      threadId,
      id,
      text: '',
      status: null,
      sentCharacters: 0,
      isStatusSent: true,
      cancelFlush: undefined,
    };
    entries.set(key, entry);
    const changed = (): void => {
      if (entries.get(key) === entry) entry.cancelFlush ??= clock.after(GATHER_MS, () => flush(entry));
    };
    return {
      status(status) {
        entry.status = status;
        entry.isStatusSent = false;
        changed();
      },
      append(text) {
        entry.text += text;
        changed();
      },
      end() {
        entry.cancelFlush?.();
        if (entries.get(key) === entry) entries.delete(key);
      },
    };
  };

  return {
    openReply(creatorId, { threadId, exchangeId }) {
      const progress = open(creatorId, threadId, exchangeId);
      feed.publish(creatorId, { type: 'reply', reply: { threadId, exchangeId, text: '', status: null } });
      return progress;
    },
    openUpload: (creatorId, uploadId) => open(creatorId, null, uploadId),
    snapshot(creatorId) {
      const own = [...entries.values()].filter((entry) => entry.creatorId === creatorId);
      return {
        type: 'snapshot',
        replies: own.flatMap(({ threadId, id, text, status }): LiveReply[] =>
          threadId === null ? [] : [{ threadId, exchangeId: id, text, status }],
        ),
        uploads: own.flatMap(({ threadId, id, status }) =>
          threadId === null && status !== null ? [{ uploadId: id, status }] : [],
        ),
      };
    },
  };
}

function newsOf(entry: Entry): FeedEvent[] {
  const { threadId, id, status } = entry;
  const news: FeedEvent[] = [];
  if (status !== null && !entry.isStatusSent)
    news.push(
      threadId === null
        ? { type: 'uploadStatus', uploadId: id, status }
        : { type: 'status', threadId, exchangeId: id, status },
    );
  if (threadId !== null && entry.text.length > entry.sentCharacters)
    news.push({
      type: 'delta',
      threadId,
      exchangeId: id,
      offset: entry.sentCharacters,
      text: entry.text.slice(entry.sentCharacters),
    });
  return news;
}
