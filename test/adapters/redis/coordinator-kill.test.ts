import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { describeWith } from '../../support/obtained.js';
import { type RedisServer, startRedisServer } from '../../support/redis-server.js';

const ROUNDS = Number(process.env['DOCENT_KILL_ROUNDS'] ?? 4);
const PIECES = 100 + 40 * ROUNDS;
const WORKERS = 2;
const CONCURRENCY = 4;
/** Long enough for everything to be anywhere in its work. */
const LONGEST_LIFE_MS = 200;
/** Longer than the machine may keep a process from running, and than Redis is away. */
const LEASE_MS = 4_000;
const TIMEOUT_MS = 60_000 + ROUNDS * 10_000;

describeWith('redis-server', 'coordinator on Redis under kill -9', (part) => {
  const startServer = async (): Promise<RedisServer> => {
    const server = await startRedisServer(part, { args: ['--appendonly', 'yes', '--appendfsync', 'always'] });
    onTestFinished(() => server.stop());
    return server;
  };

  it(
    'does every piece of work, in the order of its key, and again only what a killed worker ran, counting each try',
    async () => {
      const server = await startServer();
      const workers = Array.from({ length: WORKERS }, () => startWorker(server));
      for (let round = 0; round < ROUNDS; round += 1) {
        const doomed = workers[round % WORKERS] as ChildProcess;
        await setTimeout(Math.random() * LONGEST_LIFE_MS);
        doomed.kill('SIGKILL');
        workers[round % WORKERS] = startWorker(server);
        await once(workers[round % WORKERS] as ChildProcess, 'message');
      }
      const log = await finish(server, workers);
      expect(log.begun.length - PIECES).toBeLessThanOrEqual(ROUNDS * CONCURRENCY);
      for (const n of all) expect(log.attemptsOf(n)).toSatisfy(isAscending);
    },
    TIMEOUT_MS,
  );

  it(
    'does every piece of work once, in the order of its key, when Redis is killed again and again',
    async () => {
      const server = await startServer();
      const workers = Array.from({ length: WORKERS }, () => startWorker(server));
      await Promise.all(workers.map((worker) => once(worker, 'message')));
      for (let round = 0; round < ROUNDS; round += 1) {
        await setTimeout(Math.random() * LONGEST_LIFE_MS);
        await server.kill();
        await server.restart();
      }
      const log = await finish(server, workers);
      expect(log.begun).toHaveLength(PIECES);
    },
    TIMEOUT_MS,
  );
});

const all = Array.from({ length: PIECES }, (_, n) => n);

function startWorker(server: RedisServer): ChildProcess {
  const script = new URL('./coordinator-kill.child.js', import.meta.url);
  const worker = fork(script, [server.url, logOf(server), String(PIECES), String(LEASE_MS)], { stdio: 'ignore' });
  onTestFinished(() => void worker.kill('SIGKILL'));
  return worker;
}

function logOf(server: RedisServer): string {
  return path.join(server.folder, 'calls.log');
}

/** Waits until the workers have nothing left to do, and reads what they did: all of it, in the order of its key. */
async function finish(server: RedisServer, workers: readonly ChildProcess[]) {
  const exitCodes = await Promise.all(
    workers.map(async (worker) => worker.exitCode ?? ((await once(worker, 'exit')) as [number])[0]),
  );
  expect(exitCodes).toEqual(workers.map(() => 0));
  const lines = (await readFile(logOf(server), 'utf8')).trim().split('\n');
  const words = lines.map((line) => line.split(' '));
  const begun = words.flatMap(([word, id, attempt]) => (word === 'begin' ? [{ id, attempt: Number(attempt) }] : []));
  const ended = [...new Set(words.flatMap(([word, id]) => (word === 'end' ? [Number(id)] : [])))];
  expect(new Set(ended)).toEqual(new Set(all));
  for (const parity of [0, 1]) expect(ended.filter((n) => n % 3 === 0 && n % 2 === parity)).toSatisfy(isAscending);
  return {
    begun,
    attemptsOf: (n: number): number[] => begun.filter(({ id }) => id === String(n)).map(({ attempt }) => attempt),
  };
}

function isAscending(numbers: readonly number[]): boolean {
  return numbers.every((number, index) => index === 0 || number > (numbers[index - 1] ?? Infinity));
}
