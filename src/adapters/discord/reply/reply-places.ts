import { RequestMethod } from 'discord.js';
import type { ChatEvent } from '../../../core/chat/chat-event.js';
import { isInteractionOver, isRefusal } from '../api/discord-errors.js';
import { textBody } from '../draw/message-body.js';
import type { ReplyContext } from './reply-context.js';
import { type RestApi, anyAnswer } from '../api/rest-api.js';
import { type Surface, createChannelSurface, createTokenSurface } from './surfaces.js';
import { channelSchema } from '../api/wire.js';

/** Where a reply can stand. */
export const PLACE_NAMES = ['thread', 'token', 'channel', 'direct'] as const;

/** One of the places of a reply. */
export interface ReplyPlace {
  readonly name: (typeof PLACE_NAMES)[number];
  /** What stands before the text there, such as the question that nobody else could see. */
  readonly prefix: string;
  /** @param channelId the channel, where it is known from before. @throws DocentError as `RestApi.call`. */
  open(channelId: string | null, signal: AbortSignal): Promise<Surface>;
}

/**
 * The places of a reply, in the order in which they are tried: a thread where one is to be opened, the interaction's own
 * message for 15 minutes, the channel, and last a direct message to who asked.
 */
export function placesOf(event: ChatEvent, context: ReplyContext, api: RestApi): ReplyPlace[] {
  const key = event.id;
  const answeredBy = (index: number): string | undefined =>
    index > 0 || event.address.isDirect ? undefined : (context.messageId ?? undefined);
  const isPrivate = context.kind === 'interaction' && context.isPrivate;
  const quote = context.kind === 'interaction' && context.question !== null ? `${quoted(context.question)}\n` : '';
  const places: ReplyPlace[] = [];

  const { threadName, messageId } = context;
  if (threadName !== null && messageId !== null)
    places.push({
      name: 'thread',
      prefix: '',
      async open(known, signal) {
        if (known === null) {
          await openThread(api, { channelId: context.channelId, messageId, name: threadName }, signal);
          if (context.kind === 'interaction')
            await showQuestion(createTokenSurface({ api, key, ...context }), quote, signal);
        }
        // A thread opened from a message has the message's id.
        return createChannelSurface({ api, channelId: messageId, key });
      },
    });
  if (context.kind === 'interaction')
    places.push({
      name: 'token',
      prefix: quote,
      open: async () => createTokenSurface({ api, key, ...context }),
    });
  if (!isPrivate)
    places.push({
      name: 'channel',
      prefix: quote,
      open: async () => createChannelSurface({ api, channelId: context.channelId, key, answeredBy }),
    });
  if (!event.address.isDirect || isPrivate)
    places.push({
      name: 'direct',
      prefix: isPrivate ? '' : `I may not write in <#${context.channelId}>, so here it is:\n\n`,
      async open(known, signal) {
        const channelId = known ?? (await openDirect(api, context.userId, signal));
        return createChannelSurface({ api, channelId, key });
      },
    });
  return places;
}

async function openThread(
  api: RestApi,
  { channelId, messageId, name }: { readonly channelId: string; readonly messageId: string; readonly name: string },
  signal: AbortSignal,
): Promise<void> {
  const path = `/channels/${channelId}/messages/${messageId}/threads` as const;
  try {
    await api.call({ method: RequestMethod.Post, path, body: { name }, signal }, anyAnswer);
  } catch (error) {
    if (!isRefusal(error, 'threadExists')) throw error;
  }
}

async function openDirect(api: RestApi, userId: string, signal: AbortSignal): Promise<string> {
  const body = { recipient_id: userId };
  return (await api.call({ method: RequestMethod.Post, path: '/users/@me/channels', body, signal }, channelSchema)).id;
}

/** The command's own message says what was asked; its answer stands in the thread below it. */
async function showQuestion(own: Surface, quote: string, signal: AbortSignal): Promise<void> {
  try {
    await own.write(0, undefined, textBody(quote.trimEnd()), signal);
  } catch (error) {
    if (!isInteractionOver(error)) throw error;
  }
}

const MAX_QUOTE = 1_500;

/** A question as a quote; of a very long one the beginning, as it is only a reminder. */
function quoted(question: string): string {
  const text = question.length > MAX_QUOTE ? `${question.slice(0, MAX_QUOTE).toWellFormed()}…` : question;
  return text.replaceAll(/^/gm, '> ');
}
