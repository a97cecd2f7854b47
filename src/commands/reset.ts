import { z } from 'zod';
import { conversationIdOf } from '../core/chat/chat-event.js';
import { defineCommand } from '../core/chat/command.js';
import { notice } from '../core/chat/outgoing-message.js';

/** Forgets what was said in a thread; its next question stands alone. */
export const resetCommand = defineCommand({
  name: 'reset',
  description: 'Start this thread afresh: I forget what was said in it.',
  input: z.object({}),
  access: 'member',
  readOnly: false,
  async run({ creatorId, event, services }) {
    const wasThere = await services.conversations.clear(creatorId, conversationIdOf(creatorId, event.address));
    const text = wasThere
      ? 'Done. I no longer know what was said here; your next question starts afresh.'
      : 'There was nothing to forget here. Just ask.';
    return notice(text, { cleared: wasThere });
  },
});
