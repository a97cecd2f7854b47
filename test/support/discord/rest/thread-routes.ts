import { ChannelType } from 'discord.js';
import { z } from 'zod';
import { addThread, deleteChannel, publishFirst, updateThread } from '../channels.js';
import { readForm } from '../form.js';
import { snowflakeSchema } from '../limits/fields.js';
import { forumMessageSchema } from '../limits/messages.js';
import { defaultMentions } from '../mentions.js';
import { readMessageBody } from '../message-bodies.js';
import { channelPayload, isoTime } from '../payloads.js';
import { Refusal } from '../refusal.js';
import { shownMessage } from '../shown-message.js';
import type { Channel, ThreadState } from '../world.js';
import { demand, may, messageIn, visibleChannel } from './access.js';
import { type Answer, type Call, type Route, nothing, ok } from './route.js';

// Null is what clients send where the channel has no default of its own.
const autoArchiveSchema = z.literal([60, 1_440, 4_320, 10_080]).nullish();
const threadFields = {
  name: z.string().min(1).max(100),
  auto_archive_duration: autoArchiveSchema,
  rate_limit_per_user: z.int().min(0).max(21_600).nullish(),
} as const;
const standaloneFields = { ...threadFields, type: z.literal([10, 11, 12]), invitable: z.boolean() } as const;
// A thread of a message has the message's channel's type; clients send one all the same.
const fromMessageSchema = z.strictObject(standaloneFields).partial({ type: true, invitable: true });
const standaloneSchema = z.strictObject({
  ...standaloneFields,
  // Without a type a thread is private: an old default of Discord.
  type: standaloneFields.type.default(12),
  invitable: z.boolean().optional(),
});
const forumPostSchema = z.strictObject({
  ...threadFields,
  message: forumMessageSchema,
  applied_tags: z.array(snowflakeSchema).max(5).optional(),
});
const patchSchema = z
  .strictObject({
    ...threadFields,
    archived: z.boolean(),
    locked: z.boolean(),
    invitable: z.boolean(),
    flags: z.int(),
    applied_tags: z.array(snowflakeSchema).max(5),
  })
  .partial();

function archiveAfter(minutes: number | null | undefined): Partial<ThreadState> {
  return typeof minutes !== 'number' ? {} : { autoArchiveMinutes: minutes };
}

function createFromMessage(call: Call): Answer {
  const { world } = call;
  const channel = visibleChannel(call);
  if (channel.type !== ChannelType.GuildText && channel.type !== ChannelType.GuildAnnouncement)
    throw new Refusal('WRONG_CHANNEL_TYPE');
  const message = messageIn(channel, call.parameter('message'));
  demand(call, channel, 'CreatePublicThreads', 'ReadMessageHistory');
  const { name, auto_archive_duration: minutes } = readForm(fromMessageSchema, call.body);
  if (world.channels.has(message.id)) throw new Refusal('THREAD_EXISTS');
  const thread = addThread(world, channel, { name, ownerId: world.bot.id, message, state: archiveAfter(minutes) });
  return { status: 201, body: channelPayload(world, thread) };
}

function createAlone(call: Call): Answer {
  const { world } = call;
  const channel = visibleChannel(call);
  if (channel.type === ChannelType.GuildForum) return createPost(call, channel);
  if (channel.type !== ChannelType.GuildText && channel.type !== ChannelType.GuildAnnouncement)
    throw new Refusal('WRONG_CHANNEL_TYPE');
  const { name, type, auto_archive_duration: minutes } = readForm(standaloneSchema, call.body);
  demand(call, channel, type === Number(ChannelType.PrivateThread) ? 'CreatePrivateThreads' : 'CreatePublicThreads');
  const thread = addThread(world, channel, { name, type, ownerId: world.bot.id, state: archiveAfter(minutes) });
  return { status: 201, body: channelPayload(world, thread) };
}

function createPost(call: Call, forum: Channel): Answer {
  const { world, files } = call;
  demand(call, forum, 'SendMessages');
  const {
    name,
    message,
    applied_tags: appliedTags = [],
    auto_archive_duration: minutes,
  } = readForm(forumPostSchema, call.body);
  if ((message.embeds?.length ?? 0) > 0) demand(call, forum, 'EmbedLinks');
  if (files.length > 0) demand(call, forum, 'AttachFiles');
  const context = { world, channel: forum, files, mentions: defaultMentions.message, isEphemeral: false };
  const read = readMessageBody(context, world.nextId(), message);
  const thread = addThread(world, forum, {
    id: read.id,
    name,
    ownerId: world.bot.id,
    state: { ...archiveAfter(minutes), appliedTags },
  });
  const first = publishFirst(world, thread, { ...read, author: world.bot });
  return { status: 201, body: { ...channelPayload(world, thread), message: shownMessage(world, first, true) } };
}

/** Who may change what of a thread: topics/threads, Editing & Deleting Threads. */
function edit(call: Call): Answer {
  const { world } = call;
  const channel = visibleChannel(call);
  const { thread } = channel;
  // A channel itself is changed with Manage Channels, which a bot that answers does not have.
  if (thread === undefined) throw new Refusal('MISSING_PERMISSIONS');
  const body = readForm(patchSchema, call.body);
  const manages = may(call, channel, 'ManageThreads');
  const opensOnly = Object.keys(body).every((key) => key === 'archived') && body.archived === false;
  const mayEdit =
    thread.ownerId === world.bot.id || (opensOnly && !thread.isLocked && thread.memberIds.has(world.bot.id));
  if (!manages && (!mayEdit || body.locked !== undefined || body.rate_limit_per_user !== undefined))
    throw new Refusal('MISSING_PERMISSIONS');
  if (thread.isArchived && body.archived !== false) throw new Refusal('THREAD_ARCHIVED');
  updateThread(world, channel, {
    name: body.name,
    ...archiveAfter(body.auto_archive_duration),
    ...(body.archived !== undefined && { isArchived: body.archived }),
    ...(body.locked !== undefined && { isLocked: body.locked }),
    ...(body.applied_tags !== undefined && { appliedTags: body.applied_tags }),
  });
  return ok(channelPayload(world, channel));
}

function remove(call: Call): Answer {
  const channel = visibleChannel(call);
  if (channel.thread === undefined) throw new Refusal('MISSING_PERMISSIONS');
  demand(call, channel, 'ManageThreads');
  const body = channelPayload(call.world, channel);
  deleteChannel(call.world, channel);
  return ok(body);
}

function join(call: Call): Answer {
  const { thread } = visibleChannel(call);
  if (thread === undefined) throw new Refusal('WRONG_CHANNEL_TYPE');
  if (thread.isArchived) throw new Refusal('THREAD_ARCHIVED');
  thread.memberIds.add(call.world.bot.id);
  return nothing;
}

const archivedSchema = z.object({
  before: z.iso.datetime({ offset: true }).optional(),
  limit: z.coerce.number().int().min(2).max(100).default(50),
});

function listArchived(call: Call): Answer {
  const { world } = call;
  const parent = visibleChannel(call);
  demand(call, parent, 'ReadMessageHistory');
  const { before = isoTime(world.clock.now() + 1), limit } = readForm(archivedSchema, Object.fromEntries(call.query));
  const threads = [...(parent.guild?.channels.values() ?? [])]
    .filter(
      ({ parent: of, thread }) =>
        of === parent && thread?.isArchived === true && thread.archiveChangedAtMs < Date.parse(before),
    )
    .toSorted((a, b) => (b.thread?.archiveChangedAtMs ?? 0) - (a.thread?.archiveChangedAtMs ?? 0));
  return ok({
    threads: threads.slice(0, limit).map((thread) => channelPayload(world, thread)),
    members: [],
    has_more: threads.length > limit,
  });
}

/** Channels by their id, and threads (resources/channel). */
export const threadRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/channels/:channel',
    handle: (call) => ok(channelPayload(call.world, visibleChannel(call))),
  },
  { method: 'PATCH', path: '/channels/:channel', handle: edit },
  { method: 'DELETE', path: '/channels/:channel', handle: remove },
  { method: 'POST', path: '/channels/:channel/messages/:message/threads', handle: createFromMessage },
  { method: 'POST', path: '/channels/:channel/threads', handle: createAlone },
  { method: 'GET', path: '/channels/:channel/threads/archived/public', handle: listArchived },
  { method: 'PUT', path: '/channels/:channel/thread-members/@me', handle: join },
];
