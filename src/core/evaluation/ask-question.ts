import type { AnswerSteps } from '../answer/answer-steps.js';
import type { Passage, RankedChunk } from '../answer/passages.js';
import type { Found } from '../answer/retrieval.js';
import { DocentError } from '../errors.js';
import type { CreatorId } from '../ids.js';
import type { Reply } from '../ports/chat-adapter.js';
import { holdsAnswer } from './answer-match.js';
import { type EvaluationQuestion, isAnswerable } from './dataset.js';
import type { QuestionOutcome } from './question-outcome.js';
import { scoreRanking } from './retrieval-metrics.js';
import type { Stopwatch } from './stopwatch.js';

/** Where questions are asked, and how. */
export interface Asking {
  readonly creatorId: CreatorId;
  readonly steps: AnswerSteps;
  readonly stopwatch: Stopwatch;
  /** Whether answers are written too; without, only what comes before the model is measured. */
  readonly writesAnswers: boolean;
  readonly signal: AbortSignal;
}

const MAX_TRIES = 5;

/** Nobody waits for these answers. */
const unheard: Reply = {
  async status() {},
  async append() {},
  async finish() {
    return { messageIds: [] };
  },
};

/** An answer's own stages are the metrics' matter; here each step is timed as a whole. */
const untimed = { note() {} };

/**
 * Asks one question by the steps that every answer takes, without a thread, and compares what comes of them with what is known.
 * @throws DocentError as the steps; `EMBEDDER_UNAVAILABLE` when the meaning could not be searched, because then another
 * search would be measured; the signal's reason when aborted.
 */
export async function askQuestion(
  { creatorId, steps, stopwatch, writesAnswers, signal }: Asking,
  question: EvaluationQuestion,
): Promise<QuestionOutcome> {
  const { id, kind, text, relevant, answers, itself } = question;
  signal.throwIfAborted();
  const search = { creatorId, question: text, signal };
  const found = await searchMeaningToo(() => steps.retrieve(search, unheard), stopwatch);
  if (found.vectorsMissing !== 'no')
    throw new DocentError('EMBEDDER_UNAVAILABLE', {
      userMessage: `The search by meaning failed at the question "${id}", so nothing was measured. Run "docent doctor", then the same command again: it goes on where it stopped.`,
    });
  const isEnough = steps.isEnough(found);
  const passages = await stopwatch.time('pack', async () => steps.pack(found, text, []));
  const isRight = (passage: Passage): boolean => answersIt(passage, question);
  const asksForText = answers.length > 0;
  const answer = isEnough && writesAnswers ? await write() : null;

  async function write(): Promise<QuestionOutcome['answer']> {
    const request = {
      question: text,
      standalone: text,
      passages,
      history: [],
      reply: unheard,
      stopwatch: untimed,
      signal,
    };
    const { generated, cited } = await stopwatch.time('write', () => steps.write(request));
    const sources = passages.filter(({ number }) => cited.includes(number));
    const hasSources = !generated.isNotCovered && cited.length > 0 && sources.length === new Set(cited).size;
    return { hasSources, isCitedPassageRight: asksForText && hasSources ? sources.some(isRight) : null };
  }

  return {
    id,
    kind,
    isAnswerable: isAnswerable(question),
    retrieval: isAnswerable(question) ? scoreRanking(documentsOf(found.ranked, itself), relevant) : null,
    strength: steps.strengthOf(found),
    isEnough,
    isInContext: asksForText ? passages.some(isRight) : null,
    answer,
    stagesMs: stopwatch.take(),
  };
}

/** On a busy machine a search may do without the meaning, because members do not wait long; here there is time. */
async function searchMeaningToo(
  retrieve: () => ReturnType<AnswerSteps['retrieve']>,
  stopwatch: Stopwatch,
): Promise<Found> {
  for (let tries = 1; ; tries += 1) {
    stopwatch.take();
    const { found } = await retrieve();
    if (found.vectorsMissing !== 'unavailable' || tries === MAX_TRIES) return found;
  }
}

function documentsOf(ranked: readonly RankedChunk[], itself: string | undefined): string[] {
  return [...new Set(ranked.map(({ chunk }) => chunk.source))].filter((name) => name !== itself);
}

/** The right words in another document are chance. */
function answersIt({ chunks, text }: Passage, { relevant, answers }: EvaluationQuestion): boolean {
  return chunks.some(({ source }) => relevant.has(source)) && holdsAnswer(text, answers);
}
