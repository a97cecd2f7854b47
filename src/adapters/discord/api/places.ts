import { ChannelType, RequestMethod } from 'discord.js';
import type { ChatAddress } from '../../../core/chat/chat-event.js';
import { type BoundedMap, createBoundedMap } from '../../../core/bounded-map.js';
import type { Clock } from '../../../core/ports/clock.js';
import { isEngineAway } from '../../../core/store-deadline.js';
import { PLATFORM } from '../platform.js';
import type { RestApi } from './rest-api.js';
import { type WireChannel, type WireGuild, channelSchema, guildSchema } from './wire.js';

/** The guilds and channels that Docent was asked about lately. */
export interface Places {
  /** At most a minute old; older while Discord does not answer. @throws DocentError as `RestApi.call`. */
  guild(guildId: string, signal?: AbortSignal): Promise<WireGuild>;
  /** At most a minute old. @throws DocentError as `RestApi.call`. */
  channel(channelId: string, signal?: AbortSignal): Promise<WireChannel>;
  /** Its type and parent, which never change; however old. @throws DocentError as `RestApi.call`. */
  shape(channelId: string, signal?: AbortSignal): Promise<Pick<WireChannel, 'id' | 'type' | 'parent_id'>>;
  /** What the gateway told; spares a question. */
  noteGuild(guild: WireGuild): void;
  noteChannel(channel: WireChannel): void;
  /** It changed: it is asked for anew. */
  outdateGuild(guildId: string): void;
  forgetChannel(channelId: string): void;
}

const KEPT_MS = 60_000;
const MAX_GUILDS = 2_500;
const MAX_CHANNELS = 10_000;

/** What is kept, and since when. */
interface Kept<Value> {
  readonly value: Value;
  readonly readAt: number;
}

/** Asks Discord for what is not known, or known for too long. */
export function createPlaces({ api, clock }: { readonly api: RestApi; readonly clock: Clock }): Places {
  const guilds = createBoundedMap<string, Kept<WireGuild>>(MAX_GUILDS);
  const channels = createBoundedMap<string, Kept<WireChannel>>(MAX_CHANNELS);

  const keep = <Value extends { readonly id: string }>(kept: BoundedMap<string, Kept<Value>>, value: Value): Value => {
    kept.set(value.id, { value, readAt: clock.now() });
    return value;
  };
  const current = <Value>(kept: BoundedMap<string, Kept<Value>>, id: string): Value | undefined => {
    const known = kept.get(id);
    return known !== undefined && clock.now() - known.readAt < KEPT_MS ? known.value : undefined;
  };
  const withSignal = (signal: AbortSignal | undefined) => (signal === undefined ? {} : { signal });

  const readGuild = async (id: string, signal?: AbortSignal): Promise<WireGuild> =>
    keep(
      guilds,
      await api.call({ method: RequestMethod.Get, path: `/guilds/${id}`, ...withSignal(signal) }, guildSchema),
    );
  const readChannel = async (id: string, signal?: AbortSignal): Promise<WireChannel> =>
    keep(
      channels,
      await api.call({ method: RequestMethod.Get, path: `/channels/${id}`, ...withSignal(signal) }, channelSchema),
    );

  return {
    async guild(guildId, signal) {
      const known = current(guilds, guildId);
      if (known !== undefined) return known;
      try {
        return await readGuild(guildId, signal);
      } catch (error) {
        const old = guilds.get(guildId);
        if (old === undefined || !isEngineAway(error)) throw error;
        return old.value;
      }
    },
    channel: async (channelId, signal) => current(channels, channelId) ?? readChannel(channelId, signal),
    shape: async (channelId, signal) => channels.get(channelId)?.value ?? readChannel(channelId, signal),
    noteGuild: (guild) => void keep(guilds, guild),
    noteChannel: (channel) => void keep(channels, channel),
    outdateGuild(guildId) {
      const known = guilds.get(guildId);
      if (known !== undefined) guilds.set(guildId, { ...known, readAt: Number.NEGATIVE_INFINITY });
    },
    forgetChannel: (channelId) => channels.delete(channelId),
  };
}

/** Channels in which a thread can be opened from a message. */
const WITH_THREADS: ReadonlySet<number> = new Set([ChannelType.GuildText, ChannelType.GuildAnnouncement]);
const THREADS: ReadonlySet<number> = new Set([
  ChannelType.PublicThread,
  ChannelType.PrivateThread,
  ChannelType.AnnouncementThread,
]);

/** Whether a thread can be opened from a message in such a channel. */
export function takesThreads({ type }: Pick<WireChannel, 'type'>): boolean {
  return WITH_THREADS.has(type);
}

/** Whether a channel is a thread, such as the post of a forum. */
export function isThread({ type }: Pick<WireChannel, 'type'>): boolean {
  return THREADS.has(type);
}

/** The workspace of direct messages, which belong to no guild. */
export const DIRECT_WORKSPACE = '@me';

/**
 * Where something is said in a channel: in a thread's channel when the channel is a thread, whose conversation it then is.
 * `rootId`, the message that a conversation outside a thread began with, names the thread that may be opened from it.
 */
export function addressIn(
  channel: Pick<WireChannel, 'id' | 'type' | 'parent_id'>,
  guildId: string | undefined,
  rootId: string | null,
): ChatAddress {
  if (guildId === undefined)
    return { platform: PLATFORM, workspaceId: DIRECT_WORKSPACE, channelId: channel.id, threadId: null, isDirect: true };
  const place = { platform: PLATFORM, workspaceId: guildId, isDirect: false };
  return isThread(channel)
    ? { ...place, channelId: channel.parent_id ?? channel.id, threadId: channel.id }
    : { ...place, channelId: channel.id, threadId: rootId };
}
