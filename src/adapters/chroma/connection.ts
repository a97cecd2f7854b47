import { AdminClient, ChromaClient } from 'chromadb';
import { z } from 'zod';
import { withDeadline } from '../../core/deadline.js';
import { DocentError } from '../../core/errors.js';
import type { Clock } from '../../core/ports/clock.js';
import { engineError, problemOf } from './chroma-errors.js';
import type { ChromaSettings } from './settings.js';

/** What a connection is made of. */
export interface ConnectionOptions {
  readonly settings: Pick<
    ChromaSettings,
    'url' | 'tenant' | 'database' | 'token' | 'tokenHeader' | 'username' | 'password' | 'timeoutSeconds'
  >;
  readonly clock: Clock;
}

/** How one piece of work is done. */
export interface CallOptions {
  /** Default: nobody stops it before its deadline. */
  readonly signal?: AbortSignal;
  /** Writing has six times the deadline: the server keeps its index in order meanwhile. Default false. */
  readonly isWrite?: boolean;
  /** A deadline of its own, in milliseconds. */
  readonly timeoutMs?: number;
}

/** The official clients over one server and database. */
export interface Connection {
  readonly url: string;
  readonly tenant: string;
  readonly database: string;
  /** What is sent to sign in. */
  readonly signsInWith: 'nothing' | 'token' | 'basic';
  /**
   * Does work with clients whose requests end with the signal and at the deadline.
   * @throws DocentError `ENGINE_UNAVAILABLE` for whatever the server does wrong; the signal's reason when aborted.
   */
  call<Result>(
    work: (client: ChromaClient, admin: AdminClient) => Promise<Result>,
    options?: CallOptions,
  ): Promise<Result>;
}

const WRITE_FACTOR = 6;

/**
 * The clients take no signal a call, but options for all their requests: so each piece of work has clients of its own,
 * which are small. Sockets are shared below them, by Node's fetch.
 */
export function createConnection({ settings, clock }: ConnectionOptions): Connection {
  const { url, tenant, database, timeoutSeconds } = settings;
  const { hostname, port, protocol } = new URL(url);
  const ssl = protocol === 'https:';
  const server = {
    host: hostname,
    port: Number(port === '' ? (ssl ? 443 : 80) : port),
    ssl,
    headers: headersOf(settings),
  };
  const defaultTimeoutMs = timeoutSeconds * 1_000;
  return {
    url,
    tenant,
    database,
    signsInWith: settings.token !== undefined ? 'token' : settings.username !== undefined ? 'basic' : 'nothing',
    async call(work, { signal = new AbortController().signal, isWrite = false, timeoutMs } = {}) {
      const deadlineMs = timeoutMs ?? defaultTimeoutMs * (isWrite ? WRITE_FACTOR : 1);
      try {
        return await withDeadline({ clock, timeoutMs: deadlineMs, signal }, (joined) => {
          const options = { ...server, fetchOptions: { signal: joined, responseTransformer: withoutFunctions } };
          return work(new ChromaClient({ ...options, tenant, database }), new AdminClient(options));
        });
      } catch (error) {
        signal.throwIfAborted();
        throw error instanceof DocentError ? error : engineError(url, problemOf(error, { url, deadlineMs }), error);
      }
    },
  };
}

const describedSchema = z.looseObject({ configuration_json: z.looseObject({}) });

/**
 * Takes embedding functions out of what the server says of collections. The clients would build each of them, though all
 * vectors are Docent's, and print on the console where its package is not there. (`fetchOptions` go to their HTTP layer as
 * they are, which hands answers to such a transformer.)
 */
async function withoutFunctions(answer: unknown): Promise<unknown> {
  return Array.isArray(answer) ? answer.map(withoutFunction) : withoutFunction(answer);
}

function withoutFunction(described: unknown): unknown {
  const { data } = describedSchema.safeParse(described);
  if (data === undefined) return described;
  return { ...data, schema: null, configuration_json: { ...data.configuration_json, embedding_function: null } };
}

/** As proxies in front of Chroma look for them: https://cookbook.chromadb.dev/security/auth-1.0.x */
function headersOf({ token, tokenHeader, username, password }: ConnectionOptions['settings']): Record<string, string> {
  if (token !== undefined)
    return tokenHeader === 'authorization' ? { authorization: `Bearer ${token}` } : { 'x-chroma-token': token };
  if (username === undefined) return {};
  return { authorization: `Basic ${Buffer.from(`${username}:${password ?? ''}`).toString('base64')}` };
}
