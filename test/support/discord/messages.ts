import { type APIUser, GatewayIntentBits, MessageFlags, MessageType } from 'discord.js';
import { channelPayload, isoTime, memberPayload } from './payloads.js';
import { isAllowed } from './permissions.js';
import { shownMessage } from './shown-message.js';
import type { Dispatch, World } from './state.js';
import type { Channel, Message } from './world.js';

/** What a message is made of; the rest is as in most messages. */
export type MessageDraft = Partial<Message> & { readonly author: APIUser };

/** The enum has no name for it. */
const NO_FLAGS: number = 0;

/** A message that nobody knows of yet. */
export function draftMessage(world: World, channel: Channel, draft: MessageDraft): Message {
  const id = draft.id ?? world.nextId();
  return {
    id,
    channel_id: channel.id,
    content: '',
    timestamp: isoTime(world.clock.now()),
    edited_timestamp: null,
    tts: false,
    mention_everyone: false,
    mentions: [],
    mention_roles: [],
    attachments: [],
    embeds: [],
    components: [],
    pinned: false,
    type: MessageType.Default,
    flags: NO_FLAGS,
    ...draft,
  };
}

/** Puts a message at the end of a channel, opens an archived thread, and tells the sessions. */
export function publishMessage(world: World, channel: Channel, message: Message): void {
  const { thread } = channel;
  if (thread?.isArchived === true) {
    thread.isArchived = false;
    thread.archiveChangedAtMs = world.clock.now();
    if (thread.isAnnounced) dispatchChannel(world, 'THREAD_UPDATE', channel);
  }
  thread?.memberIds.add(message.author.id);
  channel.messages.push(message);
  dispatchMessage(world, 'MESSAGE_CREATE', channel, message);
}

/** Changes a message in place and tells the sessions. */
export function updateMessage(world: World, channel: Channel, message: Message, changes: Partial<Message>): void {
  Object.assign(message, changes);
  if (isPublic(message)) dispatchMessage(world, 'MESSAGE_UPDATE', channel, message);
}

/** Takes a message away, also from the interaction that it answers. A thread that began with it stays. */
export function deleteMessage(world: World, channel: Channel, message: Message): void {
  for (const interaction of world.interactions.values()) {
    if (interaction.original === message) interaction.original = undefined;
    const at = interaction.messages.indexOf(message);
    if (at !== -1) interaction.messages.splice(at, 1);
  }
  const index = channel.messages.indexOf(message);
  if (index === -1) return;
  channel.messages.splice(index, 1);
  for (const reply of channel.messages)
    if (reply.referenced_message?.id === message.id) reply.referenced_message = null;
  dispatchInChannel(world, channel, 'MESSAGE_DELETE', messageIntents(channel), {
    id: message.id,
    channel_id: channel.id,
    ...guildOf(channel),
  });
}

/** Whether everybody in the channel sees it. */
export function isPublic(message: Message): boolean {
  return ((message.flags ?? 0) & MessageFlags.Ephemeral) === 0;
}

/** Adds or takes away a reaction and tells the sessions. */
export function setReaction(
  world: World,
  channel: Channel,
  message: Message,
  userId: string,
  emoji: string,
  isSet: boolean,
): void {
  const others = (message.reactions ?? []).filter((reaction) => reaction.emoji.name !== emoji);
  const known = message.reactions?.find((reaction) => reaction.emoji.name === emoji);
  const count = (known?.count ?? 0) + (isSet ? 1 : -1);
  const me = userId === world.bot.id ? isSet : (known?.me ?? false);
  message.reactions = [
    ...others,
    ...(count > 0
      ? [
          {
            count,
            count_details: { burst: 0, normal: count },
            me,
            me_burst: false,
            emoji: { id: null, name: emoji },
            burst_colors: [],
          },
        ]
      : []),
  ];
  dispatchInChannel(
    world,
    channel,
    isSet ? 'MESSAGE_REACTION_ADD' : 'MESSAGE_REACTION_REMOVE',
    channel.guild === undefined ? GatewayIntentBits.DirectMessageReactions : GatewayIntentBits.GuildMessageReactions,
    {
      user_id: userId,
      channel_id: channel.id,
      message_id: message.id,
      emoji: { id: null, name: emoji },
      message_author_id: message.author.id,
      burst: false,
      type: 0,
      ...guildOf(channel),
    },
  );
}

/** Tells the sessions of a channel or a thread. */
export function dispatchChannel(
  world: World,
  type: 'CHANNEL_CREATE' | 'CHANNEL_UPDATE' | 'CHANNEL_DELETE' | 'THREAD_CREATE' | 'THREAD_UPDATE' | 'THREAD_DELETE',
  channel: Channel,
  extra: object = {},
): void {
  if (channel.thread !== undefined && !isAllowed(channel, world.bot.id, 'ViewChannel')) return;
  world.dispatch({
    type,
    data: () => ({ ...channelPayload(world, channel), ...extra }),
    guildId: channel.guild?.id,
    intents: channel.guild === undefined ? GatewayIntentBits.DirectMessages : GatewayIntentBits.Guilds,
  });
}

function dispatchMessage(
  world: World,
  type: 'MESSAGE_CREATE' | 'MESSAGE_UPDATE',
  channel: Channel,
  message: Message,
): void {
  const member = channel.guild?.members.get(message.author.id);
  // What a session missed must come as it was, not as it is when the session is back.
  const asItIs = structuredClone(message);
  dispatchInChannel(world, channel, type, messageIntents(channel), (seesContent) => ({
    ...shownMessage(world, asItIs, seesContent),
    channel_type: channel.type,
    ...guildOf(channel),
    ...(member !== undefined && { member: memberPayload(member) }),
  }));
}

function dispatchInChannel(
  world: World,
  channel: Channel,
  type: Dispatch['type'],
  intents: number,
  data: object | Dispatch['data'],
): void {
  if (!isAllowed(channel, world.bot.id, 'ViewChannel')) return;
  world.dispatch({
    type,
    data: typeof data === 'function' ? (data as Dispatch['data']) : () => data,
    guildId: channel.guild?.id,
    intents,
  });
}

function messageIntents({ guild }: Channel): number {
  return guild === undefined ? GatewayIntentBits.DirectMessages : GatewayIntentBits.GuildMessages;
}

function guildOf({ guild }: Channel): object {
  return guild === undefined ? {} : { guild_id: guild.id };
}
