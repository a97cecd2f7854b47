import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';

/** A job that is done for its group. */
export interface Job {
  readonly group: string;
  readonly id: string;
}

/** Durable jobs of groups. */
export interface Jobs {
  /** Resolves when it is durable. */
  add(group: string, id: string): Promise<void>;
  work(): Promise<void>;
  /** Leaves what still runs. */
  stop(): Promise<void>;
}

/** What they are opened with. */
export interface BareJobsOptions {
  readonly redisUrl: string;
  /** What the names of the queues begin with; new each time. */
  readonly name: string;
  /** Whether each group has a queue and a worker of its own, which share what may run at once. */
  readonly perGroup: boolean;
  readonly groups: readonly string[];
  /** How many run at once. */
  readonly concurrency: number;
  /** How many of one group run at once, where each has a queue. */
  readonly concurrencyPerGroup: number;
  handle(job: Job): Promise<void>;
}

/** Jobs of groups on BullMQ alone, in one of the two ways that its open-source edition has. */
export function openBareJobs(options: BareJobsOptions): Jobs {
  const { redisUrl, name, perGroup, groups, concurrency, concurrencyPerGroup, handle } = options;
  const connection = new Redis(redisUrl, { maxRetriesPerRequest: null });
  const limit = createLimit(perGroup ? concurrency : Infinity);
  const nameOf = (group: string): string => (perGroup ? `${name}-${group}` : name);
  const names = [...new Set(groups.map(nameOf))];
  const queues = new Map(names.map((each) => [each, new Queue<Job>(each, { connection })]));
  const workers: Worker<Job>[] = [];

  return {
    async add(group, id) {
      await queues.get(nameOf(group))?.add('job', { group, id }, { jobId: id, removeOnComplete: true });
    },
    async work() {
      const bounds = { connection, concurrency: perGroup ? concurrencyPerGroup : concurrency };
      for (const each of names) workers.push(new Worker<Job>(each, ({ data }) => limit(() => handle(data)), bounds));
      await Promise.all(workers.map((worker) => worker.waitUntilReady()));
    },
    async stop() {
      await Promise.all(workers.map((worker) => worker.close(true)));
      await Promise.all([...queues.values()].map((queue) => queue.close()));
      connection.disconnect();
    },
  };
}

/** Lets so many run at once, in the order they came. */
function createLimit(count: number): (work: () => Promise<void>) => Promise<void> {
  let free = count;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (free > 0) free -= 1;
    else
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
      });
    try {
      await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    }
  };
}
