import { ChannelType } from 'discord.js';
import type { ChatEvent } from '../../../core/chat/chat-event.js';
import { wait } from '../../../core/exclusive.js';
import type { Clock } from '../../../core/ports/clock.js';
import type { Logger } from '../../../core/ports/logger.js';
import { isEngineAway } from '../../../core/store-deadline.js';
import type { Intake } from './intake.js';
import { isSpoken, messageEvent } from './message-event.js';
import type { BotIdentity } from './message-text.js';
import { permissionsOf } from '../api/permissions.js';
import { type Places, isThread } from '../api/places.js';
import { readMember } from '../api/read-member.js';
import type { RestApi } from '../api/rest-api.js';
import type { RoleOf } from '../api/roles.js';
import type { RootOf } from './root-of.js';
import { type WireChannel, type WireGuild, type WireMessage, messageSchema } from '../api/wire.js';

/** What messages are taken with. */
export interface MessagesOptions {
  readonly intake: Intake;
  readonly api: RestApi;
  readonly places: Places;
  readonly rootOf: RootOf;
  readonly roleOf: RoleOf;
  /** The bot's own user. */
  readonly botId: string;
  readonly opensThreads: boolean;
  /** The command behind a button for a further question; null where people can simply write on. */
  readonly followUpCommand: string | null;
  /** Aborts when Docent stops. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The waits before what is around a message is asked for again, in milliseconds. */
const READ_AGAIN_MS = [500, 1_000, 2_000, 4_000, 8_000];

/** What is around a message. */
interface Surroundings {
  readonly channel: Pick<WireChannel, 'id' | 'type' | 'parent_id'>;
  readonly guild: WireGuild | undefined;
}

/** Takes the messages that people write. */
export interface Messages {
  /**
   * A message as the gateway delivers it. Resolves once it is with the host, or its author was told that it is not; never
   * throws. What Discord does not say of its place is asked for again for a quarter of a minute.
   */
  take(data: unknown): Promise<void>;
  /** A message that was read. @throws DocentError `ENGINE_UNAVAILABLE` while Discord does not say what is around it. */
  takeMessage(message: WireMessage): Promise<void>;
}

/** Turns them into events; those of bots, of Discord itself, and empty ones are nothing. */
export function createMessages(options: MessagesOptions): Messages {
  const { intake, api, places, rootOf, roleOf, botId, opensThreads, followUpCommand, signal, clock, logger } = options;

  async function guildOf({ guild_id: guildId }: WireMessage): Promise<WireGuild | undefined> {
    return guildId === undefined ? undefined : places.guild(guildId, signal);
  }

  /** Only a thread's parent has to be looked up; what the gateway says of the channel is enough for the rest. */
  async function channelOf({ channel_id: id, channel_type: type }: WireMessage): Promise<Surroundings['channel']> {
    return type === undefined || isThread({ type }) ? places.shape(id, signal) : { id, type, parent_id: null };
  }

  /** The message with its author's place in the guild, which the gateway says, and reading does not. */
  async function withMember(message: WireMessage): Promise<WireMessage> {
    const { guild_id: guildId, author, member } = message;
    if (guildId === undefined || member !== undefined) return message;
    const read = await readMember(api, { guildId, userId: author.id, signal });
    return read === undefined ? message : { ...message, member: read };
  }

  async function eventOf(message: WireMessage, { channel, guild }: Surroundings): Promise<ChatEvent> {
    const { author, member, referenced_message: referenced } = message;
    const holder = { userId: author.id, roleIds: member?.roles ?? [] };
    const bot: BotIdentity = {
      userId: botId,
      roleId: guild?.roles.find(({ tags }) => tags?.bot_id === botId)?.id,
    };
    return messageEvent(message, {
      channel,
      bot,
      role: roleOf({ ...holder, permissions: guild === undefined ? 0n : permissionsOf(guild, holder) }),
      rootId: referenced?.author.id === botId ? await rootOf(referenced) : message.id,
      opensThreads,
      followUpCommand,
    });
  }

  async function takeMessage(message: WireMessage): Promise<void> {
    const { content, attachments } = message;
    // Without the intent Discord delivers what is not meant for Docent without its words.
    if (!isSpoken(message) || (content === '' && attachments.length === 0)) return;
    const [channel, guild, whole] = await Promise.all([channelOf(message), guildOf(message), withMember(message)]);
    const event = await eventOf(whole, { channel, guild });
    await intake.accept(event, isAddressed(event));
  }

  async function takePatiently(message: WireMessage): Promise<void> {
    for (const delayMs of READ_AGAIN_MS)
      try {
        await takeMessage(message);
        return;
      } catch (error) {
        if (!isEngineAway(error)) throw error;
        logger.warn('discord.message-not-read', { messageId: message.id }, error);
        await wait(clock, delayMs, signal);
      }
    await takeMessage(message);
  }

  /** Says to who waits for an answer that there will be none. */
  async function tellFailure(message: WireMessage, cause: unknown): Promise<void> {
    const channel = { id: message.channel_id, type: message.channel_type ?? ChannelType.GuildText, parent_id: null };
    const event = await eventOf(message, { channel, guild: undefined });
    if (isAddressed(event)) await intake.refuse(event, cause);
  }

  return {
    takeMessage,
    async take(data) {
      const parsed = messageSchema.safeParse(data);
      if (!parsed.success) {
        logger.warn('discord.message-unreadable', {}, parsed.error);
        return;
      }
      try {
        await takePatiently(parsed.data);
      } catch (error) {
        logger.error('discord.message-failed', { messageId: parsed.data.id }, error);
        // What is missed by a process that stops is looked for by the next one.
        if (!signal.aborted) await tellFailure(parsed.data, error).catch(() => undefined);
      }
    },
  };
}

/** Whether its author waits for an answer. */
function isAddressed({ address, body }: ChatEvent): boolean {
  return address.isDirect || (body.kind === 'message' && body.mentionsDocent);
}
