import type { ChatRequest } from 'ollama';
import { counted } from '../../core/chat/words.js';
import { withDeadline } from '../../core/deadline.js';
import { DocentError } from '../../core/errors.js';
import type { ChatModel, ModelPart, ModelRequest } from '../../core/ports/chat-model.js';
import type { Clock } from '../../core/ports/clock.js';
import type { Health } from '../../core/ports/health.js';
import type { CallPolicy } from './call-policy.js';
import { type ChatChunk, chatChunks } from './chat-call.js';
import type { Connect } from './client.js';
import { explainFailure, failureOf, isLateReason } from './failure.js';
import { loadingStatuses } from './loading-statuses.js';
import { type Inventory, QUICK_LOOK_MS } from './inventory.js';
import type { ModelTraits } from './model-traits.js';
import { createThoughtFilter } from './thought-filter.js';
import { TurnRefused, type Turns } from './turns.js';
import { createWarmUp } from './warm-up.js';

/** What the chat model works with. */
export interface OllamaChatOptions {
  readonly connect: Connect;
  readonly inventory: Inventory;
  readonly policy: CallPolicy;
  readonly turns: Turns;
  readonly traits: ModelTraits;
  readonly clock: Clock;
  /** Of the server, without credentials. */
  readonly url: string;
  readonly model: string;
  /** Tokens of prompt and answer together. */
  readonly contextTokens: number;
  /** How long Ollama keeps the model in memory after an answer: a duration such as `30m`, or seconds. */
  readonly keepAlive: string | number;
  /** Texts that end an answer. */
  readonly stop: readonly string[];
  /** Ends what runs in the background. */
  readonly stopping: AbortSignal;
  health(signal: AbortSignal): Promise<Health>;
}

/** The mission's sampling. */
const SAMPLING = { temperature: 0.7, top_p: 0.9 };

/** The options of every request. Another `num_ctx` would make Ollama load the model again. */
export function requestOptions(contextTokens: number, stop: readonly string[]): NonNullable<ChatRequest['options']> {
  return { ...SAMPLING, num_ctx: contextTokens, ...(stop.length === 0 ? {} : { stop: [...stop] }) };
}

/**
 * A chat model on Ollama's `/api/chat`. Few requests are at the server at once, the others wait here, where members can
 * be told their place; rewritten questions go first, because they are short and an answer waits for each.
 */
export function createOllamaChat(options: OllamaChatOptions): ChatModel {
  const { connect, inventory, policy, turns, traits, clock, url, model, contextTokens, keepAlive } = options;
  const warm = createWarmUp(load);

  /** A request without messages loads the model and writes nothing. */
  async function load(): Promise<void> {
    const request = {
      model,
      messages: [],
      keep_alive: keepAlive,
      options: requestOptions(contextTokens, options.stop),
    };
    for await (const _ of chatChunks({ connect, clock, signal: options.stopping }, request));
  }

  async function open(request: ModelRequest, signal: AbortSignal): Promise<Opened> {
    const call = { connect, clock, signal };
    await traits.learn(call);
    const think = traits.think();
    const chunks = chatChunks(call, {
      model,
      messages: request.messages.map(({ role, content }) => ({ role, content })),
      keep_alive: keepAlive,
      options: {
        ...requestOptions(contextTokens, options.stop),
        num_predict: request.maxOutputTokens + traits.thoughtTokens(),
      },
      ...(think === undefined ? {} : { think }),
    });
    return { first: await chunks.next(), chunks };
  }

  async function* write(request: ModelRequest): AsyncGenerator<ModelPart> {
    const call = new AbortController();
    const signal = AbortSignal.any([request.signal, call.signal]);
    let isOpen = false;
    try {
      const opening = policy.run(signal, () => open(request, signal));
      const isLoaded = (): Promise<boolean> =>
        withDeadline({ clock, timeoutMs: QUICK_LOOK_MS, signal }, (inTime) => inventory.isLoaded(model, inTime));
      yield* loadingStatuses({ opening, clock, isLoaded, model });
      const opened = await opening;
      isOpen = true;
      yield* read(opened, request.maxOutputTokens);
    } catch (error) {
      // A question that is only rewritten is followed by its answer, which waits longer.
      if (!isOpen && request.purpose === 'answer' && isLateReason(request.signal.reason)) warm();
      throw error;
    } finally {
      call.abort();
    }
  }

  async function* read({ first, chunks }: Opened, maxTextTokens: number): AsyncGenerator<ModelPart> {
    const thoughts = createThoughtFilter(traits.startsInside());
    let textTokens = 0;
    let saidThinking = false;
    let last: ChatChunk | undefined;
    let isCut = false;
    for (let next = first; next.done !== true; next = await chunks.next()) {
      last = next.value;
      const shown =
        thoughts.push(last.message.content) + (last.done ? thoughts.end(last.done_reason === 'length') : '');
      if (thoughts.leaked) {
        traits.leaked();
        throw thoughtAloud(model);
      }
      const isThinking = thoughts.hasThought || last.message.thinking !== '';
      if (textTokens === 0 && isThinking && !saidThinking) {
        saidThinking = true;
        yield { type: 'status', text: 'The language model is thinking' };
      }
      if (shown === '' || (textTokens === 0 && shown.trim() === '')) continue;
      // A line of the stream holds a token; what the model did not spend on thoughts is not for the answer.
      isCut = textTokens === maxTextTokens;
      if (isCut) break;
      textTokens += 1;
      yield { type: 'text', text: shown };
    }
    if (thoughts.hasThought) traits.thought();
    else traits.wrotePlainly();
    if (textTokens === 0) throw wroteNothing(model);
    yield {
      type: 'finish',
      reason: isCut || last?.done_reason === 'length' ? 'length' : 'stop',
      inputTokens: last?.prompt_eval_count ?? 0,
      outputTokens: last?.eval_count ?? textTokens,
    };
  }

  return {
    id: model,
    generative: true,
    get contextTokens() {
      return Math.min(contextTokens, traits.contextTokens() ?? contextTokens) - traits.thoughtTokens();
    },
    async *stream(request) {
      const { signal } = request;
      const turn = turns.enter({ isFirst: request.purpose === 'standalone-question', signal });
      try {
        let waited = false;
        for await (const before of turn.positions()) {
          waited = true;
          yield { type: 'status', text: waitingText(before), isQueued: true };
        }
        if (waited) yield { type: 'status', text: 'Writing the answer' };
        yield* write(request);
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof DocentError) throw error;
        if (error instanceof TurnRefused) throw tooBusy(error);
        throw explainFailure(failureOf(error), { code: 'MODEL_UNAVAILABLE', url, model });
      } finally {
        turn.end();
      }
    },
    health: options.health,
  };
}

interface Opened {
  readonly first: IteratorResult<ChatChunk, void>;
  readonly chunks: AsyncGenerator<ChatChunk, void, undefined>;
}

/** Other processes, and others who use the server, may have more before it. */
function waitingText(before: number): string {
  return `Waiting for the language model: at least ${counted(before, 'question')} before yours`;
}

function tooBusy(cause: TurnRefused): DocentError {
  return new DocentError('MODEL_UNAVAILABLE', {
    userMessage: 'Too many questions wait for the language model. Ask again in a minute.',
    retryable: true,
    cause,
  });
}

function wroteNothing(model: string): DocentError {
  return new DocentError('MODEL_UNAVAILABLE', {
    userMessage: `The language model "${model}" wrote nothing but thoughts. Raise DOCENT_MAX_OUTPUT_TOKENS, or choose a model that does not think in OLLAMA_CHAT_MODEL.`,
  });
}

function thoughtAloud(model: string): DocentError {
  return new DocentError('MODEL_UNAVAILABLE', {
    userMessage: `The language model "${model}" wrote its thoughts into the answer. Ask again: the next answer is read in another way.`,
    retryable: true,
  });
}
