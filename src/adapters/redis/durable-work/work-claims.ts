import { randomUUID } from 'node:crypto';
import type { JobJson } from 'bullmq';
import { z } from 'zod';
import { MAX_REPORTS, WORK_MEMORY_MS, poisoned } from '../../../core/durable-work/work-item.js';
import type { ClaimRequest } from '../../../core/durable-work/work-store.js';
import type { Clock } from '../../../core/ports/clock.js';
import type { Logger } from '../../../core/ports/logger.js';
import { anyJson } from '../../../core/stored-json.js';
import type { Jobs } from './jobs.js';
import type { ClaimLease, LeasedWork } from './leased-work.js';
import { type StoredWork, storedWork } from './stored-work.js';
import { PRIORITY } from './transaction.js';
import { idOf } from './work-keys.js';
import type { WorkLists } from './work-lists.js';
import { CANCELLED } from './work-scripts.js';
import type { WorkTurns } from './work-turns.js';

/** How long the next in a line is put off if nobody tells that it may start, in milliseconds; those behind it longer. */
const PUT_OFF_MS = 5_000;
const MAX_PUT_OFF_MS = 60_000;

/** What work is claimed with. */
export interface WorkClaimsOptions {
  readonly queue: string;
  readonly jobs: Jobs;
  readonly lists: WorkLists;
  readonly turns: WorkTurns;
  readonly clock: Clock;
  readonly logger: Logger;
  /** How long Redis keeps what is to live so many milliseconds. */
  keepMs(ms: number): number;
}

/** A claim that was sent. */
export interface SentClaim {
  readonly group: string;
  readonly token: string;
}

/** A job and its id; or neither, and when the next one that is put off may be taken, 0 for none. */
const takenSchema = z.tuple([
  z.custom<JobJson>().nullable(),
  z.union([z.string(), z.number()]),
  z.number(),
  z.number(),
]);

/** A claim of a group that is yet to be sent. */
export function newClaim(group: string): SentClaim {
  return { group, token: randomUUID() };
}

/**
 * Gives back what a claim may hold that was sent and did not come to an end, as nobody works on it; ends it if it was cancelled
 * since. Throws as `Jobs`.
 */
export async function giveBackClaim(
  { group, token }: SentClaim,
  options: Pick<WorkClaimsOptions, 'jobs' | 'lists' | 'keepMs'>,
): Promise<void> {
  const { jobs } = options;
  const job = await jobs.run(group, (queue) => queue.heldBy(token));
  if (job !== undefined) await jobs.runHeld(group, (queue) => queue.moveJobFromActiveToWait(job, token));
  const cancelled = await jobs.run(group, (queue) => queue.heldBy(CANCELLED + token));
  if (cancelled !== undefined) await endCancelled({ token, reference: { group, job: cancelled } }, options);
}

/**
 * Claims work of a group: the work, or that there is none, or that what came was over or must wait. Throws as `Jobs`; what
 * was claimed then is to be given back.
 */
export async function claimWork(
  { group, token }: SentClaim,
  { leaseMs, maxAttempts }: ClaimRequest<LeasedWork>,
  options: WorkClaimsOptions,
): Promise<LeasedWork | 'nothing' | 'not yet'> {
  const { jobs, turns, clock } = options;
  const provenAt = clock.now();
  const reply = await jobs.run(group, (queue) => queue.moveToActive(token));
  const [job, id, , nextAt] = takenSchema.parse(reply);
  if (job === null || typeof id !== 'string') {
    turns.wait(group, nextAt === 0 ? undefined : nextAt);
    return 'nothing';
  }
  turns.had(group);
  const lease: ClaimLease = { token, leaseMs, provenAt, reference: { group, job: id } };
  return (await admit(job, lease, maxAttempts, options)) ?? 'not yet';
}

/** Ends cancelled work that its claim's holder does no more. Throws as `Jobs`. */
export async function endCancelled(
  { token, reference }: Pick<ClaimLease, 'token' | 'reference'>,
  { lists, keepMs }: Pick<WorkClaimsOptions, 'lists' | 'keepMs'>,
): Promise<undefined> {
  const memoryMs = keepMs(WORK_MEMORY_MS);
  const leaveAs = (holder: string): Promise<boolean> =>
    lists.leave(reference, holder, (transaction, queue) =>
      queue.finishIn(transaction, reference.job, holder, { status: 'completed', keep: false, memoryMs }),
    );
  // It may have been cancelled since it was claimed, or before.
  if (!(await leaveAs(CANCELLED + token))) await leaveAs(token);
}

/** What may run of a job that was taken; undefined when it must wait, or is over. */
async function admit(
  { data, progress, attemptsMade, stalledCounter }: JobJson,
  lease: ClaimLease,
  maxAttempts: number,
  options: WorkClaimsOptions,
): Promise<LeasedWork | undefined> {
  const { reference } = lease;
  const standing = await options.lists.standingOf(reference);
  if (standing === 'cancelled') return endCancelled(lease, options);
  const stored = storedWork.safeParse(data).data;
  if (stored === undefined) return giveUp(lease, {}, 'work.unreadable', options);
  if (standing > 0) return putOff(lease, standing, options);
  const endedTries = attemptsMade + stalledCounter;
  const failure =
    stored.failure ??
    (endedTries >= maxAttempts ? { ...poisoned, attempts: maxAttempts, since: maxAttempts } : undefined);
  const item: LeasedWork = {
    queue: options.queue,
    id: stored.id,
    group: reference.group,
    payload: stored.payload,
    progress: anyJson.parse(progress),
    attempts: failure?.attempts ?? endedTries + 1,
    failure: failure ?? null,
    reports: failure === undefined ? 0 : endedTries - failure.since + 1,
    lease,
    stored,
    endedTries,
  };
  return item.reports <= MAX_REPORTS ? item : giveUp(lease, stored, 'work.unreported', options);
}

/** Puts taken work off until what it must wait for is over. */
async function putOff(lease: ClaimLease, before: number, options: WorkClaimsOptions): Promise<undefined> {
  const { lists, clock } = options;
  const { token, reference } = lease;
  const delayMs = Math.min(before * PUT_OFF_MS, MAX_PUT_OFF_MS);
  // It is older than what else waits then.
  const delay = { fromMs: clock.now(), delayMs, countsTry: false, fields: { priority: PRIORITY.first } };
  const standing = await lists.standingOf(reference, (transaction, queue) =>
    queue.delayIn(transaction, reference.job, token, delay),
  );
  return standing === 'cancelled' ? endCancelled(lease, options) : undefined;
}

/** Ends taken work that cannot be read or reported any more, so that it blocks nothing. */
async function giveUp(
  { reference, token }: ClaimLease,
  stored: Partial<StoredWork>,
  event: string,
  { queue: name, lists, logger, keepMs }: WorkClaimsOptions,
): Promise<undefined> {
  const { job } = reference;
  const fields = { data: JSON.stringify({ ...stored, id: idOf(job), payload: null }), progress: 'null' };
  const end = { status: 'failed', fields, keep: true, memoryMs: keepMs(WORK_MEMORY_MS) } as const;
  await lists.leave(reference, token, (transaction, queue) => queue.finishIn(transaction, job, token, end));
  logger.error(event, { queue: name, work: idOf(job) });
}
