import type { Clock } from '../../core/ports/clock.js';
import type { RedisClient } from './client.js';
import type { Connection } from './connection.js';

/** Calls back for what is said on a channel. */
export interface Signals {
  /**
   * @param heard called with each message, and with undefined whenever some may have been missed: when listening begins,
   *   after each reconnection, and now and then. It must not throw.
   */
  listen(channel: string, heard: (message: string | undefined) => void): void;
  close(): void;
}

/** What signals come over. */
export interface SignalsOptions {
  readonly connection: Connection;
  readonly clock: Clock;
  /** How often a message is taken to have been missed, in milliseconds. */
  readonly pollMs: number;
}

/**
 * One connection for all channels of this process, made with the first `listen`. Redis forgets a message at once, so that
 * it only ever says "look now": what counts is kept elsewhere, and who looks too often does no harm.
 */
export function createSignals({ connection, clock, pollMs }: SignalsOptions): Signals {
  const listeners = new Map<string, (message: string | undefined) => void>();
  let client: RedisClient | undefined;
  let cancelPoll = (): void => {};
  let isPinging = false;

  const somethingMayBeMissed = (): void => {
    for (const heard of listeners.values()) heard(undefined);
  };

  /** Resolves when what was sent before has been answered; keeps a dead connection from being taken for a quiet one. */
  const ping = async (): Promise<void> => {
    if (isPinging) return;
    isPinging = true;
    try {
      await client?.ping();
    } catch {
      // It reconnects by itself, and what was missed is looked for then.
    }
    isPinging = false;
  };

  const open = (): RedisClient => {
    const opened = connection.openBlocking();
    opened.on('message', (channel: string, message: string) => listeners.get(channel)?.(message));
    opened.on('ready', () => void ping().then(somethingMayBeMissed));
    return opened;
  };

  const poll = (): void => {
    cancelPoll = clock.after(pollMs, () => {
      somethingMayBeMissed();
      void ping();
      poll();
    });
  };

  return {
    listen(channel, heard) {
      listeners.set(channel, heard);
      if (client === undefined) {
        client = open();
        poll();
      }
      client.subscribe(channel).then(
        () => heard(undefined),
        () => {},
      );
    },
    close() {
      cancelPoll();
      listeners.clear();
      client?.disconnect();
    },
  };
}
