import { z } from 'zod';
import { answerIdSchema } from '../ids.js';
import { type JsonValue, jsonSchema } from '../json.js';

/** A cited passage, as a member sees it under an answer. */
export const sourceSchema = z
  .object({
    /** As it stands in the text: `[1]`. */
    number: z.number().int().positive(),
    documentName: z.string(),
    headingPath: z.array(z.string()).readonly(),
    /** From 1; null where the format has no pages. */
    page: z.number().int().positive().nullable(),
  })
  .readonly();
export type Source = z.infer<typeof sourceSchema>;

/** A button: it runs a command for the person who presses it. */
export const messageActionSchema = z
  .object({
    label: z.string(),
    command: z.string(),
    input: z.record(z.string(), jsonSchema).readonly(),
    /** A text input of the command that the person may fill in before it runs, where the platform can ask for it. */
    asks: z.string().exactOptional(),
  })
  .readonly();
export type MessageAction = z.infer<typeof messageActionSchema>;

/** A picture that goes with a message, whose text says the same without it. */
export const pictureSchema = z
  .object({
    /** Ends in `.png`. */
    fileName: z.string().regex(/^[\w-]{1,100}\.png$/),
    /** What it shows, for who cannot see it; at most 1,000 characters. */
    altText: z.string().min(1).max(1_000),
    /** The PNG, at most 2 MB of it. */
    base64: z.base64().max(2_700_000),
  })
  .readonly();
export type Picture = z.infer<typeof pictureSchema>;

/** A message in the shape that every platform can draw. */
export const outgoingMessageSchema = z
  .object({
    kind: z.enum(['answer', 'refusal', 'fallback', 'notice', 'error']),
    /** CommonMark. Adapters escape mentions and turn it into their platform's own markup. */
    text: z.string(),
    sources: z.array(sourceSchema).readonly(),
    actions: z.array(messageActionSchema).readonly(),
    /** Small print under the message, such as how to add a language model. CommonMark, one line. */
    footnote: z.string().exactOptional(),
    /** 0 to 1, for answers. */
    confidence: z.number().min(0).max(1).exactOptional(),
    /** For answers: what feedback and "show passage" refer to. */
    answerId: answerIdSchema.exactOptional(),
    /** At most 4, such as a report's charts. */
    pictures: z.array(pictureSchema).max(4).readonly().exactOptional(),
    /** The same result as data, for pages and `--json`. */
    data: jsonSchema.exactOptional(),
  })
  .readonly();
export type OutgoingMessage = z.infer<typeof outgoingMessageSchema>;

/** A message of text alone. */
export function notice(text: string, data?: JsonValue): OutgoingMessage {
  return { kind: 'notice', text, sources: [], actions: [], ...(data === undefined ? {} : { data }) };
}
