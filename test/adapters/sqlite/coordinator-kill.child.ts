import { appendFileSync } from 'node:fs';
import path from 'node:path';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { createCoordinator } from '../../../src/adapters/sqlite/coordinator.js';
import { takeDataFolder } from '../../../src/adapters/sqlite/data-folder-lock.js';
import { openDatabase } from '../../../src/adapters/sqlite/database.js';
import { docentMigrations } from '../../../src/adapters/sqlite/schema.js';
import { systemClock } from '../../../src/core/system-clock.js';
import { workerOptions } from '../../contracts/coordinator-harness.js';
import { silentLogger } from '../../support/silent-logger.js';

/** Work that is enqueued again after a kill, as a platform delivers an event again. */
const REPEATED = 20;

/**
 * Goes on enqueueing so many pieces, numbered from 0, and does them, four at once. Each call writes a line
 * `begin id attempt`, then `end id`, to `calls.log`. Exits when nothing is left.
 */
const [folder = '', pieces = '0'] = process.argv.slice(2);
await takeDataFolder(folder);
const database = await openDatabase({ path: path.join(folder, 'docent.sqlite'), migrations: docentMigrations });
const coordinator = createCoordinator({ database, clock: systemClock, logger: silentLogger });
const note = (line: string): void => appendFileSync(path.join(folder, 'calls.log'), `${line}\n`);

coordinator.work(
  'jobs',
  workerOptions({
    concurrency: 4,
    concurrencyPerGroup: 4,
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
const known = Number(database.get('SELECT count(*) AS known FROM work')?.['known']);
for (let n = Math.max(0, known - REPEATED); n < Number(pieces); n += 1) {
  const orderKey = n % 3 === 0 ? { orderKey: `key ${n % 2}` } : {};
  await coordinator.enqueue({ queue: 'jobs', id: String(n), group: `group ${n % 5}`, payload: n, ...orderKey });
  await setImmediate();
}
while ((await coordinator.list({ queue: 'jobs', limit: 1 })).length > 0) await setTimeout(5);
process.exit(0);
