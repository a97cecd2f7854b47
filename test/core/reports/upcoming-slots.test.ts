import { expect, it } from 'vitest';
import { z } from 'zod';
import { createUpcomingSlots, lineKey } from '../../../src/core/reports/upcoming-slots.js';
import { SYSTEM_SCOPE } from '../../../src/core/ports/record-store.js';
import { openEmbeddedStores } from '../../support/embedded-stores.js';
import { createFakeClock } from '../../support/fake-clock.js';
import { createFakeSchedule } from '../../support/fake-schedule.js';

const HOUR_MS = 3_600_000;
const line = { report: 'weekly', cron: '0 8 * * *', timezone: 'UTC' };

async function openSlots() {
  const clock = createFakeClock();
  const { recordStore } = (await openEmbeddedStores(clock)).engines;
  const schedule = createFakeSchedule(clock);
  const open = () => createUpcomingSlots({ schedule, recordStore, clock });
  return { clock, schedule, recordStore, open, startMs: clock.now() };
}

it('the newest slot that is due is one that the schedule named', async () => {
  const { clock, schedule, open, startMs } = await openSlots();
  schedule.slots.set(
    line.cron,
    [1, 2, 50, 90].map((hours) => startMs + hours * HOUR_MS),
  );
  await open().keep(line);
  expect(await open().newestDue(line)).toBeUndefined();
  await clock.advance(60 * HOUR_MS);
  expect(await open().newestDue(line)).toBe(startMs + 50 * HOUR_MS);
});

it('an estimate after an outage over all kept slots stays the same until others are kept', async () => {
  const { clock, schedule, open, startMs } = await openSlots();
  const inHours = (...hours: number[]) => hours.map((each) => startMs + each * HOUR_MS);
  schedule.slots.set(line.cron, inHours(1, 2));
  await open().keep(line);
  await clock.advance(25 * HOUR_MS);
  // The distance of the next two is ten hours, so that the last ones were at 20 and, as it seems later, at 30.
  schedule.slots.set(line.cron, inHours(40, 50, 90));
  expect(await open().newestDue(line)).toBe(startMs + 20 * HOUR_MS);
  await clock.advance(10 * HOUR_MS);
  expect(await open().newestDue(line)).toBe(startMs + 20 * HOUR_MS);
  await open().keep(line);
  expect(await open().newestDue(line)).toBeUndefined();
});

it('records that hold the next slot alone are read', async () => {
  const { clock, open, recordStore, startMs } = await openSlots();
  const earlier = { name: 'report-slots', schema: z.object({ nextAt: z.number() }) };
  await recordStore.put(earlier, SYSTEM_SCOPE, {
    id: lineKey(line),
    value: { nextAt: startMs + HOUR_MS },
  });
  await clock.advance(HOUR_MS);
  expect(await open().newestDue(line)).toBe(startMs + HOUR_MS);
});
