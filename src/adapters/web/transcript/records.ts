import { z } from 'zod';
import type { OutgoingMessage } from '../../../core/chat/outgoing-message.js';
import { answerIdSchema, creatorIdSchema, eventIdSchema, memberKeySchema } from '../../../core/ids.js';
import { jsonSchema } from '../../../core/json.js';
import type { Collection } from '../../../core/ports/record-store.js';

/** A message as it is kept; what an adapter is given is stored as it is. */
export const storedMessageSchema = z.object({
  kind: z.enum(['answer', 'refusal', 'fallback', 'notice', 'error']),
  text: z.string(),
  sources: z.array(
    z.object({
      number: z.number().int().positive(),
      documentName: z.string(),
      headingPath: z.array(z.string()),
      page: z.number().int().positive().nullable(),
    }),
  ),
  actions: z.array(z.object({ label: z.string(), command: z.string(), input: z.record(z.string(), jsonSchema) })),
  confidence: z.number().exactOptional(),
  answerId: answerIdSchema.exactOptional(),
  data: jsonSchema.exactOptional(),
}) satisfies z.ZodType<OutgoingMessage>;

const threadSchema = z.object({
  /** null until the first question gives it one. */
  title: z.string().nullable(),
  /** Whose words the title is, so that it goes with them; null for nobody's. */
  titledBy: memberKeySchema.nullable(),
  kind: z.enum(['talk', 'admin']),
  createdAt: z.number().int(),
  lastAt: z.number().int(),
});
export type ThreadRecord = z.infer<typeof threadSchema>;

/** Threads of a creator's room, by thread id. */
export const threadCollection = { name: 'web-threads', schema: threadSchema } satisfies Collection<typeof threadSchema>;

const exchangeSchema = z.object({
  /** The event that asked; null for a posted message. */
  eventId: eventIdSchema.nullable(),
  /** The key of a posted message. */
  postKey: z.string().nullable(),
  memberKey: memberKeySchema.nullable(),
  askedAt: z.number().int(),
  question: z.string().nullable(),
  reply: storedMessageSchema.nullable(),
  repliedAt: z.number().int().nullable(),
  vote: z.enum(['up', 'down']).nullable(),
});
export type ExchangeRecord = z.infer<typeof exchangeSchema>;

/** What was said, by `{thread id}/{exchange id}`: exchange ids sort by time. */
export const exchangeCollection = {
  name: 'web-exchanges',
  schema: exchangeSchema,
} satisfies Collection<typeof exchangeSchema>;

const uploadSchema = z.object({
  memberKey: memberKeySchema,
  name: z.string(),
  sizeBytes: z.number().int().nonnegative(),
  startedAt: z.number().int(),
  message: storedMessageSchema.nullable(),
});
export type UploadRecord = z.infer<typeof uploadSchema>;

/** Uploads and their outcomes until somebody has seen them, by upload id, which sorts by time. */
export const uploadCollection = { name: 'web-uploads', schema: uploadSchema } satisfies Collection<typeof uploadSchema>;

const creatorSchema = z.object({ creatorId: creatorIdSchema, createdAt: z.number().int() });

/** Creators that were made on the page, by creator id, in the system scope. */
export const creatorCollection = {
  name: 'web-creators',
  schema: creatorSchema,
} satisfies Collection<typeof creatorSchema>;

/** An id that sorts by time: nine base-36 digits of milliseconds, then what makes it unique. */
export function timedId(atMs: number, unique: string): string {
  return `${Math.max(0, atMs).toString(36).padStart(9, '0')}-${unique}`;
}
