import { RequestMethod } from 'discord.js';
import { z } from 'zod';
import { escapeMarkdown } from '../../../core/chat/escape.js';
import { listed } from '../../../core/chat/words.js';
import { toDocentError } from '../../../core/errors.js';
import type { Clock } from '../../../core/ports/clock.js';
import type { Health, HealthCheck } from '../../../core/ports/health.js';
import type { RecordStore } from '../../../core/ports/record-store.js';
import { isRefusal } from '../api/discord-errors.js';
import { type LinkedChannel, linkedChannels } from '../api/linked-channels.js';
import { missingInChannel } from '../api/permissions.js';
import type { RestApi } from '../api/rest-api.js';
import { channelSchema, guildSchema, memberSchema, snowflakeSchema } from '../api/wire.js';
import { keepHealth } from './kept-health.js';

/** What the channels are looked at with. */
export interface ChannelHealthOptions {
  readonly api: RestApi;
  readonly recordStore: RecordStore;
  readonly clock: Clock;
}

const selfSchema = z.object({ id: snowflakeSchema });
const channelsSchema = z.array(channelSchema.extend({ name: z.string().default('') }));

/** Each guild is three calls, and all of them have two seconds. */
const MAX_GUILDS = 10;
const MAX_NAMED = 5;
const KEPT_MS = 10 * 60_000;

/**
 * What the overwrites of linked channels keep Docent from doing there. Asks Discord itself, so that it needs no connection;
 * at most every ten minutes.
 */
export function createChannelHealth({ api, recordStore, clock }: ChannelHealthOptions): HealthCheck {
  const get = <Shape extends z.ZodType>(path: `/${string}`, answer: Shape, signal: AbortSignal) =>
    api.call({ method: RequestMethod.Get, path, signal }, answer);

  /** The channels of a guild where something is missing, in words; none where Docent is no longer. */
  async function lackingIn(guildId: string, channelIds: ReadonlySet<string>, userId: string, signal: AbortSignal) {
    try {
      const [guild, { roles: roleIds }, channels] = await Promise.all([
        get(`/guilds/${guildId}`, guildSchema, signal),
        get(`/guilds/${guildId}/members/${userId}`, memberSchema, signal),
        get(`/guilds/${guildId}/channels`, channelsSchema, signal),
      ]);
      return channels.flatMap(({ id, name, permission_overwrites: overwrites }) => {
        const missing = channelIds.has(id) ? missingInChannel(guild, { userId, roleIds }, overwrites) : [];
        const place = `#${escapeMarkdown(name)} of "${escapeMarkdown(guild.name)}"`;
        return missing.length === 0 ? [] : [`${place} (${missing.join(', ')})`];
      });
    } catch (error) {
      if (isRefusal(error, 'unknownGuild', 'unknownMember', 'missingAccess')) return [];
      throw error;
    }
  }

  async function look(signal: AbortSignal): Promise<Health> {
    const guilds = byGuild(await linkedChannels(recordStore)).slice(0, MAX_GUILDS);
    if (guilds.length === 0) return { state: 'healthy', detail: 'No single channel is linked.' };
    const { id: userId } = await get('/users/@me', selfSchema, signal);
    const lacking = (
      await Promise.all(guilds.map(([guildId, channelIds]) => lackingIn(guildId, channelIds, userId, signal)))
    ).flat();
    if (lacking.length === 0)
      return { state: 'healthy', detail: 'No linked channel takes away what the roles of the bot allow.' };
    const rest = lacking.length > MAX_NAMED ? ` and ${lacking.length - MAX_NAMED} more` : '';
    return {
      state: 'degraded',
      detail: 'In some linked channels the bot may do less than its roles allow.',
      fix: `Give the bot's role what it lacks, in Edit Channel → Permissions: ${listed(lacking.slice(0, MAX_NAMED))}${rest}.`,
    };
  }

  const kept = keepHealth(clock, KEPT_MS, look);
  return {
    component: 'discord channels',
    async check(signal) {
      try {
        return await kept(signal);
      } catch (error) {
        return {
          state: 'degraded',
          detail: `What the bot may do in linked channels cannot be seen. ${toDocentError(error).userMessage}`,
          fix: 'Look at the other parts first: it is looked at again by itself.',
        };
      }
    },
  };
}

function byGuild(links: readonly LinkedChannel[]): [guildId: string, channelIds: Set<string>][] {
  const guilds = new Map<string, Set<string>>();
  for (const { guildId, channelId } of links) guilds.set(guildId, (guilds.get(guildId) ?? new Set()).add(channelId));
  return [...guilds];
}
