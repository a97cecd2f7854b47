import type { Clock } from '../ports/clock.js';
import type { ConversationStore, StoredMessage } from '../ports/conversation-store.js';
import type { Logger } from '../ports/logger.js';
import { type AnswerRecord, type AnswerRecords, answerIdOf } from './answer-records.js';
import type { Question } from './answering.js';
import { createBestEffort } from './best-effort.js';

/** What is known of a question's thread. */
export interface ThreadMemory {
  /** The answer that this very event was given before. */
  readonly answered: AnswerRecord | undefined;
  /** The newest messages, oldest first; empty also when they could not be read. */
  readonly history: readonly StoredMessage[];
  /** Whether they could not be read. */
  readonly isAway: boolean;
}

/** Messages of the thread that are read; the prompt takes the newest of them. */
const HISTORY_MESSAGES = 10;
/** A question is answered without memory rather than late, in milliseconds. */
const READ_TIMEOUT_MS = 2_000;

/** Reads what is known of the thread, or does without. Never throws. */
export async function readThreadMemory(
  stores: {
    readonly answers: Pick<AnswerRecords, 'get'>;
    readonly conversationStore: Pick<ConversationStore, 'recent'>;
    readonly clock: Clock;
    readonly logger: Logger;
  },
  { creatorId, conversationId, event }: Question,
): Promise<ThreadMemory> {
  const attempt = createBestEffort({ ...stores, creatorId, timeoutMs: READ_TIMEOUT_MS });
  const [answered, history] = await Promise.all([
    attempt('read the earlier answer', () => stores.answers.get(creatorId, answerIdOf(creatorId, event))),
    attempt('read the thread', () => stores.conversationStore.recent(creatorId, conversationId, HISTORY_MESSAGES)),
  ]);
  return {
    answered: answered.isDone ? answered.value : undefined,
    history: history.isDone ? history.value : [],
    isAway: !history.isDone,
  };
}
