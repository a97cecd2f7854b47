import { setTimeout } from 'node:timers/promises';
import { Redis } from 'ioredis';
import redisPlugin from '../../src/adapters/redis/plugin.js';
import type { Coordinator } from '../../src/core/ports/coordinator.js';
import { startRedisServer } from '../../test/support/redis-server.js';
import { type BareJobsOptions, type Job, type Jobs, openBareJobs } from '../support/bare-jobs.js';
import { openEngines } from '../support/engines.js';
import type { SectionContext } from '../support/section.js';
import { REDIS_ARGUMENTS, partOf } from '../support/servers.js';

const CONCURRENCY = 4;
const CONCURRENCY_PER_GROUP = 2;
const JOBS_OF_A_GROUP = 4;
const JOB_MS = 20;

/** One way of doing jobs. */
interface Way {
  readonly name: string;
  open(options: Pick<BareJobsOptions, 'name' | 'groups' | 'handle'>): Jobs;
}

/**
 * Durable jobs on one Redis that writes to the disk before it acknowledges: Docent's coordinator, and the two ways in which
 * BullMQ, on which that stands, does jobs of many groups by itself. First many groups with some jobs each, which take no time: what a
 * job costs. Then a group with many jobs before one with few: how long the few wait.
 */
export async function run({ folder, isSmall, record }: SectionContext): Promise<void> {
  const server = await startRedisServer(partOf('redis-server'), { args: REDIS_ARGUMENTS });
  const environment = { REDIS_URL: server.url };
  const { engines, stop } = await openEngines([redisPlugin], { dataFolder: folder, environment });
  const witness = new Redis(server.url);
  const ways = [docent(engines.coordinator), ...bullMq(server.url)];

  const groups = Array.from({ length: isSmall ? 10 : 500 }, (_, index) => `group-${index}`);
  const many = groups.flatMap((group) => jobsOf(group, JOBS_OF_A_GROUP));
  const short = jobsOf('short', 5);
  const long = jobsOf('long', isSmall ? 50 : 500);
  for (const way of ways) {
    const all = await measure(way, many, 0, witness);
    const few = await measure(way, [...long, ...short], JOB_MS, witness);
    const over = (what: string) => (way.name === DOCENT ? {} : { over: `${what}, ${DOCENT}` });
    const through = `${many.length} jobs of ${groups.length} groups`;
    const wait = `${short.length} jobs behind ${long.length} of another group`;
    record(
      { what: `${through}, ${way.name}`, unit: 's', values: [all.endMs / 1_000], ...over(through) },
      { what: `connections to Redis meanwhile, ${way.name}`, unit: 'connections', values: [all.connections] },
      { what: `${wait}, ${way.name}`, unit: 's', values: [few.endMsOf('short') / 1_000], ...over(wait) },
    );
  }
  witness.disconnect();
  await stop();
  await server.stop();
}

const DOCENT = 'Docent';

function docent(coordinator: Coordinator): Way {
  return {
    name: DOCENT,
    open({ name, handle }) {
      let stop = async (): Promise<void> => {};
      return {
        async add(group, id) {
          await coordinator.enqueue({ queue: name, group, id, payload: { group, id } });
        },
        async work() {
          const worker = coordinator.work(name, {
            concurrency: CONCURRENCY,
            concurrencyPerGroup: CONCURRENCY_PER_GROUP,
            leaseMs: 30_000,
            maxAttempts: 1,
            backoffMs: () => 0,
            async handle({ group, id }) {
              await handle({ group, id });
              return 'done';
            },
            async failed(_work, error) {
              throw error;
            },
          });
          stop = () => worker.stop(0);
        },
        stop: () => stop(),
      };
    },
  };
}

function bullMq(redisUrl: string): Way[] {
  const bounds = { redisUrl, concurrency: CONCURRENCY, concurrencyPerGroup: CONCURRENCY_PER_GROUP };
  return [
    { name: 'BullMQ, one queue', open: (options) => openBareJobs({ ...bounds, ...options, perGroup: false }) },
    {
      name: 'BullMQ, a queue for each group',
      open: (options) => openBareJobs({ ...bounds, ...options, perGroup: true }),
    },
  ];
}

function jobsOf(group: string, count: number): Job[] {
  return Array.from({ length: count }, (_, index) => ({ group, id: `${group}-${index}` }));
}

/** Adds the jobs, then lets them be done, and says when each ended. */
async function measure(way: Way, jobs: readonly Job[], jobMs: number, witness: Redis) {
  const ends = new Map<string, number>();
  let end = (): void => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const opened = way.open({
    name: `jobs-${jobs.length}-${way.name.replaceAll(/\W+/g, '-')}`,
    groups: [...new Set(jobs.map(({ group }) => group))],
    async handle({ id }) {
      if (jobMs > 0) await setTimeout(jobMs);
      ends.set(id, performance.now());
      if (ends.size === jobs.length) end();
    },
  });
  for (const { group, id } of jobs) await opened.add(group, id);
  const startedAtMs = performance.now();
  await opened.work();
  await ended;
  const endMs = performance.now() - startedAtMs;
  const clients = (await witness.client('LIST')) as string;
  await opened.stop();
  return {
    endMs,
    /** The witness's own aside. */
    connections: clients.trim().split('\n').length - 1,
    endMsOf: (group: string): number =>
      Math.max(...jobs.filter((job) => job.group === group).map(({ id }) => (ends.get(id) ?? 0) - startedAtMs)),
  };
}
