import { z } from 'zod';
import type { NewWork } from '../../../core/ports/coordinator.js';
import { WORK_MEMORY_MS, queueFull } from '../../../core/durable-work/work-item.js';
import type { Jobs } from './jobs.js';
import type { StoredWork } from './stored-work.js';
import { evaluate } from './transaction.js';
import { type WorkKeys, nameJob, readyMessage, writeReference } from './work-keys.js';
import { ACCEPT, SETTLE_ACCEPTANCE } from './work-scripts.js';

/** What work is taken in with. */
export interface WorkAcceptanceOptions {
  readonly jobs: Jobs;
  readonly keys: WorkKeys;
  /** The most work that is not over. */
  readonly maxWaiting: number;
  /** A number that grows with each arrival, and with time. */
  nextArrival(): number;
  now(): number;
  /** How long Redis keeps what is to live so many milliseconds. */
  keepMs(ms: number): number;
  /** Called when the work is on its way to Redis. */
  sent(): void;
}

const answersSchema = z.tuple([z.enum(['accepted', 'duplicate', 'full'])]).rest(z.unknown());

/**
 * Takes in a piece of work: its job, and its place in all lists, in one MULTI. BullMQ's step in it knows nothing of what was
 * decided before, so that a last one takes back the job of work that was not accepted, or work whose job was not added.
 * Throws as `Jobs`.
 * @throws DocentError `QUEUE_FULL` past the bound.
 */
export async function acceptWork(
  { queue, id, group, orderKey, payload }: NewWork,
  { jobs, keys, maxWaiting, nextArrival, now, keepMs, sent }: WorkAcceptanceOptions,
): Promise<'accepted' | 'duplicate'> {
  const job = nameJob(id);
  const text = writeReference({ group, job });
  const order = orderKey === undefined ? [] : [keys.order(orderKey)];
  const stored: StoredWork = { id, payload };
  const memoryMs = keepMs(WORK_MEMORY_MS);
  const answers = jobs.transact((transaction, queueOf) => {
    const jobQueue = queueOf(group);
    const open = [keys.place(id), keys.open, keys.openOf(group)];
    const bounds = [text, nextArrival(), maxWaiting, queue, keys.notes];
    evaluate(transaction, ACCEPT, [...open, keys.queues, keys.rerun(id), ...order], bounds);
    const added = { id: job, data: JSON.stringify(stored), timestamp: now(), order: order[0], memoryMs };
    jobQueue.addIn(transaction, added);
    evaluate(
      transaction,
      SETTLE_ACCEPTANCE,
      [...open, jobQueue.toKey('prioritized'), jobQueue.toKey('pc'), jobQueue.toKey(job), keys.rerun(id), ...order],
      [text, job],
    );
    transaction.publish(keys.news, readyMessage(group));
  });
  sent();
  const [answer] = answersSchema.parse(await answers);
  if (answer === 'full') throw queueFull(queue, maxWaiting);
  return answer;
}
