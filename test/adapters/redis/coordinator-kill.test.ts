import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { type RedisCoordinator, createCoordinator } from '../../../src/adapters/redis/coordinator.js';
import { systemClock } from '../../../src/core/system-clock.js';
import { describeWith } from '../../support/obtained.js';
import { type RedisServer, startRedisServer } from '../../support/redis-server.js';
import { silentLogger } from '../../support/silent-logger.js';
import { openConnection } from './subject.js';

const ROUNDS = Number(process.env['DOCENT_KILL_ROUNDS'] ?? 4);
/** New work of each round: enough for the workers to be in the midst of it when they are killed. */
const PIECES_PER_ROUND = 40;
const PIECES = ROUNDS * PIECES_PER_ROUND;
const WORKERS = 2;
const CONCURRENCY = 4;
/** Within it, a round's work is anywhere. */
const ROUND_MS = 100;
/** Longer than the machine may keep a process from running; a killed worker's work waits as long. */
const SHORT_LEASE_MS = 4_000;
/** Longer than Redis is away, however often in a row. */
const LONG_LEASE_MS = 60_000;
const RETRY_MS = 20;
const TIMEOUT_MS = 60_000 + ROUNDS * 10_000;

/** A server that keeps everything, workers on it, and a process that brings the work. */
interface Site {
  readonly server: RedisServer;
  readonly workers: ChildProcess[];
  readonly coordinator: RedisCoordinator;
  readonly logFile: string;
  readonly leaseMs: number;
}

describeWith('redis-server', 'coordinator on Redis under kill -9', (part) => {
  it(
    'does every piece of work, in the order of its key, and again only what a killed worker ran, counting each try',
    async () => {
      const site = await openSite(await startRedisServer(part, { args: ['--appendonly', 'yes'] }), SHORT_LEASE_MS);
      for (let round = 0; round < ROUNDS; round += 1) {
        await bringWork(site, round);
        await setTimeout(Math.random() * ROUND_MS);
        site.workers[round % WORKERS]?.kill('SIGKILL');
        site.workers[round % WORKERS] = await startWorker(site);
      }
      const { begun } = await finish(site);
      expect(begun.length - PIECES).toBeLessThanOrEqual(ROUNDS * CONCURRENCY);
      for (let n = 0; n < PIECES; n += 1)
        expect(begun.filter(({ id }) => id === String(n)).map(({ attempt }) => attempt)).toSatisfy(isAscending);
    },
    TIMEOUT_MS,
  );

  it(
    'does every piece of work once, in the order of its key, when Redis is killed again and again',
    async () => {
      const args = ['--appendonly', 'yes', '--appendfsync', 'always'];
      const site = await openSite(await startRedisServer(part, { args }), LONG_LEASE_MS);
      for (let round = 0; round < ROUNDS; round += 1) {
        await bringWork(site, round);
        await setTimeout(Math.random() * ROUND_MS);
        await site.server.kill();
        await site.server.restart();
      }
      const { begun } = await finish(site);
      expect(begun).toHaveLength(PIECES);
    },
    TIMEOUT_MS,
  );
});

async function openSite(server: RedisServer, leaseMs: number): Promise<Site> {
  onTestFinished(() => server.stop());
  const connection = await openConnection({ REDIS_URL: server.url }, { clock: systemClock });
  const coordinator = createCoordinator({ connection, clock: systemClock, logger: silentLogger });
  const site: Site = { server, coordinator, workers: [], logFile: path.join(server.folder, 'calls.log'), leaseMs };
  for (let index = 0; index < WORKERS; index += 1) site.workers.push(await startWorker(site));
  return site;
}

/** Starts a worker and waits until it takes work. */
async function startWorker({ server, logFile, leaseMs }: Site): Promise<ChildProcess> {
  const script = new URL('./coordinator-kill.child.js', import.meta.url);
  const worker = fork(script, [server.url, logFile, String(leaseMs)], { stdio: 'ignore' });
  onTestFinished(() => void worker.kill('SIGKILL'));
  await once(worker, 'message');
  return worker;
}

/** Brings a round's work, numbered on, as often as it takes. */
async function bringWork({ coordinator }: Site, round: number): Promise<void> {
  for (let n = round * PIECES_PER_ROUND; n < (round + 1) * PIECES_PER_ROUND; n += 1) {
    const orderKey = n % 3 === 0 ? { orderKey: `key ${n % 2}` } : {};
    await untilDone(() =>
      coordinator.enqueue({ queue: 'jobs', id: String(n), group: `group ${n % 5}`, payload: n, ...orderKey }),
    );
  }
}

/** Waits until nothing is left to do, and reads what was done: all of it, in the order of its key. */
async function finish({ coordinator, logFile }: Site) {
  const left = (): Promise<unknown[]> => coordinator.list({ queue: 'jobs', limit: 1 });
  while ((await untilDone(left)).length > 0) await setTimeout(RETRY_MS);
  const lines = (await readFile(logFile, 'utf8')).trim().split('\n');
  const words = lines.map((line) => line.split(' '));
  const begun = words.flatMap(([word, id, attempt]) => (word === 'begin' ? [{ id, attempt: Number(attempt) }] : []));
  const ended = [...new Set(words.flatMap(([word, id]) => (word === 'end' ? [Number(id)] : [])))];
  expect(new Set(ended)).toEqual(new Set(Array.from({ length: PIECES }, (_, n) => n)));
  for (const parity of [0, 1]) expect(ended.filter((n) => n % 3 === 0 && n % 2 === parity)).toSatisfy(isAscending);
  return { begun };
}

async function untilDone<Result>(act: () => Promise<Result>): Promise<Result> {
  for (;;) {
    try {
      return await act();
    } catch {
      await setTimeout(RETRY_MS);
    }
  }
}

function isAscending(numbers: readonly number[]): boolean {
  return numbers.every((number, index) => index === 0 || number > (numbers[index - 1] ?? Infinity));
}
