import { ChannelType, PermissionFlagsBits } from 'discord.js';
import { z } from 'zod';
import { notice } from '../../../core/chat/outgoing-message.js';
import type { ChatAdapter } from '../../../core/ports/chat-adapter.js';
import type { Logger } from '../../../core/ports/logger.js';
import { type Collection, type RecordStore, SYSTEM_SCOPE } from '../../../core/ports/record-store.js';
import { isChannelRefusal } from '../api/discord-errors.js';
import { has, permissionsOf, roleIdsIn } from '../api/permissions.js';
import { addressIn } from '../api/places.js';
import type { WireChannel, WireGuildCreate } from '../api/wire.js';

/** Channels that are tried: what a guild tells of them may be out of date. */
const MAX_CHANNELS = 5;
const TIMEOUT_MS = 30_000;

const welcomedSchema = z.object({ joinedAt: z.number().int() });

/** When Docent had joined a guild that it greeted, by the guild's id, in the system scope. */
const welcomedCollection = {
  name: 'discord-welcomed',
  schema: welcomedSchema,
} satisfies Collection<typeof welcomedSchema>;

const WELCOME = notice(
  [
    '**Hello! I answer questions from your documents, and show where the answer stands.** Three steps:',
    '1. `/link` chooses whose knowledge a channel uses: type a name such as `my-course`, for this channel or the whole server.',
    '2. `/ingest` adds your documents: PDF, Word, Markdown, HTML, CSV or text.',
    '3. `/ask` asks a question, as does a mention of me. In the thread of the answer, simply go on asking.',
    '`/admin-channel` sets where I report, `/mode` when I speak, and `/help` lists the rest.',
  ].join('\n'),
);

/** Greets a guild. @throws DocentError as `ChatAdapter.post` and `RecordStore.get`. */
export type Welcome = (guild: WireGuildCreate, ownId: string) => Promise<void>;

/** What guilds are greeted with. */
export interface WelcomeOptions {
  readonly post: ChatAdapter['post'];
  readonly recordStore: RecordStore;
  readonly logger: Logger;
}

/**
 * Posts one welcome each time that a guild is joined, in the channel for such messages or the first where Docent may write;
 * when it first sees the guild later, then.
 */
export function createWelcome({ post, recordStore, logger }: WelcomeOptions): Welcome {
  async function postIn(guild: WireGuildCreate, channels: readonly WireChannel[]): Promise<boolean> {
    for (const channel of channels) {
      try {
        const options = { key: `welcome/${guild.id}/${guild.joined_at}`, signal: AbortSignal.timeout(TIMEOUT_MS) };
        await post(addressIn(channel, guild.id, null), WELCOME, options);
        return true;
      } catch (error) {
        if (!isChannelRefusal(error)) throw error;
      }
    }
    return false;
  }

  return async (guild, ownId) => {
    const joinedAt = Date.parse(guild.joined_at);
    const welcomed = await recordStore.get(welcomedCollection, SYSTEM_SCOPE, guild.id);
    if (welcomed?.value.joinedAt === joinedAt) return;
    if (await postIn(guild, writableChannels(guild, ownId).slice(0, MAX_CHANNELS)))
      await recordStore.put(welcomedCollection, SYSTEM_SCOPE, { id: guild.id, value: { joinedAt } });
    else
      logger.warn('discord.welcome-not-posted', {
        guildId: guild.id,
        fix: "Let the bot's role send messages in one text channel; the welcome comes after the next start.",
      });
  };
}

/** The text channels where Docent may write: the one for such messages, and the others as they are shown. */
function writableChannels(guild: WireGuildCreate, ownId: string): WireChannel[] {
  const rank = ({ id, position }: WireChannel): number => (id === guild.system_channel_id ? -1 : (position ?? 0));
  const holder = { userId: ownId, roleIds: roleIdsIn(guild, ownId) };
  return guild.channels
    .filter(({ type, permission_overwrites: overwrites }) => {
      const permissions = permissionsOf(guild, holder, overwrites);
      return (
        type === ChannelType.GuildText &&
        has(permissions, PermissionFlagsBits.ViewChannel) &&
        has(permissions, PermissionFlagsBits.SendMessages)
      );
    })
    .toSorted((one, other) => rank(one) - rank(other));
}
