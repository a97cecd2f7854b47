import type { ChatEvent } from '../chat/chat-event.js';
import type { OutgoingMessage } from '../chat/outgoing-message.js';
import type { ConversationId, CreatorId, DocumentId, MemberKey } from '../ids.js';
import type { ActiveDocument, DocumentRegistry } from '../ingest/document-registry.js';
import type { AnswerMetrics } from '../metrics/answer-metrics.js';
import type { Reply } from '../ports/chat-adapter.js';
import type { ChatModel } from '../ports/chat-model.js';
import type { Clock } from '../ports/clock.js';
import type { ConversationStore, StoredMessage } from '../ports/conversation-store.js';
import { DocentError, toDocentError } from '../errors.js';
import { type AnswerRecords, answerIdOf } from './answer-records.js';
import { type RefusalReason, fallbackText, messageOf, refusalText } from './answer-messages.js';
import { attribute } from './attribution.js';
import { isReading, waitForFirstDocument } from './first-document.js';
import { type AnswerOutcome, createKeepAnswer } from './keep-answer.js';
import { hasEvidence } from './evidence-gate.js';
import { generate } from './generation.js';
import { type Passage, packPassages } from './passages.js';
import { answerPrompt } from './prompt.js';
import { type Found, type RetrievalEngines, retrieve } from './retrieval.js';
import { standaloneQuestion } from './standalone-question.js';
import { createTokenEstimate } from './token-estimate.js';

/** A question to answer, and where the answer goes. */
export interface Question {
  readonly creatorId: CreatorId;
  readonly conversationId: ConversationId;
  readonly memberKey: MemberKey;
  readonly event: ChatEvent;
  readonly text: string;
  /** Where the answer streams to. */
  readonly reply: Reply;
  readonly signal: AbortSignal;
  /** Milliseconds since 1970 at which the event came in: the start of the processing time. */
  readonly receivedAt: number;
}

/** Answers questions from one creator's documents. */
export interface Answering {
  /** Longest question in characters. */
  readonly maxQuestionCharacters: number;
  /**
   * Retrieves, weighs the evidence, streams the answer and returns the final message: an answer, a refusal or, when
   * the model is down, quoted passages. Keeps the exchange, the answer record and the metrics; the same event again
   * returns what was answered before.
   * @throws DocentError `QUESTION_EMPTY`, `QUESTION_TOO_LONG`, `ENGINE_UNAVAILABLE`; the signal's reason when aborted.
   */
  answer(question: Question): Promise<OutgoingMessage>;
}

/** What answering works with, and its limits. */
export interface AnsweringOptions extends RetrievalEngines {
  readonly chatModel: ChatModel;
  readonly conversationStore: ConversationStore;
  readonly registry: DocumentRegistry;
  readonly answers: AnswerRecords;
  readonly metrics: AnswerMetrics;
  readonly clock: Clock;
  readonly limits: {
    readonly maxQuestionCharacters: number;
    readonly maxPassages: number;
    readonly maxOutputTokens: number;
    readonly firstTextTimeoutMs: number;
    /** See `GateThresholds`. */
    readonly minCoverage: number;
  };
}

/** Messages of the thread that are read; the prompt takes the newest of them. */
const HISTORY_MESSAGES = 10;
/** Tokens kept free of everything, for what the model's own template adds. */
const RESERVED_TOKENS = 200;
/** Passages that a fallback quotes. */
const FALLBACK_PASSAGES = 3;

/** The question flow of the core. */
export function createAnswering(options: AnsweringOptions): Answering {
  const { chatModel, clock, limits, registry } = options;
  const tokenEstimate = createTokenEstimate();
  const keep = createKeepAnswer(options);

  function pack(found: Found, question: string, history: readonly StoredMessage[]): Passage[] {
    const prompt = answerPrompt(question, [], history)
      .map(({ content }) => content)
      .join('\n');
    const maxTokens =
      chatModel.contextTokens - limits.maxOutputTokens - RESERVED_TOKENS - tokenEstimate.tokensOf(prompt);
    return packPassages(found.ranked, { maxPassages: limits.maxPassages, maxTokens: Math.max(0, maxTokens) });
  }

  async function write(
    question: Question,
    standalone: string,
    passages: readonly Passage[],
    history: readonly StoredMessage[],
  ): Promise<AnswerOutcome> {
    const messages = answerPrompt(question.text, passages, history);
    try {
      const generated = await generate(
        { chatModel, clock, reply: question.reply, passages, firstTextTimeoutMs: limits.firstTextTimeoutMs },
        {
          purpose: 'answer',
          messages,
          question: standalone,
          earlierQuestions: [],
          passages,
          maxOutputTokens: limits.maxOutputTokens,
          signal: question.signal,
        },
      );
      tokenEstimate.learn(messages, generated.inputTokens);
      const cited = generated.cited.length > 0 ? generated.cited : attribute(generated.text, passages);
      if (generated.isNotCovered || cited.length === 0)
        return {
          outcome: 'refused',
          text: refusalText('not-covered', await registry.active(question.creatorId)),
          cited: [],
          passages,
          generated,
        };
      const cutOff = generated.isCutOff
        ? '\n\n*The answer was longer than the model may write. Ask for the rest, or ask more narrowly.*'
        : '';
      return { outcome: 'answered', text: generated.text + cutOff, cited, passages, generated };
    } catch (error) {
      question.signal.throwIfAborted();
      const failure = toDocentError(error);
      if (failure.code !== 'MODEL_UNAVAILABLE' && failure.code !== 'TIMED_OUT') throw error;
      options.logger.warn('answer.fallback', { creatorId: question.creatorId, code: failure.code }, failure);
      const quoted = passages.slice(0, FALLBACK_PASSAGES);
      return { outcome: 'fallback', text: fallbackText(quoted), cited: quoted.map(({ number }) => number), passages };
    }
  }

  async function refuse(
    question: Question,
    standalone: string,
    reason: RefusalReason,
    active: ReadonlyMap<DocumentId, ActiveDocument>,
  ): Promise<OutgoingMessage> {
    return keep(question, standalone, {
      outcome: 'refused',
      text: refusalText(reason, active),
      cited: [],
      passages: [],
    });
  }

  async function gateRefusal(
    found: Found,
    active: ReadonlyMap<DocumentId, ActiveDocument>,
  ): Promise<RefusalReason | undefined> {
    const thresholds = {
      minCoverage: limits.minCoverage,
      evidenceSimilarity: options.embedder.calibration.evidenceSimilarity,
    };
    if (found.ranked.length > 0 && hasEvidence(found.evidence, thresholds)) return undefined;
    if ([...active.values()].some(({ isLearning }) => isLearning) || found.vectorsMissing === 'other-embedder')
      return 'still-indexing';
    return found.vectorsMissing === 'unavailable' ? 'meaning-unavailable' : 'not-covered';
  }

  return {
    maxQuestionCharacters: limits.maxQuestionCharacters,

    async answer(question) {
      const { creatorId, conversationId, reply, signal } = question;
      checkQuestion(question.text, limits.maxQuestionCharacters);
      const answered = await options.answers.get(creatorId, answerIdOf(creatorId, question.event));
      if (answered !== undefined)
        return messageOf(answered, answered.outcome === 'answered' ? chatModel.notice : undefined);

      const active = await registry.active(creatorId);
      if (active.size === 0 && !(await waitForFirstDocument(options, question)))
        return refuse(
          question,
          question.text,
          (await isReading(registry, creatorId)) ? 'still-reading' : 'no-documents',
          active,
        );
      await reply.status({ text: 'Searching the documents' });
      const history = await options.conversationStore.recent(creatorId, conversationId, HISTORY_MESSAGES);
      const standalone = await standaloneQuestion(options, question.text, history, signal);
      const found = await retrieve(options, {
        creatorId,
        question: standalone,
        ...(standalone === question.text ? {} : { originalQuestion: question.text }),
        active,
        signal,
      });
      const reason = await gateRefusal(found, active);
      if (reason !== undefined) return refuse(question, standalone, reason, active);
      await reply.status({ text: 'Writing the answer' });
      return keep(
        question,
        standalone,
        await write(question, standalone, pack(found, question.text, history), history),
      );
    },
  };
}

function checkQuestion(text: string, maxCharacters: number): void {
  if (!/[\p{L}\p{N}]/u.test(text))
    throw new DocentError('QUESTION_EMPTY', {
      userMessage: 'I see no question in words. Ask it in a sentence, such as "How do I book a session?"',
    });
  if (text.length > maxCharacters)
    throw new DocentError('QUESTION_TOO_LONG', {
      userMessage: `The question has ${text.length} characters, more than the ${maxCharacters} I can take. Shorten it, or post the text as a file.`,
    });
}
