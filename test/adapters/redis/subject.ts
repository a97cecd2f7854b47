import { randomUUID } from 'node:crypto';
import { onTestFinished } from 'vitest';
import { type Connection, createConnection } from '../../../src/adapters/redis/connection.js';
import { redisSettingsSchema } from '../../../src/adapters/redis/settings.js';
import { readSettings } from '../../../src/core/settings.js';
import type { Clock } from '../../../src/core/ports/clock.js';
import type { Logger } from '../../../src/core/ports/logger.js';
import type { Subject } from '../../contracts/subject.js';
import { type FakeClock, createFakeClock } from '../../support/fake-clock.js';
import { createRecordingLogger } from '../../support/recording-logger.js';
import { silentLogger } from '../../support/silent-logger.js';

/** What a store is made over. */
export interface Storage {
  readonly connection: Connection;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The connection that an environment's settings describe, started; it is closed when the test ends. */
export async function openConnection(
  environment: Readonly<Record<string, string>>,
  { clock = createFakeClock(), logger = silentLogger }: { readonly clock?: Clock; readonly logger?: Logger } = {},
): Promise<Connection> {
  const read = readSettings(redisSettingsSchema, environment);
  if ('problems' in read) throw new Error(read.problems.map(({ problem }) => problem).join('\n'));
  const connection = await createConnection({ settings: read.settings, clock, logger });
  onTestFinished(() => connection.close());
  await connection.start(AbortSignal.timeout(20_000));
  return connection;
}

/** What a store is made over, with keys of its own, and what a test looks at. */
export interface OpenStorage extends Storage {
  readonly clock: FakeClock;
  readonly logger: ReturnType<typeof createRecordingLogger>;
  /** The names of all keys there are, without the prefix, in order. */
  keys(): Promise<string[]>;
}

/** A storage for tests of one store. */
export async function openStorage(environment: Readonly<Record<string, string>>): Promise<OpenStorage> {
  const clock = createFakeClock();
  const logger = createRecordingLogger();
  const prefix = `test-${randomUUID()}:`;
  const connection = await openConnection({ ...environment, REDIS_KEY_PREFIX: prefix }, { clock, logger });
  return {
    connection,
    clock,
    logger,
    async keys() {
      const names = await connection.run((client) => client.keys(`*${prefix}*`));
      return names.map((name) => name.replace(prefix, '')).toSorted();
    },
  };
}

/** A store over keys of its own. Its crash closes the connection under it, as the kernel would. */
export async function openSubject<Port>(
  environment: Readonly<Record<string, string>>,
  create: (storage: Storage) => Port | Promise<Port>,
  logger: Logger = silentLogger,
): Promise<Subject<Port>> {
  const clock = createFakeClock();
  const own = { ...environment, REDIS_KEY_PREFIX: `test-${randomUUID()}:` };
  const live = async () => {
    const connection = await openConnection(own, { clock, logger });
    return { connection, port: await create({ connection, clock, logger }) };
  };
  let life = await live();
  return {
    get port() {
      return life.port;
    },
    now: clock.now,
    advance: clock.advance,
    async reopen() {
      life.connection.close();
      life = await live();
    },
  };
}
