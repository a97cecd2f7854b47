import { type WireMessage, displayNameOf } from '../api/wire.js';

/** Stands for an emoji of a server's own: a message of emoji alone is told apart from a bare mention. */
const EMOJI = '🔹';

/** Whom a message calls. */
export interface Mentions {
  readonly mentionsDocent: boolean;
  readonly mentionsOthers: boolean;
}

/** Who Docent is in a guild. */
export interface BotIdentity {
  readonly userId: string;
  /** The role that Discord made for the bot in the guild: people pick it for the bot. Undefined where it is not known. */
  readonly roleId: string | undefined;
}

/** Whom a message calls; a reply to a message of Docent's calls it, with or without a ping. */
export function mentionsOf(message: WireMessage, { userId, roleId }: BotIdentity): Mentions {
  const isOwnRole = (id: string): boolean => id === roleId;
  return {
    mentionsDocent:
      message.mentions.some(({ id }) => id === userId) ||
      message.mention_roles.some(isOwnRole) ||
      message.referenced_message?.author.id === userId,
    mentionsOthers:
      message.mention_everyone ||
      message.mentions.some(({ id }) => id !== userId) ||
      message.mention_roles.some((id) => !isOwnRole(id)),
  };
}

/** A message's words as people read them: without the call to Docent, names for the others. */
export function readableText({ content, mentions }: WireMessage, { userId, roleId }: BotIdentity): string {
  return content
    .replaceAll(/<@([!&]?)(\d+)>/g, (mention, kind: string, id: string) => {
      if (id === userId || (kind === '&' && id === roleId)) return ' ';
      const user = mentions.find((one) => one.id === id);
      return user === undefined ? mention : `@${displayNameOf(user)}`;
    })
    .replaceAll(/<a?:\w+:\d+>/g, EMOJI)
    .replaceAll(/[ \t]{2,}/g, ' ')
    .trim();
}
