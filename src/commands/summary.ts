import { z } from 'zod';
import { conversationIdOf } from '../core/chat/chat-event.js';
import { defineCommand } from '../core/chat/command.js';
import { notice } from '../core/chat/outgoing-message.js';
import { counted, momentInWords } from '../core/chat/words.js';

/** The figures of a thread, without asking a model. */
export const summaryCommand = defineCommand({
  name: 'summary',
  description: 'See how much was said in this thread, and since when.',
  input: z.object({}),
  access: 'member',
  readOnly: true,
  async run({ creatorId, event, services }) {
    const conversationId = conversationIdOf(creatorId, event.address);
    const summary = await services.conversations.summary(creatorId, conversationId);
    if (summary === undefined)
      return notice('Nothing was said here within the last 24 hours. Ask me something.', {
        conversationId,
        summary: null,
      });
    const { userMessages, aiMessages, firstAt, lastAt, meanAnswerCharacters } = summary;
    const lines = [
      `- ${counted(userMessages, 'question')} and ${counted(aiMessages, 'answer')}, ${userMessages + aiMessages} messages together`,
      `- from ${momentInWords(firstAt)} to ${momentInWords(lastAt)}`,
      `- an answer has ${Math.round(meanAnswerCharacters)} characters on average`,
    ];
    return notice(`**This thread**\n\n${lines.join('\n')}`, { conversationId, summary: { ...summary } });
  },
});
