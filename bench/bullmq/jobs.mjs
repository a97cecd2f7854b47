import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';

/** @typedef {{ group: string, id: string }} Job */

/**
 * Jobs of groups on BullMQ's open-source edition, in one of the two ways it offers:
 * - `one queue`: all groups in it, oldest first; nobody takes turns.
 * - `a queue for each group`: each with a worker of its own, which share what may run at once.
 *
 * @param {object} options
 * @param {string} options.redisUrl
 * @param {string} options.name What the queues' names begin with; new each time.
 * @param {boolean} options.perGroup
 * @param {readonly string[]} options.groups
 * @param {number} options.concurrency How many run at once.
 * @param {number} options.concurrencyPerGroup How many of one group run at once, where each has a queue.
 * @param {(job: Job) => Promise<void>} options.handle
 */
export function openJobs({ redisUrl, name, perGroup, groups, concurrency, concurrencyPerGroup, handle }) {
  const shared = new Redis(redisUrl, { maxRetriesPerRequest: null });
  const limit = createLimit(perGroup ? concurrency : Infinity);
  const nameOf = (/** @type {string} */ group) => (perGroup ? `${name}-${group}` : name);
  const names = [...new Set(groups.map(nameOf))];
  const queues = new Map(names.map((each) => [each, new Queue(each, { connection: shared })]));
  /** @type {Worker[]} */
  const workers = [];

  return {
    /** Resolves when it is durable. @param {string} group @param {string} id */
    async add(group, id) {
      await queues.get(nameOf(group))?.add('job', { group, id }, { jobId: id, removeOnComplete: true });
    },
    async work() {
      for (const each of names)
        workers.push(
          new Worker(each, (/** @type {import('bullmq').Job<Job>} */ { data }) => limit(() => handle(data)), {
            connection: shared,
            concurrency: perGroup ? concurrencyPerGroup : concurrency,
          }),
        );
      await Promise.all(workers.map((worker) => worker.waitUntilReady()));
    },
    async stop() {
      await Promise.all(workers.map((worker) => worker.close(true)));
      await Promise.all([...queues.values()].map((queue) => queue.close()));
      shared.disconnect();
    },
  };
}

/** Lets so many run at once, in the order they came. @param {number} count */
function createLimit(count) {
  let free = count;
  /** @type {(() => void)[]} */
  const waiting = [];
  return async (/** @type {() => Promise<void>} */ work) => {
    if (free > 0) free -= 1;
    else
      await new Promise((/** @type {(value?: undefined) => void} */ resolve) => {
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
