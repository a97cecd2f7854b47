import { z } from 'zod';
import { hashParts } from '../../../core/ids.js';
import { isRefused } from '../api/slack-refusal.js';
import { type MessagePart, blocksOf, previewOf } from '../draw/message-parts.js';
import type { Workspace } from '../install/workspaces.js';

/** Where messages about one thing stand. */
export interface PostPlace {
  readonly channelId: string;
  /** null outside a thread. */
  readonly threadTs: string | null;
  /** The messages come after this time. */
  readonly askedTs: string;
}

/** One of Docent's own messages at a place. */
export interface OwnMessage {
  readonly ts: string;
  /** Undefined for a message without a mark: a stream that nobody ended. */
  readonly part: number | undefined;
}

/**
 * Messages that can be told apart: Slack posts a message twice when it is asked twice, so that each carries a mark of what it
 * is about, by which a later try finds it.
 */
export interface Posts {
  /** What stands there already, by part; a stream without a mark is among them. */
  find(place: PostPlace): Promise<readonly OwnMessage[]>;
  /** Posts a part, or finds it when nobody knew whether it was posted; its time. @throws SlackRefusal */
  post(place: PostPlace, number: number, part: MessagePart): Promise<string>;
  /** Puts a part in the place of a message; its time, or that of another message where the old one is gone. @throws SlackRefusal */
  replace(place: PostPlace, ts: string, number: number, part: MessagePart): Promise<string>;
  /** Takes a message away; one that is gone stays so. @throws SlackRefusal */
  remove(place: PostPlace, ts: string): Promise<void>;
  /** The mark of a part, for messages that are posted otherwise. */
  markOf(number: number): PostMark;
}

/** What a message carries unseen. */
export interface PostMark {
  readonly event_type: string;
  readonly event_payload: { readonly key: string; readonly part: number };
}

const MARK_TYPE = 'docent_message';
const MAX_TRIES = 3;
const MAX_PAGES = 5;
const PAGE_SIZE = 200;

const postedSchema = z.object({ ts: z.string() });
const anySchema = z.object({});
const historySchema = z.object({
  messages: z
    .array(
      z.object({
        ts: z.string(),
        user: z.string().optional(),
        bot_id: z.string().optional(),
        metadata: z
          .object({ event_type: z.string(), event_payload: z.record(z.string(), z.unknown()) })
          .partial()
          .optional(),
      }),
    )
    .default([]),
  response_metadata: z.object({ next_cursor: z.string().default('') }).default({ next_cursor: '' }),
});
type HistoryMessage = z.infer<typeof historySchema>['messages'][number];

/** Messages about what `subject` names, such as an event's id. */
export function createPosts(workspace: Workspace, subject: string, signal: AbortSignal): Posts {
  const { api, botUserId, botId } = workspace;
  const key = hashParts(['slack-post', subject]);

  const markOf = (part: number): PostMark => ({ event_type: MARK_TYPE, event_payload: { key, part } });

  function ownMessage({ ts, user, bot_id: bot, metadata }: HistoryMessage): OwnMessage[] {
    if (user !== botUserId && bot !== botId) return [];
    if (metadata?.event_type !== MARK_TYPE) return [{ ts, part: undefined }];
    const { key: markedKey, part } = metadata.event_payload ?? {};
    return markedKey === key && typeof part === 'number' ? [{ ts, part }] : [];
  }

  async function find({ channelId, threadTs, askedTs }: PostPlace): Promise<OwnMessage[]> {
    const found: OwnMessage[] = [];
    let cursor = '';
    for (let pages = 0; pages < MAX_PAGES; pages += 1) {
      const page = await api.call(
        threadTs === null ? 'conversations.history' : 'conversations.replies',
        {
          channel: channelId,
          ...(threadTs === null ? {} : { ts: threadTs }),
          oldest: askedTs,
          limit: PAGE_SIZE,
          include_all_metadata: true,
          ...(cursor === '' ? {} : { cursor }),
        },
        { response: historySchema, signal },
      );
      // Slack gives the root with every page, however old.
      found.push(...page.messages.filter(({ ts }) => isAfter(ts, askedTs)).flatMap(ownMessage));
      cursor = page.response_metadata.next_cursor;
      if (cursor === '') break;
    }
    return found.toSorted((one, other) => (one.part ?? 0) - (other.part ?? 0) || (isAfter(one.ts, other.ts) ? 1 : -1));
  }

  async function post(place: PostPlace, number: number, part: MessagePart): Promise<string> {
    for (let tries = 1; ; tries += 1) {
      try {
        const { ts } = await api.call(
          'chat.postMessage',
          {
            channel: place.channelId,
            ...(place.threadTs === null ? {} : { thread_ts: place.threadTs }),
            blocks: blocksOf(part),
            text: previewOf(part),
            metadata: markOf(number),
            unfurl_links: false,
            unfurl_media: false,
          },
          { response: postedSchema, signal, isRepeatable: false },
        );
        return ts;
      } catch (error) {
        if (!isRefused(error, 'unclear')) throw error;
        const posted = (await find(place)).find((message) => message.part === number);
        if (posted !== undefined) return posted.ts;
        if (tries === MAX_TRIES) throw error;
      }
    }
  }

  async function update({ channelId }: PostPlace, ts: string, number: number, part: MessagePart): Promise<void> {
    const content = { blocks: blocksOf(part), text: previewOf(part), metadata: markOf(number) };
    await api.call('chat.update', { channel: channelId, ts, ...content }, { response: anySchema, signal });
  }

  /** Ends a stream that whoever began it did not end. */
  async function endStream({ channelId }: PostPlace, ts: string): Promise<void> {
    await api.call('chat.stopStream', { channel: channelId, ts }, { response: anySchema, signal });
  }

  async function replace(place: PostPlace, ts: string, number: number, part: MessagePart): Promise<string> {
    try {
      await update(place, ts, number, part).catch(async (error: unknown) => {
        if (!isRefused(error, 'streaming_state_conflict')) throw error;
        await endStream(place, ts);
        await update(place, ts, number, part);
      });
      return ts;
    } catch (error) {
      if (isRefused(error, 'message_not_found')) return post(place, number, part);
      if (!isRefused(error, 'cant_update_message', 'edit_window_closed')) throw error;
      const posted = await post(place, number, part);
      await remove(place, ts);
      return posted;
    }
  }

  async function remove({ channelId }: PostPlace, ts: string): Promise<void> {
    try {
      await api.call('chat.delete', { channel: channelId, ts }, { response: anySchema, signal });
    } catch (error) {
      if (!isRefused(error, 'message_not_found')) throw error;
    }
  }

  return {
    find,
    post,
    replace,
    remove,
    markOf,
  };
}

function isAfter(ts: string, other: string): boolean {
  return Number(ts) > Number(other);
}
