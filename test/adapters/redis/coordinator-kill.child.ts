import { appendFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { createConnection } from '../../../src/adapters/redis/connection.js';
import { createCoordinator } from '../../../src/adapters/redis/coordinator.js';
import { redisSettingsSchema } from '../../../src/adapters/redis/settings.js';
import { systemClock } from '../../../src/core/system-clock.js';
import { workerOptions } from '../../contracts/coordinator-harness.js';
import { silentLogger } from '../../support/silent-logger.js';

/** The wait before something that failed is tried again, in milliseconds. */
const RETRY_MS = 20;

/**
 * A worker that brings so many pieces of work, numbered from 0, to a queue that others bring them to as well, and does them,
 * four at once. Each call writes a line `begin id attempt`, then `end id`, to a file. Exits when nothing is left.
 */
const [url = '', log = '', pieces = '0', leaseMs = '0'] = process.argv.slice(2);
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
      await setTimeout(10);
      note(`end ${id}`);
      return 'done';
    },
  }),
);
process.send?.('ready');
for (let n = 0; n < Number(pieces); n += 1) {
  const orderKey = n % 3 === 0 ? { orderKey: `key ${n % 2}` } : {};
  const work = { queue: 'jobs', id: String(n), group: `group ${n % 5}`, payload: n, ...orderKey };
  await untilDone(() => coordinator.enqueue(work));
}
while ((await untilDone(() => coordinator.list({ queue: 'jobs', limit: 1 }))).length > 0) await setTimeout(RETRY_MS);
process.exit(0);

async function untilDone<Result>(act: () => Promise<Result>): Promise<Result> {
  for (;;) {
    try {
      return await act();
    } catch {
      await setTimeout(RETRY_MS);
    }
  }
}
