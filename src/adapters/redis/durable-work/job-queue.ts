import {
  type FinishedStatus,
  type IRedisTransaction,
  type MinimalJob,
  QueueKeys,
  type RedisConnection,
  RedisQueueBackend,
  type WorkerOptions,
} from 'bullmq';
import { type Fields, PRIORITY, type Transaction } from './transaction.js';

/** Seconds for which BullMQ keeps a job that is over, without its payload. */
const KEEP_SECONDS = 24 * 60 * 60;
/** Events that a queue's stream keeps. Docent does not read them; BullMQ's own tools do. */
const KEPT_EVENTS = 100;
/** Docent counts tries itself, as a try that ended the process counts like any other. */
const NO_LIMIT = Number.MAX_SAFE_INTEGER;
/** What BullMQ keeps of a queue besides its jobs. All of it may go when nothing has happened for a day. */
const KEPT_PARTS = ['completed', 'failed', 'events', 'marker', 'meta', 'id'];

/** A new job. */
export interface NewJob {
  readonly id: string;
  /** JSON. */
  readonly data: string;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  /** The key of the list that says when its turn is, if there is one. */
  readonly order: string | undefined;
  /** How long Redis keeps what is for looking back. */
  readonly memoryMs: number;
}

/**
 * One group's BullMQ queue, over the connection that Docent's stores share. Workers take jobs by hand
 * (https://docs.bullmq.io/patterns/manually-fetching-jobs), so that one process can go round the queues of many groups
 * without a blocking connection for each.
 */
export class JobQueue extends RedisQueueBackend {
  /** @param lockMs how long a taken job stays its worker's without a sign of life. */
  constructor(connection: RedisConnection, { prefix, name, lockMs }: { prefix: string; name: string; lockMs: number }) {
    const keys = new QueueKeys(prefix);
    const options: WorkerOptions = {
      connection: {},
      prefix,
      lockDuration: lockMs,
      stalledInterval: 1,
      maxStalledCount: NO_LIMIT,
    };
    super(connection, name, keys.getKeys(name), (type) => keys.toKey(name, type), options, undefined, false);
  }

  /** The key of a job's lock, which holds the token of whoever has the job. */
  lockKey(job: string): string {
    return `${this.toKey(job)}:lock`;
  }

  /** The active job that a token holds, if there is one. */
  async heldBy(token: string): Promise<string | undefined> {
    const client = await this.client;
    for (const job of await client.lrange(this.toKey('active'), 0, -1))
      if ((await client.get(this.lockKey(job))) === token) return job;
    return undefined;
  }

  /** Whether a job has ended, or was never there. */
  async isOver(job: string): Promise<boolean> {
    const [name, finishedOn] = await (await this.client).hmget(this.toKey(job), 'name', 'finishedOn');
    return name === null || finishedOn !== null;
  }

  /** Takes the next job. One that BullMQ cannot read comes without its data. */
  override async moveToActive(token: string): Promise<unknown[]> {
    try {
      const taken: unknown[] = await super.moveToActive(token);
      return taken;
    } catch (error) {
      const job = error instanceof SyntaxError ? await this.heldBy(token) : undefined;
      if (job === undefined) throw error;
      return [{ data: '' }, job, 0, 0];
    }
  }

  /** Adds a job. */
  addIn(transaction: Transaction, { id, data, timestamp, order, memoryMs }: NewJob): void {
    transaction.hset(this.toKey('meta'), 'opts.maxLenEvents', KEPT_EVENTS);
    const opts = { priority: PRIORITY.fresh };
    const none = { progress: 0, attemptsMade: 0, attemptsStarted: 0, stalledCounter: 0, failedReason: '' };
    const job = { id, name: 'work', data, opts, timestamp, ...none, returnvalue: '' };
    // Of a transaction BullMQ uses nothing but `runCommand` here.
    void this.addJobToTransaction(transaction as unknown as IRedisTransaction, job, id);
    transaction.hset(this.toKey(id), { progress: 'null', ...(order === undefined ? {} : { order }) });
    this.forgetLaterIn(transaction, memoryMs);
  }

  /** Removes a job that has no lock, wherever it stands. */
  removeIn(transaction: Transaction, job: string): void {
    this.execIn(transaction, 'removeJob', this.removeArgs(job, false));
  }

  /**
   * Puts active jobs without a lock in front of the line. BullMQ looks twice, the second time for what it noted the first
   * time; both looks are made at once here, as jobs become active together with their locks.
   */
  recoverIn(transaction: Transaction): void {
    for (let look = 0; look < 2; look += 1) {
      transaction.del(this.toKey('stalled-check'));
      this.execIn(transaction, 'moveStalledJobsToWait', this.moveStalledJobsToWaitArgs());
    }
  }

  /** Ends an active job, if the token is its lock's. `keep` false forgets it at once. */
  finishIn(
    transaction: Transaction,
    job: string,
    token: string,
    { status, fields, keep, memoryMs }: { status: FinishedStatus; fields?: Fields; keep: boolean; memoryMs: number },
  ): void {
    const property = status === 'completed' ? 'returnvalue' : 'failedReason';
    const kept = keep ? { age: KEEP_SECONDS } : { count: 0 };
    // Of a job that failed BullMQ compares the tries.
    const minimal = { id: job, opts: { attempts: 0 } } as MinimalJob;
    const end = this.moveToFinishedArgs(minimal, 'null', property, kept, status, token, Date.now(), false, fields);
    this.execIn(transaction, 'moveToFinished', end);
    this.forgetLaterIn(transaction, memoryMs);
  }

  /** Lets an active job be taken again after a while, if the token is its lock's. */
  delayIn(
    transaction: Transaction,
    job: string,
    token: string,
    delay: { readonly fromMs: number; readonly delayMs: number; readonly countsTry: boolean; readonly fields: Fields },
  ): void {
    const { fromMs, delayMs, countsTry, fields } = delay;
    const options = { skipAttempt: !countsTry, fieldsToUpdate: fields };
    this.execIn(transaction, 'moveToDelayed', this.moveToDelayedArgs(job, fromMs, token, delayMs, options));
  }

  private forgetLaterIn(transaction: Transaction, memoryMs: number): void {
    for (const part of KEPT_PARTS) transaction.pexpire(this.toKey(part), memoryMs);
  }

  private execIn(transaction: Transaction, command: string, commandArguments: unknown[]): void {
    transaction.runCommand(`${command}:${this.version}`, commandArguments);
  }
}
