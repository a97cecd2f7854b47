import type { Health } from './health.js';

/** One turn of the prompt. */
export interface ModelMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

/** A passage as the model may cite it. */
export interface ModelPassage {
  /** The number it is cited by, from 1. */
  readonly number: number;
  readonly breadcrumb: string;
  readonly text: string;
}

/** What a model is asked. */
export interface ModelRequest {
  /** `answer`: answer from the passages. `standalone-question`: rewrite the question so that it needs no history. */
  readonly purpose: 'answer' | 'standalone-question';
  /** The whole prompt, for generative models. */
  readonly messages: readonly ModelMessage[];
  /** The question alone, for models that do not generate. */
  readonly question: string;
  /** The member's earlier questions in the thread, oldest first, for models that do not generate. */
  readonly earlierQuestions: readonly string[];
  /** The passages alone, for models that do not generate; empty unless `answer`. */
  readonly passages: readonly ModelPassage[];
  readonly maxOutputTokens: number;
  readonly signal: AbortSignal;
}

/** A piece of what a model says. */
export type ModelPart =
  /** What the member may be told while nothing is written yet, such as "loading the model". */
  | {
      readonly type: 'status';
      readonly text: string;
      /** It waits for its turn, so the wait for the first text has not begun. The next part ends that. */
      readonly isQueued?: true;
    }
  | { readonly type: 'text'; readonly text: string }
  /** Always the last part. */
  | {
      readonly type: 'finish';
      readonly reason: 'stop' | 'length';
      readonly inputTokens: number;
      readonly outputTokens: number;
    };

/** Writes the answer. */
export interface ChatModel {
  /** The model's name, as metrics and answers record it. */
  readonly id: string;
  /** Whether it writes in its own words; one that does not quotes the passages. */
  readonly generative: boolean;
  /** Tokens of prompt and answer together. */
  readonly contextTokens: number;
  /** Said under an answer when the operator should know something, such as how to add a language model. */
  readonly notice?: string;
  /**
   * Streams one completion. Ends after `finish`.
   * @throws DocentError `MODEL_UNAVAILABLE`; the signal's reason when aborted.
   */
  stream(request: ModelRequest): AsyncIterable<ModelPart>;
  health(signal: AbortSignal): Promise<Health>;
}
