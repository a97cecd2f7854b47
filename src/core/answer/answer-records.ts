import { z } from 'zod';
import {
  type AnswerId,
  type CreatorId,
  answerIdSchema,
  chunkIdSchema,
  conversationIdSchema,
  documentIdSchema,
  memberKeySchema,
} from '../ids.js';
import type { Collection } from '../ports/record-store.js';

/** A source as it is kept with an answer. */
export const answerSourceSchema = z.object({
  number: z.number().int().positive(),
  documentId: documentIdSchema,
  documentName: z.string(),
  headingPath: z.array(z.string()),
  page: z.number().int().positive().nullable(),
  chunkIds: z.array(chunkIdSchema).min(1),
  /** Cosine similarity of the best chunk; null while it has no vector. */
  similarity: z.number().nullable(),
  /** The passage as it was shown to the model, so that "show passage" is right even after the document changed. */
  text: z.string(),
});
export type AnswerSource = z.infer<typeof answerSourceSchema>;

/** What was answered to whom and from what: for "show passage", feedback and the gaps report. */
export const answerRecordSchema = z.object({
  answerId: answerIdSchema,
  conversationId: conversationIdSchema,
  memberKey: memberKeySchema,
  platform: z.string(),
  outcome: z.enum(['answered', 'refused', 'fallback']),
  question: z.string(),
  /** The question as it was searched for. */
  standaloneQuestion: z.string(),
  response: z.string(),
  sources: z.array(answerSourceSchema),
  confidence: z.number().min(0).max(1),
  model: z.string(),
  processingTimeMs: z.number().nonnegative(),
  feedback: z.object({ vote: z.enum(['up', 'down']), reason: z.string().max(1_000), at: z.number().int() }).nullable(),
  /** Milliseconds since 1970. */
  createdAt: z.number().int(),
});
export type AnswerRecord = z.infer<typeof answerRecordSchema>;

/** A creator's answers, by time and answer id. */
export const answerCollection = {
  name: 'answers',
  schema: answerRecordSchema,
} satisfies Collection<typeof answerRecordSchema>;

/** The kept answers of each creator: the newest 10,000, at most 35 days old. */
export interface AnswerRecords {
  add(creatorId: CreatorId, record: AnswerRecord): Promise<void>;
  get(creatorId: CreatorId, answerId: AnswerId): Promise<AnswerRecord | undefined>;
  /** Keeps a vote, over an earlier one, counts it in the metrics, and says what was voted on; undefined for an unknown answer. */
  vote(
    creatorId: CreatorId,
    answerId: AnswerId,
    feedback: { readonly vote: 'up' | 'down'; readonly reason: string },
  ): Promise<AnswerRecord | undefined>;
}
