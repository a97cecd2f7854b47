import { z } from 'zod';
import { defineCommand } from '../core/chat/command.js';
import { notice } from '../core/chat/outgoing-message.js';
import { answerIdSchema } from '../core/ids.js';
import { answerUnknown } from './answer-unknown.js';

/** Keeps a vote on an answer; pressed, not typed. */
export const feedbackCommand = defineCommand({
  name: 'feedback',
  description: 'Say whether an answer helped.',
  input: z.object({
    answer: answerIdSchema.meta({ description: 'The answer that is meant.' }),
    vote: z.enum(['up', 'down']).meta({ description: 'up: it helped; down: it did not.' }),
    reason: z.string().trim().max(1_000).default('').meta({ description: 'What was wrong, or what was good.' }),
  }),
  access: 'member',
  readOnly: false,
  isPrivate: true,
  hidden: true,
  async run({ creatorId, input: { answer, vote, reason }, services }) {
    const record = await services.answers.vote(creatorId, answer, { vote, reason });
    if (record === undefined) throw answerUnknown();
    const text =
      vote === 'up' ? 'Thank you, good to know.' : 'Thank you. That tells the managers here what to improve.';
    return notice(text, { answer, vote });
  },
});
