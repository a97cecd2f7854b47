import type { ChatRequest } from 'ollama';
import type { Logger } from '../../core/ports/logger.js';
import { type ChatCallOptions, chatChunks } from './chat-call.js';
import type { Inventory } from './inventory.js';
import { familyName } from './model-name.js';
import { createThoughtFilter } from './thought-filter.js';

/** How a model must be asked so that its thoughts stay its own. */
export interface ModelTraits {
  /** Asks the server about the model, once. @throws what the client throws. */
  learn(call: ChatCallOptions): Promise<void>;
  /** Tokens the model was trained to see; undefined while that is not known. */
  contextTokens(): number | undefined;
  /** What goes into each request. */
  think(): ChatRequest['think'];
  /** Whether its text begins within a thought. */
  startsInside(): boolean;
  /** Tokens that its thoughts may take, beside the answer. */
  thoughtTokens(): number;
  /** It wrote a thought before an answer. */
  thought(): void;
  /** It wrote an answer without a thought: one that leaked before may have been an answer that spoke of the tag. */
  wrotePlainly(): void;
  /** It wrote a thought into an answer: the next text is taken to begin within one, and after a second such answer it is told to think. */
  leaked(): void;
}

/** Thoughts about a few passages are seldom longer; they end when the context is full at the latest. */
const THOUGHT_TOKENS = 1_024;
/** A word to write, and room for far more, which only a model that thinks aloud uses. */
const PROOF = { messages: [{ role: 'user', content: 'Reply with the single word: ready' }], num_predict: 64 };

/**
 * What is known of a chat model. One that can think is told not to, which is several times faster, but only after it has
 * shown once that it obeys: some think all the same, and Ollama then takes the thoughts for the answer
 * (ollama/ollama#12736). Those may think, and Ollama keeps the thoughts apart. gpt-oss cannot be stopped either; it is
 * asked to be brief (docs/capabilities/thinking.mdx).
 */
export function createModelTraits({
  model,
  inventory,
  options,
  logger,
}: {
  readonly model: string;
  readonly inventory: Inventory;
  /** The options of every request: others would make Ollama load the model again. */
  readonly options: NonNullable<ChatRequest['options']>;
  readonly logger: Logger;
}): ModelTraits {
  const onlyThinksLess = familyName(model) === 'gpt-oss';
  let isKnown = false;
  let canThink = false;
  let obeys = false;
  let leaks = false;
  let hasLeaked = false;
  let thinks = false;
  let contextTokens: number | undefined;

  async function learn(call: ChatCallOptions): Promise<void> {
    if (isKnown) return;
    const description = await inventory.describe(model, call.signal);
    ({ canThink, contextTokens } = description);
    if (canThink && !onlyThinksLess) obeys = await doesObey(call);
    isKnown = true;
    logger.info('ollama.model', { model, canThink, obeys, contextTokens });
  }

  async function doesObey(call: ChatCallOptions): Promise<boolean> {
    const { messages, num_predict } = PROOF;
    const filter = createThoughtFilter(false);
    let hasThought = false;
    let reason: string | undefined;
    const request = { model, messages, think: false, options: { ...options, num_predict } };
    for await (const chunk of chatChunks(call, request)) {
      filter.push(chunk.message.content);
      hasThought ||= chunk.message.thinking !== '';
      reason = chunk.done_reason ?? reason;
    }
    return reason === 'stop' && !hasThought && !filter.hasThought && !filter.leaked;
  }

  return {
    learn,
    contextTokens: () => contextTokens,
    think: () => {
      if (!canThink) return undefined;
      return onlyThinksLess ? 'low' : !obeys;
    },
    startsInside: () => leaks && (!canThink || obeys),
    thoughtTokens: () => (thinks || leaks || (canThink && !obeys) ? THOUGHT_TOKENS : 0),
    thought() {
      thinks = true;
      // Once may have been an answer that spoke of the tag, twice is a habit.
      if (leaks) obeys = false;
    },
    wrotePlainly() {
      leaks = false;
    },
    leaked() {
      if (hasLeaked) obeys = false;
      leaks = true;
      hasLeaked = true;
      logger.warn('ollama.thought-leaked', { model });
    },
  };
}
