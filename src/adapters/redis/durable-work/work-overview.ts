import { z } from 'zod';
import type { WorkStatus } from '../../../core/ports/coordinator.js';
import type { Jobs } from './jobs.js';
import { JOB_FIELDS, type JobFields, type Note, jobFields, storedNote } from './stored-work.js';
import { type JobReference, type WorkKeys, idOf, readReference, writeReference } from './work-keys.js';

/** What the work of a queue is looked at with. */
export interface WorkOverviewOptions {
  readonly queue: string;
  readonly jobs: Jobs;
  readonly keys: WorkKeys;
}

const textsSchema = z.array(z.string());
const textSchema = z.string().nullable();
/** The replies about one piece of work: its fields, whether it has a lock, what is told of it if it was cancelled. */
const REPLIES = 3;

/** The newest work of an id, or undefined. Throws as `Jobs`. */
export async function lookAtWork(options: WorkOverviewOptions, id: string): Promise<WorkStatus | undefined> {
  const [text] = await options.jobs.transact((transaction) => transaction.get(options.keys.place(id)));
  const place = textSchema.parse(text);
  return place === null ? undefined : (await lookAt(options, [readReference(place)]))[0];
}

/** Work that is not over, oldest first. What cannot be read any more is left out. Throws as `Jobs`. */
export async function listWork(
  options: WorkOverviewOptions,
  { group, limit }: { readonly group?: string | undefined; readonly limit: number },
): Promise<WorkStatus[]> {
  const { jobs, keys } = options;
  const listed: WorkStatus[] = [];
  for (let from = 0, isEnd = false; !isEnd && listed.length < limit; from += limit) {
    const [texts] = await jobs.transact((transaction) =>
      transaction.zrange(group === undefined ? keys.open : keys.openOf(group), from, String(from + limit - 1)),
    );
    const references = textsSchema.parse(texts).map(readReference);
    // Cancelled work stays in the list until its handler has come to an end.
    const open = (await lookAt(options, references)).filter(({ state }) => state === 'waiting' || state === 'active');
    listed.push(...open.slice(0, limit - listed.length));
    isEnd = references.length < limit;
  }
  return listed;
}

async function lookAt(
  { queue, jobs, keys }: WorkOverviewOptions,
  references: readonly JobReference[],
): Promise<WorkStatus[]> {
  const replies = await jobs.transact((transaction, queueOf) => {
    for (const reference of references) {
      const jobQueue = queueOf(reference.group);
      transaction.hmget(jobQueue.toKey(reference.job), ...JOB_FIELDS);
      transaction.exists(jobQueue.lockKey(reference.job));
      transaction.get(keys.note(reference));
    }
  });
  const found = references.flatMap((reference, index) => {
    const [fields, lock, note] = replies.slice(index * REPLIES, (index + 1) * REPLIES);
    const status = describe(jobFields.safeParse(fields).data, lock === 1, storedNote.safeParse(note).data);
    return status === undefined ? [] : [{ reference, status }];
  });
  const doesAnyWait = found.some(({ status }) => status.state === 'waiting');
  const positions = doesAnyWait ? await positionsInTurns({ jobs, keys }) : undefined;
  return found.map(({ reference, status }) => ({
    id: idOf(reference.job),
    queue,
    group: reference.group,
    position: status.state === 'waiting' ? (positions?.get(writeReference(reference)) ?? 0) : 0,
    ...status,
  }));
}

type Description = Pick<WorkStatus, 'state' | 'attempts' | 'progress' | 'payload'>;

function describe(fields: JobFields | undefined, isActive: boolean, note: Note | undefined): Description | undefined {
  if (note !== undefined) return { state: 'cancelled', ...note, payload: null };
  if (fields === undefined) return undefined;
  const { work, progress, endedTries, isOver, hasFailed } = fields;
  const common = { progress, payload: work.payload };
  if (isOver)
    return { ...common, state: hasFailed ? 'failed' : 'done', attempts: work.failure?.attempts ?? endedTries };
  const attempts = work.failure?.attempts ?? (isActive ? endedTries + 1 : endedTries);
  return { ...common, state: isActive ? 'active' : 'waiting', attempts };
}

/** How many pieces start before each that waits, if each group gives one a turn, by their references. */
async function positionsInTurns({
  jobs,
  keys,
}: Pick<WorkOverviewOptions, 'jobs' | 'keys'>): Promise<Map<string, number>> {
  const [texts] = await jobs.transact((transaction) => transaction.zrange(keys.open, 0, '-1'));
  const lines = new Map<string, string[]>();
  for (const text of textsSchema.parse(texts)) {
    const { group } = readReference(text);
    const line = lines.get(group);
    if (line === undefined) lines.set(group, [text]);
    else line.push(text);
  }
  const groups = [...lines.keys()];
  const active = await jobs.transact((transaction, queueOf) => {
    for (const group of groups) transaction.lrange(queueOf(group).toKey('active'), 0, -1);
  });
  let left = groups.map((group, index) => {
    const running = new Set(textsSchema.parse(active[index]).map((job) => writeReference({ group, job })));
    return (lines.get(group) ?? []).filter((text) => !running.has(text));
  });
  const positions = new Map<string, number>();
  for (let round = 0; left.length > 0; round += 1) {
    left = left.filter((line) => line.length > round);
    for (const line of left) positions.set(line[round] ?? '', positions.size);
  }
  return positions;
}
