import type { EmbedRequest } from 'ollama';
import { z } from 'zod';
import { DocentError } from '../../core/errors.js';
import type { Clock } from '../../core/ports/clock.js';
import type { Embedder, EmbedOptions } from '../../core/ports/embedder.js';
import type { Health } from '../../core/ports/health.js';
import type { CallPolicy } from './call-policy.js';
import type { Connect } from './client.js';
import { withDeadline } from '../../core/deadline.js';
import type { EmbeddingModel } from './embedding-models.js';
import { OllamaFailure, explainFailure, failureOf, isLateReason } from './failure.js';
import { canonicalName } from './model-name.js';
import { halves, meanOf } from './overflow.js';
import { estimateTokens } from './token-estimate.js';
import { TurnRefused, type Turns } from './turns.js';
import { createWarmUp } from './warm-up.js';

/** What the embedder works with. */
export interface OllamaEmbedderOptions {
  readonly connect: Connect;
  readonly policy: CallPolicy;
  readonly turns: Turns;
  readonly clock: Clock;
  /** Of the server, without credentials. */
  readonly url: string;
  readonly model: string;
  readonly traits: EmbeddingModel;
  /** Components of a vector that the operator wants or knows of; undefined for the model's own. */
  readonly dimensions: number | undefined;
  readonly keepAlive: string | number;
  /** Ends what runs in the background. */
  readonly stopping: AbortSignal;
  health(signal: AbortSignal): Promise<Health>;
}

/** Few, so that a question waits for few passages. */
const MAX_BATCH = 8;
/** One text is embedded after the other by Ollama; a slow machine also has to load the model first. */
const CALL_TIMEOUT_MS = 120_000;
/**
 * Tokens of a chunk: about 1,000 characters of English, which find better than longer ones (measured on SQuAD's articles:
 * of answers within 6,000 characters, .894 with chunks of 1,000, .853 of 2,000, .702 of 4,000).
 */
const CHUNK_TOKENS = 384;
/** Stands for a text without a visible character: some models cannot embed nothing. */
const NOTHING = '-';
/** What Ollama says when a text is longer than the model's context (server/routes.go, `EmbedHandler`). */
const OVERFLOW = /exceeds? (?:the |maximum )?context length|input (?:length|is too large)/i;

const responseSchema = z.object({ embeddings: z.array(z.array(z.number())) });

/**
 * An embedder on Ollama's `/api/embed`, whose vectors have unit length. Texts beyond the model's context are not cut (the
 * default of the API, without a word) but halved, and get the mean of their halves. Queries go before documents.
 *
 * `space` is known at once for models in the table. Any other model's dimensions are those of its first vector or of
 * OLLAMA_EMBED_DIMENSIONS, so that Docent starts while Ollama is away; a space is asked for together with a vector.
 */
export function createOllamaEmbedder(options: OllamaEmbedderOptions): Embedder {
  const { connect, policy, turns, clock, url, model, traits } = options;
  const embedderId = `ollama/${canonicalName(model).replace(/:latest$/, '')}+${traits.scheme}`;
  let dimensions = options.dimensions ?? traits.dimensions;

  const failed = (error: unknown): DocentError =>
    error instanceof DocentError
      ? error
      : explainFailure(failureOf(error), { code: 'EMBEDDER_UNAVAILABLE', url, model });

  async function request(input: readonly string[], signal: AbortSignal): Promise<Float32Array[]> {
    const body: EmbedRequest = {
      model,
      input: [...input],
      truncate: false,
      keep_alive: options.keepAlive,
      ...(options.dimensions === undefined ? {} : { dimensions: options.dimensions }),
    };
    const answer = await policy.run(signal, () =>
      withDeadline({ clock, timeoutMs: CALL_TIMEOUT_MS, signal }, async (inTime) => connect(inTime).embed(body)),
    );
    const { embeddings } = responseSchema.parse(answer);
    if (embeddings.length !== input.length) throw new OllamaFailure('broken', `${embeddings.length} vectors came back`);
    return embeddings.map(checkedVector);
  }

  function checkedVector(components: readonly number[]): Float32Array {
    // Near to nothing and to everything; and an empty one would count as the model's dimensions.
    if (components.every((component) => component === 0)) throw new OllamaFailure('broken', 'a vector of zeros');
    dimensions ??= components.length;
    if (components.length !== dimensions) throw otherDimensions(model, components.length, dimensions);
    // Ollama's have unit length, to single precision; those of servers that only speak its API may not.
    return meanOf([Float32Array.from(components)], [1]);
  }

  /** Halves the batch, then the text, until nothing overflows. */
  async function embedWhole(texts: readonly string[], prefix: string, signal: AbortSignal): Promise<Float32Array[]> {
    try {
      return await request(
        texts.map((text) => `${prefix}${text}`),
        signal,
      );
    } catch (error) {
      if (!isOverflow(error)) throw error;
    }
    const [only] = texts;
    if (only !== undefined && texts.length === 1) {
      const parts = halves(only);
      if (parts === undefined)
        throw new OllamaFailure('broken', 'a text of a few characters is too long for the model');
      const vectors: Float32Array[] = [];
      for (const part of parts) vectors.push(...(await embedWhole([part], prefix, signal)));
      return [
        meanOf(
          vectors,
          parts.map(({ length }) => length),
        ),
      ];
    }
    const middle = Math.ceil(texts.length / 2);
    const before = await embedWhole(texts.slice(0, middle), prefix, signal);
    return [...before, ...(await embedWhole(texts.slice(middle), prefix, signal))];
  }

  const warm = createWarmUp(() => request([NOTHING], options.stopping));

  async function embed(texts: readonly string[], { kind, signal }: EmbedOptions): Promise<Float32Array[]> {
    const turn = turns.enter({ isFirst: kind === 'query', signal });
    try {
      for await (const _before of turn.positions());
      const prefix = kind === 'query' ? traits.queryPrefix : traits.documentPrefix;
      return await embedWhole(texts.map(readable), prefix, signal);
    } catch (error) {
      if (signal.aborted && kind === 'query' && isLateReason(signal.reason)) warm();
      signal.throwIfAborted();
      throw error instanceof TurnRefused ? tooBusy(error) : failed(error);
    } finally {
      turn.end();
    }
  }

  return {
    get space() {
      if (dimensions === undefined) throw unknownDimensions(model);
      return { embedderId, dimensions };
    },
    maxTokens: Math.min(CHUNK_TOKENS, traits.contextTokens) - estimateTokens(traits.documentPrefix),
    maxBatch: MAX_BATCH,
    calibration: traits.calibration,
    countTokens: estimateTokens,
    embed: async (texts, callOptions) => {
      callOptions.signal.throwIfAborted();
      return texts.length === 0 ? [] : embed(texts, callOptions);
    },
    health: options.health,
  };
}

function isOverflow(error: unknown): boolean {
  return error instanceof OllamaFailure && error.status === 400 && OVERFLOW.test(error.words);
}

/** Half characters are no Unicode, and a NUL ends a text early for the model. */
function readable(text: string): string {
  const whole = text.toWellFormed().replaceAll('\0', ' ');
  return /[^\s\p{C}]/u.test(whole) ? whole : NOTHING;
}

function otherDimensions(model: string, actual: number, expected: number): DocentError {
  return new DocentError('EMBEDDER_UNAVAILABLE', {
    userMessage: `The model "${model}" makes vectors of ${actual} numbers, not of ${expected}. Set OLLAMA_EMBED_DIMENSIONS=${actual}, or leave it out.`,
  });
}

function unknownDimensions(model: string): DocentError {
  return new DocentError('EMBEDDER_UNAVAILABLE', {
    userMessage: `Docent does not know how many numbers a vector of the model "${model}" has until it has made one. Set OLLAMA_EMBED_DIMENSIONS, or start Ollama.`,
    retryable: true,
  });
}

function tooBusy(cause: TurnRefused): DocentError {
  return new DocentError('EMBEDDER_UNAVAILABLE', {
    userMessage: 'Too many texts wait to be embedded. Try again in a minute.',
    retryable: true,
    cause,
  });
}
