import type { Creators } from '../creators.js';
import { DocentError } from '../errors.js';
import type { CreatorId } from '../ids.js';
import type { Clock } from '../ports/clock.js';
import type { Coordinator } from '../ports/coordinator.js';
import type { Logger } from '../ports/logger.js';
import type { RecordStore } from '../ports/record-store.js';
import type { Schedule } from '../ports/schedule.js';
import { enqueueReport } from './report-queue.js';
import {
  type ReportSettings,
  type ReportSettingsStore,
  type TimetableLine,
  NOTHING_CHOSEN,
  lineOf,
  settingOf,
} from './report-settings.js';
import type { ReportDefinition } from './report.js';
import { createUpcomingSlots, lineKey } from './upcoming-slots.js';

/** What a timetable works with. */
export interface TimetableOptions {
  readonly reports: readonly ReportDefinition[];
  readonly settings: ReportSettingsStore;
  readonly creators: Pick<Creators, 'list'>;
  readonly schedule: Schedule;
  readonly coordinator: Pick<Coordinator, 'enqueue'>;
  readonly recordStore: RecordStore;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Puts reports into their queue when they are due. What fails is logged and done again until it is done or `stop`. */
export interface Timetable {
  /**
   * Reads when each creator's reports are due, and catches up with the newest slot of each line that was missed. Resolves
   * after the first try.
   */
  refresh(): Promise<void>;
  /** As `refresh`, for one creator; catches up only with lines that nobody had before. */
  refreshOne(creatorId: CreatorId): Promise<void>;
  stop(): Promise<void>;
}

/** The wait before what failed is done again, in milliseconds; twice as long each time, up to the longest. */
const FIRST_RETRY_MS = 15_000;
const LONGEST_RETRY_MS = 5 * 60_000;

interface Task {
  readonly line: TimetableLine;
  end(): Promise<void>;
}

/**
 * One task for all creators whose report is due at the same times. However many processes are told of a slot, it becomes
 * one piece of work a creator.
 */
export function createTimetable(options: TimetableOptions): Timetable {
  const { reports, settings, creators, schedule, coordinator, clock, logger } = options;
  const upcoming = createUpcomingSlots(options);
  const tasks = new Map<string, Task>();
  let known: ReadonlyMap<CreatorId, ReportSettings> = new Map();
  let isStopped = false;
  let retries = 0;
  let cancelRetry: (() => void) | undefined;

  async function enqueueSlot(line: TimetableLine, slotAt: number): Promise<void> {
    const report = reports.find(({ name }) => name === line.report);
    if (report === undefined) return;
    for (const creatorId of await creators.list()) {
      const current = await settings.read(creatorId);
      const { paused, changedAt } = settingOf(current, line.report);
      if (paused !== null || changedAt > slotAt || lineKey(lineOf(current, report)) !== lineKey(line)) continue;
      await enqueueReport(coordinator, { report: line.report, creatorId, slotAt });
    }
  }

  /** @param enqueuedAt the newest slot that needs nothing any more, in milliseconds since 1970. */
  async function catchUp(line: TimetableLine, enqueuedAt = Number.NEGATIVE_INFINITY): Promise<void> {
    const dueAt = await upcoming.newestDue(line);
    if (dueAt !== undefined && dueAt > enqueuedAt) await enqueueSlot(line, dueAt);
    await upcoming.keep(line);
  }

  async function runSlot(line: TimetableLine, slotAt: number): Promise<void> {
    try {
      await enqueueSlot(line, slotAt);
      await catchUp(line, slotAt);
    } catch (error) {
      logger.warn('report.not-queued', { report: line.report, slotAt }, error);
      retryLater();
    }
  }

  /** A line that the schedule refuses must not keep the others from their tasks. */
  function startTask(line: TimetableLine): void {
    const { report, cron, timezone } = line;
    try {
      const end = schedule.start({
        name: `report ${lineKey(line)}`,
        cron,
        timezone,
        run: (slotAt) => runSlot(line, slotAt),
      });
      tasks.set(lineKey(line), { line, end });
    } catch (error) {
      if (!(error instanceof DocentError && error.code === 'SETTINGS_INVALID')) throw error;
      logger.error('report.not-scheduled', { report, cron, timezone }, error);
    }
  }

  /** Starts and ends tasks, so that there is one for each line that somebody has, and returns the new ones. */
  async function settle(): Promise<Task[]> {
    const lines = [NOTHING_CHOSEN, ...known.values()].flatMap((each) => reports.map((report) => lineOf(each, report)));
    const wanted = new Map(lines.map((line) => [lineKey(line), line]));
    for (const [key, { line, end }] of tasks)
      if (!wanted.has(key)) {
        tasks.delete(key);
        await end();
        await upcoming.forget(line);
      }
    const earlierKeys = new Set(tasks.keys());
    for (const [key, line] of wanted) if (!earlierKeys.has(key)) startTask(line);
    return [...tasks].filter(([key]) => !earlierKeys.has(key)).map(([, task]) => task);
  }

  function retryLater(): void {
    if (isStopped || cancelRetry !== undefined) return;
    const delayMs = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** retries);
    retries += 1;
    cancelRetry = clock.after(delayMs, () => {
      cancelRetry = undefined;
      void refresh();
    });
  }

  /** One after another, so that no line gets two tasks. */
  let earlier: Promise<void> = Promise.resolve();
  const inTurn = (work: () => Promise<void>): Promise<void> =>
    (earlier = earlier.then(async () => {
      try {
        if (!isStopped) await work();
      } catch (error) {
        logger.warn('reports.not-read', {}, error);
        retryLater();
      }
    }));

  function refresh(): Promise<void> {
    return inTurn(async () => {
      // Nobody's task ends because somebody else's choice could not be read.
      const read = new Map<CreatorId, ReportSettings>();
      for (const creatorId of await creators.list()) read.set(creatorId, await settings.read(creatorId));
      known = read;
      await settle();
      for (const { line } of tasks.values()) await catchUp(line);
      retries = 0;
    });
  }

  return {
    refresh,
    refreshOne: (creatorId) =>
      inTurn(async () => {
        known = new Map(known).set(creatorId, await settings.read(creatorId));
        for (const { line } of await settle()) await catchUp(line);
      }),
    async stop() {
      isStopped = true;
      cancelRetry?.();
      await earlier;
      const ending = [...tasks.values()].map(({ end }) => end());
      tasks.clear();
      await Promise.all(ending);
    },
  };
}
