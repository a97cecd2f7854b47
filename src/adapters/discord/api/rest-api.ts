import { REST, type RawFile, type RequestMethod } from 'discord.js';
import { z } from 'zod';
import { DocentError } from '../../../core/errors.js';
import type { Logger } from '../../../core/ports/logger.js';
import { TOKEN_REFUSED, explainRefusal, isTokenRefusal } from './discord-errors.js';

/** One call of Discord's HTTP API. */
export interface ApiCall {
  readonly method: RequestMethod;
  /** Below `/api/v10`, such as `/channels/1/messages`. */
  readonly path: `/${string}`;
  readonly body?: unknown;
  readonly query?: Readonly<Record<string, string>>;
  readonly files?: readonly RawFile[];
  /** false for the routes whose address holds an interaction's token. Default true. */
  readonly isBot?: boolean;
  readonly signal?: AbortSignal;
}

/** Discord's HTTP API: limits of rate are waited for, failures of the server are tried again, each call has a deadline. */
export interface RestApi {
  /**
   * @throws DocentError as `explainRefusal`, with Discord's own error as its cause; `SETTINGS_INVALID` once the token is
   * refused; the signal's reason when aborted.
   */
  call<Shape extends z.ZodType>(call: ApiCall, answer: Shape): Promise<z.output<Shape>>;
  /**
   * Aborts once Discord refused the token; the reason is an error that tells the operator what to do. No call is made any
   * more then: each would count towards a ban of the address.
   */
  readonly tokenRefused: AbortSignal;
  /** The gateway refused the token. */
  refuseToken(): void;
}

/** What the API is reached with. */
export interface RestApiOptions {
  readonly apiUrl: string;
  readonly token: string;
  readonly logger: Logger;
}

/** How long one request may take, in milliseconds; waiting for a limit of rate is not counted. */
const REQUEST_TIMEOUT_MS = 15_000;
/** How often a request is sent at the most when its connection breaks. */
const MAX_ATTEMPTS = 3;

/** An answer that nobody reads: some routes answer nothing. */
export const anyAnswer = z.unknown();

/** Makes no call by itself. */
export function createRestApi({ apiUrl, token, logger }: RestApiOptions): RestApi {
  const rest = new REST({ api: apiUrl, timeout: REQUEST_TIMEOUT_MS }).setToken(token);
  const refusing = new AbortController();
  rest.on('rateLimited', ({ route, timeToReset, global: isGlobal, scope }) =>
    logger.warn('discord.rate-limited', { route, waitMs: timeToReset, isGlobal, scope }),
  );

  const refuseToken = (): void => refusing.abort(new DocentError('SETTINGS_INVALID', { userMessage: TOKEN_REFUSED }));

  return {
    tokenRefused: refusing.signal,
    refuseToken,

    async call({ method, path, body, query, files, isBot = true, signal }, answer) {
      const request = {
        method,
        fullRoute: path,
        auth: isBot,
        ...(body === undefined ? {} : { body }),
        ...(query === undefined ? {} : { query: new URLSearchParams(query) }),
        ...(files === undefined ? {} : { files: [...files] }),
        // The client never takes its listener back from a signal, which may live long.
        ...(signal === undefined ? {} : { signal: AbortSignal.any([signal]) }),
      };
      for (let attempt = 1; ; attempt++) {
        if (refusing.signal.aborted) throw cutOff();
        signal?.throwIfAborted();
        try {
          return answer.parse(await rest.request(request));
        } catch (error) {
          signal?.throwIfAborted();
          if (isLostConnection(error) && attempt < MAX_ATTEMPTS) continue;
          if (!isBot || !isTokenRefusal(error)) throw explainRefusal(error);
          refuseToken();
          throw cutOff();
        }
      }
    },
  };
}

/** The operator is told once what to do, by the signal's reason; this is for the many calls that fail because of it. */
function cutOff(): DocentError {
  return new DocentError('SETTINGS_INVALID', {
    userMessage:
      'Discord no longer takes the token of the bot. Nothing can be read or said there until it is set right.',
  });
}

const lostConnectionSchema = z.object({ code: z.enum(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE']) });

/**
 * Whether the connection broke under a request, so that nobody knows whether it was carried out. The client tries again
 * after failures of the server, but not after these.
 */
function isLostConnection(error: unknown): boolean {
  const cause = error instanceof TypeError ? error.cause : error;
  return lostConnectionSchema.safeParse(cause).success;
}
