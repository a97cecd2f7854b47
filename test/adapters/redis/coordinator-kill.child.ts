import { appendFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { createConnection } from '../../../src/adapters/redis/connection.js';
import { createCoordinator } from '../../../src/adapters/redis/coordinator.js';
import { redisSettingsSchema } from '../../../src/adapters/redis/settings.js';
import { systemClock } from '../../../src/core/system-clock.js';
import { workerOptions } from '../../contracts/coordinator-harness.js';
import { silentLogger } from '../../support/silent-logger.js';

/** How long a piece of work takes, in milliseconds. */
const WORK_MS = 15;

/** Does work, four pieces at once, until it is killed. Each call writes a line `begin id attempt`, then `end id`, to a file. */
const [url = '', log = '', leaseMs = '0'] = process.argv.slice(2);
const settings = redisSettingsSchema.parse({ url, timeoutSeconds: 2 });
const connection = await createConnection({ settings, clock: systemClock, logger: silentLogger });
await connection.start(new AbortController().signal);
const coordinator = createCoordinator({ connection, clock: systemClock, logger: silentLogger, pollMs: 500 });
const note = (line: string): void => appendFileSync(log, `${line}\n`);

coordinator.work(
  'jobs',
  workerOptions({
    concurrency: 4,
    concurrencyPerGroup: 4,
    leaseMs: Number(leaseMs),
    maxAttempts: 1_000,
    async handle({ id, attempt }) {
      note(`begin ${id} ${attempt}`);
      await setTimeout(WORK_MS);
      note(`end ${id}`);
      return 'done';
    },
  }),
);
process.on('disconnect', () => process.exit());
process.send?.('ready');
