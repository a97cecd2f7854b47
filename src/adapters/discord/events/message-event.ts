import { MessageType } from 'discord.js';
import type { ChatEvent, Role } from '../../../core/chat/chat-event.js';
import { reference } from '../api/download.js';
import { eventIdFor } from './event-id.js';
import { type BotIdentity, mentionsOf, readableText } from './message-text.js';
import { addressIn, isThread, takesThreads } from '../api/places.js';
import { type ReplyContext, threadNameOf } from '../reply/reply-context.js';
import { type WireChannel, type WireMessage, createdAtOf, displayNameOf } from '../api/wire.js';

/** What is known around a message. */
export interface MessageSetting {
  readonly channel: Pick<WireChannel, 'id' | 'type' | 'parent_id'>;
  readonly bot: BotIdentity;
  readonly role: Role;
  /** The message that the conversation outside a thread began with. */
  readonly rootId: string;
  /** Whether an answer in a text channel opens a thread. */
  readonly opensThreads: boolean;
  /** The command behind a button for a further question; null where people can simply write on. */
  readonly followUpCommand: string | null;
}

const SPOKEN: ReadonlySet<number> = new Set([MessageType.Default, MessageType.Reply]);

/** Whether a person wrote it: not a bot, a webhook, or Discord itself. */
export function isSpoken({ type, author, webhook_id: webhookId }: WireMessage): boolean {
  return SPOKEN.has(type) && author.bot !== true && webhookId === undefined;
}

/** A message as an event. */
export function messageEvent(message: WireMessage, setting: MessageSetting): ChatEvent {
  const { channel, bot, role, rootId, opensThreads, followUpCommand } = setting;
  const text = readableText(message, bot);
  const mentions = mentionsOf(message, bot);
  // Files said to Docent are documents; beside what is said to everybody they only illustrate it.
  const isTalk = text !== '' && !(mentions.mentionsDocent && message.attachments.length > 0);
  const isAtRoot = rootId === message.id && takesThreads(channel);
  const replyContext: ReplyContext = {
    kind: 'message',
    channelId: message.channel_id,
    userId: message.author.id,
    messageId: message.id,
    rootId,
    threadName: opensThreads && isTalk && isAtRoot ? threadNameOf(text) : null,
    followUpCommand,
  };
  return {
    id: eventIdFor(message.id),
    address: addressIn(channel, message.guild_id, isTalk && !isThread(channel) ? rootId : null),
    author: {
      memberId: message.author.id,
      displayName: displayNameOf(message.author, message.member?.nick),
      isBot: message.author.bot === true,
      role,
    },
    receivedAt: createdAtOf(message.id),
    attachments: message.attachments.map((attachment) => ({
      name: attachment.filename.slice(0, 1_000),
      sizeBytes: attachment.size,
      reference: reference.posted(message, attachment),
    })),
    body: { kind: 'message', text, ...mentions },
    replyContext,
  };
}
