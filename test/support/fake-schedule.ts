import { DocentError } from '../../src/core/errors.js';
import type { Clock } from '../../src/core/ports/clock.js';
import type { Schedule, ScheduledTask } from '../../src/core/ports/schedule.js';
import { createFakeClock } from './fake-clock.js';

const WEEK_MS = 7 * 24 * 3_600_000;

/** A schedule that a test ticks. Whatever the cron expression, a slot is at the fake clock's beginning and each week from there. */
export interface FakeSchedule extends Schedule {
  readonly tasks: ScheduledTask[];
  /** Calls every task, or those of one report, with a slot. */
  tick(slotAt: number, report?: string): Promise<void>;
}

/** @param clock the time that slots are counted from. */
export function createFakeSchedule(clock: Clock): FakeSchedule {
  const tasks: ScheduledTask[] = [];
  const firstSlotAt = createFakeClock().now();
  const check = (cron: string, timezone: string): void => {
    if (cron.startsWith('wrong') || timezone === 'Nowhere')
      throw new DocentError('SETTINGS_INVALID', { userMessage: `"${cron}" or "${timezone}" is wrong.` });
  };
  return {
    tasks,
    start(task) {
      check(task.cron, task.timezone);
      tasks.push(task);
      return async () => void tasks.splice(tasks.indexOf(task), 1);
    },
    next(cron, timezone, count) {
      check(cron, timezone);
      const intervalMs = cron === '* * * * *' ? 60_000 : WEEK_MS;
      const slots = Math.floor((clock.now() - firstSlotAt) / intervalMs) + 1;
      return Array.from({ length: count }, (_, index) => firstSlotAt + (slots + index) * intervalMs);
    },
    inWords: (cron) => `In words: ${cron}`,
    async tick(slotAt, report = '') {
      const { signal } = new AbortController();
      for (const task of tasks) if (task.name.includes(report)) await task.run(slotAt, signal);
    },
  };
}
