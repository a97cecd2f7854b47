import { z } from 'zod';
import { escapeMarkdown } from '../../../core/chat/escape.js';
import type { OutgoingMessage } from '../../../core/chat/outgoing-message.js';
import { describeSource } from '../../../core/chat/render-answer.js';

/** What the command `passage` gives as data. */
const passageSchema = z.object({
  documentName: z.string(),
  headingPath: z.array(z.string()),
  page: z.number().int().positive().nullable(),
  /** What became of the document since. */
  note: z.string().nullable(),
  text: z.string(),
  /** Ranges of the searched words, in order: UTF-16 offsets, the end exclusive. */
  marks: z.array(z.tuple([z.number().int().nonnegative(), z.number().int().nonnegative()])),
});

/** A passage with the searched words in bold; undefined for a message that shows none. */
export function passageText({ data }: OutgoingMessage): string | undefined {
  const passage = passageSchema.safeParse(data).data;
  if (passage === undefined) return undefined;
  const { note, text, marks } = passage;
  let marked = '';
  let end = 0;
  for (const [from, to] of marks) {
    if (from < end || to <= from) continue;
    marked += `${escapeMarkdown(text.slice(end, from))}**${escapeMarkdown(text.slice(from, to))}**`;
    end = to;
  }
  marked += escapeMarkdown(text.slice(end));
  const about = note === null ? '' : `*${escapeMarkdown(note)}*\n\n`;
  return `**${escapeMarkdown(describeSource(passage))}**\n\n${about}${marked.replaceAll(/^/gm, '> ')}`;
}
