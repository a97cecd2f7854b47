import { type App, type Receiver, SocketModeReceiver, webApi } from '@slack/bolt';
import { untilAborted, withDeadline } from '../../../core/deadline.js';
import { wait } from '../../../core/exclusive.js';
import type { Clock } from '../../../core/ports/clock.js';
import type { Logger } from '../../../core/ports/logger.js';
import { clientOptions } from '../api/slack-api.js';
import { deliver } from './delivery.js';

/** Slack's deliveries over Socket Mode. */
export interface SocketReceiver extends Receiver {
  readonly isConnected: boolean;
}

/** How the connection is made. */
export interface SocketReceiverOptions {
  readonly appToken: string;
  readonly apiUrl: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly boltLogger: webApi.WebClientOptions['logger'];
}

const MIN_BACKOFF_MS = 500;
const MAX_BACKOFF_MS = 30_000;
/** A connection that lasted so long, in milliseconds, says that the next one will. */
const STEADY_MS = 10_000;
/** The longest wait that Slack can ask for, in milliseconds. */
const MAX_PAUSE_MS = 5 * 60_000;
/** How long opening a connection may take, in milliseconds. */
const CONNECT_TIMEOUT_MS = 20_000;

/**
 * Holds one connection to Slack and makes another when it ends. Slack's own client would wait five seconds before it
 * connects again, and would end the process when Slack refuses the token then; so each connection has a client of its own,
 * without a second life, and this looks after them.
 */
export function createSocketReceiver({
  appToken,
  apiUrl,
  clock,
  logger,
  boltLogger,
}: SocketReceiverOptions): SocketReceiver {
  const stopping = new AbortController();
  const running = new Set<Promise<unknown>>();
  let app: App | undefined;
  let isConnected = false;
  let kept: Promise<void> | undefined;

  function createConnection(): SocketModeReceiver {
    const receiver = new SocketModeReceiver({
      appToken,
      autoReconnectEnabled: false,
      installerOptions: { clientOptions: clientOptions(apiUrl, boltLogger) },
      ...(boltLogger === undefined ? {} : { logger: boltLogger }),
      processEventErrorHandler: async ({ error }) => {
        logger.warn('slack.not-taken', {}, error);
        return false;
      },
    });
    const relay: Pick<App, 'processEvent'> = {
      processEvent(event) {
        const work = app === undefined ? Promise.reject(new Error('there is no app')) : deliver(app, event);
        running.add(work);
        void work.catch(() => undefined).finally(() => running.delete(work));
        return work;
      },
    };
    receiver.init(relay as App);
    return receiver;
  }

  /** One connection from its beginning to its end; says how many milliseconds the next one has to wait at the least, undefined after one that lasted. */
  async function connect(onOpen: () => void): Promise<number | undefined> {
    const connection = createConnection();
    const ended = new Promise<void>((resolve) => {
      connection.client.once('disconnected', resolve);
    });
    try {
      const within = { clock, timeoutMs: CONNECT_TIMEOUT_MS, signal: stopping.signal };
      await withDeadline(within, () => connection.start());
      isConnected = true;
      onOpen();
      const openedAt = clock.now();
      await untilAborted(ended, stopping.signal);
      return clock.now() - openedAt >= STEADY_MS ? undefined : 0;
    } catch (error) {
      if (!stopping.signal.aborted) logger.warn('slack.socket-failed', {}, error);
      const isLimited = error instanceof webApi.WebAPIRateLimitedError;
      return isLimited ? Math.min(error.retryAfter * 1_000, MAX_PAUSE_MS) : MIN_BACKOFF_MS;
    } finally {
      isConnected = false;
      void connection.client.disconnect().catch(() => undefined);
    }
  }

  async function keepConnected(onOpen: () => void): Promise<void> {
    let backoffMs = 0;
    while (!stopping.signal.aborted) {
      const pauseMs = await connect(onOpen);
      if (pauseMs === undefined) {
        backoffMs = 0;
        continue;
      }
      // A connection that does not last is made again at once for one time only, or Slack would be asked without end.
      const waitMs = Math.max(pauseMs, backoffMs * (0.5 + Math.random() / 2));
      if (waitMs > 0) await wait(clock, waitMs, stopping.signal).catch(() => undefined);
      backoffMs = Math.min(MAX_BACKOFF_MS, Math.max(MIN_BACKOFF_MS, backoffMs * 2));
    }
  }

  return {
    get isConnected() {
      return isConnected;
    },
    init(of) {
      app = of;
    },
    /** Resolves once it is connected, or after the first try: a Slack that is away is no reason not to start. */
    start() {
      return new Promise<void>((resolve) => {
        const cancel = clock.after(CONNECT_TIMEOUT_MS, resolve);
        kept = keepConnected(() => {
          cancel();
          resolve();
        });
      });
    },
    async stop() {
      // What was delivered is acknowledged over the connection that it came by.
      await Promise.allSettled(running);
      stopping.abort(new Error('Docent is stopping'));
      await kept;
    },
  };
}
