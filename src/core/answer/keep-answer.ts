import type { OutgoingMessage } from '../chat/outgoing-message.js';
import type { AnswerMetrics } from '../metrics/answer-metrics.js';
import type { ChatModel } from '../ports/chat-model.js';
import type { Clock } from '../ports/clock.js';
import type { ConversationStore, StoredMessage } from '../ports/conversation-store.js';
import { messageOf, sourcesOf } from './answer-messages.js';
import { type AnswerRecord, type AnswerRecords, answerIdOf } from './answer-records.js';
import type { Question } from './answering.js';
import { confidenceOf } from './confidence.js';
import type { Generated } from './generation.js';
import type { Passage } from './passages.js';

/** How an answer ended, before it is kept. */
export interface AnswerOutcome {
  readonly outcome: AnswerRecord['outcome'];
  readonly text: string;
  readonly cited: readonly number[];
  readonly passages: readonly Passage[];
  readonly generated?: Generated;
}

/** What keeping works with. */
export interface KeepAnswerOptions {
  readonly conversationStore: ConversationStore;
  readonly answers: AnswerRecords;
  readonly metrics: AnswerMetrics;
  readonly chatModel: ChatModel;
  readonly clock: Clock;
}

/** Keeps how a question ended, and returns the message that tells it. `standalone` is the question as it was searched. */
export type KeepAnswer = (question: Question, standalone: string, result: AnswerOutcome) => Promise<OutgoingMessage>;

/**
 * Keeps the exchange in the thread's memory (answers alone: a refusal or a fallback is no answer), the answer's record,
 * and the figures.
 */
export function createKeepAnswer({
  conversationStore,
  answers,
  metrics,
  chatModel,
  clock,
}: KeepAnswerOptions): KeepAnswer {
  return async (question, standalone, result) => {
    // Who stopped it, or was told that it took too long, is not answered behind their back.
    question.signal.throwIfAborted();
    const { creatorId, conversationId, memberKey, event } = question;
    const sources = sourcesOf(result.passages, result.cited);
    const similarities = sources.flatMap(({ similarity }) => (similarity === null ? [] : [similarity]));
    const record: AnswerRecord = {
      answerId: answerIdOf(creatorId, event),
      conversationId,
      memberKey,
      platform: event.address.platform,
      outcome: result.outcome,
      question: question.text,
      standaloneQuestion: standalone,
      response: result.text,
      sources,
      confidence: confidenceOf(similarities, result.text),
      model: chatModel.id,
      processingTimeMs: Math.max(0, clock.now() - question.receivedAt),
      feedback: null,
      createdAt: question.receivedAt,
    };
    if (result.outcome === 'answered')
      await conversationStore.append(creatorId, conversationId, exchangeOf(question, record, clock.now()));
    await answers.add(creatorId, record);
    await metrics.recordAnswer(creatorId, {
      platform: record.platform,
      outcome: record.outcome,
      model: record.model,
      responseTimeMs: record.processingTimeMs,
      inputTokens: result.generated?.inputTokens ?? 0,
      outputTokens: result.generated?.outputTokens ?? 0,
      confidence: record.confidence,
      chunksRetrieved: result.passages.reduce((sum, { chunks }) => sum + chunks.length, 0),
      chunksCited: sources.reduce((sum, { chunkIds }) => sum + chunkIds.length, 0),
      citedDocuments: [...new Set(sources.map(({ documentName }) => documentName))],
    });
    return messageOf(record, result.outcome === 'answered' ? chatModel.notice : undefined);
  };
}

function exchangeOf(
  question: Question,
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
