import { webApi } from '@slack/bolt';
import type { z } from 'zod';
import { untilAborted } from '../../../core/deadline.js';
import { wait } from '../../../core/exclusive.js';
import type { Clock } from '../../../core/ports/clock.js';
import { createPace } from './pace.js';
import { isUnclear, refusalOf } from './slack-refusal.js';

/** One call of the Web API. */
export interface SlackCall<Schema extends z.ZodType> {
  /** What is needed of the response. */
  readonly response: Schema;
  readonly signal: AbortSignal;
  /** Whether doing it twice is the same as doing it once. Without it, an unclear failure is the caller's to look into. Default true. */
  readonly isRepeatable?: boolean;
}

/** The Web API with one workspace's token. */
export interface SlackApi {
  /**
   * Calls a method. Waits as long as Slack asks to, at most a minute, and repeats what failed in passing, four tries in
   * all; posts to one channel leave a second apart.
   * @throws SlackRefusal when Slack does not do it; the signal's reason when aborted.
   */
  call<Schema extends z.ZodType>(
    method: string,
    parameters: Readonly<Record<string, unknown>>,
    call: SlackCall<Schema>,
  ): Promise<z.infer<Schema>>;
}

/** How the Web API is reached. */
export interface SlackApiOptions {
  readonly apiUrl: string;
  readonly token: string;
  /** The workspace that is meant, for the token of a whole organisation. */
  readonly teamId?: string | undefined;
  readonly clock: Clock;
  readonly logger: webApi.WebClientOptions['logger'];
}

const TIMEOUT_MS = 10_000;
const MAX_TRIES = 4;
const BACKOFF_MS = 500;
/** A longer pause is not waited for: what is asked for is tried again later, as a whole. */
const MAX_PAUSE_MS = 60_000;
/** Slack's limit of posts: about one a second and channel. */
const POST_INTERVAL_MS = 1_000;
const POSTS: ReadonlySet<string> = new Set(['chat.postMessage', 'chat.startStream']);

/** What every client of the Web API is made with: Socket Mode would otherwise leave its own settings in it. */
export function clientOptions(apiUrl: string, logger: webApi.WebClientOptions['logger']): webApi.WebClientOptions {
  return {
    slackApiUrl: apiUrl,
    timeout: TIMEOUT_MS,
    retryConfig: { retries: 0 },
    // A queue that stands still for one channel would stand still for the whole workspace.
    rejectRateLimitedCalls: true,
    allowAbsoluteUrls: false,
    ...(logger === undefined ? {} : { logger }),
  };
}

/** The Web API over Slack's own client. */
export function createSlackApi({ apiUrl, token, teamId, clock, logger }: SlackApiOptions): SlackApi {
  const client = new webApi.WebClient(token, {
    ...clientOptions(apiUrl, logger),
    ...(teamId === undefined ? {} : { teamId }),
  });
  const posts = createPace(clock, POST_INTERVAL_MS);
  const methods = createPace(clock, 0);

  async function tryOnce(
    method: string,
    parameters: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
  ): Promise<unknown> {
    await methods.turn(method, signal);
    if (POSTS.has(method)) await posts.turn(String(parameters['channel']), signal);
    signal.throwIfAborted();
    return untilAborted(client.apiCall(method, { ...parameters }), signal);
  }

  /** The wait before the next try, in milliseconds; undefined when there is none. */
  function pauseAfter(method: string, error: unknown, tries: number, isRepeatable: boolean): number | undefined {
    if (tries === MAX_TRIES) return undefined;
    if (error instanceof webApi.WebAPIRateLimitedError) {
      const pauseMs = error.retryAfter * 1_000;
      methods.hold(method, Math.min(pauseMs, MAX_PAUSE_MS));
      return pauseMs > MAX_PAUSE_MS ? undefined : 0;
    }
    const isPassing = error instanceof webApi.WebAPIRequestError || isServerError(error);
    return isPassing && isRepeatable ? BACKOFF_MS * 2 ** (tries - 1) * (0.5 + Math.random() / 2) : undefined;
  }

  return {
    async call(method, parameters, { response, signal, isRepeatable = true }) {
      for (let tries = 1; ; tries += 1) {
        try {
          return response.parse(await tryOnce(method, parameters, signal));
        } catch (error) {
          signal.throwIfAborted();
          const pauseMs = pauseAfter(method, error, tries, isRepeatable);
          if (pauseMs === undefined) throw refusalOf(method, error);
          await wait(clock, pauseMs, signal);
        }
      }
    },
  };
}

function isServerError(error: unknown): boolean {
  return isUnclear(error) || (error instanceof webApi.WebAPIHTTPError && error.statusCode >= 500);
}
