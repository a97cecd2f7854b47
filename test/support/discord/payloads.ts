import { type APIChannel, ChannelType, type Snowflake } from 'discord.js';
import { isAllowed } from './permissions.js';
import type { World } from './state.js';
import type { Channel, Guild, Member, Role } from './world.js';

/** A channel, a thread or a direct message as the API shows it to the bot. */
export function channelPayload(world: World, channel: Channel): APIChannel {
  const shared = { id: channel.id, type: channel.type, flags: 0, last_message_id: channel.messages.at(-1)?.id ?? null };
  if (channel.guild === undefined) return { ...shared, recipients: [channel.recipient] } as APIChannel;
  const inGuild = { ...shared, guild_id: channel.guild.id, name: channel.name, parent_id: channel.parent?.id ?? null };
  if (channel.thread === undefined)
    return {
      ...inGuild,
      position: 0,
      nsfw: false,
      topic: null,
      rate_limit_per_user: 0,
      permission_overwrites: [...channel.overwrites].map(([id, { kind, allow, deny }]) => ({
        id,
        type: kind === 'role' ? 0 : 1,
        allow: String(allow),
        deny: String(deny),
      })),
      ...(channel.type === ChannelType.GuildForum && {
        available_tags: [],
        default_reaction_emoji: null,
        default_sort_order: null,
        default_forum_layout: 0,
      }),
    } as APIChannel;
  const { thread } = channel;
  return {
    ...inGuild,
    owner_id: thread.ownerId,
    message_count: channel.messages.length,
    total_message_sent: channel.messages.length,
    member_count: thread.memberIds.size,
    rate_limit_per_user: 0,
    applied_tags: thread.appliedTags,
    thread_metadata: {
      archived: thread.isArchived,
      locked: thread.isLocked,
      auto_archive_duration: thread.autoArchiveMinutes,
      archive_timestamp: isoTime(thread.archiveChangedAtMs),
      create_timestamp: isoTime(thread.createdAtMs),
    },
    ...(thread.memberIds.has(world.bot.id) && { member: threadMember(world.bot.id, channel) }),
  } as APIChannel;
}

function threadMember(userId: Snowflake, { id, thread }: Channel): object {
  return { id, user_id: userId, join_timestamp: isoTime(thread?.createdAtMs ?? 0), flags: 0 };
}

/** A role as the API shows it. */
export function rolePayload(guild: Guild, role: Role): object {
  return {
    id: role.id,
    name: role.name,
    description: null,
    color: 0,
    colors: { primary_color: 0, secondary_color: null, tertiary_color: null },
    hoist: false,
    icon: null,
    unicode_emoji: null,
    position: [...guild.roles.keys()].indexOf(role.id),
    permissions: String(role.permissions),
    managed: role.botId !== undefined,
    mentionable: false,
    flags: 0,
    ...(role.botId !== undefined && { tags: { bot_id: role.botId } }),
  };
}

/** A member without the user, as it comes with a message. */
export function memberPayload(member: Member): object {
  return {
    nick: member.nickname ?? null,
    avatar: null,
    banner: null,
    roles: [...member.roleIds],
    joined_at: isoTime(member.joinedAtMs),
    premium_since: null,
    deaf: false,
    mute: false,
    flags: 0,
    pending: false,
    communication_disabled_until: null,
  };
}

/** The guild as GUILD_CREATE brings it; the REST API shows the same without what only the gateway knows. */
export function guildPayload(world: World, guild: Guild): object {
  const bot = guild.members.get(world.bot.id);
  const channels = [...guild.channels.values()];
  return {
    ...guildSummary(guild),
    joined_at: isoTime(bot?.joinedAtMs ?? 0),
    large: false,
    unavailable: false,
    member_count: guild.members.size,
    voice_states: [],
    // Without the GuildMembers intent only the bot itself is told.
    members: bot === undefined ? [] : [{ ...memberPayload(bot), user: bot.user }],
    channels: channels.filter(({ thread }) => thread === undefined).map((channel) => channelPayload(world, channel)),
    threads: activeThreads(world, guild).map((thread) => channelPayload(world, thread)),
    presences: [],
    stage_instances: [],
    guild_scheduled_events: [],
    soundboard_sounds: [],
  };
}

/** The guild as `GET /guilds/:id` shows it. */
export function guildSummary(guild: Guild): object {
  return {
    id: guild.id,
    name: guild.name,
    icon: null,
    splash: null,
    discovery_splash: null,
    owner_id: guild.owner.id,
    afk_channel_id: null,
    afk_timeout: 300,
    verification_level: 0,
    default_message_notifications: 1,
    explicit_content_filter: 0,
    roles: [...guild.roles.values()].map((role) => rolePayload(guild, role)),
    emojis: [],
    stickers: [],
    features: ['COMMUNITY'],
    mfa_level: 0,
    application_id: null,
    system_channel_id: null,
    system_channel_flags: 0,
    rules_channel_id: null,
    public_updates_channel_id: null,
    safety_alerts_channel_id: null,
    vanity_url_code: null,
    description: null,
    banner: null,
    premium_tier: 0,
    preferred_locale: 'en-US',
    nsfw_level: 0,
    premium_progress_bar_enabled: false,
  };
}

/** The threads that the bot is told of: those that are active and that it may see. */
export function activeThreads(world: World, guild: Guild): Channel[] {
  return [...guild.channels.values()].filter(
    (channel) =>
      channel.thread?.isArchived === false &&
      channel.thread.isAnnounced &&
      isAllowed(channel, world.bot.id, 'ViewChannel'),
  );
}

/** Milliseconds since 1970 as the API writes a time. */
export function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
