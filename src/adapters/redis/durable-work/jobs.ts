import type { Redis, Cluster } from 'ioredis';
import type { RedisConnection } from 'bullmq';
import { z } from 'zod';
import type { RedisClient } from '../client.js';
import { type Connection, repliesOf } from '../connection.js';
import type { JobQueue } from './job-queue.js';
import type { Transaction } from './transaction.js';
import type { WorkKeys } from './work-keys.js';

/** BullMQ's codes for a step on a job that is no longer the caller's: gone, without a lock, not active, another's. */
const LOST_CODES: readonly unknown[] = [-1, -2, -3, -6];

/** What ioredis knows of BullMQ's scripts. */
const scriptSchema = z.object({ lua: z.string(), numberOfKeys: z.number() });

/** BullMQ over one connection of Docent's. */
export interface BullMq {
  open(client: RedisClient): Promise<{
    jobQueue(options: { prefix: string; name: string; lockMs: number }): JobQueue;
    transaction(): Transaction;
  }>;
}

/** Loads BullMQ, which the embedded profile does not need, and connects it with the first job. */
export function createBullMq(): BullMq {
  const loading = Promise.all([import('bullmq'), import('./job-queue.js')]);
  // Told with the first job.
  loading.catch(() => {});
  let opened: Promise<RedisConnection> | undefined;
  const connect = async (client: RedisClient): Promise<RedisConnection> => {
    const [bullmq] = await loading;
    // Fails while Redis is away, where BullMQ's connection would stay broken for good.
    await client.ping();
    const connection = new bullmq.RedisConnection(client, {
      shared: true,
      blocking: false,
      skipVersionCheck: true,
      skipWaitingForReady: true,
    });
    connection.on('error', () => {});
    await connection.client;
    return connection;
  };
  return {
    async open(client) {
      const opening = (opened ??= connect(client));
      try {
        const connection = await opening;
        const [, { JobQueue: Queue }] = await loading;
        return {
          jobQueue: (options) => new Queue(connection, options),
          transaction: () => transactionOf(client),
        };
      } catch (error) {
        if (opened === opening) opened = undefined;
        throw error;
      }
    },
  };
}

/**
 * A MULTI that takes BullMQ's scripts with their text. By their hashes alone one that Redis has forgotten would fail when the
 * commands around it have run.
 */
function transactionOf(client: Redis | Cluster): Transaction {
  const multi = client.multi();
  const runCommand = (name: string, scriptArguments: (string | number | Buffer)[]): Transaction => {
    const { lua, numberOfKeys } = scriptSchema.parse(Reflect.get(client.scriptsSet, name));
    multi.eval(lua, numberOfKeys, ...scriptArguments);
    return transaction;
  };
  const transaction: Transaction = Object.assign(multi, { runCommand }) as unknown as Transaction;
  return transaction;
}

/** The jobs of one Docent queue: a BullMQ queue for each group. All throws as `Connection.run`. */
export interface Jobs {
  /** Runs one step on a group's jobs. */
  run<Result>(group: string, step: (queue: JobQueue) => Promise<Result>): Promise<Result>;
  /** Runs a step that only the holder of a job may do; false when the job is no longer the caller's. */
  runHeld(group: string, step: (queue: JobQueue) => Promise<unknown>): Promise<boolean>;
  /** Runs commands in one MULTI and returns their replies. */
  transact(build: (transaction: Transaction, queueOf: (group: string) => JobQueue) => void): Promise<unknown[]>;
}

/** The jobs of one queue. @param lockMs how long a taken job stays its worker's without a sign of life. */
export function createJobs(connection: Connection, bullMq: BullMq, keys: WorkKeys, lockMs: number): Jobs {
  const options = (group: string) => ({ prefix: keys.prefix, name: keys.jobQueue(group), lockMs });
  const run: Jobs['run'] = (group, step) =>
    connection.run(async (client) => step((await bullMq.open(client)).jobQueue(options(group))));
  return {
    run,

    runHeld: (group, step) =>
      run(group, async (queue) => {
        try {
          await step(queue);
          return true;
        } catch (error) {
          if (error instanceof Error && 'code' in error && LOST_CODES.includes(error.code)) return false;
          throw error;
        }
      }),

    transact: (build) =>
      connection.run(async (client) => {
        const { jobQueue, transaction } = await bullMq.open(client);
        const multi = transaction();
        build(multi, (group) => jobQueue(options(group)));
        return repliesOf(multi);
      }),
  };
}
