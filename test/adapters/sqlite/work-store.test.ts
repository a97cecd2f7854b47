import { expect, it } from 'vitest';
import { createWorkStore } from '../../../src/adapters/sqlite/work-store.js';
import { createWorkTable } from '../../../src/adapters/sqlite/work-table.js';
import type { Clock } from '../../../src/core/ports/clock.js';
import { QUEUE, newWork } from '../../contracts/coordinator-harness.js';
import { silentLogger } from '../../support/silent-logger.js';
import { openSubject } from './subject.js';

const request = { fullGroups: [], running: [], maxAttempts: 3, leaseMs: 1_000 };

it('a retry that falls due between the look for work and the question when to look next is looked for at once', async () => {
  let time = 1_000;
  const clock: Clock = { now: () => time, after: () => () => {} };
  const { port: store } = await openSubject(({ database }) => {
    const table = createWorkTable({ database, logger: silentLogger, maxWaiting: 10 });
    table.add(newWork('a'), time);
    return createWorkStore({ queue: QUEUE, database, table, clock });
  });
  const item = await store.claim(request);
  if (item === undefined) throw new Error('there is no work');
  await store.retry(item, 500);
  // A timer may fire up to a millisecond before its time.
  time = 1_499;
  expect(await store.claim(request)).toBeUndefined();
  time = 1_500;
  expect(await store.nextLookMs()).toBe(0);
  expect((await store.claim(request))?.id).toBe('a');
});
