import { z } from 'zod';
import { defineCommand } from '../core/chat/command.js';
import { escapeMarkdown } from '../core/chat/escape.js';
import { notice } from '../core/chat/outgoing-message.js';
import { describeSource } from '../core/chat/render-answer.js';
import type { AnswerSource } from '../core/answer/answer-records.js';
import { answerIdSchema } from '../core/ids.js';
import type { ActiveDocument } from '../core/ingest/document-registry.js';
import { answerUnknown } from './answer-unknown.js';
import { markWords } from './mark-words.js';

/** Shows the passage that an answer cites, as it was when it was cited, and says when that stands there no more; pressed, not typed. */
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
    const note = noteOn(source, (await services.documents.active(creatorId)).get(source.documentId));
    const quote = text
      .split('\n')
      .map((line) => `> ${line}`)
      .join('\n');
    const lines = [`**${escapeMarkdown(describeSource(source))}**`, ...(note === null ? [] : [`*${note}*`]), quote];
    return notice(lines.join('\n\n'), {
      answer: input.answer,
      source: input.source,
      documentName,
      headingPath,
      page,
      note,
      text,
      marks: markWords(text, `${record.question} ${record.standaloneQuestion}`),
    });
  },
});

/** What became of the document since; null where it says the same, as far as is known. */
function noteOn({ version }: AnswerSource, active: ActiveDocument | undefined): string | null {
  if (active === undefined) return 'The document has been removed since. This is what stood in it.';
  if (version === undefined || version === active.version) return null;
  return 'The document has been replaced since. This is what stood in the version that was cited.';
}
