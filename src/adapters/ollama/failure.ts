import { z } from 'zod';
import { DocentError, type ErrorCode } from '../../core/errors.js';
import { beginningOf, classOf } from './server-words.js';

/**
 * How a call to Ollama failed. `unreachable`: no connection. `late`: no answer in time. `refused`: an HTTP status.
 * `broken`: the answer ended early, was no answer of Ollama, or was an error in the middle of a stream. `paused`: it was
 * not asked, because the calls before failed.
 */
export type FailureKind = 'unreachable' | 'late' | 'refused' | 'broken' | 'paused';

/** A call that failed, before it is told to anybody. Its message is for the log, and holds nothing that the server said. */
export class OllamaFailure extends Error {
  readonly kind: FailureKind;
  /** The HTTP status of what was `refused`. */
  readonly status: number | undefined;
  readonly #words: string;

  constructor(
    kind: FailureKind,
    message: string,
    options: { readonly status?: number; readonly words?: string; readonly cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'OllamaFailure';
    this.kind = kind;
    this.status = options.status;
    this.#words = options.words ?? '';
  }

  /** The failure that the server told in its own words. */
  static told(kind: FailureKind, words: string, status?: number): OllamaFailure {
    const start = status === undefined ? 'an error in the middle of a stream' : `HTTP ${status}`;
    return new OllamaFailure(kind, `${start}: ${classOf(words)}`, {
      words: beginningOf(words),
      ...(status === undefined ? {} : { status }),
    });
  }

  /** How the server's own words begin; empty where it said none. They may repeat what it was sent: never for a log. */
  get words(): string {
    return this.#words;
  }

  /** Whether it may be otherwise in a moment: not a missing model or a request that the server will never take. */
  get isPassing(): boolean {
    return this.status === undefined || this.status === 429 || this.status >= 500;
  }
}

/** Whether an aborted call was given up for taking too long, rather than because nobody wants it any more. */
export function isLateReason(reason: unknown): boolean {
  if (reason instanceof DocentError) return reason.retryable;
  return reason instanceof Error && reason.name === 'TimeoutError';
}

/** What `fetch` says when it waited too long for an answer's headers or its next bytes. */
const lateCauseSchema = z.object({ code: z.enum(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT']) });

/** The failure that an error of `fetch` or of the client means. An abort must be told apart before. */
export function failureOf(error: unknown): OllamaFailure {
  if (error instanceof OllamaFailure) return error;
  const isLate = error instanceof TypeError && lateCauseSchema.safeParse(error.cause).success;
  if (isLate || (error instanceof Error && error.name === 'TimeoutError'))
    return new OllamaFailure('late', 'no answer in time', { cause: error });
  if (error instanceof TypeError && error.message === 'fetch failed')
    return new OllamaFailure('unreachable', 'no connection', { cause: error });
  // What is no JSON is repeated by the parser's error.
  if (error instanceof SyntaxError) return new OllamaFailure('broken', 'an answer that is no JSON');
  return new OllamaFailure('broken', 'an answer that ended early, or has another shape', { cause: error });
}

/** On what a call failed, for what a person is told. */
export interface FailedCall {
  readonly code: ErrorCode;
  /** Without credentials. */
  readonly url: string;
  readonly model: string;
}

/** What a person is told of a failure: what failed, on what, and how to fix it. */
export function explainFailure(failure: OllamaFailure, { code, url, model }: FailedCall): DocentError {
  return new DocentError(code, {
    userMessage: sentenceOf(failure, url, model),
    // A missing model may be pulled at any time.
    retryable: failure.isPassing || failure.status === 404,
    cause: failure,
  });
}

/** What to do about a model that the server does not have. */
export function howToPull(model: string): string {
  return `Run \`docent models --pull\`, or \`ollama pull ${model}\` where Ollama runs.`;
}

/** What to do about a server that cannot be reached. */
export const HOW_TO_REACH = 'Start it there (`ollama serve`), or set OLLAMA_URL to where it runs.';

function sentenceOf({ kind, status }: OllamaFailure, url: string, model: string): string {
  if (kind === 'unreachable') return `Ollama cannot be reached at ${url}. ${HOW_TO_REACH}`;
  if (kind === 'paused') return `Ollama at ${url} failed several times in a row. It is tried again within seconds.`;
  if (kind === 'late')
    return `Ollama at ${url} did not answer in time with the model "${model}". Try again in a moment.`;
  if (kind === 'broken')
    return `Ollama at ${url} broke off with the model "${model}". Its log has the reason; try again.`;
  if (status === 404) return `Ollama at ${url} does not have the model "${model}". ${howToPull(model)}`;
  if (status === 401 || status === 403)
    return `Ollama at ${url} refused Docent's credentials. Set OLLAMA_API_KEY, or a user and password in OLLAMA_URL.`;
  if (status === 429 || status === 503) return `Ollama at ${url} is busy. Try again in a moment.`;
  return `Ollama at ${url} failed with the model "${model}" (HTTP ${status ?? 'unknown'}). Its log has the reason.`;
}
