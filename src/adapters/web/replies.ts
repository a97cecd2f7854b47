import { z } from 'zod';
import { type ChatEvent, memberKeyOf } from '../../core/chat/chat-event.js';
import { unseenReply } from '../../core/chat/guarded-reply.js';
import { type CreatorId, creatorIdSchema } from '../../core/ids.js';
import type { Receipt, Reply } from '../../core/ports/chat-adapter.js';
import { questionOf, replyContextSchema } from './chat-events.js';
import type { Live, LiveProgress } from './live.js';
import type { TellPages } from './news.js';
import type { Exchange } from './page/wire.js';
import type { Exchanges } from './transcript/exchanges.js';
import type { Threads } from './transcript/threads.js';
import { type NewUpload, type Uploads, uploadOf } from './transcript/uploads.js';

/** What events are asked and answered with. */
export interface TranscriptParts {
  readonly threads: Threads;
  readonly exchanges: Exchanges;
  readonly uploads: Uploads;
  readonly tell: TellPages;
  readonly live: Live;
}

const eventSchema = z.object({ creatorId: creatorIdSchema, replyContext: replyContextSchema });

/**
 * Puts an accepted event's question into its thread and tells the open pages. Harmless when it is there already: the
 * page's request and the answer both call it, so that a kill between the two leaves no answer without its question.
 */
export async function addQuestion(
  parts: TranscriptParts,
  event: ChatEvent,
  exchangeId: string,
): Promise<Exchange | undefined> {
  const { threadId } = event.address;
  const creatorId = creatorIdSchema.parse(event.creatorId);
  if (threadId === null || (await parts.threads.get(creatorId, threadId)) === undefined) return undefined;
  const question = questionOf(event.body);
  const memberKey = event.body.kind === 'command' ? null : memberKeyOf(event);
  const asked = { exchangeId, eventId: event.id, memberKey, question, askedAt: event.receivedAt };
  const exchange = await parts.exchanges.ask({ creatorId, threadId }, asked);
  if (exchange === undefined) return undefined;
  const thread = await parts.threads.touch(creatorId, threadId, { at: event.receivedAt, text: question, memberKey });
  parts.tell(creatorId, { type: 'exchange', threadId, exchangeId });
  if (thread !== undefined) parts.tell(creatorId, { type: 'thread', threadId });
  return exchange;
}

/** The reply to an event of the page, found by what the event itself says. */
export async function openReply(parts: TranscriptParts, event: ChatEvent): Promise<Reply> {
  const { creatorId, replyContext } = eventSchema.parse(event);
  const { threadId } = event.address;
  if (replyContext.kind === 'upload') return uploadReply(parts, creatorId, uploadOf(event, replyContext.uploadId));
  if (replyContext.kind === 'response' || threadId === null) return unseenReply;
  await addQuestion(parts, event, replyContext.exchangeId);
  return exchangeReply(parts, creatorId, { threadId, exchangeId: replyContext.exchangeId });
}

function exchangeReply(
  parts: TranscriptParts,
  creatorId: CreatorId,
  place: { readonly threadId: string; readonly exchangeId: string },
): Reply {
  const { threadId, exchangeId } = place;
  return reply(parts.live.openReply(creatorId, place), exchangeId, async (message) => {
    const exchange = await parts.exchanges.reply({ creatorId, threadId }, exchangeId, message);
    if (exchange !== undefined) parts.tell(creatorId, { type: 'exchange', ...place });
  });
}

function uploadReply(parts: TranscriptParts, creatorId: CreatorId, upload: NewUpload): Reply {
  const { uploadId } = upload;
  return reply(parts.live.openUpload(creatorId, uploadId), uploadId, async (message) => {
    await parts.uploads.finish(creatorId, upload, message);
    parts.tell(creatorId, { type: 'upload', uploadId });
  });
}

function reply(
  progress: LiveProgress,
  messageId: string,
  keep: (message: Parameters<Reply['finish']>[0]) => Promise<void>,
): Reply {
  return {
    status: async (status) => progress.status(status),
    append: async (text) => progress.append(text),
    async finish(message): Promise<Receipt> {
      await keep(message);
      progress.end();
      return { messageIds: [messageId] };
    },
  };
}
