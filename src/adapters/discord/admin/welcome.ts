import { ChannelType } from 'discord.js';
import { notice } from '../../../core/chat/outgoing-message.js';
import type { ChatAdapter } from '../../../core/ports/chat-adapter.js';
import type { Clock } from '../../../core/ports/clock.js';
import { isChannelRefusal } from '../api/discord-errors.js';
import { addressIn } from '../api/places.js';
import type { WireGuildCreate } from '../api/wire.js';

/** A guild that was joined longer ago comes into sight again after a restart or an outage. */
const JUST_JOINED_MS = 10 * 60_000;
const MAX_CHANNELS = 5;
const TIMEOUT_MS = 30_000;

const WELCOME = notice(
  [
    '**Hello! I answer questions from your documents, and show where the answer stands.** Three steps:',
    '1. `/link` chooses whose knowledge a channel uses: type a name such as `my-course`, for this channel or the whole server.',
    '2. `/ingest` adds your documents: PDF, Word, Markdown, HTML, CSV or text.',
    '3. `/ask` asks a question, as does a mention of me. In the thread of the answer, simply go on asking.',
    '`/admin-channel` sets where I report, `/mode` when I speak, and `/help` lists the rest.',
  ].join('\n'),
);

/**
 * Posts one welcome to a guild that was joined just now, in the channel for such messages or the first that takes it.
 * @returns whether it stands there
 * @throws DocentError as `ChatAdapter.post`
 */
export async function welcome(
  guild: WireGuildCreate,
  { post, clock }: { readonly post: ChatAdapter['post']; readonly clock: Clock },
): Promise<boolean> {
  if (clock.now() - Date.parse(guild.joined_at) > JUST_JOINED_MS) return false;
  const texts = guild.channels
    .filter(({ type }) => type === ChannelType.GuildText)
    .toSorted((one, other) => (one.position ?? 0) - (other.position ?? 0));
  const system = texts.filter(({ id }) => id === guild.system_channel_id);
  for (const channel of [...system, ...texts].slice(0, MAX_CHANNELS)) {
    try {
      const options = { key: `welcome/${guild.id}`, signal: AbortSignal.timeout(TIMEOUT_MS) };
      await post(addressIn(channel, guild.id, null), WELCOME, options);
      return true;
    } catch (error) {
      if (!isChannelRefusal(error)) throw error;
    }
  }
  return false;
}
