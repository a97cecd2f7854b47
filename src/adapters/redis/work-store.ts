import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '../../core/ports/clock.js';
import type { Logger } from '../../core/ports/logger.js';
import { anyJson, storedJson } from '../../core/stored-json.js';
import {
  MAX_REPORTS,
  WORK_MEMORY_MS,
  type WorkItem,
  poisoned,
  workFailureSchema,
} from '../../core/durable-work/work-item.js';
import type { WorkStore } from '../../core/durable-work/work-store.js';
import type { Proven } from './lease-beat.js';
import type { QueueScripts } from './queue-scripts.js';
import { workClaim } from './scripts/work-claim.js';
import { workExtend, workRelease, workSettle } from './scripts/work-settle.js';

/** What makes a claim count: nobody but its holder knows the token, and Redis forgets it when the lease has run out. */
export interface ClaimLease extends Proven {
  readonly token: string;
}

/** Claimed work and its lease. */
export interface LeasedWork extends WorkItem {
  readonly lease: ClaimLease;
}

/** One queue's work in Redis. */
export interface RedisWorkStore extends WorkStore<LeasedWork> {
  /** Extends the leases; says of each whether its claim still counts. */
  extend(leases: readonly ClaimLease[]): Promise<boolean[]>;
}

const countSchema = z.coerce.number().int();
const nothingSchema = z.tuple([z.number()]);
const claimedSchema = z.tuple([z.string()]).rest(z.string().nullable());
const claimSchema = z.tuple([
  z.string(),
  z.string(),
  countSchema,
  countSchema,
  storedJson(workFailureSchema).nullable(),
  storedJson(anyJson),
  storedJson(anyJson),
]);

/** What a queue's work is reached with. */
export interface WorkStoreOptions {
  readonly queue: string;
  readonly scripts: QueueScripts;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** One queue's work, which other processes work on too. */
export function createWorkStore({ queue, scripts, clock, logger }: WorkStoreOptions): RedisWorkStore {
  let nextLookMs: number | undefined;
  /** The token of a claim whose answer did not come: nobody works on what it may hold. */
  let unanswered: string | undefined;

  const settle = async (item: LeasedWork, outcome: string, more: string | number = ''): Promise<boolean> => {
    const progress = JSON.stringify(item.progress);
    return (await scripts.run(workSettle, [item.lease.token, outcome, progress, more])) === 1;
  };

  const ask = async (lease: ClaimLease, request: readonly (string | number)[]): Promise<unknown> => {
    if (unanswered !== undefined) await scripts.run(workSettle, [unanswered, 'back', '', '']);
    unanswered = lease.token;
    const reply = await scripts.run(workClaim, [lease.token, lease.leaseMs, ...request]);
    unanswered = undefined;
    return reply;
  };

  /** Ends claimed work that cannot be read or reported any more, so that it blocks nothing. */
  const giveUp = async (id: string, token: string, event: string): Promise<void> => {
    await scripts.run(workSettle, [token, 'failed', '', WORK_MEMORY_MS]);
    logger.error(event, { queue, work: id });
  };

  return {
    async claim({ fullGroups, maxAttempts, leaseMs }) {
      for (;;) {
        const lease = { token: randomUUID(), leaseMs, provenAt: clock.now() };
        const reply = await ask(lease, [maxAttempts, JSON.stringify(poisoned), ...fullGroups]);
        const nothing = nothingSchema.safeParse(reply).data;
        nextLookMs = nothing === undefined || nothing[0] < 0 ? undefined : nothing[0];
        if (nothing !== undefined) return undefined;
        const item = readClaim(reply, queue, lease);
        if (item !== undefined && item.reports <= MAX_REPORTS) return item;
        const event = item === undefined ? 'work.unreadable' : 'work.unreported';
        await giveUp(claimedSchema.parse(reply)[0], lease.token, event);
      }
    },

    nextLookMs: async () => nextLookMs,
    end: (item, state) => settle(item, state, WORK_MEMORY_MS),
    putBehind: (item) => settle(item, 'behind'),
    retry: (item, delayMs) => settle(item, 'retry', Math.ceil(delayMs)),
    giveBack: (item) => settle(item, 'back'),
    fail: (item) => settle(item, 'fail', JSON.stringify(item.failure)),
    noteProgress: (item) => settle(item, 'progress'),
    saveProgress: (item) => settle(item, 'progress'),

    async release({ id, lease }) {
      try {
        await scripts.run(workRelease, [lease.token]);
      } catch (error) {
        // Nothing extends the lease any more, so it is free when that has run out.
        logger.warn('work.unreleased', { queue, work: id }, error);
      }
    },

    async extend(leases) {
      const reply = await scripts.run(
        workExtend,
        leases.flatMap(({ token, leaseMs }) => [token, leaseMs]),
      );
      return z
        .array(z.number())
        .parse(reply)
        .map((answer) => answer === 1);
    },
  };
}

function readClaim(reply: unknown, queue: string, lease: ClaimLease): LeasedWork | undefined {
  const claim = claimSchema.safeParse(reply).data;
  if (claim === undefined) return undefined;
  const [id, group, attempts, reports, failure, payload, progress] = claim;
  return { queue, id, group, attempts, reports, failure, payload, progress, lease };
}
