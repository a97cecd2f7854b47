import {
  type APIUser,
  ApplicationCommandType,
  ChannelType,
  GatewayIntentBits,
  InteractionType,
  MessageType,
} from 'discord.js';
import { addThread, publishFirst } from './channels.js';
import { slashData, visibleCommand } from './command-use.js';
import { checkSees, pressData, selectData } from './component-use.js';
import { startInteraction } from './interactions.js';
import { mentionsIn } from './mentions.js';
import { deleteMessage, draftMessage, publishMessage, setReaction, updateMessage } from './messages.js';
import { modalData } from './modal-use.js';
import { isoTime } from './payloads.js';
import type { Person, PostOptions } from './people.js';
import { isAllowed } from './permissions.js';
import { shownMessage } from './shown-message.js';
import type { World } from './state.js';
import type { Channel, Message } from './world.js';

/** Adds somebody who uses Discord. */
export function addPerson(
  world: World,
  { name = 'member', isBot = false }: { readonly name?: string; readonly isBot?: boolean },
): Person {
  const id = world.nextId();
  const user: APIUser = {
    id,
    username: name.toLowerCase().replaceAll(/[^\w.]/g, '_'),
    discriminator: '0',
    global_name: name,
    avatar: null,
    ...(isBot && { bot: true }),
  };
  const channelOf = (message: Message): Channel => channelWith(world, message);
  const start = (type: InteractionType, channel: Channel, data: object, source?: Message) => {
    checkMembership(user, channel);
    return startInteraction(world, { type, user, channel, data, source });
  };
  const type = (channel: Channel, text: string, typed: Omit<Parameters<typeof slashData>[3], 'path'>) => {
    const [command = '', ...path] = text.split(' ');
    const known = visibleCommand(world, { user, channel, name: command, type: ApplicationCommandType.ChatInput });
    return slashData(world, channel, known, { path, ...typed });
  };

  const person: Person = {
    id,
    user,
    mention: `<@${id}>`,
    acceptsDirectMessages: true,
    post(channel, posted) {
      checkMayPost(user, channel);
      if (channel.type === ChannelType.GuildForum) throw new Error('a forum takes posts, not messages: use openThread');
      const message = draftMessage(world, channel, written(world, user, channel, posted));
      publishMessage(world, channel, message);
      return message;
    },
    openThread(parent, threadName, posted) {
      checkMayPost(user, parent);
      const thread = addThread(world, parent, { name: threadName, ownerId: id });
      publishFirst(world, thread, written(world, user, thread, posted));
      return thread;
    },
    edit(message, content) {
      if (message.author.id !== id) throw new Error('a message is edited by its author alone');
      const { users, roleIds, isEveryone } = mentionsIn(world, content, undefined, ['users', 'roles', 'everyone']);
      updateMessage(world, channelOf(message), message, {
        content,
        mentions: [...users],
        mention_roles: [...roleIds],
        mention_everyone: isEveryone,
        edited_timestamp: isoTime(world.clock.now()),
      });
    },
    delete(message) {
      const channel = channelOf(message);
      if (message.author.id !== id && !isAllowed(channel, id, 'ManageMessages'))
        throw new Error(`${user.username} may not delete messages of others`);
      deleteMessage(world, channel, message);
    },
    react: (message, emoji) => setReaction(world, channelOf(message), message, id, emoji, true),
    useCommand: (channel, command, values = {}) =>
      start(InteractionType.ApplicationCommand, channel, type(channel, command, { values })),
    async typeOption(channel, command, focused, values = {}) {
      const data = type(channel, command, { values, focused });
      const interaction = start(InteractionType.ApplicationCommandAutocomplete, channel, data);
      await interaction.acknowledged();
      return interaction.choices;
    },
    useMessageCommand(name_, message) {
      const channel = channelOf(message);
      checkSees(world, id, message);
      const command = visibleCommand(world, { user, channel, name: name_, type: ApplicationCommandType.Message });
      return start(InteractionType.ApplicationCommand, channel, {
        id: command.id,
        name: command.name,
        type: command.type,
        target_id: message.id,
        // The message comes in full, whatever the intents are.
        resolved: { messages: { [message.id]: shownMessage(world, message, true) } },
      });
    },
    press(message, customId) {
      checkSees(world, id, message);
      return start(InteractionType.MessageComponent, channelOf(message), pressData(message, customId), message);
    },
    select(message, customId, values) {
      checkSees(world, id, message);
      return start(
        InteractionType.MessageComponent,
        channelOf(message),
        selectData(message, customId, values),
        message,
      );
    },
    submit(opened, values) {
      const interaction = world.interactions.get(opened.token);
      if (interaction?.openModal === undefined) throw new Error('no modal is open');
      if (interaction.user.id !== id) throw new Error('the modal is open for somebody else');
      const data = modalData(world, interaction.channel, interaction.openModal, values);
      interaction.openModal = undefined;
      return start(InteractionType.ModalSubmit, interaction.channel, data, interaction.source);
    },
    leave(guild) {
      guild.members.delete(id);
      world.dispatch({
        type: 'GUILD_MEMBER_REMOVE',
        data: () => ({ guild_id: guild.id, user }),
        guildId: guild.id,
        intents: GatewayIntentBits.GuildMembers,
      });
    },
  };
  world.people.set(id, person);
  return person;
}

/** The channel that a message is in. @throws Error when it is deleted. */
export function channelWith(world: World, message: Message): Channel {
  const channel = world.channels.get(message.channel_id);
  if (channel === undefined) throw new Error(`there is no channel ${message.channel_id} any more`);
  return channel;
}

function checkMembership(user: APIUser, channel: Channel): void {
  if (channel.isDeleted) throw new Error(`the channel ${channel.name} is deleted`);
  const isThere = channel.guild === undefined ? channel.recipient?.id === user.id : channel.guild.members.has(user.id);
  if (!isThere) throw new Error(`${user.username} is not in ${channel.guild?.name ?? 'this conversation'}`);
}

function checkMayPost(user: APIUser, channel: Channel): void {
  checkMembership(user, channel);
  if (channel.thread?.isLocked === true && !isAllowed(channel, user.id, 'ManageThreads'))
    throw new Error(`the thread ${channel.name} is locked`);
}

function written(
  world: World,
  author: APIUser,
  channel: Channel,
  posted: string | PostOptions,
): Parameters<typeof draftMessage>[2] {
  const {
    content = '',
    attachments = [],
    replyTo,
    pingsAuthor = true,
  } = typeof posted === 'string' ? { content: posted } : posted;
  if (content === '' && attachments.length === 0) throw new Error('a message cannot be empty');
  const { users, roleIds, isEveryone } = mentionsIn(world, content, undefined, ['users', 'roles', 'everyone']);
  const isPinged = replyTo !== undefined && pingsAuthor && !users.some(({ id }) => id === replyTo.author.id);
  return {
    author,
    content,
    mentions: [...users, ...(isPinged ? [replyTo.author] : [])],
    mention_roles: [...roleIds],
    mention_everyone: isEveryone,
    attachments: attachments.map((upload) =>
      world.files.add(upload, { id: world.nextId(), channelId: channel.id, isEphemeral: false }),
    ),
    ...(replyTo !== undefined && {
      type: MessageType.Reply,
      message_reference: {
        type: 0,
        message_id: replyTo.id,
        channel_id: channel.id,
        ...(channel.guild !== undefined && { guild_id: channel.guild.id }),
      },
      referenced_message: replyTo,
    }),
  };
}
