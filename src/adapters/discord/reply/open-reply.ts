import type { ChatEvent } from '../../../core/chat/chat-event.js';
import type { EventId } from '../../../core/ids.js';
import type { Clock } from '../../../core/ports/clock.js';
import type { Logger } from '../../../core/ports/logger.js';
import type { Reply } from '../../../core/ports/chat-adapter.js';
import { textBody } from '../draw/message-body.js';
import { type DiscordReply, createDiscordReply } from './reply.js';
import { replyContextOf } from './reply-context.js';
import { type OnRefused, type ReplyMessages, createReplyMessages } from './reply-messages.js';
import type { ReplyRecords } from './reply-records.js';
import type { RestApi } from '../api/rest-api.js';
import { showTyping } from './typing.js';

/** What replies are opened with. */
export interface RepliesOptions {
  readonly api: RestApi;
  readonly records: ReplyRecords;
  readonly isStreaming: boolean;
  readonly onRefused: OnRefused;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The replies of this process. */
export interface Replies {
  open(event: ChatEvent, signal: AbortSignal): Promise<Reply>;
  /** Lets what is being sent go out, and says of the rest that it goes on after a restart; 5 seconds at the most. */
  stop(): Promise<void>;
}

interface OpenReply {
  readonly reply: DiscordReply;
  readonly messages: ReplyMessages;
}

const RESTARTING = textBody('*I am being restarted; this goes on in a moment…*');
const STOP_TIMEOUT_MS = 5_000;

/** Opens them by what the event says and the records know; a newer reply to an event closes the one before it. */
export function createReplies({ api, records, isStreaming, onRefused, clock, logger }: RepliesOptions): Replies {
  const open = new Map<EventId, OpenReply>();
  const finishing = new Set<Promise<unknown>>();

  /** Keeps what is under way, so that stopping can wait for it. */
  function tracked<Result>(work: Promise<Result>): Promise<Result> {
    const over = work.catch(() => undefined).finally(() => finishing.delete(over));
    finishing.add(over);
    return work;
  }

  /** Another process may have said the last word meanwhile. */
  async function sayRestarting(eventId: EventId, { reply, messages }: OpenReply): Promise<void> {
    await reply.close();
    if (!reply.isUnfinished || (await records.get(eventId))?.isFinished === true) return;
    await messages.show(() => [RESTARTING], { isFinal: false, signal: AbortSignal.timeout(STOP_TIMEOUT_MS) });
  }

  return {
    async open(event, signal) {
      const context = replyContextOf(event);
      await open.get(event.id)?.reply.close();
      const record = await records.get(event.id);
      const messages = createReplyMessages({ event, context, record, records, api, onRefused, logger });
      const stopTyping =
        context.kind === 'message' ? showTyping({ api, channelId: context.channelId, clock, signal }) : undefined;
      const reply = createDiscordReply({
        context,
        messages,
        isStreaming,
        clock,
        signal,
        logger,
        onClosed() {
          stopTyping?.();
          open.delete(event.id);
        },
      });
      open.set(event.id, { reply, messages });
      return { ...reply, finish: (message) => tracked(reply.finish(message)) };
    },

    async stop() {
      const left = [...open].map(([eventId, one]) =>
        sayRestarting(eventId, one).catch((error: unknown) =>
          logger.warn('discord.restart-not-told', { eventId }, error),
        ),
      );
      await new Promise<void>((resolve) => {
        const cancel = clock.after(STOP_TIMEOUT_MS, resolve);
        void Promise.all([...left, ...finishing]).then(() => {
          cancel();
          resolve();
        });
      });
    },
  };
}
