import { ChannelType, MessageType } from 'discord.js';
import { z } from 'zod';
import { readForm } from '../form.js';
import { createMessageSchema, editMessageSchema } from '../limits/messages.js';
import { snowflakeSchema } from '../limits/fields.js';
import { defaultMentions } from '../mentions.js';
import { contextOf, readEditBody, readMessageBody } from '../message-bodies.js';
import { deleteMessage, draftMessage, publishMessage, setReaction, updateMessage } from '../messages.js';
import { Refusal } from '../refusal.js';
import { shownMessage } from '../shown-message.js';
import type { Channel, Message } from '../world.js';
import { demand, may, messageIn, visibleChannel } from './access.js';
import { type Answer, type Call, type Route, nothing, ok } from './route.js';

/** How long a nonce is known: "the past few minutes". */
const NONCE_MS = 300_000;

const listSchema = z
  .strictObject({
    around: snowflakeSchema.optional(),
    before: snowflakeSchema.optional(),
    after: snowflakeSchema.optional(),
    limit: z.coerce.number().int().min(1).max(100).default(50),
  })
  .refine(({ around, before, after }) => [around, before, after].filter((id) => id !== undefined).length <= 1, {
    message: 'Only one of around, before and after may be given.',
  });

function list(call: Call): Answer {
  const channel = visibleChannel(call);
  const { around, before, after, limit } = readForm(listSchema, Object.fromEntries(call.query));
  if (!may(call, channel, 'ReadMessageHistory')) return ok([]);
  const newestFirst = (messages: readonly Message[]): Message[] => messages.toReversed();
  const shown = (messages: readonly Message[]): Answer =>
    ok(newestFirst(messages).map((message) => seen(call, message)));
  const isBefore = (message: Message, id: string): boolean => BigInt(message.id) < BigInt(id);
  const { messages } = channel;
  if (after !== undefined)
    return shown(messages.filter((message) => isBefore({ ...message, id: after }, message.id)).slice(0, limit));
  if (before !== undefined) return shown(messages.filter((message) => isBefore(message, before)).slice(-limit));
  if (around === undefined) return shown(messages.slice(-limit));
  const place = messages.filter((message) => isBefore(message, around)).length;
  const first = Math.max(0, place - Math.floor(limit / 2));
  return shown(messages.slice(first, first + limit));
}

function create(call: Call): Answer {
  const { world, files } = call;
  const channel = visibleChannel(call);
  demandSending(call, channel);
  const body = readForm(createMessageSchema, call.body ?? {});
  const { nonce, enforce_nonce: isUnique, message_reference: reference } = body;
  if (isUnique === true && nonce !== undefined) {
    const since = world.clock.now() - NONCE_MS;
    const known = channel.messages.find(
      (message) =>
        message.author.id === world.bot.id && message.nonce === nonce && Date.parse(message.timestamp) >= since,
    );
    if (known !== undefined) return ok(seen(call, known));
  }
  if ((body.embeds?.length ?? 0) > 0) demand(call, channel, 'EmbedLinks');
  if (files.length > 0) demand(call, channel, 'AttachFiles');
  const answered = reference === undefined ? undefined : referenced(call, channel, reference);
  const context = { world, channel, files, mentions: defaultMentions.message, isEphemeral: false };
  const read = readMessageBody(context, world.nextId(), body);
  const message = draftMessage(world, channel, {
    ...read,
    author: world.bot,
    ...(nonce !== undefined && { nonce }),
    ...(answered !== undefined && {
      type: MessageType.Reply,
      message_reference: {
        type: 0,
        message_id: answered.id,
        channel_id: channel.id,
        ...(channel.guild !== undefined && { guild_id: channel.guild.id }),
      },
      referenced_message: answered,
    }),
  });
  publishMessage(world, channel, message);
  return ok(seen(call, message));
}

/** @throws Refusal when the bot cannot send there now: 50013, 50007, 50008, 160005. */
function demandSending(call: Call, channel: Channel): void {
  const { world } = call;
  if (channel.type === ChannelType.GuildForum || channel.type === ChannelType.GuildCategory)
    throw new Refusal('NOT_A_TEXT_CHANNEL');
  if (channel.recipient !== undefined && world.people.get(channel.recipient.id)?.acceptsDirectMessages === false)
    throw new Refusal('NO_DIRECT_MESSAGES');
  if (channel.thread?.isLocked === true && !may(call, channel, 'ManageThreads')) throw new Refusal('THREAD_LOCKED');
  demand(call, channel, channel.thread === undefined ? 'SendMessages' : 'SendMessagesInThreads');
}

function referenced(
  call: Call,
  channel: Channel,
  {
    message_id: id,
    fail_if_not_exists: mustExist = true,
  }: { readonly message_id: string; readonly fail_if_not_exists?: boolean | undefined },
): Message | undefined {
  if (!may(call, channel, 'ReadMessageHistory')) throw new Refusal('NO_HISTORY_FOR_REPLY');
  const message = channel.messages.find((known) => known.id === id);
  if (message === undefined && mustExist)
    throw new Refusal('INVALID_FORM', {
      message_reference: { _errors: [{ code: 'REPLIES_UNKNOWN_MESSAGE', message: 'Unknown message' }] },
    });
  return message;
}

function edit(call: Call): Answer {
  const { world, files } = call;
  const channel = visibleChannel(call);
  const message = messageIn(channel, call.parameter('message'));
  if (message.author.id !== world.bot.id) throw new Refusal('NOT_THE_AUTHOR');
  demandOpen(channel);
  if (files.length > 0) demand(call, channel, 'AttachFiles');
  const context = contextOf({ world, channel, files, mentions: defaultMentions.message }, message);
  updateMessage(world, channel, message, readEditBody(context, message, readForm(editMessageSchema, call.body ?? {})));
  return ok(seen(call, message));
}

/** @throws Refusal 50083: in an archived thread messages can only be deleted. */
function demandOpen(channel: Channel): void {
  if (channel.thread?.isArchived === true) throw new Refusal('THREAD_ARCHIVED');
}

function remove(call: Call): Answer {
  const channel = visibleChannel(call);
  const message = messageIn(channel, call.parameter('message'));
  if (message.author.id !== call.world.bot.id) {
    if (channel.guild === undefined) throw new Refusal('NOT_IN_DIRECT_MESSAGE');
    demand(call, channel, 'ManageMessages');
  }
  deleteMessage(call.world, channel, message);
  return nothing;
}

function react(call: Call, isSet: boolean): Answer {
  const channel = visibleChannel(call);
  demand(call, channel, 'ReadMessageHistory', ...(isSet ? (['AddReactions'] as const) : []));
  const message = messageIn(channel, call.parameter('message'));
  demandOpen(channel);
  setReaction(call.world, channel, message, call.world.bot.id, call.parameter('emoji'), isSet);
  return nothing;
}

function seen({ world }: Call, message: Message): Message {
  return shownMessage(world, message, world.seesContent);
}

/** Messages of channels, threads and direct messages (resources/message). */
export const messageRoutes: readonly Route[] = [
  { method: 'GET', path: '/channels/:channel/messages', handle: list },
  { method: 'POST', path: '/channels/:channel/messages', handle: create },
  {
    method: 'GET',
    path: '/channels/:channel/messages/:message',
    handle(call) {
      const channel = visibleChannel(call);
      demand(call, channel, 'ReadMessageHistory');
      return ok(seen(call, messageIn(channel, call.parameter('message'))));
    },
  },
  { method: 'PATCH', path: '/channels/:channel/messages/:message', handle: edit },
  { method: 'DELETE', path: '/channels/:channel/messages/:message', handle: remove },
  {
    method: 'PUT',
    path: '/channels/:channel/messages/:message/reactions/:emoji/@me',
    handle: (call) => react(call, true),
  },
  {
    method: 'DELETE',
    path: '/channels/:channel/messages/:message/reactions/:emoji/@me',
    handle: (call) => react(call, false),
  },
  {
    method: 'POST',
    path: '/channels/:channel/typing',
    handle(call) {
      const channel = visibleChannel(call);
      demandSending(call, channel);
      channel.typing.push({ userId: call.world.bot.id, atMs: call.world.clock.now() });
      return nothing;
    },
  },
];
