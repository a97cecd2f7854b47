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
    [
      'runs a slot that the machine slept through when it wakes within the hour',
      0.9 * HOUR_MS,
      ['2026-03-02T09:00:00.000Z'],
    ],
    ['leaves a slot out that is over an hour old', 1.1 * HOUR_MS, []],
  ])('%s', async (_title, sleptMs, expected) => {
    const { schedule, advance, dispose } = createSubject(SCHEDULE_START_MS);
    const slots: string[] = [];
    schedule.start({
      name: 'report',
      cron: '0 9 * * 1',
      timezone: 'UTC',
      run: async (slotAtMs) => {
        slots.push(new Date(slotAtMs).toISOString());
      },
    });
    vi.setSystemTime(SCHEDULE_START_MS + sleptMs);
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
