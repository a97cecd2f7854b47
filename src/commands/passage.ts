import { z } from 'zod';
import { defineCommand } from '../core/chat/command.js';
import { escapeMarkdown } from '../core/chat/escape.js';
import { notice } from '../core/chat/outgoing-message.js';
import { describeSource } from '../core/chat/render-answer.js';
import { answerIdSchema } from '../core/ids.js';
import { answerUnknown } from './answer-unknown.js';
import { markWords } from './mark-words.js';

/** Shows the passage that an answer cites, as it was when it was cited; pressed, not typed. */
export const passageCommand = defineCommand({
  name: 'passage',
  description: 'See the passage that an answer cites.',
  input: z.object({
    answer: answerIdSchema.meta({ description: 'The answer that is meant.' }),
    source: z.int().min(1).max(100).meta({ description: 'The number of the source.' }),
  }),
  access: 'member',
  readOnly: true,
  isPrivate: true,
  hidden: true,
  async run({ creatorId, input, services }) {
    const record = await services.answers.get(creatorId, input.answer);
    const source = record?.sources.find(({ number }) => number === input.source);
    if (record === undefined || source === undefined) throw answerUnknown();
    const { documentName, headingPath, page, text } = source;
    const quote = text
      .split('\n')
      .map((line) => `> ${line}`)
      .join('\n');
    return notice(`**${escapeMarkdown(describeSource(source))}**\n\n${quote}`, {
      answer: input.answer,
      source: input.source,
      documentName,
      headingPath,
      page,
      text,
      marks: markWords(text, `${record.question} ${record.standaloneQuestion}`),
    });
  },
});
