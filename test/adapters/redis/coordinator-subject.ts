import { randomUUID } from 'node:crypto';
import { onTestFinished } from 'vitest';
import type { RedisClient } from '../../../src/adapters/redis/client.js';
import type { Connection } from '../../../src/adapters/redis/connection.js';
import { type RedisCoordinator, createCoordinator } from '../../../src/adapters/redis/coordinator.js';
import type { Clock } from '../../../src/core/ports/clock.js';
import type { ClaimedWork, WorkOutcome } from '../../../src/core/ports/coordinator.js';
import type { Logger } from '../../../src/core/ports/logger.js';
import type { Subject } from '../../contracts/subject.js';
import { type FakeClock, createFakeClock, settle } from '../../support/fake-clock.js';
import { silentLogger } from '../../support/silent-logger.js';
import { openConnection } from './subject.js';

/** A coordinator as one process has it, which can be killed. */
export interface Life {
  readonly port: RedisCoordinator;
  readonly connection: Connection;
  /** Resolves when nothing is on its way between it and Redis. */
  idle(): Promise<void>;
  /** What a kill leaves: no handler begins, no timer fires, and connections end once what was sent has arrived. */
  kill(): Promise<void>;
}

/** What a coordinator under test is made with. */
export interface LifeOptions {
  readonly url: string;
  readonly keyPrefix: string;
  readonly clock: Clock;
  readonly maxWaiting: number;
  readonly logger?: Logger;
}

/** Polls would come by the thousand when a test lets a day pass. */
const POLL_MS = 3_600_000;

/** Opens a coordinator whose scripts count with the test's clock. */
export async function openLife({
  url,
  keyPrefix,
  clock,
  maxWaiting,
  logger = silentLogger,
}: LifeOptions): Promise<Life> {
  let alive = true;
  const mortalClock: Clock = {
    now: clock.now,
    after: (delayMs, callback) => clock.after(delayMs, () => alive && callback()),
  };
  const environment = { REDIS_URL: url, REDIS_KEY_PREFIX: keyPrefix };
  const connection = await openConnection(environment, { clock: mortalClock, logger });
  const wires = await watchWires(connection);
  const coordinator = createCoordinator({
    connection: { ...connection, openBlocking: () => wires.add(connection.openBlocking()) },
    clock: mortalClock,
    logger,
    maxWaiting,
    pollMs: POLL_MS,
    time: clock.now,
  });
  const never = new Promise<never>(() => {});
  return {
    connection,
    port: {
      ...coordinator,
      work: (queue, options) =>
        coordinator.work(queue, {
          ...options,
          handle: (work: ClaimedWork): Promise<WorkOutcome> => (alive ? options.handle(work) : never),
          failed: (work, error) => (alive ? options.failed(work, error) : never),
        }),
    },
    idle: wires.idle,
    async kill() {
      alive = false;
      await wires.idle();
      connection.close();
    },
  };
}

/** Knows whether anything is on its way on the connections of one process. */
async function watchWires(connection: Connection) {
  const clients: RedisClient[] = [];
  let sent = 0;
  const add = (client: RedisClient): RedisClient => {
    clients.push(client);
    const send = client.sendCommand.bind(client) as (...all: unknown[]) => unknown;
    client.sendCommand = ((...all: unknown[]) => {
      sent += 1;
      return send(...all);
    }) as typeof client.sendCommand;
    return client;
  };
  await connection.run(async (client) => add(client).ping());
  return {
    add,
    async idle() {
      // Answers come in the order of the questions, and messages before the answer to a later PING.
      for (let before = -1; before !== sent - clients.length;) {
        before = sent;
        await Promise.all(clients.map((client) => client.ping()));
        await settle();
      }
    },
  };
}

/** A coordinator over keys of its own. */
export async function openCoordinator(
  url: string,
  maxWaiting: number,
): Promise<Subject<RedisCoordinator> & { readonly life: Life }> {
  const clock: FakeClock = createFakeClock(undefined, async () => life.idle());
  const keyPrefix = `test-${randomUUID()}:`;
  const live = (): Promise<Life> => openLife({ url, keyPrefix, clock, maxWaiting });
  let life = await live();
  onTestFinished(() => life.port.close());
  return {
    get life() {
      return life;
    },
    get port() {
      return life.port;
    },
    now: clock.now,
    advance: clock.advance,
    async reopen() {
      await life.kill();
      life = await live();
    },
  };
}
