import { toString as cronInWords } from 'cronstrue';
import { createTask, setLogger, validateDetailed, type TaskOptions } from 'node-cron';
import { DocentError } from '../../core/errors.js';
import type { Logger } from '../../core/ports/logger.js';
import type { Schedule } from '../../core/ports/schedule.js';
import { createSkippedTimes } from './skipped-times.js';

/**
 * A slot that the process slept through (a closed laptop, a busy event loop) still runs however late it is, unless the
 * next slot has come meanwhile. In milliseconds.
 */
const LATEST_START_MS = Number.MAX_SAFE_INTEGER;

/** When the clocks of some time zone may go forward, in UTC. */
const EVERY_QUARTER = '*/15 * * * *';

/** Its own log lines would go to the console, past the log's format and scrubber. */
const quiet = { info() {}, warn() {}, error() {}, debug() {} };

const WHOLE_NAME =
  /\b(?:sunday|monday|tuesday|wednesday|thursday|friday|saturday|january|february|march|april|june|july|august|september|october|november|december)\b/gi;

/** A schedule whose owner can end all tasks at once. */
export interface StoppableSchedule {
  readonly schedule: Schedule;
  /** Ends every task that still runs and waits for their calls. */
  stop(): Promise<void>;
}

/** A schedule on node-cron, which keeps the system's time. */
export function createSchedule(logger: Logger): StoppableSchedule {
  setLogger(quiet);
  const endings = new Set<() => Promise<void>>();
  const schedule: Schedule = {
    start({ name, cron, timezone, run }) {
      schedule.next(cron, timezone, 1);
      const ending = new AbortController();
      let running: Promise<void> = Promise.resolve();
      const runSlot = async (slotAtMs: number) => {
        try {
          await run(slotAtMs, ending.signal);
        } catch (error) {
          if (!ending.signal.aborted) logger.error('a scheduled task failed', { task: name, slotAtMs }, error);
        }
      };
      const task = createTask(cron, ({ date }) => (running = runSlot(date.getTime())), taskOptions(timezone));
      task.on('execution:overlap', ({ date }) => {
        logger.warn('a scheduled task still runs, so its next slot is left out', {
          task: name,
          slotAtMs: date.getTime(),
        });
      });
      task.on('execution:missed', ({ date }) => {
        logger.warn('a slot was missed, and a newer one runs instead', { task: name, slotAtMs: date.getTime() });
      });
      void task.start();
      let runningMoved: Promise<void> = Promise.resolve();
      let seenUntilMs = Date.now();
      const { movedSlots } = createSkippedTimes(cron, timezone);
      const movedTask = createTask(
        EVERY_QUARTER,
        ({ date }) => {
          const movedAt = movedSlots(seenUntilMs, date.getTime()).at(-1);
          seenUntilMs = date.getTime();
          if (movedAt === undefined || task.match(new Date(movedAt))) return undefined;
          return (runningMoved = runSlot(movedAt));
        },
        taskOptions('UTC'),
      );
      void movedTask.start();
      const end = async () => {
        endings.delete(end);
        void task.destroy();
        void movedTask.destroy();
        ending.abort();
        await Promise.all([running, runningMoved]);
      };
      endings.add(end);
      return end;
    },
    next(cron, timezone, count) {
      validate(cron, timezone);
      const task = createTask(cron, () => undefined, taskOptions(timezone));
      try {
        const slots = task.getNextRuns(count).map((date) => date.getTime());
        const moved = createSkippedTimes(cron, timezone).movedSlots(Date.now(), slots.at(-1) ?? 0);
        return [...new Set([...slots, ...moved])].toSorted((one, other) => one - other).slice(0, count);
      } catch (cause) {
        throw invalid(`The cron expression "${cron}" never comes due.`, cause);
      } finally {
        void task.destroy();
      }
    },
    inWords(cron) {
      validateCron(cron);
      try {
        return cronInWords(withShortNames(cron), { use24HourTimeFormat: true });
      } catch (cause) {
        throw invalid(
          `The cron expression "${cron}" cannot be said in words. Write names with three letters and the rest with numbers, such as "0 9 * jan mon".`,
          cause,
        );
      }
    },
  };
  return {
    schedule,
    async stop() {
      await Promise.all([...endings].map((end) => end()));
    },
  };
}

function taskOptions(timezone: string): TaskOptions {
  return { timezone, noOverlap: true, unref: true, missedExecutionTolerance: LATEST_START_MS };
}

function validate(cron: string, timezone: string): void {
  validateCron(cron);
  try {
    new Intl.DateTimeFormat('en', { timeZone: timezone });
  } catch (cause) {
    throw invalid(`"${timezone}" is no time zone. Write its IANA name, such as Europe/Berlin or UTC.`, cause);
  }
}

function validateCron(cron: string): void {
  const { valid, errors } = validateDetailed(cron);
  if (!valid) {
    const reasons = errors.map(({ message }) => message).join('; ');
    throw invalid(
      `The cron expression "${cron}" is wrong: ${reasons}. Write five fields, such as "0 9 * * 1" for Mondays at 9:00.`,
    );
  }
}

/** node-cron reads whole names, such as `Monday`; cronstrue reads three letters alone. */
function withShortNames(cron: string): string {
  return cron.replaceAll(WHOLE_NAME, (name) => name.slice(0, 3));
}

function invalid(userMessage: string, cause?: unknown): DocentError {
  return new DocentError('SETTINGS_INVALID', { userMessage, cause });
}
