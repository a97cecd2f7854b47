import { z } from 'zod';
import { WORK_MEMORY_MS } from '../../../core/durable-work/work-item.js';
import type { Clock } from '../../../core/ports/clock.js';
import type { Jobs } from './jobs.js';
import { evaluate } from './transaction.js';
import { type JobReference, type WorkKeys, idOf, readReference, writeReference } from './work-keys.js';
import { FORGET, STOP } from './work-scripts.js';

/** What work is removed with. */
export interface WorkRemovalOptions {
  readonly jobs: Jobs;
  readonly keys: WorkKeys;
  readonly clock: Clock;
  /** How long Redis keeps what is to live so many milliseconds. */
  keepMs(ms: number): number;
  /** Called for each job that was taken from whoever does it: in this process nobody need wait to be told. */
  stopped(reference: JobReference): void;
}

/** The most work that is over that one step of an erasure looks at. */
export const ERASE_BATCH = 500;

/** What BullMQ keeps of a queue besides jobs. */
const QUEUE_KEYS = ['meta', 'id', 'events', 'marker'];

const textSchema = z.string().nullable();
const textsSchema = z.array(z.string());
const countSchema = z.number().int();
const stopSchema = z.enum(['active', 'waiting']).nullable();

/** Takes work away from whoever waits for it or does it. Throws as `Jobs`. */
export interface WorkRemoval {
  /** Cancels work that is not over; says whether there was any. */
  cancel(id: string): Promise<boolean>;
  /** Removes all work of a group, what is over included, and returns how many pieces went. */
  erase(group: string): Promise<number>;
}

/** Removes work of one queue. */
export function createWorkRemoval({ jobs, keys, clock, keepMs, stopped }: WorkRemovalOptions): WorkRemoval {
  /** Notes that work is to run no more, and takes it out if nobody does it. Returns whether it was not over. */
  const stop = async (reference: JobReference, how: 'cancelled' | 'erased'): Promise<boolean> => {
    const { group, job } = reference;
    const [reply] = await jobs.transact((transaction, queueOf) => {
      const queue = queueOf(group);
      const own = [keys.note(reference), queue.lockKey(job), queue.toKey(job), keys.place(idOf(job))];
      const lists = [keys.notesOf(group), keys.open, keys.openOf(group), keys.rerun(idOf(job))];
      const bullMqs = ['delayed', 'prioritized', 'wait', 'active', 'stalled', 'pc'].map((list) => queue.toKey(list));
      const noted = [writeReference(reference), job, how, keepMs(WORK_MEMORY_MS), clock.now(), keys.jobs, keys.news];
      evaluate(transaction, STOP, [...own, ...lists, ...bullMqs], noted);
    });
    const was = stopSchema.parse(reply);
    if (was === 'active') stopped(reference);
    return was !== null;
  };

  const placeOf = async (id: string): Promise<string | null> => {
    const [text] = await jobs.transact((transaction) => transaction.get(keys.place(id)));
    return textSchema.parse(text);
  };

  const eraseOpen = async (group: string): Promise<number> => {
    const [texts] = await jobs.transact((transaction) => transaction.zrange(keys.openOf(group), 0, '-1'));
    let erased = 0;
    for (const text of textsSchema.parse(texts)) if (await stop(readReference(text), 'erased')) erased += 1;
    return erased;
  };

  const eraseOver = async (group: string): Promise<number> => {
    let erased = 0;
    for (;;) {
      const found = await jobs.transact((transaction, queueOf) => {
        for (const list of ['completed', 'failed'])
          transaction.zrange(queueOf(group).toKey(list), 0, String(ERASE_BATCH - 1));
      });
      const over = found.flatMap((list) => textsSchema.parse(list));
      if (over.length === 0) return erased;
      for (const job of over) {
        const [count] = await jobs.transact((transaction, queueOf) => {
          evaluate(transaction, FORGET, [keys.place(idOf(job))], [writeReference({ group, job })]);
          queueOf(group).removeIn(transaction, job);
        });
        erased += countSchema.parse(count);
      }
    }
  };

  /** Notes keep nothing of what was cancelled; they stay themselves, as the work may still run. */
  const emptyNotes = async (group: string): Promise<number> => {
    const [texts] = await jobs.transact((transaction) => transaction.zrange(keys.notesOf(group), 0, '-1'));
    let erased = 0;
    for (const text of textsSchema.parse(texts)) {
      const [count] = await jobs.transact((transaction) => {
        evaluate(transaction, FORGET, [keys.place(idOf(readReference(text).job))], [text]);
        transaction.set(keys.notes + text, JSON.stringify({ attempts: 0, progress: null }), 'KEEPTTL', 'XX');
      });
      erased += countSchema.parse(count);
    }
    return erased;
  };

  return {
    async cancel(id) {
      const place = await placeOf(id);
      return place !== null && stop(readReference(place), 'cancelled');
    },

    async erase(group) {
      const noted = await emptyNotes(group);
      const open = await eraseOpen(group);
      const over = await eraseOver(group);
      await jobs.transact((transaction, queueOf) => {
        for (const part of QUEUE_KEYS) transaction.del(queueOf(group).toKey(part));
      });
      return noted + open + over;
    },
  };
}
