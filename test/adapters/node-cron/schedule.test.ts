import { describe, expect, it, vi } from 'vitest';
import { createSchedule } from '../../../src/adapters/node-cron/schedule.js';
import { describeScheduleContract, SCHEDULE_START_MS } from '../../contracts/schedule.contract.js';
import { silentLogger } from '../../support/silent-logger.js';

/** node-cron reads the system's time, so the tests replace that. */
function createSubject(startMs: number) {
  vi.useFakeTimers({ now: startMs });
  const { schedule, stop } = createSchedule(silentLogger);
  return {
    schedule,
    stop,
    advance: async (ms: number) => {
      await vi.advanceTimersByTimeAsync(ms);
    },
    async dispose() {
      vi.useRealTimers();
      await stop();
    },
  };
}

describeScheduleContract('node-cron', createSubject);

describe('the node-cron schedule', () => {
  const HOUR_MS = 3_600_000;

  it.each([
    ['the slot', '0 9 * * 1', ['2026-03-02T09:00:00.000Z']],
    ['the newest slot alone', '0 * * * *', ['2026-03-03T11:00:00.000Z']],
  ])('runs %s that the machine slept through when it wakes, however late', async (_title, cron, expected) => {
    const { schedule, advance, dispose } = createSubject(SCHEDULE_START_MS);
    const slots: string[] = [];
    schedule.start({
      name: 'report',
      cron,
      timezone: 'UTC',
      run: async (slotAtMs) => {
        slots.push(new Date(slotAtMs).toISOString());
      },
    });
    vi.setSystemTime(SCHEDULE_START_MS + 26.1 * HOUR_MS);
    await advance(60_000);
    expect(slots).toEqual(expected);
    await dispose();
  });

  it('ends every task when it stops', async () => {
    const { schedule, stop, advance, dispose } = createSubject(SCHEDULE_START_MS);
    let calls = 0;
    schedule.start({ name: 'report', cron: '* * * * *', timezone: 'UTC', run: async () => void (calls += 1) });
    await advance(60_000);
    await stop();
    await advance(600_000);
    expect(calls).toBe(1);
    await dispose();
  });
});
