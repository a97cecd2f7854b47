import { inTime } from '../../../core/deadline.js';
import { type DocentError, toDocentError } from '../../../core/errors.js';
import type { Clock } from '../../../core/ports/clock.js';
import type { Health } from '../../../core/ports/health.js';
import type { Logger } from '../../../core/ports/logger.js';
import type { Gateway, GatewayListener } from './gateway.js';

/** Keeps a connection to the gateway: looks after it, and makes another one when it does not come back by itself. */
export interface Connection {
  /** Resolves when connected or closed, or after 30 seconds, while it goes on trying. */
  open(): Promise<void>;
  health(): Health;
  close(): Promise<void>;
}

/** What a connection is made from. */
export interface ConnectionOptions {
  /** A new connection, not connected yet. @throws DocentError as `Gateway.connect`. */
  createGateway(fail: GatewayListener['fail']): Promise<Gateway>;
  /** Hears, maybe more than once, of what only an operator can change. The connection is closed then. */
  onRefused(error: DocentError): void;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Discord asks for a heartbeat every 41 seconds and acknowledges each: longer without any sign is a dead connection. In
 * milliseconds, like the others.
 */
const SILENCE_MS = 48_000;
const LOOK_EVERY_MS = 5_000;
/** How long discord.js has for bringing a shard back. */
const RECOVERY_MS = 180_000;
/** Beginning sessions is limited to 1,000 a day. */
const RENEW_EVERY_MS = 300_000;
const FIRST_RETRY_MS = 5_000;
const FIRST_CONNECT_MS = 30_000;
/** A peer that does not answer holds a closing connection open for 30 seconds: it goes on closing beside the next one. */
const CLOSE_TIMEOUT_MS = 5_000;

interface Seen {
  readonly signs: number;
  readonly at: number;
}

/** Looks every five seconds. */
export function createConnection({ createGateway, onRefused, clock, logger }: ConnectionOptions): Connection {
  const seen = new Map<number, Seen>();
  let gateway: Gateway | undefined;
  let isOpen = false;
  let isConnecting = false;
  /** How often in a row no connection was had. */
  let failures = 0;
  let triedAt = Number.NEGATIVE_INFINITY;
  /** Since when not every shard is well; undefined while all are. */
  let sickSince: number | undefined;
  let stopLooking = (): void => {};

  /** Shards that are not ready, or that gave no sign of life for too long. */
  function sickShards(): number[] {
    const now = clock.now();
    return (gateway?.shards ?? []).flatMap(({ id, isReady, signs }) => {
      const last = seen.get(id);
      if (last?.signs !== signs) seen.set(id, { signs, at: now });
      const isSilent = last?.signs === signs && now - last.at > SILENCE_MS;
      return isReady && !isSilent ? [] : [id];
    });
  }

  const isWell = (): boolean => gateway !== undefined && gateway.shards.length > 0 && sickShards().length === 0;

  /** Nothing is heard of it any more; waits for its end, but not for long. */
  async function letGo(left: Gateway | undefined): Promise<void> {
    if (gateway === left) gateway = undefined;
    if (left === undefined) return;
    try {
      await inTime({ clock, timeoutMs: CLOSE_TIMEOUT_MS }, left.close());
    } catch (error) {
      logger.warn('discord.close-failed', {}, error);
    }
  }

  async function close(): Promise<void> {
    isOpen = false;
    stopLooking();
    await letGo(gateway);
  }

  function refuse(error: DocentError): void {
    void close();
    onRefused(error);
  }

  async function connect(): Promise<void> {
    isConnecting = true;
    triedAt = clock.now();
    try {
      await letGo(gateway);
      if (!isOpen) return;
      seen.clear();
      const made = await createGateway(refuse);
      if (!isOpen) return await letGo(made);
      gateway = made;
      await made.connect();
      failures = 0;
      logger.info('discord.connected', { shards: made.shards.length });
    } catch (error) {
      failures += 1;
      const problem = toDocentError(error);
      if (problem.code === 'SETTINGS_INVALID') refuse(problem);
      // What is closed meanwhile cannot be connected.
      else if (isOpen) logger.error('discord.not-connected', { code: problem.code }, error);
    } finally {
      isConnecting = false;
    }
  }

  /** Whether discord.js had its time, or never had a connection to bring back. */
  function isLost(now: number): boolean {
    if (isConnecting || sickSince === undefined) return false;
    if (failures > 0) return now - triedAt > Math.min(RENEW_EVERY_MS, FIRST_RETRY_MS * 2 ** failures);
    return now - sickSince > RECOVERY_MS && now - triedAt > RENEW_EVERY_MS;
  }

  function look(): void {
    const now = clock.now();
    sickSince = isWell() ? undefined : (sickSince ?? now);
    if (isLost(now)) {
      logger.warn('discord.reconnecting-anew', { sickShards: sickShards().join(',') });
      void connect();
    }
    if (isOpen) stopLooking = clock.after(LOOK_EVERY_MS, look);
  }

  return {
    async open() {
      isOpen = true;
      look();
      const connecting = connect();
      const late = new Promise<'late'>((resolve) => {
        const cancel = clock.after(FIRST_CONNECT_MS, () => resolve('late'));
        void connecting.then(cancel);
      });
      if ((await Promise.race([connecting, late])) === 'late') logger.warn('discord.not-connected-yet', {});
    },

    health() {
      const count = gateway?.shards.length ?? 0;
      const sick = sickShards();
      if (count > 0 && sick.length === 0)
        return { state: 'healthy', detail: `Connected with ${shardsInWords(count)}.` };
      return {
        state: sick.length > 0 && sick.length < count ? 'degraded' : 'unhealthy',
        detail:
          count === 0
            ? 'Not connected to Discord.'
            : `${sick.length} of ${shardsInWords(count)} without a sign of life.`,
        fix: 'It reconnects by itself. If it stays, look at https://discordstatus.com and at the way to the internet.',
      };
    },

    close,
  };
}

function shardsInWords(count: number): string {
  return count === 1 ? '1 shard' : `${count} shards`;
}
