import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { z } from 'zod';
import { hashParts } from '../ids.js';
import type { Clock } from '../ports/clock.js';
import type { Logger } from '../ports/logger.js';
import { type Collection, type RecordStore, SYSTEM_SCOPE } from '../ports/record-store.js';
import type { Role } from '../roles.js';
import { withStoreDeadline } from '../store-deadline.js';
import type { HealthBoard } from './health-board.js';
import type { OtherProcesses } from './other-processes.js';

const componentSchema = z.object({
  component: z.string(),
  state: z.enum(['healthy', 'degraded', 'unhealthy']),
  detail: z.string(),
  fix: z.string().exactOptional(),
  checkMs: z.number(),
});

/** What a process says of itself. Times are milliseconds since 1970 by its host's clock. */
const heartbeatSchema = z.object({
  /** Its role and place: a process that is restarted has the same name. */
  name: z.string(),
  host: z.string(),
  startedAt: z.number().int(),
  beatAt: z.number().int(),
  components: z.array(componentSchema),
});
/** What a process says of itself. */
export type Heartbeat = z.infer<typeof heartbeatSchema>;

/** By process, in the system scope; each process removes its own when it stops in order. */
export const heartbeatCollection = {
  name: 'process-heartbeats',
  schema: heartbeatSchema,
} satisfies Collection<typeof heartbeatSchema>;

/** How often a process says that it lives, in milliseconds. */
export const BEAT_EVERY_MS = 10_000;
const WRITE_TIMEOUT_MS = 2_000;

/** Which process this is, to the others. */
export interface ProcessIdentity extends Pick<Heartbeat, 'name' | 'host' | 'startedAt'> {
  /** New with every start. */
  readonly id: string;
}

/** Names this process by its role, its host and the data folder, which no other process on the host has. */
export function identifyProcess(role: Role, dataFolder: string, clock: Clock): ProcessIdentity {
  const host = hostname();
  const name = `${role === 'all' ? 'process' : role} ${hashParts([role, host, dataFolder], 6)}`;
  return { id: randomUUID(), name, host, startedAt: clock.now() };
}

/** Tells the other processes that this one lives, and how it is. */
export interface HeartbeatSender {
  start(): void;
  /** Takes the heartbeat away, so that nobody misses this process. */
  stop(): Promise<void>;
}

/** What heartbeats are sent with. */
export interface HeartbeatOptions {
  readonly identity: ProcessIdentity;
  /** What this process sees itself. */
  readonly board: HealthBoard;
  readonly others: OtherProcesses;
  readonly recordStore: RecordStore;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * One record a process, over its earlier one. The first comes after an interval, so that a process which dies at every
 * start does not count as living.
 */
export function createHeartbeatSender(options: HeartbeatOptions): HeartbeatSender {
  const { identity, board, others, recordStore, clock, logger } = options;
  const { id, ...self } = identity;
  const stopping = new AbortController();
  /** How the newest try to send went; undefined before the first. */
  let isSent: boolean | undefined;
  let cancel = (): void => {};
  let beating: Promise<void> = Promise.resolve();

  async function beat(): Promise<void> {
    const { components } = await board.check(stopping.signal);
    const value: Heartbeat = { ...self, beatAt: clock.now(), components: [...components] };
    try {
      await withStoreDeadline({ clock, timeoutMs: WRITE_TIMEOUT_MS }, () =>
        recordStore.put(heartbeatCollection, SYSTEM_SCOPE, { id, value }),
      );
      isSent = true;
    } catch (error) {
      // One line for an outage, however long it is.
      if (isSent !== false) logger.warn('heartbeat.not-sent', {}, error);
      isSent = false;
    }
    // Whoever is not looked at all the time cannot be known to be silent.
    await others.look();
  }

  const beatAndGoOn = (): void => {
    beating = beat()
      .catch((error: unknown) => logger.warn('heartbeat.failed', {}, error))
      .then(arm);
  };
  const arm = (): void => {
    if (!stopping.signal.aborted) cancel = clock.after(BEAT_EVERY_MS, beatAndGoOn);
  };

  return {
    start: arm,
    async stop() {
      stopping.abort();
      cancel();
      await beating;
      if (isSent === undefined) return;
      try {
        await withStoreDeadline({ clock, timeoutMs: WRITE_TIMEOUT_MS }, () =>
          recordStore.delete(heartbeatCollection, SYSTEM_SCOPE, id),
        );
      } catch (error) {
        logger.warn('heartbeat.not-removed', {}, error);
      }
    },
  };
}
