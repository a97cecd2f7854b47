import { z } from 'zod';
import type { ChatEvent } from '../chat/chat-event.js';
import { DocentError } from '../errors.js';
import {
  type AnswerId,
  type CreatorId,
  type MemberKey,
  answerIdSchema,
  chunkIdSchema,
  conversationIdSchema,
  documentIdSchema,
  documentVersionSchema,
  hashParts,
  memberKeySchema,
} from '../ids.js';
import type { AnswerMetrics } from '../metrics/answer-metrics.js';
import type { Clock } from '../ports/clock.js';
import type { Collection, RecordStore } from '../ports/record-store.js';
import { createRecordTrim } from '../record-trim.js';

/** A source as it is kept with an answer. */
export const answerSourceSchema = z.object({
  number: z.number().int().positive(),
  documentId: documentIdSchema,
  /** What was cited of the document; unknown for answers of an older Docent. */
  version: documentVersionSchema.exactOptional(),
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
  /** What who asked is called on the platform. */
  askedBy: z.string().exactOptional(),
  platform: z.string(),
  /** `unready`: refused, though the documents may cover it, because not all of them could be searched by meaning yet. */
  outcome: z.enum(['answered', 'refused', 'unready', 'fallback']),
  question: z.string(),
  /** The question as it was searched for. */
  standaloneQuestion: z.string(),
  response: z.string(),
  sources: z.array(answerSourceSchema),
  /** The document of the best passage that was found, also where it did not answer. */
  nearestDocument: z.string().exactOptional(),
  confidence: z.number().min(0).max(1),
  model: z.string(),
  processingTimeMs: z.number().nonnegative(),
  feedback: z.object({ vote: z.enum(['up', 'down']), reason: z.string().max(1_000), at: z.number().int() }).nullable(),
  /** Milliseconds since 1970. */
  createdAt: z.number().int(),
});
export type AnswerRecord = z.infer<typeof answerRecordSchema>;

/** A creator's answers, by answer id, which sorts by time. */
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
  /** The newest answers that were refused or got 👎, newest first; `since` is in milliseconds since 1970. */
  unsatisfied(creatorId: CreatorId, query: { readonly since: number; readonly limit: number }): Promise<AnswerRecord[]>;
  /** Removes the answers to a member, with the votes on them, and returns how many went. */
  eraseMember(creatorId: CreatorId, memberKey: MemberKey): Promise<number>;
}

/** Answers that a creator keeps, and for how long. */
const MAX_ANSWERS = 10_000;
const LIFE_MS = 35 * 24 * 60 * 60 * 1_000;
const TIME_DIGITS = 12;
const MAX_WRITE_TRIES = 8;
const PAGE_SIZE = 200;

/** What kept answers are made over. */
export interface AnswerRecordsOptions {
  readonly recordStore: RecordStore;
  readonly metrics: Pick<AnswerMetrics, 'recordFeedback'>;
  readonly clock: Clock;
}

/**
 * The id of the answer to an event: always the same one, so that an event that is handled twice is answered once. It
 * begins with the event's time, so that answers sort by it.
 */
export function answerIdOf(creatorId: CreatorId, event: Pick<ChatEvent, 'id' | 'receivedAt'>): AnswerId {
  const time = Math.max(0, event.receivedAt).toString(16).padStart(TIME_DIGITS, '0').slice(-TIME_DIGITS);
  return answerIdSchema.parse(time + hashParts(['answer', creatorId, event.id], 32 - TIME_DIGITS));
}

/** Keeps answers as records. */
export function createAnswerRecords({ recordStore, metrics, clock }: AnswerRecordsOptions): AnswerRecords {
  const isTooOld = ({ createdAt }: AnswerRecord): boolean => clock.now() - createdAt >= LIFE_MS;
  const trim = createRecordTrim({ recordStore, collection: answerCollection, maxRecords: MAX_ANSWERS, isTooOld });

  return {
    async add(creatorId, record) {
      await recordStore.put(answerCollection, { creatorId }, { id: record.answerId, value: record });
      await trim({ creatorId });
    },

    async get(creatorId, answerId) {
      const stored = await recordStore.get(answerCollection, { creatorId }, answerId);
      return stored === undefined || isTooOld(stored.value) ? undefined : stored.value;
    },

    async vote(creatorId, answerId, { vote, reason }) {
      for (let tries = 1; ; tries++) {
        const stored = await recordStore.get(answerCollection, { creatorId }, answerId);
        if (stored === undefined || isTooOld(stored.value)) return undefined;
        const value: AnswerRecord = { ...stored.value, feedback: { vote, reason, at: clock.now() } };
        try {
          await recordStore.put(
            answerCollection,
            { creatorId },
            { id: answerId, value },
            { ifRevision: stored.revision },
          );
        } catch (error) {
          if (error instanceof DocentError && error.code === 'RECORD_CONFLICT' && tries < MAX_WRITE_TRIES) continue;
          throw error;
        }
        // The same vote again, such as with a reason, is one vote.
        if (stored.value.feedback?.vote !== vote) await metrics.recordFeedback(creatorId, vote);
        return value;
      }
    },

    async unsatisfied(creatorId, { since, limit }) {
      const found: AnswerRecord[] = [];
      let after: string | undefined;
      for (;;) {
        const position = after === undefined ? {} : { after };
        const page = await recordStore.list(
          answerCollection,
          { creatorId },
          { ...position, limit: PAGE_SIZE, reverse: true },
        );
        const fresh = page.filter(({ value: { createdAt } }) => createdAt >= since);
        found.push(...fresh.map(({ value }) => value).filter(isUnsatisfied));
        if (fresh.length < PAGE_SIZE || found.length >= limit) return found.slice(0, limit);
        after = page.at(-1)?.id;
      }
    },

    async eraseMember(creatorId, memberKey) {
      let count = 0;
      let after: string | undefined;
      for (;;) {
        const position = after === undefined ? {} : { after };
        const page = await recordStore.list(answerCollection, { creatorId }, { ...position, limit: PAGE_SIZE });
        for (const { id, value } of page)
          if (value.memberKey === memberKey && (await recordStore.delete(answerCollection, { creatorId }, id))) count++;
        if (page.length < PAGE_SIZE) return count;
        after = page.at(-1)?.id;
      }
    },
  };
}

function isUnsatisfied({ outcome, feedback }: AnswerRecord): boolean {
  return outcome === 'refused' || feedback?.vote === 'down';
}
