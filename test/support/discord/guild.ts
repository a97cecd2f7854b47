import { ChannelType, GatewayIntentBits, type PermissionsString } from 'discord.js';
import { addChannel, addThread, deleteChannel, updateThread } from './channels.js';
import { dispatchChannel } from './messages.js';
import { guildPayload, memberPayload, rolePayload } from './payloads.js';
import { permissionBits } from './permissions.js';
import { addPerson } from './person.js';
import type { World } from './state.js';
import type { ChannelOptions, Guild, Member } from './world.js';

const ORDINARY: readonly PermissionsString[] = [
  'ViewChannel',
  'SendMessages',
  'SendMessagesInThreads',
  'CreatePublicThreads',
  'AttachFiles',
  'EmbedLinks',
  'ReadMessageHistory',
  'AddReactions',
  'UseApplicationCommands',
];

const channelTypes = {
  text: ChannelType.GuildText,
  announcement: ChannelType.GuildAnnouncement,
  forum: ChannelType.GuildForum,
  category: ChannelType.GuildCategory,
} as const satisfies Record<NonNullable<ChannelOptions['type']>, ChannelType>;

/** Adds a guild whose members and whose bot have the permissions of ordinary members. */
export function addGuild(
  world: World,
  { name = 'Community', hasBot = true }: { readonly name?: string; readonly hasBot?: boolean },
): Guild {
  const id = world.nextGuildId();
  const owner = addPerson(world, { name: 'owner' });
  const membersRole = { id: world.nextId(), name: 'Members', permissions: permissionBits(ORDINARY) };
  const botRole = { id: world.nextId(), name: 'Bot', permissions: permissionBits(ORDINARY), botId: world.bot.id };
  const roles = new Map(
    [{ id, name: '@everyone', permissions: 0n }, membersRole, botRole].map((role) => [role.id, role]),
  );

  const tell = (
    type: Parameters<World['dispatch']>[0]['type'],
    data: () => object,
    intents = GatewayIntentBits.Guilds,
  ): void => {
    world.dispatch({ type, data, guildId: id, intents });
  };
  const join = (member: Omit<Member, 'joinedAtMs' | 'nickname'>): void => {
    const joined = { ...member, joinedAtMs: world.clock.now(), nickname: undefined };
    guild.members.set(member.user.id, joined);
    tell(
      'GUILD_MEMBER_ADD',
      () => ({ ...memberPayload(joined), user: joined.user, guild_id: id }),
      GatewayIntentBits.GuildMembers,
    );
  };
  const joinBot = (): void => join({ user: world.bot, roleIds: new Set([botRole.id]) });

  const guild: Guild = {
    id,
    name,
    owner,
    roles,
    members: new Map(),
    channels: new Map(),
    hasBot: false,
    isUnavailable: false,
    addChannel({ name: channelName = 'general', type = 'text' } = {}) {
      const channel = addChannel(world, { type: channelTypes[type], guild, name: channelName });
      dispatchChannel(world, 'CHANNEL_CREATE', channel);
      return channel;
    },
    addThread(
      parent,
      {
        name: threadName = 'Thread',
        message,
        owner: by = owner,
        isArchived = false,
        isLocked = false,
        isAnnounced = true,
      } = {},
    ) {
      return addThread(world, parent, {
        name: threadName,
        ownerId: by.id,
        message,
        state: { isArchived, isLocked, isAnnounced },
      });
    },
    addRole(roleName, permissions = []) {
      const role = { id: world.nextId(), name: roleName, permissions: permissionBits(permissions) };
      roles.set(role.id, role);
      tell('GUILD_ROLE_CREATE', () => ({ guild_id: id, role: rolePayload(guild, role) }));
      return role;
    },
    addMember({ person, name: memberName, permissions = [], roles: extra = [], isBot = false } = {}) {
      const somebody = person ?? addPerson(world, { ...(memberName !== undefined && { name: memberName }), isBot });
      const own = permissions.length === 0 ? [] : [guild.addRole(`of ${somebody.user.username}`, permissions)];
      join({ user: somebody.user, roleIds: new Set([membersRole, ...extra, ...own].map((role) => role.id)) });
      return somebody;
    },
    setBotPermissions(permissions) {
      botRole.permissions = permissionBits(permissions);
      tell('GUILD_ROLE_UPDATE', () => ({ guild_id: id, role: rolePayload(guild, botRole) }));
    },
    overwriteBot(channel, { allow = [], deny = [] }) {
      channel.overwrites.set(world.bot.id, {
        kind: 'member',
        allow: permissionBits(allow),
        deny: permissionBits(deny),
      });
      dispatchChannel(world, 'CHANNEL_UPDATE', channel);
    },
    deleteChannel: (channel) => deleteChannel(world, channel),
    updateThread: (thread, change) => updateThread(world, thread, change),
    removeBot() {
      tell('GUILD_DELETE', () => ({ id }));
      guild.hasBot = false;
      guild.members.delete(world.bot.id);
    },
    inviteBot() {
      guild.hasBot = true;
      joinBot();
      tell('GUILD_CREATE', () => guildPayload(world, guild));
    },
  };
  world.guilds.set(id, guild);
  join({ user: owner.user, roleIds: new Set([membersRole.id]) });
  if (hasBot) guild.inviteBot();
  return guild;
}
