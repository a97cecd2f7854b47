import { createHash } from 'node:crypto';
import type { ChainableCommander } from 'ioredis';
import { inTime, untilAborted, withDeadline } from '../../core/deadline.js';
import { DocentError } from '../../core/errors.js';
import type { Clock } from '../../core/ports/clock.js';
import type { Logger } from '../../core/ports/logger.js';
import { type RedisClient, addressSettings, createClientFactory, describeServer } from './client.js';
import { errorOfNode, refusalOf, toEngineError, withoutArguments } from './redis-errors.js';
import type { RedisSettings } from './settings.js';

/** A Lua script, which Redis runs in one step. */
export interface Script {
  readonly lua: string;
  /** What Redis knows a loaded script by. */
  readonly sha1: string;
}

/** What a script is called with: text, whole numbers or bytes. */
export type ScriptArgument = string | number | Buffer;

/** The one way to Redis. */
export interface Connection {
  /**
   * Runs one step: a command, a MULTI, some commands at once. Do not put steps that wait for each other into one call.
   * @throws DocentError `ENGINE_UNAVAILABLE`, retryable, when Redis is away, refuses, or has not answered in time (the
   *   step may have happened all the same); the signal's reason when it aborts.
   */
  run<Result>(step: (client: RedisClient) => Promise<Result>, signal?: AbortSignal): Promise<Result>;
  /** Runs a script; with Redis Cluster all its keys must share a slot. Throws as `run`. */
  runScript(
    script: Script,
    keys: readonly string[],
    scriptArguments: readonly ScriptArgument[],
    signal?: AbortSignal,
  ): Promise<unknown>;
  /**
   * Runs two steps of which the second must not have happened without the first: at once where a single server takes them
   * in this order, one after the other where each may belong to another node of a Cluster. Throws as they do.
   */
  inOrder<Result>(first: () => Promise<unknown>, second: () => Promise<Result>): Promise<Result>;
  /** A key: the prefix of the settings and the name. */
  key(name: string): string;
  /**
   * A connection of its own, without a deadline for commands, for blocking reads (of at most `MAX_BLOCK_MS`) and
   * subscriptions; it connects with its first command. Call `disconnect` on it when done; `close` does so too.
   */
  openBlocking(): RedisClient;
  /** Whether keys in different slots may be on different nodes, so that no script can have both. */
  readonly isCluster: boolean;
  /** How the server is called in messages, without secrets. */
  readonly server: string;
  /**
   * Connects and waits until Redis is ready, also while it loads its data.
   * @throws DocentError `ENGINE_UNAVAILABLE` when it is not ready within 15 s, or at once when it refuses the password.
   */
  start(signal: AbortSignal): Promise<void>;
  close(): void;
}

/** What a connection works with. */
export interface ConnectionOptions {
  readonly settings: RedisSettings;
  readonly clock: Clock;
  readonly logger: Logger;
}

const START_TIMEOUT_MS = 15_000;

/**
 * Makes a connection over ioredis. It connects with `start` or the first command and heals by itself: until then every
 * step fails at once, none waits in a queue.
 */
export async function createConnection({ settings, clock, logger }: ConnectionOptions): Promise<Connection> {
  const createClient = await createClientFactory(settings);
  const server = describeServer(settings);
  const client = createClient('commands');
  const blocking = new Set<RedisClient>();
  const watched = watch(client, logger, server);

  const timeoutMs = settings.timeoutSeconds * 1_000;
  const connection: Connection = {
    server,
    isCluster: client.isCluster,
    key: (name) => settings.keyPrefix + name,

    async run(step, signal) {
      signal?.throwIfAborted();
      try {
        const answer = inTime({ clock, timeoutMs }, step(client));
        return await (signal === undefined ? answer : untilAborted(answer, signal));
      } catch (error) {
        signal?.throwIfAborted();
        throw toEngineError(watched.refusal() ?? error);
      }
    },

    runScript({ lua, sha1 }, keys, scriptArguments, signal) {
      return connection.run(async () => {
        try {
          return await client.evalsha(sha1, keys.length, ...keys, ...scriptArguments);
        } catch (error) {
          if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
          return client.eval(lua, keys.length, ...keys, ...scriptArguments);
        }
      }, signal);
    },

    async inOrder(first, second) {
      if (client.isCluster) {
        await first();
        return second();
      }
      const [, result] = await Promise.all([first(), second()]);
      return result;
    },

    openBlocking() {
      const opened = createClient('blocking');
      opened.on('error', () => {});
      blocking.add(opened);
      opened.once('end', () => blocking.delete(opened));
      return opened;
    },

    async start(signal) {
      try {
        await withDeadline({ clock, timeoutMs: START_TIMEOUT_MS, signal }, () => watched.ready());
      } catch (error) {
        signal.throwIfAborted();
        throw cannotStart(watched.lastError() ?? error, settings);
      }
    },

    close() {
      for (const each of [client, ...blocking]) each.disconnect();
    },
  };
  return connection;
}

/**
 * The replies to the commands of a MULTI.
 * @throws Error what Redis refused one of them with; the others were done all the same.
 */
export async function repliesOf(multi: ChainableCommander): Promise<unknown[]> {
  return ((await multi.exec()) ?? []).map(([error, reply]) => {
    if (error !== null) throw error;
    return reply;
  });
}

/** A script that `runScript` loads where it is not loaded yet. */
export function defineScript(lua: string): Script {
  return { lua, sha1: createHash('sha1').update(lua).digest('hex') };
}

/**
 * A key that is kept beside `mainKey` and always in its Cluster slot: a key without braces hashes whole, and what is in
 * the first braces is all that counts of one that has them.
 */
export function companionKey(mainKey: string, name: string): string {
  return `{${mainKey}}:${name}`;
}

/** Follows a client's state: one line when it goes away, one when it is back. */
function watch(client: RedisClient, logger: Logger, server: string) {
  let isReady = false;
  let lastError: unknown;
  client.on('error', (error: Error) => {
    lastError = errorOfNode(error);
  });
  client.on('ready', () => {
    isReady = true;
    lastError = undefined;
    logger.info('redis.ready', { server });
  });
  client.on('close', () => {
    if (isReady)
      logger.warn('redis.away', { server }, lastError === undefined ? undefined : withoutArguments(lastError));
    isReady = false;
  });

  return {
    lastError: () => lastError,
    /** What keeps the client away that no waiting heals, such as a changed password: its steps fail without knowing of it. */
    refusal: () => (!isReady && refusalOf(lastError) !== undefined ? lastError : undefined),
    /** Resolves when the client is ready; rejects when Redis refuses it for good. */
    ready: () =>
      new Promise<void>((resolve, reject) => {
        client.once('ready', resolve);
        client.on('error', (error: Error) => {
          if (refusalOf(errorOfNode(error)) !== undefined) reject(error);
        });
        // Rejects when the first try fails, and goes on trying.
        client.connect().catch(() => {});
        if (isReady) resolve();
      }),
  };
}

function cannotStart(error: unknown, settings: RedisSettings): DocentError {
  const seen = error instanceof Error ? ` (${error.message})` : '';
  const fix = refusalOf(error) ?? `Start Redis, or say with ${addressSettings(settings)} where it is.`;
  return new DocentError('ENGINE_UNAVAILABLE', {
    userMessage: `Redis (${describeServer(settings)}) is not ready${seen}. ${fix} Without Redis, set DOCENT_PROFILE=embedded.`,
    retryable: true,
    cause: withoutArguments(error),
  });
}
