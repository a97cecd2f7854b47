import { describe, expect, it } from 'vitest';
import { createCreators } from '../../../src/core/creators.js';
import { DocentError } from '../../../src/core/errors.js';
import { creatorIdSchema } from '../../../src/core/ids.js';
import { REPORT_QUEUE } from '../../../src/core/reports/report-queue.js';
import { createReportSettings, withSetting } from '../../../src/core/reports/report-settings.js';
import { createTimetable } from '../../../src/core/reports/timetable.js';
import { openEmbeddedStores } from '../../support/embedded-stores.js';
import { createFakeClock, settle } from '../../support/fake-clock.js';
import { createFakeSchedule } from '../../support/fake-schedule.js';
import { createRecordingLogger } from '../../support/recording-logger.js';
import { plainReport } from '../../support/report-room.js';

const [coach, team] = [creatorIdSchema.parse('coach'), creatorIdSchema.parse('team')];
const WORKDAYS = '0 8 * * 1-5';
const away = () => new DocentError('ENGINE_UNAVAILABLE', { userMessage: 'Redis is away.', retryable: true });
const at = (day: number, hour: number) => Date.UTC(2026, 11, day, hour);
/** Monday to Friday of two weeks, at 8:00. */
const workdaySlots = [7, 8, 9, 10, 11, 14, 15, 16, 17, 18].map((day) => at(day, 8));

/** Timetables over embedded stores for two creators, one of which chose workdays: its reports are told. */
async function openTimetable() {
  const clock = createFakeClock(at(7, 7));
  const { engines } = await openEmbeddedStores(clock);
  const { recordStore, coordinator } = engines;
  const creators = createCreators({ recordStore, now: () => clock.now() });
  for (const creatorId of [coach, team]) await creators.add(creatorId);
  const settings = createReportSettings(recordStore);
  await settings.update(team, (current) => withSetting(current, 'weekly', { schedule: WORKDAYS }));
  const logger = createRecordingLogger();
  const openOne = () => {
    const schedule = createFakeSchedule(clock);
    schedule.slots.set(WORKDAYS, workdaySlots);
    const options = { reports: [plainReport], settings, creators, schedule, coordinator, recordStore, clock, logger };
    return { timetable: createTimetable(options), tasks: schedule.tasks, tick: schedule.tick };
  };
  const queued = async () => {
    const waiting = await coordinator.list({ queue: REPORT_QUEUE, group: team, limit: 100 });
    return waiting.map(({ id }) => id).toSorted();
  };
  return { clock, creators, settings, coordinator, logger, openOne, queued };
}

describe('a timetable', () => {
  it('keeps every task and every missed slot while the choices of one creator cannot be read', async () => {
    const { clock, settings, openOne, queued } = await openTimetable();
    const { timetable, tasks } = openOne();
    await timetable.refresh();
    const { read } = settings;
    let isAway = true;
    settings.read = async (creatorId) => {
      if (isAway && creatorId === team) throw away();
      return read(creatorId);
    };
    await clock.advance(2 * 3_600_000);
    await timetable.refresh();
    // The other creator's choice is read, and settles who has which times.
    await timetable.refreshOne(coach);
    expect(tasks.map(({ cron }) => cron)).toEqual(['0 8 * * 1', WORKDAYS]);
    expect(await queued()).toEqual([]);
    isAway = false;
    await clock.advance(15_000);
    await settle();
    expect(await queued()).toEqual([`weekly/team/${at(7, 8)}`]);
  });

  it('reads again with growing waits until it can, and no more once it is stopped', async () => {
    const { clock, settings, openOne } = await openTimetable();
    const { timetable } = openOne();
    let reads = 0;
    settings.read = async () => {
      reads += 1;
      throw away();
    };
    await timetable.refresh();
    await clock.advance(15_000);
    expect(reads).toBe(2);
    await clock.advance(29_000);
    expect(reads).toBe(2);
    await clock.advance(3_600_000);
    expect(reads).toBeGreaterThanOrEqual(13);
    expect(reads).toBeLessThanOrEqual(16);
    await timetable.stop();
    const readsAtStop = reads;
    await clock.advance(3_600_000);
    expect(reads).toBe(readsAtStop);
  });

  it('queues a slot once the queue is back, after whole hours too', async () => {
    const { clock, coordinator, openOne, queued } = await openTimetable();
    const { timetable, tick } = openOne();
    await timetable.refresh();
    const { enqueue } = coordinator;
    coordinator.enqueue = () => Promise.reject(away());
    await clock.advance(3_600_000);
    await tick(at(7, 8), encodeURIComponent(WORKDAYS));
    await clock.advance(5 * 3_600_000);
    expect(await queued()).toEqual([]);
    coordinator.enqueue = enqueue;
    await clock.advance(5 * 60_000);
    await settle();
    expect(await queued()).toEqual([`weekly/team/${at(7, 8)}`]);
  });

  it('catches up with a slot of the schedule, and never with a moment between them', async () => {
    const { clock, openOne, queued } = await openTimetable();
    const first = openOne();
    await first.timetable.refresh();
    await first.timetable.stop();
    // Saturday noon: the last slot was on Friday.
    await clock.advance(at(12, 12) - clock.now());
    const second = openOne();
    await second.timetable.refresh();
    expect(await queued()).toEqual([`weekly/team/${at(11, 8)}`]);
    await second.timetable.stop();
    await clock.advance(24 * 3_600_000);
    await openOne().timetable.refresh();
    expect(await queued()).toEqual([`weekly/team/${at(11, 8)}`]);
  });

  it('queues the slot that came while an earlier one was still being queued', async () => {
    const { clock, creators, openOne, queued } = await openTimetable();
    const { timetable, tick } = openOne();
    await timetable.refresh();
    await clock.advance(3_600_000);
    const { list } = creators;
    creators.list = async () => {
      creators.list = list;
      await clock.advance(24 * 3_600_000);
      return list();
    };
    await tick(at(7, 8), encodeURIComponent(WORKDAYS));
    expect(await queued()).toEqual([`weekly/team/${at(7, 8)}`, `weekly/team/${at(8, 8)}`]);
  });

  it('gives the others their tasks when one stored schedule is refused', async () => {
    const { settings, openOne, logger } = await openTimetable();
    await settings.update(coach, (current) => withSetting(current, 'weekly', { schedule: 'wrong 1 2 3 4' }));
    const { timetable, tasks } = openOne();
    await timetable.refresh();
    expect(tasks.map(({ cron }) => cron)).toEqual(['0 8 * * 1', WORKDAYS]);
    expect(logger.lines).toMatchObject([{ event: 'report.not-scheduled', fields: { cron: 'wrong 1 2 3 4' } }]);
  });
});
