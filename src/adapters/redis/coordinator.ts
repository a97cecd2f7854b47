import { z } from 'zod';
import type { Clock } from '../../core/ports/clock.js';
import type { Coordinator } from '../../core/ports/coordinator.js';
import type { Logger } from '../../core/ports/logger.js';
import { type WorkQueue, createWorkQueue } from '../../core/durable-work/work-queue.js';
import { createChangeStream } from './change-stream.js';
import type { Connection } from './connection.js';
import { pingHealth } from './health.js';
import { createLeases } from './leases.js';
import { type ScriptTime, serverTime } from './script-time.js';
import { createSignals } from './signals.js';
import { acceptWork } from './durable-work/work-acceptance.js';
import { createHeartbeat } from './durable-work/work-heartbeat.js';
import { createBullMq, createJobs } from './durable-work/jobs.js';
import { type JobReference, createWorkKeys, readyGroup } from './durable-work/work-keys.js';
import { listWork, lookAtWork } from './durable-work/work-overview.js';
import { createWorkRemoval } from './durable-work/work-removal.js';
import type { LeasedWork } from './durable-work/leased-work.js';
import { type RedisWorkStore, type WorkStoreOptions, createWorkStore } from './durable-work/work-store.js';

const limitSchema = z.number().int().min(1).max(1_000);

/** What the coordinator works with, and its bounds. */
export interface CoordinatorOptions {
  readonly connection: Connection;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The most work of one queue that is not over. Default 10,000. */
  readonly maxWaiting?: number;
  /** How often work and changes are looked for though nobody said that there are any, in milliseconds. Default 5,000. */
  readonly pollMs?: number;
  /** What scripts count time with. Default Redis' own clock. */
  readonly time?: ScriptTime;
  /** How long Redis keeps what is to live so many milliseconds. Default as long; longer in tests whose clock runs ahead. */
  keepMs?(ms: number): number;
}

/** A coordinator that can be closed. */
export interface RedisCoordinator extends Coordinator {
  /** Aborts all work and leases that are left, and leaves them to run out. */
  close(): void;
}

/**
 * Coordinates any number of processes over one Redis.
 *
 * **Durable jobs are BullMQ's** (https://docs.bullmq.io): their data, locks, waits between tries, progress, and the recovery of
 * jobs whose worker was killed. Each group has a BullMQ queue of its own, whose jobs this process takes by hand and in turn, so
 * that no group starves another and none needs a connection of its own. What BullMQ's open-source edition does not have
 * stands in lists beside its jobs (`durable-work/work-scripts.ts`): order keys, the bound, ids over all groups. A step that changes
 * both is one MULTI: a script of Docent's that does its part only if the lock holds the claim's token, and BullMQ's step,
 * which asks for the same.
 *
 * **Claims** are BullMQ's locks: a token with a life, which this process extends while the handler runs. BullMQ lets only the
 * holder of the token end a job, so that an outcome counts only if nobody claimed the work since. Never two claims hold one
 * id or one order key, over all processes; cancelled work holds both until its handler has ended or its lease has run out.
 * `concurrency`, `concurrencyPerGroup` and the turns are those of one process: three processes do three times as much.
 *
 * **Time** is Redis' own for leases, so that the hosts' clocks need not agree; waits between tries end by the clock of the
 * process that looks. A fail-over to a Redis whose clock is ahead may end leases early by the difference.
 *
 * **When Redis is away** every call fails with `ENGINE_UNAVAILABLE`; workers wait, and outcomes are written again every second
 * until they are kept or Redis says that the claim is gone. Being away for longer than a lease aborts what runs; what
 * somebody else claims first afterwards is done again.
 *
 * **What survives** is what Redis keeps on disk. With `appendonly yes` and `appendfsync always`, all that was acknowledged
 * survives a kill and a power failure. With `everysec` a power failure loses up to about two seconds, and a kill only what
 * waited for a slow disk: an acknowledged event may be gone, and work that was done may be done again. Without a
 * file, everything is gone with Redis.
 */
export function createCoordinator({
  connection,
  clock,
  logger,
  maxWaiting = 10_000,
  pollMs = 5_000,
  time = serverTime,
  keepMs = (ms) => ms,
}: CoordinatorOptions): RedisCoordinator {
  const signals = createSignals({ connection, clock, pollMs });
  const changes = createChangeStream({ connection, signals, logger });
  const leases = createLeases({ connection, clock, logger, time });
  const bullMq = createBullMq();
  const workedOn = new Map<string, LocalQueue>();
  let lastArrival = 0;
  const nextArrival = (): number => {
    // Milliseconds alone would not tell apart what comes in one of them.
    lastArrival = Math.max(lastArrival + 1, clock.now() * 1_000);
    return lastArrival;
  };

  const toolsOf = (queue: string) => {
    const keys = createWorkKeys(connection, queue);
    return { queue, keys, jobs: createJobs(connection, bullMq, keys, NO_LEASE_MS) };
  };
  const removalOf = (queue: string) => {
    const stopped = ({ group, job }: JobReference): void => {
      for (const claim of workedOn.get(queue)?.work.claims() ?? []) {
        const { reference } = claim.item().lease;
        if (reference.group === group && reference.job === job) claim.revoke();
      }
    };
    return createWorkRemoval({ ...toolsOf(queue), clock, keepMs, stopped });
  };

  const open = (queue: string): LocalQueue => {
    const { keys } = toolsOf(queue);
    const opened = openQueue({ queue, connection, bullMq, keys, clock, logger, keepMs, nextArrival });
    signals.listen(keys.news, opened.heard);
    workedOn.set(queue, opened);
    return opened;
  };

  return {
    enqueue(work) {
      const local = workedOn.get(work.queue);
      const sent = (): void => {
        local?.store.ready(work.group);
        local?.work.lookNow();
      };
      const { jobs, keys } = toolsOf(work.queue);
      return acceptWork(work, { jobs, keys, maxWaiting, nextArrival, now: clock.now, keepMs, sent });
    },

    work: (queue, options) => (workedOn.get(queue) ?? open(queue)).work.start(options),
    status: (queue, id) => lookAtWork(toolsOf(queue), id),
    list: async ({ queue, group, limit }) => listWork(toolsOf(queue), { group, limit: limitSchema.parse(limit) }),

    cancel: (queue, id) => removalOf(queue).cancel(id),

    lease: (name, { leaseMs }) => leases.take(name, leaseMs),
    publish: changes.publish,
    follow: changes.follow,

    async eraseGroup(group) {
      let total = 0;
      for (const queue of await connection.run((client) => client.smembers(createWorkKeys(connection, '').queues)))
        total += await removalOf(queue).erase(group);
      return total;
    },

    health: (signal) => pingHealth(connection, signal),

    close() {
      signals.close();
      for (const queue of workedOn.values()) queue.close();
      leases.close();
    },
  };
}

/** What does not take jobs has no use for a lease. */
const NO_LEASE_MS = 1;

/** One queue that this process works on. */
interface LocalQueue {
  readonly work: WorkQueue<LeasedWork>;
  readonly store: RedisWorkStore;
  /** Takes a message of the queue's channel, or undefined when one may have been missed. */
  heard(message: string | undefined): void;
  close(): void;
}

function openQueue(options: WorkStoreOptions): LocalQueue {
  const { queue, clock, logger } = options;
  const store = createWorkStore(options);
  const keptAlive: typeof store = {
    ...store,
    async claim(request) {
      const item = await store.claim(request);
      if (item !== undefined) heartbeat.keepUp(item.lease.leaseMs);
      return item;
    },
  };
  const work = createWorkQueue({ name: queue, store: keptAlive, clock, logger });
  const heartbeat = createHeartbeat({ queue, store, claims: work.claims, clock, logger });
  return {
    work,
    store,
    heard(message) {
      const group = readyGroup(message);
      if (group === undefined) heartbeat.beatNow();
      else store.ready(group);
      if (message === undefined) store.lookAtAll();
      if (message !== 'revoked') work.wake();
    },
    close() {
      heartbeat.stop();
      work.close();
    },
  };
}
