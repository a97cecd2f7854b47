import { z } from 'zod';
import { conversationIdOf } from '../core/chat/chat-event.js';
import { defineCommand } from '../core/chat/command.js';

/** Answers a question; messages to Docent run it too. */
export const askCommand = defineCommand({
  name: 'ask',
  description: 'Ask a question and get the answer from the documents, with its sources.',
  input: z.object({
    question: z.string().meta({ description: 'What you want to know.', example: 'How do I book a session?' }),
  }),
  access: 'member',
  readOnly: false,
  answersQuestions: true,
  run: ({ creatorId, event, memberKey, input, reply, services, signal }) =>
    services.answering.answer({
      creatorId,
      conversationId: conversationIdOf(creatorId, event.address),
      memberKey,
      event,
      text: input.question,
      reply,
      signal,
      receivedAt: event.receivedAt,
    }),
});
