import { z } from 'zod';
import { createFanOut } from '../../core/fan-out.js';
import type { Clock } from '../../core/ports/clock.js';
import type { Change, Coordinator, WorkStatus } from '../../core/ports/coordinator.js';
import type { Logger } from '../../core/ports/logger.js';
import type { WorkClaim } from '../../core/durable-work/run-claim.js';
import { createWorkQueue } from '../../core/durable-work/work-queue.js';
import type { Database } from './database.js';
import { createLeases } from './leases.js';
import { findWork, listWork, positionsOf } from './work-overview.js';
import type { WorkRow } from './work-row.js';
import { createWorkStore } from './work-store.js';
import { createWorkTable } from './work-table.js';

/** Changes that one follower may be behind; then the oldest are dropped. */
const MAX_BEHIND = 1_000;

const limitSchema = z.number().int().min(1).max(1_000);

/** What the coordinator works with, and its bounds. */
export interface CoordinatorOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The most work of one queue that is not over. Default 10,000. */
  readonly maxWaiting?: number;
}

/** A coordinator that can be closed, and told to forget ids whose day is over. */
export interface SqliteCoordinator extends Coordinator {
  /** Returns how many pieces of work were forgotten. */
  sweep(): Promise<number>;
  /** Aborts all work and leases that are left. Without it, the database must not be closed. */
  close(): void;
}

/**
 * Coordinates the work of one process over `docent.sqlite`. Because that process owns the data folder, a claim holds
 * until its handler ends or the process does: no lease runs out under a handler that is only slow, and at the start
 * every claim that is found belongs to a process that is gone and is taken back at once.
 */
export function createCoordinator({
  database,
  clock,
  logger,
  maxWaiting = 10_000,
}: CoordinatorOptions): SqliteCoordinator {
  const table = createWorkTable({ database, logger, maxWaiting });
  const leases = createLeases(database);
  const changes = createFanOut<Change>(MAX_BEHIND);
  const openQueue = (name: string) => {
    const store = createWorkStore({ queue: name, database, table, clock });
    return { ...createWorkQueue({ name, store, clock, logger }), lastGroup: store.lastGroup };
  };
  const queues = new Map<string, ReturnType<typeof openQueue>>();
  /** The claim of this id that still counts: the newest, as one that is ending may have been claimed again. */
  const claimOf = (queue: string, id: string): WorkClaim<WorkRow> | undefined =>
    [...(queues.get(queue)?.claims() ?? [])].findLast((claim) => claim.item().id === id && !claim.isRevoked());
  table.recover();

  const toStatuses = (queue: string, rows: readonly WorkRow[]): WorkStatus[] => {
    const positions = rows.some(({ state }) => state === 'waiting')
      ? positionsOf(database, queue, queues.get(queue)?.lastGroup() ?? '')
      : undefined;
    return rows.map(({ id, group, state, attempts, progress, payload }) => ({
      id,
      queue,
      group,
      state,
      position: positions?.get(id) ?? 0,
      attempts,
      progress: claimOf(queue, id)?.item().progress ?? progress,
      payload,
    }));
  };

  return {
    async enqueue(work) {
      const answer = table.add(work, clock.now());
      queues.get(work.queue)?.wake();
      return answer;
    },

    work(name, options) {
      const queue = queues.get(name) ?? openQueue(name);
      queues.set(name, queue);
      return queue.start(options);
    },

    async status(queue, id) {
      const row = findWork(database, queue, id, clock.now());
      return row === undefined ? undefined : toStatuses(queue, [row])[0];
    },

    async list({ queue, group, limit }) {
      const filter = group === undefined ? {} : { group };
      return toStatuses(queue, listWork(database, { queue, limit: limitSchema.parse(limit), ...filter }));
    },

    async cancel(queue, id) {
      const row = findWork(database, queue, id, clock.now());
      if (row?.state !== 'waiting' && row?.state !== 'active') return false;
      const claim = claimOf(queue, id);
      table.end({ ...row, progress: claim?.item().progress ?? row.progress }, 'cancelled', clock.now());
      claim?.revoke();
      queues.get(queue)?.wake();
      return true;
    },

    async lease(name) {
      return leases.take(name);
    },

    async publish(change) {
      changes.push(change);
    },

    follow: changes.follow,

    async eraseGroup(group) {
      const erased = table.eraseGroup(group);
      for (const queue of queues.values()) {
        for (const claim of queue.claims()) if (claim.item().group === group) claim.revoke();
        queue.wake();
      }
      return erased;
    },

    async health() {
      return database.health();
    },

    sweep: () => table.sweep(clock.now()),

    close() {
      for (const queue of queues.values()) queue.close();
      leases.close();
    },
  };
}
