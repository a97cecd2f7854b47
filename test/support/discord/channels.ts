import { type APIUser, ChannelType, MessageFlags, MessageType } from 'discord.js';
import { dispatchChannel, draftMessage, publishMessage, updateMessage } from './messages.js';
import type { World } from './state.js';
import type { Channel, Guild, Message, ThreadState } from './world.js';

/** A channel that is in the world from now on. */
export function addChannel(world: World, of: Partial<Channel> & Pick<Channel, 'type' | 'guild'>): Channel {
  const channel: Channel = {
    id: world.nextId(),
    parent: undefined,
    recipient: undefined,
    thread: undefined,
    name: '',
    isDeleted: false,
    overwrites: new Map(),
    messages: [],
    typing: [],
    ...of,
  };
  world.channels.set(channel.id, channel);
  channel.guild?.channels.set(channel.id, channel);
  return channel;
}

/** How a thread begins. */
export interface ThreadStart {
  /** Default: the message's, or a new one. */
  readonly id?: string;
  readonly name: string;
  readonly ownerId: string;
  readonly type?: ChannelType;
  readonly message?: Message | undefined;
  readonly state?: Partial<ThreadState>;
}

/** Opens a thread in a channel. With a message it has the message's id, and begins with a reference to it. */
export function addThread(
  world: World,
  parent: Channel,
  { id, name, ownerId, type, message, state }: ThreadStart,
): Channel {
  const now = world.clock.now();
  const thread = addChannel(world, {
    id: id ?? message?.id ?? world.nextId(),
    type:
      type ??
      (parent.type === ChannelType.GuildAnnouncement ? ChannelType.AnnouncementThread : ChannelType.PublicThread),
    guild: parent.guild,
    parent,
    name,
    thread: {
      ownerId,
      createdAtMs: now,
      isArchived: false,
      isLocked: false,
      autoArchiveMinutes: 1_440,
      archiveChangedAtMs: now,
      isAnnounced: true,
      memberIds: new Set([ownerId]),
      appliedTags: [],
      ...state,
    },
  });
  if (thread.thread?.isAnnounced === true) dispatchChannel(world, 'THREAD_CREATE', thread, { newly_created: true });
  if (message !== undefined) startFrom(world, parent, thread, message);
  return thread;
}

function startFrom(world: World, parent: Channel, thread: Channel, message: Message): void {
  updateMessage(world, parent, message, { flags: (message.flags ?? 0) | MessageFlags.HasThread });
  const starter = draftMessage(world, thread, {
    author: message.author,
    type: MessageType.ThreadStarterMessage,
    message_reference: { type: 0, channel_id: parent.id, message_id: message.id, guild_id: guildIdOf(parent.guild) },
    referenced_message: message,
  });
  thread.messages.push(starter);
}

/** Takes a channel away, and the threads in it. */
export function deleteChannel(world: World, channel: Channel): void {
  for (const thread of channel.guild?.channels.values() ?? [])
    if (thread.parent === channel) deleteChannel(world, thread);
  channel.isDeleted = true;
  world.channels.delete(channel.id);
  channel.guild?.channels.delete(channel.id);
  dispatchChannel(world, channel.thread === undefined ? 'CHANNEL_DELETE' : 'THREAD_DELETE', channel);
}

/** The direct messages with somebody; there is one such channel. */
export function directMessages(world: World, user: APIUser): Channel {
  const known = [...world.channels.values()].find(({ recipient }) => recipient?.id === user.id);
  return known ?? addChannel(world, { type: ChannelType.DM, guild: undefined, recipient: user });
}

/** Opens, archives, locks or renames a thread. */
export function updateThread(
  world: World,
  channel: Channel,
  change: Partial<ThreadState> & { readonly name?: string | undefined },
): void {
  const { name, ...state } = change;
  if (channel.thread === undefined) throw new Error(`${channel.name} is not a thread`);
  if (name !== undefined) channel.name = name;
  if (state.isArchived !== undefined && state.isArchived !== channel.thread.isArchived)
    channel.thread.archiveChangedAtMs = world.clock.now();
  Object.assign(channel.thread, state);
  if (channel.thread.isAnnounced) dispatchChannel(world, 'THREAD_UPDATE', channel);
}

function guildIdOf(guild: Guild | undefined): string {
  return guild?.id ?? '';
}

/** Publishes the first message of a forum post, which has the post's id. */
export function publishFirst(world: World, thread: Channel, draft: Parameters<typeof draftMessage>[2]): Message {
  const message = draftMessage(world, thread, { ...draft, id: thread.id });
  publishMessage(world, thread, message);
  return message;
}
