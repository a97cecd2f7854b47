import { z } from 'zod';
import type { WorkItem } from '../../../core/durable-work/work-item.js';
import type { Proven } from '../lease-beat.js';
import type { Jobs } from './jobs.js';
import type { StoredWork } from './stored-work.js';
import { type Fields, evaluate } from './transaction.js';
import type { JobReference, WorkKeys } from './work-keys.js';
import { CANCELLED, HOLD } from './work-scripts.js';

/** What makes a claim count: the token in its job's lock, which Redis forgets when the lease has run out. */
export interface ClaimLease extends Proven {
  readonly token: string;
  readonly reference: JobReference;
}

/** Claimed work and its lease. */
export interface LeasedWork extends WorkItem {
  readonly lease: ClaimLease;
  readonly stored: StoredWork;
  /** Tries that had ended before, and those that had ended their process. */
  readonly endedTries: number;
}

/** What leases are held with. */
export interface WorkLeasesOptions {
  readonly jobs: Jobs;
  readonly keys: WorkKeys;
  /** How long Redis keeps what is to live so many milliseconds. */
  keepMs(ms: number): number;
}

/** Steps on claimed work, which say whether its claim still counts. All throws as `Jobs`. */
export interface WorkLeases {
  /** Makes a step that says whether the token was the lock's, once more when the lock was taken back for it. */
  ifHeld(lease: ClaimLease, step: () => Promise<boolean>): Promise<boolean>;
  /** Writes fields of the job. */
  write(lease: ClaimLease, fields: Fields): Promise<boolean>;
  /** Extends leases; says so of each. */
  extend(leases: readonly ClaimLease[]): Promise<boolean[]>;
}

/**
 * A claim counts as long as nobody else took the work: when its lease ran out while Redis or this process was away, and
 * the work is still marked as taken, the lock is taken back.
 */
export function createWorkLeases({ jobs, keys, keepMs }: WorkLeasesOptions): WorkLeases {
  const write = async ({ token, leaseMs, reference }: ClaimLease, fields: Fields): Promise<boolean> => {
    const { group, job } = reference;
    const [isHeld] = await jobs.transact((transaction, queueOf) => {
      const queue = queueOf(group);
      const own = [
        queue.lockKey(job),
        keys.note(reference),
        queue.toKey('active'),
        queue.toKey('stalled'),
        queue.toKey(job),
      ];
      evaluate(transaction, HOLD, own, [token, keepMs(leaseMs), job, ...Object.entries(fields).flat()]);
    });
    return isHeld === 1;
  };

  /** Extends the leases of one group's work; returns the jobs of those that could not be. */
  const extendAs = (
    group: string,
    leases: readonly ClaimLease[],
    tokenOf: (lease: ClaimLease) => string,
  ): Promise<string[]> =>
    jobs.run(group, async (queue) =>
      z.array(z.string()).parse(
        await queue.extendLocks(
          leases.map(({ reference }) => reference.job),
          leases.map(tokenOf),
          keepMs(Math.max(...leases.map(({ leaseMs }) => leaseMs))),
        ),
      ),
    );

  const lostOf = async (group: string, leases: readonly ClaimLease[]): Promise<ClaimLease[]> => {
    const failed = await extendAs(group, leases, ({ token }) => token);
    const lost: ClaimLease[] = [];
    for (const lease of leases) if (failed.includes(lease.reference.job) && !(await write(lease, {}))) lost.push(lease);
    // Cancelled work keeps its id and order key until its handler has come to an end.
    if (lost.length > 0) await extendAs(group, lost, ({ token }) => CANCELLED + token);
    return lost;
  };

  return {
    write,
    ifHeld: async (lease, step) => (await step()) || ((await write(lease, {})) && step()),

    async extend(leases) {
      const groups = [...new Set(leases.map(({ reference }) => reference.group))];
      const lost = await Promise.all(
        groups.map((group) =>
          lostOf(
            group,
            leases.filter(({ reference }) => reference.group === group),
          ),
        ),
      );
      return leases.map((lease) => !lost.flat().includes(lease));
    },
  };
}
