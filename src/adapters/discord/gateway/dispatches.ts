import { GatewayDispatchEvents } from 'discord.js';
import { z } from 'zod';
import type { Logger } from '../../../core/ports/logger.js';
import type { ShardPlace } from './catch-up.js';
import type { HeardEvent } from './gateway.js';
import type { KeyedQueue } from './keyed-queue.js';
import type { Messages } from '../events/messages.js';
import type { Places } from '../api/places.js';
import { type WireGuildCreate, channelSchema, guildCreateSchema, snowflakeSchema } from '../api/wire.js';

/** What each thing that the gateway tells is done with. */
export interface DispatchesOptions {
  readonly messages: Messages;
  readonly takeInteraction: (data: unknown) => Promise<void>;
  readonly places: Places;
  /** Keeps what is said in one channel in order. */
  readonly queue: KeyedQueue;
  /** A shard began a session: what was said before it was not heard. */
  onSession(shard: ShardPlace): void;
  onGuild(guild: WireGuildCreate): void;
  readonly logger: Logger;
}

const aboutGuildSchema = z.union([
  z.object({ guild_id: snowflakeSchema }).transform((data) => data.guild_id),
  z.object({ id: snowflakeSchema }).transform((data) => data.id),
]);
const readySchema = z.object({ shard: z.tuple([z.number().int(), z.number().int().min(1)]).default([0, 1]) });
const inChannelSchema = z.object({ channel_id: snowflakeSchema });

/** Starts what is to be done and returns at once, so that the gateway never waits. */
export function createDispatches(options: DispatchesOptions): (event: HeardEvent, data: unknown) => void {
  const { messages, takeInteraction, places, queue, onSession, onGuild, logger } = options;

  function takeMessage(data: unknown): void {
    const channelId = inChannelSchema.safeParse(data).data?.channel_id;
    if (channelId === undefined) return;
    if (!queue.add(channelId, () => messages.take(data)))
      logger.error('discord.message-lost', { channelId, reason: 'too many are waiting' });
  }

  function takeReady(data: unknown): void {
    const ready = readySchema.safeParse(data).data;
    if (ready !== undefined) onSession(ready.shard);
  }

  function takeGuild(data: unknown): void {
    const guild = guildCreateSchema.safeParse(data).data;
    // An outage: there is nothing but the id.
    if (guild === undefined) return;
    places.noteGuild(guild);
    for (const channel of [...guild.channels, ...guild.threads]) places.noteChannel(channel);
    onGuild(guild);
  }

  function noteChannel(data: unknown): void {
    const channel = channelSchema.safeParse(data).data;
    if (channel !== undefined) places.noteChannel(channel);
  }

  return (event, data) => {
    switch (event) {
      case GatewayDispatchEvents.MessageCreate:
        return takeMessage(data);
      case GatewayDispatchEvents.InteractionCreate:
        return void takeInteraction(data);
      case GatewayDispatchEvents.Ready:
        return takeReady(data);
      case GatewayDispatchEvents.GuildCreate:
        return takeGuild(data);
      case GatewayDispatchEvents.ChannelUpdate:
      case GatewayDispatchEvents.ThreadCreate:
      case GatewayDispatchEvents.ThreadUpdate:
        return noteChannel(data);
      case GatewayDispatchEvents.ChannelDelete:
      case GatewayDispatchEvents.ThreadDelete:
        return places.forgetChannel(channelSchema.safeParse(data).data?.id ?? '');
      case GatewayDispatchEvents.GuildUpdate:
      case GatewayDispatchEvents.GuildDelete:
      case GatewayDispatchEvents.GuildRoleCreate:
      case GatewayDispatchEvents.GuildRoleUpdate:
      case GatewayDispatchEvents.GuildRoleDelete:
        return places.outdateGuild(aboutGuildSchema.safeParse(data).data ?? '');
    }
  };
}
