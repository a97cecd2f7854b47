import type { types } from '@slack/bolt';
import { z } from 'zod';
import type { OutgoingMessage } from '../../../core/chat/outgoing-message.js';
import { describeSource } from '../../../core/chat/render-answer.js';
import { drawQuote, drawRichText } from '../draw/rich-text.js';
import { type Block, plainText } from '../draw/slack-markup.js';

const TITLE = 'Passage';
const MAX_NAME = 2_000;

const passageSchema = z.object({
  documentName: z.string(),
  headingPath: z.array(z.string()),
  page: z.number().nullable(),
  /** What became of the document since. */
  note: z.string().nullable(),
  text: z.string(),
  marks: z.array(z.tuple([z.number(), z.number()])),
});

/** What is seen until the passage is there. */
export function drawWaiting(): types.ModalView {
  return view([{ type: 'context', elements: [plainText('One moment …', MAX_NAME)] }]);
}

/** A cited passage with the searched words in bold, or why it cannot be shown. */
export function drawPassage(message: OutgoingMessage): types.ModalView {
  const passage = passageSchema.safeParse(message.data);
  if (!passage.success) return view(drawRichText(message.text));
  const { note, text, marks, ...source } = passage.data;
  const about = [describeSource(source), ...(note === null ? [] : [note])];
  return view([{ type: 'context', elements: about.map((line) => plainText(line, MAX_NAME)) }, drawQuote(text, marks)]);
}

function view(blocks: Block[]): types.ModalView {
  return { type: 'modal', title: plainText(TITLE, 24), close: plainText('Close', 24), blocks };
}
