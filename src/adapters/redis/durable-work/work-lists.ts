import { z } from 'zod';
import { WORK_MEMORY_MS } from '../../../core/durable-work/work-item.js';
import type { Clock } from '../../../core/ports/clock.js';
import type { JobQueue } from './job-queue.js';
import type { Jobs } from './jobs.js';
import { type Transaction, evaluate } from './transaction.js';
import { type JobReference, type WorkKeys, idOf, writeReference } from './work-keys.js';
import { GO_BEHIND, LEAVE, STAND } from './work-scripts.js';

/** What lists are kept with. */
export interface WorkListsOptions {
  readonly jobs: Jobs;
  readonly keys: WorkKeys;
  readonly clock: Clock;
  /** How long Redis keeps what is to live so many milliseconds. */
  keepMs(ms: number): number;
}

const standingSchema = z.union([z.literal('cancelled'), z.number().int()]);

/** That work was cancelled, or how many pieces must end before it may run. */
export type Standing = z.infer<typeof standingSchema>;

/** A step on a job that stands in the same MULTI as one on the lists. */
export type JobStep = (transaction: Transaction, queue: JobQueue) => void;

/** The lists of work that is not over, of which the first of each order key may run. All throws as `Jobs`. */
export interface WorkLists {
  /**
   * How work stands, after a step that puts it off, if there is one. What is in front of it and over already is taken out;
   * if it comes first after such a step, it may be taken at once.
   */
  standingOf(reference: JobReference, putOff?: JobStep): Promise<Standing>;
  /**
   * Takes work out, so that what waited for it may start, together with a step that ends its job. Does nothing, and says
   * so, when the token is not its lock's; without a token it is taken out whoever has it.
   */
  leave(reference: JobReference, token: string | undefined, endJob: JobStep): Promise<boolean>;
  /** Puts work behind all other, together with a step that lets its job be taken again. As `leave`. */
  goBehind(reference: JobReference, token: string, arrival: number, delayJob: JobStep): Promise<boolean>;
}

/** The lists of one queue. */
export function createWorkLists({ jobs, keys, clock, keepMs }: WorkListsOptions): WorkLists {
  return {
    async standingOf(reference, putOff) {
      const { group, job } = reference;
      const replies = await jobs.transact((transaction, queueOf) => {
        const queue = queueOf(group);
        putOff?.(transaction, queue);
        const own = [queue.toKey(job), keys.note(reference), keys.rerun(idOf(job)), queue.toKey('delayed')];
        const asked = [writeReference(reference), keys.jobs, keys.news, job, putOff === undefined ? '' : 'put off'];
        evaluate(transaction, STAND, own, asked);
      });
      return standingSchema.parse(replies.at(-1));
    },

    async leave(reference, token, endJob) {
      const { group, job } = reference;
      const [hasLeft] = await jobs.transact((transaction, queueOf) => {
        const queue = queueOf(group);
        const own = [queue.toKey(job), queue.lockKey(job), keys.place(idOf(job)), keys.note(reference)];
        const lists = [keys.notesOf(group), keys.open, keys.openOf(group), keys.rerun(idOf(job))];
        const memory = [keepMs(WORK_MEMORY_MS), clock.now(), keys.jobs, keys.news];
        evaluate(transaction, LEAVE, [...own, ...lists], [writeReference(reference), token ?? '', ...memory]);
        endJob(transaction, queue);
      });
      return hasLeft === 1;
    },

    async goBehind(reference, token, arrival, delayJob) {
      const { group, job } = reference;
      const [isBehind] = await jobs.transact((transaction, queueOf) => {
        const queue = queueOf(group);
        const own = [queue.toKey(job), queue.lockKey(job), keys.open, keys.openOf(group)];
        evaluate(transaction, GO_BEHIND, own, [writeReference(reference), token, arrival, keys.jobs, keys.news]);
        delayJob(transaction, queue);
      });
      return isBehind === 1;
    },
  };
}
