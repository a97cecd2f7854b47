import { randomUUID } from 'node:crypto';
import { beforeEach, onTestFinished, vi } from 'vitest';
import type { RedisClient } from '../../../src/adapters/redis/client.js';
import type { Connection } from '../../../src/adapters/redis/connection.js';
import { type RedisCoordinator, createCoordinator } from '../../../src/adapters/redis/coordinator.js';
import { DocentError } from '../../../src/core/errors.js';
import type { Worker, WorkerOptions } from '../../../src/core/ports/coordinator.js';
import { type Gate, QUEUE, createGate, workerOptions } from '../../contracts/coordinator-harness.js';
import type { Subject } from '../../contracts/subject.js';
import { type FakeClock, createFakeClock, settle } from '../../support/fake-clock.js';
import { type MortalClock, createMortalClock } from '../../support/mortal-clock.js';
import { silentLogger } from '../../support/silent-logger.js';
import { createKeyLives } from './key-lives.js';
import { openConnection } from './subject.js';

/** How often the coordinators look unasked: polls would come by the thousand when a test lets a day pass. */
export const POLL_MS = 3_600_000;

/** What a process listens after that hears nothing. */
export const never = new Promise<never>(() => {});

/** A coordinator as one process has it. */
export interface Life {
  readonly port: RedisCoordinator;
  readonly connection: Connection;
  readonly clock: MortalClock;
  /** How many commands and scripts it has run, those aside that wait for messages. */
  commandsSent(): number;
  /** Loses the answer to the next command or script: Redis has run it, and nobody knows. */
  loseNextAnswer(): void;
  /** Ends its connections for good, once what was sent has arrived. */
  cutOff(): Promise<void>;
  /** Cuts it off; no handler begins and no timer fires any more. */
  kill(): Promise<void>;
}

/** Processes that share one Redis and one time. */
export interface Processes {
  readonly clock: FakeClock;
  /** Starts one more. It hears no messages of the others until `listensAfter` resolves. */
  start(options?: { readonly listensAfter?: Promise<void> }): Promise<Life>;
}

/** Where Redis is. */
type Environment = Readonly<Record<string, string>>;

/** Processes over keys of their own, whose scripts count with the test's clock. */
export function openProcesses(redis: Environment, maxWaiting = 10_000): Processes {
  const wires = createWires();
  const prefix = `test-${randomUUID()}:`;
  const environment = { ...redis, REDIS_KEY_PREFIX: prefix };
  const lives = createKeyLives(redis, prefix);
  const moving = createFakeClock(undefined, wires.idle, lives.move);
  const clock: FakeClock = {
    ...moving,
    async advance(ms) {
      await moving.advance(ms);
      // A message of another process may have come late, and what it led to may have planned for this very moment.
      await moving.advance(0);
    },
  };
  // BullMQ asks the system what time it is.
  const systemTime = vi.spyOn(Date, 'now').mockImplementation(clock.now);
  onTestFinished(() => systemTime.mockRestore());

  const start = async ({ listensAfter }: { readonly listensAfter?: Promise<void> } = {}): Promise<Life> => {
    const own = createMortalClock(clock);
    const connection = await openConnection(environment, { clock: own });
    const clients = [await connection.run(async (client) => wires.watch(client))];
    const openBlocking = (): RedisClient => {
      const client = wires.watch(connection.openBlocking());
      const subscribe = client.subscribe.bind(client) as (...all: unknown[]) => Promise<unknown>;
      if (listensAfter !== undefined)
        client.subscribe = (...all: unknown[]) => listensAfter.then(() => subscribe(...all));
      clients.push(client);
      return client;
    };
    let commandsSent = 0;
    let losesAnswer = false;
    /** Counts a command, and loses its answer if that is wished. */
    const counting = async <Answer>(command: () => Promise<Answer>): Promise<Answer> => {
      commandsSent += 1;
      const isLost = losesAnswer;
      losesAnswer = false;
      const answer = await command();
      if (isLost) throw new DocentError('ENGINE_UNAVAILABLE', { userMessage: 'The answer was lost.', retryable: true });
      return answer;
    };
    const counted: Pick<Connection, 'run' | 'runScript'> = {
      run: (...all) => counting(() => connection.run(...all)),
      runScript: (...all) => counting(() => connection.runScript(...all)),
    };
    const port = createCoordinator({
      connection: { ...connection, ...counted, openBlocking },
      clock: own,
      logger: silentLogger,
      maxWaiting,
      pollMs: POLL_MS,
      time: clock.now,
      keepMs: lives.stretch,
    });
    onTestFinished(() => port.close());
    const cutOff = async (): Promise<void> => {
      await wires.idle();
      connection.close();
      for (const client of clients) wires.forget(client);
    };
    const loseNextAnswer = (): void => {
      losesAnswer = true;
    };
    return mortal({ port, connection, clock: own, commandsSent: () => commandsSent, loseNextAnswer, cutOff });
  };
  return { clock, start };
}

/** A coordinator over keys of its own. */
export async function openCoordinator(redis: Environment, maxWaiting: number): Promise<Subject<RedisCoordinator>> {
  const { clock, start } = openProcesses(redis, maxWaiting);
  let life = await start();
  return {
    get port() {
      return life.port;
    },
    now: clock.now,
    advance: clock.advance,
    async reopen() {
      await life.kill();
      life = await start();
    },
  };
}

/** A life whose handlers begin no more once it is killed. */
function mortal({ port, clock, cutOff, ...life }: Omit<Life, 'kill'>): Life {
  let isAlive = true;
  return {
    ...life,
    clock,
    cutOff,
    port: {
      ...port,
      work: (queue, options) =>
        port.work(queue, {
          ...options,
          handle: (work) => (isAlive ? options.handle(work) : never),
          failed: (work, error) => (isAlive ? options.failed(work, error) : never),
        }),
    },
    async kill() {
      isAlive = false;
      clock.die();
      await cutOff();
    },
  };
}

/** Two processes for each test. Read them inside a test. */
export function useTwoProcesses(url: () => string) {
  let two: { readonly processes: Processes; readonly one: Life; readonly other: Life } | undefined;
  beforeEach(async () => {
    const processes = openProcesses({ REDIS_URL: url() });
    two = { processes, one: await processes.start(), other: await processes.start() };
  });
  return () => {
    if (two === undefined) throw new Error('the test has not begun yet');
    return two;
  };
}

/** Starts a worker whose handler waits to be told how to end. */
export function startGate(life: Life, more: Partial<WorkerOptions> = {}): Gate & { readonly worker: Worker } {
  const gate = createGate();
  const worker = life.port.work(QUEUE, workerOptions({ handle: gate.handle, ...more }));
  return { ...gate, worker };
}

/** Knows whether anything is on its way between processes and Redis. */
function createWires() {
  const clients = new Set<RedisClient>();
  let sent = 0;
  /** What had been sent when nothing was on its way. */
  let quietSince = -1;
  const pingAll = async (): Promise<void> => {
    const before = sent;
    const nodes = [...clients].flatMap((client) => ('nodes' in client ? client.nodes('master') : [client]));
    // On a connection that has ended nothing is on its way.
    const answers = Promise.allSettled(nodes.map((node) => node.ping()));
    sent = before;
    await answers;
  };
  return {
    watch(client: RedisClient): RedisClient {
      const send = client.sendCommand.bind(client) as (...all: unknown[]) => unknown;
      client.sendCommand = (...all: unknown[]) => {
        sent += 1;
        return send(...all);
      };
      clients.add(client);
      return client;
    },
    forget(client: RedisClient): void {
      clients.delete(client);
    },
    async idle(): Promise<void> {
      await settle();
      while (quietSince !== sent) {
        quietSince = sent;
        // An answer comes after those to earlier questions of its connection, and after the messages that these sent.
        await pingAll();
        await pingAll();
        await settle();
      }
    },
  };
}
