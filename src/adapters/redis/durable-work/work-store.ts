import { z } from 'zod';
import { WORK_MEMORY_MS } from '../../../core/durable-work/work-item.js';
import type { WorkStore } from '../../../core/durable-work/work-store.js';
import type { Clock } from '../../../core/ports/clock.js';
import type { Logger } from '../../../core/ports/logger.js';
import type { Connection } from '../connection.js';
import { type BullMq, type Jobs, createJobs } from './jobs.js';
import { type LeasedWork, type WorkLeases, createWorkLeases } from './leased-work.js';
import { PRIORITY } from './transaction.js';
import { type SentClaim, claimWork, endCancelled, giveBackClaim, newClaim } from './work-claims.js';
import { type JobReference, type WorkKeys, readReference, readyMessage } from './work-keys.js';
import { createWorkLists } from './work-lists.js';
import { createWorkTurns } from './work-turns.js';

/** Looks for work of killed processes in the life of a lease. */
const LOOKS_PER_LEASE = 4;
/** The most work that one look checks for having lost its job. */
const SWEEP_BATCH = 50;

/** One queue's work in Redis. */
export interface RedisWorkStore extends WorkStore<LeasedWork>, Pick<WorkLeases, 'extend'> {
  /** A group may have work. */
  ready(group: string): void;
  /** News may have been missed: the next claim looks at everything. */
  lookAtAll(): void;
}

/** What a queue's work is reached with. */
export interface WorkStoreOptions {
  readonly queue: string;
  readonly connection: Connection;
  readonly bullMq: BullMq;
  readonly keys: WorkKeys;
  readonly clock: Clock;
  readonly logger: Logger;
  /** How long Redis keeps what is to live so many milliseconds. */
  keepMs(ms: number): number;
  /** A number that grows with each arrival, and with time. */
  nextArrival(): number;
}

const textsSchema = z.array(z.string());

/** One queue's work, which other processes work on too. */
export function createWorkStore(options: WorkStoreOptions): RedisWorkStore {
  const { queue, connection, bullMq, keys, clock, logger, keepMs, nextArrival } = options;
  const jobsFor = (leaseMs: number): Jobs => createJobs(connection, bullMq, keys, keepMs(leaseMs));
  const jobs = jobsFor(0);
  const lists = createWorkLists({ jobs, keys, clock, keepMs });
  const turns = createWorkTurns(clock.now);
  const { ifHeld, write, extend } = createWorkLeases({ jobs, keys, keepMs });
  const memoryMs = keepMs(WORK_MEMORY_MS);
  /** The claim that was sent and did not come to an end. */
  let unanswered: SentClaim | undefined;
  let isAnythingOpen = true;
  let looksAtAllFrom = 0;
  let lookAgainMs = 0;

  const progressOf = ({ progress }: LeasedWork): { progress: string } => ({ progress: JSON.stringify(progress) });

  const tellReady = async (group: string): Promise<void> => {
    await connection.run((client) => client.publish(keys.news, readyMessage(group)));
  };

  /** Looks for groups with work, and for work whose process was killed. */
  const lookAtAll = async (): Promise<void> => {
    const references = textsSchema
      .parse(await connection.run((client) => client.zrange(keys.open, 0, '-1')))
      .map(readReference);
    isAnythingOpen = references.length > 0;
    const groups = [...new Set(references.map(({ group }) => group))];
    const activeCounts = await jobs.transact((transaction, queueOf) => {
      for (const group of groups) transaction.llen(queueOf(group).toKey('active'));
    });
    await jobs.transact((transaction, queueOf) => {
      for (const [index, group] of groups.entries())
        if (activeCounts[index] !== 0) queueOf(group).recoverIn(transaction);
    });
    for (const group of groups) turns.add(group);
    await sweep(references.slice(0, SWEEP_BATCH));
  };

  /** Takes out of the lists what has lost its job, such as to somebody with BullMQ's tools. */
  const sweep = async (references: readonly JobReference[]): Promise<void> => {
    const areThere = await jobs.transact((transaction, queueOf) => {
      for (const { group, job } of references) transaction.exists(queueOf(group).toKey(job));
    });
    for (const [index, reference] of references.entries())
      if (areThere[index] === 0) await lists.leave(reference, undefined, () => {});
  };

  return {
    extend,
    ready(group) {
      turns.add(group);
      isAnythingOpen = true;
    },
    lookAtAll() {
      looksAtAllFrom = 0;
    },

    async claim(request) {
      const tools = { queue, jobs: jobsFor(request.leaseMs), lists, turns, clock, logger, keepMs };
      if (unanswered !== undefined) {
        turns.add(unanswered.group);
        await giveBackClaim(unanswered, tools);
        unanswered = undefined;
      }
      lookAgainMs = Math.ceil(request.leaseMs / LOOKS_PER_LEASE);
      if (clock.now() >= looksAtAllFrom) {
        await lookAtAll();
        looksAtAllFrom = clock.now() + lookAgainMs;
      }
      for (;;) {
        const group = turns.take(request.fullGroups);
        if (group === undefined) return undefined;
        unanswered = newClaim(group);
        const claimed = await claimWork(unanswered, request, tools);
        unanswered = undefined;
        if (typeof claimed === 'object') return claimed;
      }
    },

    async nextLookMs() {
      const at = turns.nextAt();
      const waitsMs = at === undefined ? Infinity : Math.max(0, at - clock.now());
      const nextMs = Math.min(waitsMs, isAnythingOpen ? lookAgainMs : Infinity);
      return nextMs === Infinity ? undefined : nextMs;
    },

    async end(item, state) {
      const { failure, stored, lease, attempts, endedTries } = item;
      const { reference, token } = lease;
      const failed = failure === null ? {} : { failure: { ...failure, attempts, since: endedTries } };
      const data = JSON.stringify({ ...stored, ...failed, payload: null });
      const status = state === 'done' ? 'completed' : 'failed';
      const end = { status, fields: { data, ...progressOf(item) }, keep: true, memoryMs } as const;
      const isKept = await ifHeld(lease, () =>
        lists.leave(reference, token, (transaction, jobQueue) =>
          jobQueue.finishIn(transaction, reference.job, token, end),
        ),
      );
      // The answer to an earlier call may have been lost.
      return isKept || jobs.run(reference.group, (jobQueue) => jobQueue.isOver(reference.job));
    },

    async putBehind(item) {
      const { lease, group } = item;
      const { reference, token } = lease;
      const fields = { priority: PRIORITY.fresh, ...progressOf(item) };
      const delay = { fromMs: clock.now(), delayMs: 0, countsTry: false, fields };
      const isKept = await ifHeld(lease, () =>
        lists.goBehind(reference, token, nextArrival(), (transaction, jobQueue) =>
          jobQueue.delayIn(transaction, reference.job, token, delay),
        ),
      );
      if (isKept) await tellReady(group);
      return isKept;
    },

    async retry(item, delayMs) {
      const { reference, token } = item.lease;
      const fieldsToUpdate = { priority: PRIORITY.first, ...progressOf(item) };
      const isKept = await ifHeld(item.lease, () =>
        jobs.runHeld(reference.group, (jobQueue) =>
          jobQueue.moveToDelayed(reference.job, clock.now(), delayMs, token, { fieldsToUpdate }),
        ),
      );
      // The next claim learns when it is due.
      turns.add(item.group);
      return isKept;
    },

    async giveBack(item) {
      const { reference, token } = item.lease;
      const isKept =
        (await write(item.lease, progressOf(item))) &&
        (await jobs.runHeld(reference.group, (jobQueue) => jobQueue.moveJobFromActiveToWait(reference.job, token)));
      if (isKept) await tellReady(item.group);
      return isKept;
    },

    fail(item) {
      const failure = { ...item.failure, attempts: item.attempts, since: item.endedTries };
      return write(item.lease, { data: JSON.stringify({ ...item.stored, failure }), ...progressOf(item) });
    },

    noteProgress: (item) => write(item.lease, progressOf(item)),
    saveProgress: (item) => write(item.lease, progressOf(item)),

    async release({ id, lease }) {
      try {
        if ((await lists.standingOf(lease.reference)) === 'cancelled') await endCancelled(lease, { lists, keepMs });
      } catch (error) {
        // Nothing extends the lease any more, so it is free when that has run out.
        logger.warn('work.unreleased', { queue, work: id }, error);
      }
    },
  };
}
