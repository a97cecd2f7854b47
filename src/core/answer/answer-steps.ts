import type { DocumentId } from '../ids.js';
import type { ActiveDocument } from '../ingest/document-registry.js';
import type { Stopwatch } from '../metrics/stages.js';
import type { Reply } from '../ports/chat-adapter.js';
import type { ChatModel } from '../ports/chat-model.js';
import type { StoredMessage } from '../ports/conversation-store.js';
import { defaultTuning } from '../tuning.js';
import { attribute } from './attribution.js';
import { type CurrentRetrievalOptions, retrieveCurrent } from './current-retrieval.js';
import { type GateThresholds, evidenceStrength, hasEvidence } from './evidence-gate.js';
import { type Generated, generate } from './generation.js';
import { type Passage, packPassages } from './passages.js';
import { answerPrompt } from './prompt.js';
import type { Found, Search } from './retrieval.js';
import { createTokenEstimate } from './token-estimate.js';

/** The engines and limits of the steps. */
export interface AnswerStepsOptions extends CurrentRetrievalOptions {
  readonly chatModel: ChatModel;
  readonly limits: {
    readonly maxPassages: number;
    readonly maxOutputTokens: number;
    readonly firstTextTimeoutMs: number;
    /** See `GateThresholds`. */
    readonly minCoverage: number;
  };
}

/** What is to be written, from what, and where it streams to. */
export interface WriteRequest {
  /** The question as it was asked. */
  readonly question: string;
  /** The question as it is searched: it needs no history. */
  readonly standalone: string;
  readonly passages: readonly Passage[];
  readonly history: readonly StoredMessage[];
  readonly reply: Reply;
  /** Where the wait for the model, and its writing, are noted. */
  readonly stopwatch: Pick<Stopwatch, 'note'>;
  readonly signal: AbortSignal;
}

/** What the model wrote. */
export interface Written {
  readonly generated: Generated;
  /** Numbers of the passages that it rests on: those it cites or, where it cites none, those it must have come from. */
  readonly cited: readonly number[];
}

/**
 * The way from a question that stands alone to a written answer, a step at a time. Answers take all of them one after
 * another, and so does the evaluation: what is measured is what members get.
 */
export interface AnswerSteps {
  /** @throws DocentError as `retrieveCurrent`. */
  retrieve(
    search: Omit<Search, 'active'>,
    reply: Pick<Reply, 'status'>,
  ): Promise<{ readonly found: Found; readonly active: ReadonlyMap<DocumentId, ActiveDocument> }>;
  /** How much there is to answer from: 0 is nothing, from 1 on it is enough. */
  strengthOf(found: Found): number;
  isEnough(found: Found): boolean;
  /** The passages that go to the model, as many as its context has room for beside the rest of the prompt. */
  pack(found: Found, question: string, history: readonly StoredMessage[]): Passage[];
  /** @throws DocentError `MODEL_UNAVAILABLE`; the signal's reason when aborted. */
  write(request: WriteRequest): Promise<Written>;
}

/** Tokens kept free of everything, for what the model's own template adds. */
const RESERVED_TOKENS = 200;

/** The steps over one set of engines. */
export function createAnswerSteps(options: AnswerStepsOptions): AnswerSteps {
  const { chatModel, clock, limits, tuning = defaultTuning } = options;
  const tokenEstimate = createTokenEstimate();

  function thresholds(): GateThresholds {
    const evidenceSimilarity = tuning.evidenceSimilarity ?? options.embedder.calibration.evidenceSimilarity;
    return { minCoverage: limits.minCoverage, evidenceSimilarity, tuning };
  }

  return {
    retrieve: (search, reply) => retrieveCurrent(options, search, reply),
    strengthOf: ({ evidence }) => evidenceStrength(evidence, thresholds()),
    isEnough: ({ ranked, evidence }) => ranked.length > 0 && hasEvidence(evidence, thresholds()),

    pack(found, question, history) {
      const prompt = answerPrompt(question, [], history)
        .map(({ content }) => content)
        .join('\n');
      const roomTokens =
        chatModel.contextTokens - limits.maxOutputTokens - RESERVED_TOKENS - tokenEstimate.tokensOf(prompt);
      const maxTokens = Math.max(0, Math.min(roomTokens, tuning.contextTokens ?? roomTokens));
      const { mergeNeighbours } = tuning;
      return packPassages(found.ranked, { maxPassages: limits.maxPassages, maxTokens, mergeNeighbours });
    },

    async write({ question, standalone, passages, history, reply, stopwatch, signal }) {
      const messages = answerPrompt(question, passages, history);
      const generated = await generate(
        { chatModel, clock, reply, passages, firstTextTimeoutMs: limits.firstTextTimeoutMs, stopwatch },
        {
          purpose: 'answer',
          messages,
          question: standalone,
          earlierQuestions: [],
          passages,
          maxOutputTokens: limits.maxOutputTokens,
          signal,
        },
      );
      tokenEstimate.learn(messages, generated.inputTokens);
      return { generated, cited: generated.cited.length > 0 ? generated.cited : attribute(generated.text, passages) };
    },
  };
}
