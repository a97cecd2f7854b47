import type { ChatEvent } from '../chat/chat-event.js';
import { closeFence } from '../chat/markdown-blocks.js';
import type { OutgoingMessage } from '../chat/outgoing-message.js';
import { createBoundedMap } from '../bounded-map.js';
import type { ConversationId, CreatorId, DocumentId, EventId, MemberKey } from '../ids.js';
import type { ActiveDocument, DocumentRegistry } from '../ingest/document-registry.js';
import type { AnswerMetrics } from '../metrics/answer-metrics.js';
import { type StageTimes, type Stopwatch, createStopwatch } from '../metrics/stages.js';
import type { Reply } from '../ports/chat-adapter.js';
import type { ConversationStore, StoredMessage } from '../ports/conversation-store.js';
import { withDeadline } from '../deadline.js';
import { DocentError, toDocentError } from '../errors.js';
import type { AnswerRecords } from './answer-records.js';
import { type RefusalReason, fallbackText, messageOf, refusalOutcome, refusalText } from './answer-messages.js';
import { type AnswerStepsOptions, createAnswerSteps } from './answer-steps.js';
import { isReading, waitForFirstDocument } from './first-document.js';
import { type AnswerOutcome, createKeepAnswer } from './keep-answer.js';
import type { Passage } from './passages.js';
import { createQuestionVectors } from './question-vectors.js';
import type { Found } from './retrieval.js';
import { standaloneQuestion } from './standalone-question.js';
import { readThreadMemory } from './thread-memory.js';

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

/** A question as it stands in its thread. */
export interface QuestionInThread extends Question {
  /** The question as it is searched: it needs no history. */
  readonly standalone: string;
  /** Whether what was said before could not be read. */
  readonly isMemoryAway: boolean;
  /** Where its stages are noted. */
  readonly stopwatch: Stopwatch;
  /** When the model must have written its answer, in milliseconds since 1970. */
  readonly writtenBy: number;
}

/** Answers questions from one creator's documents. */
export interface Answering {
  /** Longest question in characters. */
  readonly maxQuestionCharacters: number;
  /**
   * Retrieves, weighs the evidence, streams the answer and returns the final message: an answer, a refusal or, when
   * the model is down, quoted passages. Keeps the exchange, the answer record and the metrics; the same event again
   * returns what was answered before. While what remembers a thread is away, it answers without, and says so.
   * @throws DocentError `QUESTION_EMPTY`, `QUESTION_TOO_LONG`, `ENGINE_UNAVAILABLE`; the signal's reason when aborted.
   */
  answer(question: Question): Promise<OutgoingMessage>;
  /** What is noted of this process's last try at an event that it did not answer; nothing where it answered or never tried. */
  unfinishedStages(eventId: EventId): StageTimes;
}

/** What answering works with, and its limits. */
export interface AnsweringOptions extends AnswerStepsOptions {
  readonly conversationStore: ConversationStore;
  readonly registry: DocumentRegistry;
  readonly answers: AnswerRecords;
  readonly metrics: AnswerMetrics;
  readonly limits: AnswerStepsOptions['limits'] & {
    readonly maxQuestionCharacters: number;
    /** What whoever runs an answer gives it, in milliseconds; a model that is not done shortly before has failed. */
    readonly answerTimeoutMs: number;
  };
}

type ActiveDocuments = ReadonlyMap<DocumentId, ActiveDocument>;

/** Passages that a fallback quotes. */
const FALLBACK_PASSAGES = 3;
/** What of the time for an answer is left for keeping and telling a fallback: a fifth, and no more than this. */
const MAX_RESERVE_MS = 10_000;

/** Events whose stages are remembered until they are answered. */
const MAX_UNFINISHED = 1_000;

/** The question flow of the core. */
export function createAnswering(options: AnsweringOptions): Answering {
  const { chatModel, clock, limits, registry } = options;
  const steps = createAnswerSteps(options);
  const keep = createKeepAnswer(options);
  const unfinished = createBoundedMap<EventId, StageTimes>(MAX_UNFINISHED);

  async function write(
    question: QuestionInThread,
    passages: readonly Passage[],
    history: readonly StoredMessage[],
    refusal: Refusal,
  ): Promise<AnswerOutcome> {
    const { text, standalone, reply, stopwatch, signal } = question;
    try {
      const timeoutMs = question.writtenBy - clock.now();
      const { generated, cited } = await withDeadline({ clock, timeoutMs, signal }, (inTime) =>
        steps.write({ question: text, standalone, passages, history, reply, stopwatch, signal: inTime }),
      );
      if (generated.isNotCovered || cited.length === 0) return { ...refusal, cited: [], passages, generated };
      const cutOff = generated.isCutOff
        ? '\n\n*The answer was longer than the model may write. Ask for the rest, or ask more narrowly.*'
        : '';
      return { outcome: 'answered', text: closeFence(generated.text) + cutOff, cited, passages, generated };
    } catch (error) {
      question.signal.throwIfAborted();
      const failure = toDocentError(error);
      if (failure.code !== 'MODEL_UNAVAILABLE' && failure.code !== 'TIMED_OUT') throw error;
      options.logger.warn('answer.fallback', { creatorId: question.creatorId, code: failure.code }, failure);
      const quoted = passages.slice(0, FALLBACK_PASSAGES);
      return { outcome: 'fallback', text: fallbackText(quoted), cited: quoted.map(({ number }) => number), passages };
    }
  }

  async function rewrite(question: Question, history: readonly StoredMessage[], stopwatch: Stopwatch): Promise<string> {
    const standalone = (): Promise<string> => standaloneQuestion(options, question, history);
    return history.length === 0 ? standalone() : stopwatch.time('rewrite', standalone);
  }

  async function refuse(question: QuestionInThread, refusal: Refusal, found?: Found): Promise<OutgoingMessage> {
    const nearestDocument = found?.ranked[0]?.chunk.source;
    return keep(question, {
      ...refusal,
      cited: [],
      passages: [],
      ...(nearestDocument === undefined ? {} : { nearestDocument }),
    });
  }

  async function answer(question: Question, timing: Timing): Promise<OutgoingMessage> {
    const { creatorId, reply, signal } = question;
    const { stopwatch } = timing;
    checkQuestion(question.text, limits.maxQuestionCharacters);
    // It is searched as it was asked in any case, so its vector can be made while the thread is read.
    const vectors = createQuestionVectors(options, signal);
    vectors.begin(question.text);
    const [{ answered, history, isAway: isMemoryAway }, known] = await Promise.all([
      readThreadMemory(options, question),
      registry.active(creatorId),
    ]);
    if (answered !== undefined)
      return messageOf(answered, answered.outcome === 'answered' ? chatModel.notice : undefined);

    if (known.size === 0 && !(await waitForFirstDocument(options, question))) {
      const reason = (await isReading(registry, creatorId)) ? 'still-reading' : 'no-documents';
      const inThread = { ...question, ...timing, standalone: question.text, isMemoryAway };
      return refuse(inThread, refusalFor(reason, known));
    }
    await reply.status({ text: 'Searching the documents' });
    const standalone = await rewrite(question, history, stopwatch);
    const search = {
      creatorId,
      question: standalone,
      ...(standalone === question.text ? {} : { originalQuestion: question.text }),
      vectors,
      signal,
    };
    const { found, active } = await stopwatch.time('retrieve', () => steps.retrieve(search, reply));
    const inThread = { ...question, ...timing, standalone, isMemoryAway };
    const refusal = refusalFor(reasonForRefusal(found, active), active);
    if (!steps.isEnough(found)) return refuse(inThread, refusal, found);
    await reply.status({ text: 'Writing the answer' });
    const passages = steps.pack(found, question.text, history);
    return keep(inThread, await write(inThread, passages, history, refusal));
  }

  return {
    maxQuestionCharacters: limits.maxQuestionCharacters,

    async answer(question) {
      const stopwatch = createStopwatch(clock);
      const { answerTimeoutMs } = limits;
      const writtenBy = clock.now() + answerTimeoutMs - Math.min(MAX_RESERVE_MS, answerTimeoutMs / 5);
      stopwatch.note('queue', question.receivedAt, clock.now());
      unfinished.set(question.event.id, stopwatch.times);
      const message = await answer(question, { stopwatch, writtenBy });
      unfinished.delete(question.event.id);
      return message;
    },

    unfinishedStages: (eventId) => unfinished.get(eventId) ?? {},
  };
}

type Refusal = Pick<AnswerOutcome, 'outcome' | 'text'>;
type Timing = Pick<QuestionInThread, 'stopwatch' | 'writtenBy'>;

function refusalFor(reason: RefusalReason, active: ActiveDocuments): Refusal {
  return { outcome: refusalOutcome(reason), text: refusalText(reason, active) };
}

/** Why nothing that was found is an answer: a search that could not see everything never looks like no knowledge. */
function reasonForRefusal({ vectorsMissing }: Found, active: ActiveDocuments): RefusalReason {
  // The last one was removed while it was searched.
  if (active.size === 0) return 'no-documents';
  const isLearning = [...active.values()].some((document) => document.isLearning);
  if (isLearning) return 'still-indexing';
  return vectorsMissing === 'unavailable' ? 'meaning-unavailable' : 'not-covered';
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
