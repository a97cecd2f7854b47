import { DocentError } from '../../src/core/errors.js';
import type { Clock } from '../../src/core/ports/clock.js';
import type { Schedule, ScheduledTask } from '../../src/core/ports/schedule.js';
import { createFakeClock } from './fake-clock.js';

const WEEK_MS = 7 * 24 * 3_600_000;

/**
 * A schedule that a test ticks. Whatever the cron expression, a slot is at the fake clock's beginning and each week from
 * there, where the test gives no others. What begins with `wrong` is refused; what begins with `mute` has no words.
 */
export interface FakeSchedule extends Schedule {
  /** The slots of a cron expression, by the expression, oldest first. */
  readonly slots: Map<string, readonly number[]>;
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
  const slots = new Map<string, readonly number[]>();
  return {
    slots,
    tasks,
    start(task) {
      check(task.cron, task.timezone);
      tasks.push(task);
      return async () => void tasks.splice(tasks.indexOf(task), 1);
    },
    next(cron, timezone, count) {
      check(cron, timezone);
      const given = slots.get(cron);
      if (given !== undefined) return given.filter((slotAt) => slotAt > clock.now()).slice(0, count);
      const intervalMs = cron === '* * * * *' ? 60_000 : WEEK_MS;
      const passed = Math.floor((clock.now() - firstSlotAt) / intervalMs) + 1;
      return Array.from({ length: count }, (_, index) => firstSlotAt + (passed + index) * intervalMs);
    },
    inWords(cron) {
      check(cron, 'UTC');
      if (cron.startsWith('mute'))
        throw new DocentError('SETTINGS_INVALID', { userMessage: `"${cron}" has no words.` });
      return `In words: ${cron}`;
    },
    async tick(slotAt, report = '') {
      const { signal } = new AbortController();
      for (const task of tasks) if (task.name.includes(report)) await task.run(slotAt, signal);
    },
  };
}
