import type { World } from './state.js';
import type { Message } from './world.js';

/**
 * A message as the bot gets it: addresses signed anew, and without what the author wrote where the MessageContent intent is
 * needed and missing (resources/message, and events/gateway, Message Content Intent).
 */
export function shownMessage(world: World, message: Message, seesContent: boolean): Message {
  const { referenced_message: answered, ...own } = message;
  const shown: Message = {
    ...structuredClone(own),
    attachments: own.attachments.map((attachment) => world.files.sign(attachment)),
    ...(answered !== undefined && {
      referenced_message: answered && withoutReference(shownMessage(world, answered, seesContent)),
    }),
  };
  if (seesContent || !isHidden(world, message)) return shown;
  return { ...shown, content: '', attachments: [], embeds: [], components: [] };
}

/** A reply shows what it answers, and not what that answered. */
function withoutReference({ referenced_message: _answered, ...message }: Message): Message {
  return message;
}

function isHidden(world: World, message: Message): boolean {
  const isDirect = world.channels.get(message.channel_id)?.guild === undefined;
  if (isDirect || message.author.id === world.bot.id) return false;
  if (new RegExp(`<@!?${world.bot.id}>`).test(message.content)) return false;
  const answered = message.referenced_message;
  const isPinged = message.mentions.some(({ id }) => id === world.bot.id);
  // A reply counts when it pings a normal message of the bot: one that answers an interaction is none.
  const isReply = isPinged && answered?.author.id === world.bot.id && answered.interaction_metadata === undefined;
  return !isReply;
}
