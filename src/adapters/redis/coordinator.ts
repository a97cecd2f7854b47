import { z } from 'zod';
import type { Clock } from '../../core/ports/clock.js';
import type { Coordinator, NewWork } from '../../core/ports/coordinator.js';
import type { Logger } from '../../core/ports/logger.js';
import { WORK_MEMORY_MS, queueFull } from '../../core/durable-work/work-item.js';
import { type WorkQueue, createWorkQueue } from '../../core/durable-work/work-queue.js';
import { createChangeStream } from './change-stream.js';
import type { Connection } from './connection.js';
import { pingHealth } from './health.js';
import { createLeases } from './leases.js';
import { type QueueScripts, createQueueScripts } from './queue-scripts.js';
import { type ScriptTime, serverTime } from './script-time.js';
import { workEnqueue } from './scripts/work-enqueue.js';
import { ERASE_BATCH, workCancel, workErase } from './scripts/work-remove.js';
import { createSignals } from './signals.js';
import { createHeartbeat } from './work-heartbeat.js';
import { lookAtWork } from './work-overview.js';
import { type LeasedWork, createWorkStore } from './work-store.js';

const limitSchema = z.number().int().min(1).max(1_000);
const answerSchema = z.enum(['accepted', 'duplicate', 'full']);
const tokenSchema = z.string().nullable();
const erasedSchema = z.tuple([z.number(), z.number()]).rest(z.string());

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
}

/** A coordinator that can be closed. */
export interface RedisCoordinator extends Coordinator {
  /** Aborts all work and leases that are left, and leaves them to run out. */
  close(): void;
}

/**
 * Coordinates any number of processes over one Redis.
 *
 * **Own scripts.** Every step of a piece of work is one Lua script: groups in turn, order keys, "again" without counting a
 * try, failures told up to five times, and ids that cancelled work frees must change together or not at all. All keys of one
 * queue share a slot of a Redis Cluster.
 *
 * **Not BullMQ.** Its open-source edition takes groups in turn only with a queue, a worker and a connection for each of them,
 * and has no order keys; what is kept for these beside its jobs does not change in one step with them. Built so on BullMQ 6.7,
 * this port lost nothing in kills, but a retry went behind its group's other work, the bound was not exact, and cancelling
 * could undo finished work. Thousands of jobs that take no time are faster there (`npm run bench -- jobs`); Docent's take
 * seconds.
 *
 * **Claims** have a token and a lease that this process extends while the handler runs; every script that keeps something
 * compares the token, so that an outcome counts only if nobody claimed the work since. Never two claims hold one id or one
 * order key, over all processes; cancelled work holds both until its handler has ended or its lease has run out.
 * `concurrency` and `concurrencyPerGroup` bound one worker: three processes do three times as much. Groups take turns over
 * all processes.
 *
 * **Time** is Redis' own in all scripts, so that the hosts' clocks need not agree. A fail-over to a Redis whose clock is
 * ahead may end leases early by the difference.
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
}: CoordinatorOptions): RedisCoordinator {
  const signals = createSignals({ connection, clock, pollMs });
  const changes = createChangeStream({ connection, signals, logger });
  const leases = createLeases({ connection, clock, logger, time });
  const queueNames = connection.key('work:queues');
  const workedOn = new Map<string, LocalQueue>();
  const scriptsOf = (queue: string): QueueScripts => createQueueScripts(connection, queue, time);

  const open = (name: string): LocalQueue => {
    const opened = openQueue(name, { scripts: scriptsOf(name), clock, logger });
    signals.listen(scriptsOf(name).channel, opened.heard);
    workedOn.set(name, opened);
    return opened;
  };
  const revoke = (queue: string, tokens: readonly string[]): void => {
    for (const claim of workedOn.get(queue)?.work.claims() ?? [])
      if (tokens.includes(claim.item().lease.token)) claim.revoke();
  };

  return {
    async enqueue({ queue, id, group, payload, orderKey }: NewWork) {
      const order = orderKey === undefined ? [] : [orderKey];
      // The queue's name is noted each time, because Redis may have lost it; first, so that what fails here was not taken in.
      if (connection.isCluster) await connection.run((client) => client.sadd(queueNames, queue));
      const answer = scriptsOf(queue).run(
        workEnqueue,
        [id, group, JSON.stringify(payload), maxWaiting, queue, ...order],
        connection.isCluster ? [] : [queueNames],
      );
      workedOn.get(queue)?.work.lookNow();
      const result = answerSchema.parse(await answer);
      if (result === 'full') throw queueFull(queue, maxWaiting);
      return result;
    },

    work: (name, options) => (workedOn.get(name) ?? open(name)).work.start(options),

    async status(queue, id) {
      return (await lookAtWork(scriptsOf(queue), queue, { id }))[0];
    },

    async list({ queue, group, limit }) {
      return lookAtWork(scriptsOf(queue), queue, { limit: limitSchema.parse(limit), group });
    },

    async cancel(queue, id) {
      const token = tokenSchema.parse(await scriptsOf(queue).run(workCancel, [id, WORK_MEMORY_MS]));
      if (token === null) return false;
      revoke(queue, [token]);
      return true;
    },

    lease: (name, { leaseMs }) => leases.take(name, leaseMs),
    publish: changes.publish,
    follow: changes.follow,

    async eraseGroup(group) {
      let total = 0;
      for (const queue of await connection.run((client) => client.smembers(queueNames)))
        for (let left = true; left;) {
          const [looked, count, ...tokens] = erasedSchema.parse(await scriptsOf(queue).run(workErase, [group]));
          revoke(queue, tokens);
          total += count;
          left = looked === ERASE_BATCH;
        }
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

/** One queue that this process works on. */
interface LocalQueue {
  readonly work: WorkQueue<LeasedWork>;
  /** Takes a message of the queue's channel, or undefined when one may have been missed. */
  heard(message: string | undefined): void;
  close(): void;
}

function openQueue(
  queue: string,
  { scripts, clock, logger }: { readonly scripts: QueueScripts; readonly clock: Clock; readonly logger: Logger },
): LocalQueue {
  const store = createWorkStore({ queue, scripts, clock, logger });
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
    heard(message) {
      if (message !== 'ready') heartbeat.beatNow();
      if (message !== 'revoked') work.wake();
    },
    close() {
      heartbeat.stop();
      work.close();
    },
  };
}
