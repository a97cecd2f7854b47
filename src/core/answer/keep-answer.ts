import type { OutgoingMessage } from '../chat/outgoing-message.js';
import type { AnswerMetric, AnswerMetrics } from '../metrics/answer-metrics.js';
import type { ChatModel } from '../ports/chat-model.js';
import type { Clock } from '../ports/clock.js';
import type { ConversationStore, StoredMessage } from '../ports/conversation-store.js';
import type { Logger } from '../ports/logger.js';
import { memoryNote, messageOf, sourcesOf, withoutRecord } from './answer-messages.js';
import { type AnswerRecord, type AnswerRecords, answerIdOf } from './answer-records.js';
import type { QuestionInThread } from './answering.js';
import { createBestEffort } from './best-effort.js';
import { confidenceOf } from './confidence.js';
import type { Generated } from './generation.js';
import type { Passage } from './passages.js';

/** How an answer ended, before it is kept. */
export interface AnswerOutcome {
  readonly outcome: AnswerRecord['outcome'];
  readonly text: string;
  readonly cited: readonly number[];
  readonly passages: readonly Passage[];
  /** The document of what was found first, where no passage was used. */
  readonly nearestDocument?: string;
  readonly generated?: Generated;
}

/** What keeping works with. */
export interface KeepAnswerOptions {
  readonly conversationStore: ConversationStore;
  readonly answers: AnswerRecords;
  readonly metrics: AnswerMetrics;
  readonly chatModel: ChatModel;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Keeps how a question ended, and returns the message that tells it. */
export type KeepAnswer = (question: QuestionInThread, result: AnswerOutcome) => Promise<OutgoingMessage>;

/** An answer that is written does not wait longer than this to be kept, in milliseconds; less where nothing could be read. */
const KEEP_TIMEOUT_MS = 3_000;
const KEEP_AWAY_TIMEOUT_MS = 1_000;

/**
 * Keeps the exchange in the thread's memory (answers alone: a refusal or a fallback is no answer), the answer's record,
 * and the figures. What cannot be kept does not cost the member the answer: the message says so.
 */
export function createKeepAnswer(options: KeepAnswerOptions): KeepAnswer {
  const { conversationStore, answers, metrics, chatModel, clock } = options;
  return async (question, result) => {
    // Who stopped it, or was told that it took too long, is not answered behind their back.
    question.signal.throwIfAborted();
    const { creatorId, conversationId } = question;
    const record = recordOf(question, result, chatModel.id, clock.now());
    const isAnswer = result.outcome === 'answered';
    const timeoutMs = question.isMemoryAway ? KEEP_AWAY_TIMEOUT_MS : KEEP_TIMEOUT_MS;
    const attempt = createBestEffort({ ...options, creatorId, timeoutMs });
    // Each can do without the others, and the member waits for the slowest alone.
    const [remembered, recorded] = await Promise.all([
      isAnswer
        ? attempt('remember the exchange', () =>
            conversationStore.append(creatorId, conversationId, exchangeOf(question, record, clock.now())),
          )
        : { isDone: true },
      attempt('keep the answer', () => answers.add(creatorId, record)),
      attempt('count the answer', () => metrics.recordAnswer(creatorId, metricOf(question, record, result))),
    ]);
    const note = memoryNote({ isRead: !question.isMemoryAway, isRemembered: remembered.isDone });
    const footnotes = [isAnswer ? chatModel.notice : undefined, note].filter((text) => text !== undefined);
    const message = messageOf(record, footnotes.length === 0 ? undefined : footnotes.join(' '));
    return recorded.isDone ? message : withoutRecord(message);
  };
}

function recordOf(question: QuestionInThread, result: AnswerOutcome, model: string, now: number): AnswerRecord {
  const { creatorId, conversationId, memberKey, event } = question;
  const sources = sourcesOf(result.passages, result.cited);
  const similarities = sources.flatMap(({ similarity }) => (similarity === null ? [] : [similarity]));
  return {
    answerId: answerIdOf(creatorId, event),
    conversationId,
    memberKey,
    askedBy: event.author.displayName,
    platform: event.address.platform,
    outcome: result.outcome,
    question: question.text,
    standaloneQuestion: question.standalone,
    response: result.text,
    sources,
    ...nearest(result),
    confidence: confidenceOf(similarities, result.text),
    model,
    processingTimeMs: Math.max(0, now - question.receivedAt),
    feedback: null,
    createdAt: question.receivedAt,
  };
}

function nearest({ nearestDocument, passages }: AnswerOutcome): Pick<AnswerRecord, 'nearestDocument'> {
  const name = nearestDocument ?? passages[0]?.chunks[0]?.source;
  return name === undefined ? {} : { nearestDocument: name };
}

function metricOf({ stopwatch }: QuestionInThread, record: AnswerRecord, result: AnswerOutcome): AnswerMetric {
  return {
    platform: record.platform,
    outcome: record.outcome,
    model: result.generated === undefined ? '' : record.model,
    responseTimeMs: record.processingTimeMs,
    stages: stopwatch.times,
    inputTokens: result.generated?.inputTokens ?? 0,
    outputTokens: result.generated?.outputTokens ?? 0,
    confidence: record.confidence,
    chunksRetrieved: result.passages.reduce((sum, { chunks }) => sum + chunks.length, 0),
    chunksCited: record.sources.reduce((sum, { chunkIds }) => sum + chunkIds.length, 0),
    citedDocuments:
      record.outcome === 'answered' ? [...new Set(record.sources.map(({ documentName }) => documentName))] : [],
  };
}

function exchangeOf(
  question: QuestionInThread,
  record: AnswerRecord,
  now: number,
): { question: StoredMessage; answer: StoredMessage } {
  const { conversationId, memberKey, event, text, receivedAt } = question;
  return {
    question: {
      id: event.id,
      conversationId,
      senderType: 'user',
      content: text,
      timestamp: receivedAt,
      memberKey,
      metadata: {},
    },
    answer: {
      id: record.answerId,
      conversationId,
      senderType: 'ai',
      content: record.response,
      timestamp: now,
      memberKey,
      metadata: {
        model: record.model,
        sources: record.sources.map(({ number, documentName, page }) => ({ number, documentName, page })),
      },
    },
  };
}
