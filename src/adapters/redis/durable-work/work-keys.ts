import { randomUUID } from 'node:crypto';
import type { Connection } from '../connection.js';

/** A piece of work as BullMQ has it: a job in its group's queue. */
export interface JobReference {
  readonly group: string;
  readonly job: string;
}

/** The names of what is kept of one queue's work in Redis. */
export interface WorkKeys {
  /** What all keys begin with, those of BullMQ too: its braces keep them in one slot of a Redis Cluster. */
  readonly prefix: string;
  /** The name of a group's BullMQ queue. */
  jobQueue(group: string): string;
  /** What the keys of all jobs begin with; a group, a colon and a job's name follow. */
  readonly jobs: string;
  /** The set of the names of all queues that ever had work. */
  readonly queues: string;
  /** Sorted set of references to all work that is not over, or cancelled and not at its end yet, by arrival. */
  readonly open: string;
  /** The same for one group. */
  openOf(group: string): string;
  /** The reference of an id's newest work; expires a day after that is over. */
  place(id: string): string;
  /** List of references to the open work of an order key, as it came: only the first may run. */
  order(orderKey: string): string;
  /** The same for an id whose cancelled work still runs. */
  rerun(id: string): string;
  /** What the keys of all notes begin with; a reference follows. */
  readonly notes: string;
  /** There from when work is cancelled or erased until a day after its end: what `WorkStatus` still tells of it. */
  note(reference: JobReference): string;
  /** Sorted set of references to a group's noted work, by the time until which it is. */
  notesOf(group: string): string;
  /** Channel on which processes tell each other of a group that it is ready, or `revoked`. */
  readonly news: string;
}

/** @param queue any text, as are groups, ids and order keys: what would change the slot is escaped. */
export function createWorkKeys(connection: Connection, queue: string): WorkKeys {
  const prefix = `{${connection.key('work')}}`;
  const queueName = escape(queue);
  const key = (kind: string, ...names: string[]): string =>
    [`${prefix}:${kind}:${queueName}`, ...names.map(escape)].join('/');
  return {
    prefix,
    jobQueue: (group) => `${queueName}/${escape(group)}`,
    jobs: `${prefix}:${queueName}/`,
    queues: `${prefix}:queues`,
    open: key('open'),
    openOf: (group) => key('open', group),
    place: (id) => key('place', id),
    order: (orderKey) => key('order', orderKey),
    rerun: (id) => key('rerun', id),
    notes: `${key('note')}/`,
    note: (reference) => `${key('note')}/${writeReference(reference)}`,
    notesOf: (group) => key('notes', group),
    news: key('news'),
  };
}

/** A new job of an id: each has a name of its own, as cancelled work of the same id may still run. */
export function nameJob(id: string): string {
  return `${escape(id)}~${randomUUID()}`;
}

/** Of which id a job is. */
export function idOf(job: string): string {
  return decodeURIComponent(job.slice(0, job.lastIndexOf('~')));
}

/** A reference as it is kept. */
export function writeReference({ group, job }: JobReference): string {
  return `${escape(group)}/${job}`;
}

/** The inverse of `writeReference`. */
export function readReference(text: string): JobReference {
  const end = text.indexOf('/');
  return { group: decodeURIComponent(text.slice(0, end)), job: text.slice(end + 1) };
}

/** What processes tell each other when work of a group may be taken. */
export function readyMessage(group: string): string {
  return `ready ${escape(group)}`;
}

/** The group of a `readyMessage`; undefined of other messages. */
export function readyGroup(message: string | undefined): string | undefined {
  return message?.startsWith('ready ') === true ? decodeURIComponent(message.slice('ready '.length)) : undefined;
}

/** Leaves nothing that BullMQ or a Cluster reads as more than text; the buffer replaces halves of surrogate pairs. */
function escape(text: string): string {
  return encodeURIComponent(Buffer.from(text).toString());
}
