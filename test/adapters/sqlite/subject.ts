import path from 'node:path';
import { onTestFinished } from 'vitest';
import { type Database, openDatabase } from '../../../src/adapters/sqlite/database.js';
import { docentMigrations } from '../../../src/adapters/sqlite/schema.js';
import type { Clock } from '../../../src/core/ports/clock.js';
import type { Subject } from '../../contracts/subject.js';
import { createFakeClock } from '../../support/fake-clock.js';
import { createMortalClock } from '../../support/mortal-clock.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

/** What a store is made over. */
export interface Storage {
  readonly database: Database;
  readonly clock: Clock;
  readonly folder: string;
}

/** A store over an own data folder. Its crash closes the file under it and stops its timers, as the kernel would. */
export async function openSubject<Port>(create: (storage: Storage) => Port | Promise<Port>): Promise<Subject<Port>> {
  const folder = await temporaryFolder();
  const clock = createFakeClock();
  const live = async () => {
    const mortalClock = createMortalClock(clock);
    const database = await openDatabase({ path: path.join(folder, 'docent.sqlite'), migrations: docentMigrations });
    return { database, clock: mortalClock, port: await create({ database, clock: mortalClock, folder }) };
  };
  let life = await live();
  const die = (): void => {
    life.clock.die();
    life.database.close();
  };
  onTestFinished(die);
  return {
    get port() {
      return life.port;
    },
    now: clock.now,
    advance: clock.advance,
    async reopen() {
      die();
      life = await live();
    },
  };
}
