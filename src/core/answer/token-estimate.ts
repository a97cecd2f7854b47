import type { ModelMessage } from '../ports/chat-model.js';

/** Estimates a model's tokens before it is asked, and learns from what it then reports. */
export interface TokenEstimate {
  /** Tokens of a text, on the safe side. */
  tokensOf(text: string): number;
  /** Corrects the estimate by what the model counted for a prompt. */
  learn(messages: readonly ModelMessage[], reportedTokens: number): void;
}

/** English text has about four characters a token; a tenth is added to be safe. */
const TOKENS_PER_CHARACTER = 1.1 / 4;
/** How much one report moves the estimate. */
const LEARNING_RATE = 0.2;

/** An estimate that starts at four characters a token and moves towards the model's own count, within a factor of four. */
export function createTokenEstimate(): TokenEstimate {
  let factor = 1;
  return {
    tokensOf: (text) => Math.ceil(text.length * TOKENS_PER_CHARACTER * factor),
    learn(messages, reportedTokens) {
      const characters = messages.reduce((sum, { content }) => sum + content.length, 0);
      if (characters === 0 || reportedTokens <= 0) return;
      const observed = reportedTokens / (characters * TOKENS_PER_CHARACTER);
      factor = Math.min(4, Math.max(0.5, factor + LEARNING_RATE * (observed * 1.1 - factor)));
    },
  };
}
