import type { Role } from '../../../core/chat/chat-event.js';
import type { Logger } from '../../../core/ports/logger.js';
import type { Intake } from './intake.js';
import { isSpoken, messageEvent } from './message-event.js';
import type { BotIdentity } from './message-text.js';
import { permissionsOf } from '../api/permissions.js';
import { type Places, isThread } from '../api/places.js';
import type { RoleOf } from '../api/roles.js';
import type { RootOf } from './root-of.js';
import { type WireGuild, type WireMessage, messageSchema } from '../api/wire.js';

/** What messages are taken with. */
export interface MessagesOptions {
  readonly intake: Intake;
  readonly places: Places;
  readonly rootOf: RootOf;
  readonly roleOf: RoleOf;
  /** The bot's own user. */
  readonly botId: string;
  readonly opensThreads: boolean;
  /** The command behind a button for a further question; null where people can simply write on. */
  readonly followUpCommand: string | null;
  readonly logger: Logger;
}

/** Takes the messages that people write. */
export interface Messages {
  /** A message as the gateway delivers it. Resolves once it is with the host; never throws. */
  take(data: unknown): Promise<void>;
  /** The same with what is known around it. */
  takeMessage(message: WireMessage): Promise<void>;
}

/** Turns them into events; those of bots, of Discord itself, and empty ones are nothing. */
export function createMessages(options: MessagesOptions): Messages {
  const { intake, places, rootOf, roleOf, botId, opensThreads, followUpCommand, logger } = options;

  async function guildOf({ guild_id: guildId }: WireMessage): Promise<WireGuild | undefined> {
    return guildId === undefined ? undefined : places.guild(guildId);
  }

  function roleIn(guild: WireGuild | undefined, { author, member }: WireMessage): Role {
    const holder = { userId: author.id, roleIds: member?.roles ?? [] };
    return roleOf({ ...holder, permissions: guild === undefined ? 0n : permissionsOf(guild, holder) });
  }

  /** Only a thread's parent has to be looked up; what the gateway says of the channel is enough for the rest. */
  async function channelOf({ channel_id: id, channel_type: type }: WireMessage) {
    return type === undefined || isThread({ type }) ? places.shape(id) : { id, type, parent_id: null };
  }

  async function takeMessage(message: WireMessage): Promise<void> {
    const { content, attachments, referenced_message: referenced } = message;
    // Without the intent Discord delivers what is not meant for Docent without its words.
    if (!isSpoken(message) || (content === '' && attachments.length === 0)) return;
    const [channel, guild] = await Promise.all([channelOf(message), guildOf(message)]);
    const bot: BotIdentity = {
      userId: botId,
      roleId: guild?.roles.find(({ tags }) => tags?.bot_id === botId)?.id,
    };
    const isReplyToDocent = referenced?.author.id === botId;
    const event = messageEvent(message, {
      channel,
      bot,
      role: roleIn(guild, message),
      rootId: isReplyToDocent ? await rootOf(referenced) : message.id,
      opensThreads,
      followUpCommand,
    });
    const isAddressed = event.address.isDirect || (event.body.kind === 'message' && event.body.mentionsDocent);
    await intake.accept(event, isAddressed);
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
        await takeMessage(parsed.data);
      } catch (error) {
        logger.error('discord.message-failed', { messageId: parsed.data.id }, error);
      }
    },
  };
}
