import { z } from 'zod';
import { outgoingMessageSchema } from '../../../core/chat/outgoing-message.js';
import { eventIdSchema, memberKeySchema } from '../../../core/ids.js';
import type { Collection } from '../../../core/ports/record-store.js';

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
  reply: outgoingMessageSchema.nullable(),
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
  message: outgoingMessageSchema.nullable(),
});
export type UploadRecord = z.infer<typeof uploadSchema>;

/** Uploads and their outcomes until somebody has seen them, by upload id, which sorts by time. */
export const uploadCollection = { name: 'web-uploads', schema: uploadSchema } satisfies Collection<typeof uploadSchema>;
