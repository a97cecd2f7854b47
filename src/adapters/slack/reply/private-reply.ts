import { z } from 'zod';
import type { ChatEvent } from '../../../core/chat/chat-event.js';
import type { OutgoingMessage } from '../../../core/chat/outgoing-message.js';
import type { Reply } from '../../../core/ports/chat-adapter.js';
import type { Clock } from '../../../core/ports/clock.js';
import type { Logger } from '../../../core/ports/logger.js';
import { SlackRefusal, isRefused } from '../api/slack-refusal.js';
import { type MessagePart, blocksOf, drawParts, previewOf } from '../draw/message-parts.js';
import { drawPictures } from '../draw/pictures.js';
import type { Workspace } from '../install/workspaces.js';
import type { Posts } from './posts.js';
import type { ReplyContext } from './reply-context.js';
import { MAX_RESPONSES, type ResponseUrls } from './response-urls.js';

/** What a private reply is made with. */
export interface PrivateReplyOptions {
  readonly event: ChatEvent;
  readonly context: ReplyContext;
  readonly workspace: Workspace;
  readonly posts: Posts;
  readonly responseUrls: ResponseUrls;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  openDirectChannel(): Promise<string>;
}

const anySchema = z.object({});

/**
 * A reply that the person alone sees. Slack cannot be asked what it showed to one person, so that nothing is shown before
 * the outcome. Where the channel does not take it, it comes as a direct message.
 */
export function createPrivateReply(options: PrivateReplyOptions): Reply {
  const { event, context, workspace, posts, responseUrls, clock, logger, signal } = options;
  const { channelId, threadId } = event.address;

  /** Shows as many of the parts as the address takes, and says how many those were. */
  async function respond(parts: readonly MessagePart[]): Promise<number> {
    const { responseUrl } = context;
    if (responseUrl === null) return 0;
    for (const [number, part] of parts.slice(0, MAX_RESPONSES).entries()) {
      const isShown = await responseUrls.send(
        responseUrl,
        {
          response_type: 'ephemeral',
          replace_original: number === 0 && context.replacesOriginal,
          text: previewOf(part),
          blocks: blocksOf(part),
          ...(threadId === null || context.replacesOriginal ? {} : { thread_ts: threadId }),
        },
        signal,
      );
      if (!isShown) return number;
    }
    return Math.min(parts.length, MAX_RESPONSES);
  }

  async function postEphemeral(parts: readonly MessagePart[]): Promise<boolean> {
    try {
      for (const part of parts)
        await workspace.api.call(
          'chat.postEphemeral',
          {
            channel: channelId,
            user: event.author.memberId,
            ...(threadId === null ? {} : { thread_ts: threadId }),
            text: previewOf(part),
            blocks: blocksOf(part),
          },
          { response: anySchema, signal },
        );
      return true;
    } catch (error) {
      if (error instanceof SlackRefusal && error.code === 'CHANNEL_UNAVAILABLE') return false;
      if (isRefused(error, 'user_not_in_channel')) return false;
      throw error;
    }
  }

  /** @param first the number of the first of these parts */
  async function postDirectly(parts: readonly MessagePart[], first: number): Promise<void> {
    const place = { channelId: await options.openDirectChannel(), threadTs: null, askedTs: context.askedTs };
    const found = await posts.find(place);
    for (const [index, part] of parts.entries()) {
      const number = first + index;
      if (!found.some((message) => message.part === number)) await posts.post(place, number, part);
    }
  }

  return {
    async status() {},
    async append() {},
    async finish(message: OutgoingMessage) {
      const parts = drawParts(message, await drawPictures(message, { workspace, clock, logger, signal }));
      const shown = await respond(parts);
      const rest = parts.slice(shown);
      if (rest.length > 0 && !(await postEphemeral(rest))) await postDirectly(rest, shown);
      return { messageIds: [event.id] };
    },
  };
}
