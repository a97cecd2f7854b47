import { z } from 'zod';
import type { Creators } from '../creators.js';
import { wait } from '../exclusive.js';
import { type CreatorId, joinKey } from '../ids.js';
import type { Clock } from '../ports/clock.js';
import type { Coordinator } from '../ports/coordinator.js';
import type { Logger } from '../ports/logger.js';
import { type Collection, type RecordStore, SYSTEM_SCOPE } from '../ports/record-store.js';
import type { Schedule } from '../ports/schedule.js';
import { enqueueReport } from './report-queue.js';
import {
  type ReportSettings,
  type ReportSettingsStore,
  type TimetableLine,
  lineOf,
  settingOf,
} from './report-settings.js';
import type { ReportDefinition } from './report.js';

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

/** Puts reports into their queue when they are due. */
export interface Timetable {
  /** Reads when each creator's reports are due; the first time it also catches up with the newest slot that was missed. */
  refresh(): Promise<void>;
  /** As `refresh`, for one creator. */
  refreshOne(creatorId: CreatorId): Promise<void>;
  stop(): Promise<void>;
}

/** The slot that comes next, by line: a process that starts after it finds what it missed. */
const slotSchema = z.object({ nextAt: z.number().int() });
const slotCollection = { name: 'report-slots', schema: slotSchema } satisfies Collection<typeof slotSchema>;

/** A slot that falls into an outage is tried again so often, with so long a pause in milliseconds: for an hour. */
const MAX_TRIES = 240;
const RETRY_MS = 15_000;

/**
 * One task for all creators whose report is due at the same times. However many processes are told of a slot, it becomes
 * one piece of work a creator.
 */
export function createTimetable(options: TimetableOptions): Timetable {
  const { reports, settings, creators, schedule, coordinator, recordStore, clock, logger } = options;
  const known = new Map<CreatorId, ReportSettings>();
  const tasks = new Map<string, { readonly line: TimetableLine; end(): Promise<void> }>();

  async function enqueueSlot(line: TimetableLine, slotAt: number): Promise<void> {
    const report = reports.find(({ name }) => name === line.report);
    if (report === undefined) return;
    for (const creatorId of await creators.list()) {
      const current = await settings.read(creatorId);
      const { paused, changedAt } = settingOf(current, line.report);
      if (paused !== null || changedAt > slotAt || keyOf(lineOf(current, report)) !== keyOf(line)) continue;
      await enqueueReport(coordinator, { report: line.report, creatorId, slotAt });
    }
    await rememberNextSlot(line);
  }

  async function enqueueDespiteOutage(line: TimetableLine, slotAt: number, signal: AbortSignal): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        return await enqueueSlot(line, slotAt);
      } catch (error) {
        if (signal.aborted || tries === MAX_TRIES) throw error;
        logger.warn('report.not-queued', { report: line.report, slotAt, tries }, error);
        await wait(clock, RETRY_MS, signal);
      }
    }
  }

  async function rememberNextSlot(line: TimetableLine): Promise<void> {
    const [nextAt] = schedule.next(line.cron, line.timezone, 1);
    if (nextAt === undefined) return;
    await recordStore.put(slotCollection, SYSTEM_SCOPE, { id: keyOf(line), value: { nextAt } });
  }

  async function catchUp(line: TimetableLine): Promise<void> {
    const slot = await recordStore.get(slotCollection, SYSTEM_SCOPE, keyOf(line));
    if (slot === undefined || slot.value.nextAt > clock.now()) await rememberNextSlot(line);
    else await enqueueSlot(line, newestMissedSlot(line, slot.value.nextAt));
  }

  /**
   * The schedule knows only the slots to come, so the distance of the next two is taken for that of the last two: exact
   * for a regular schedule; for any other a moment in the past that is not before the oldest missed slot.
   */
  function newestMissedSlot({ cron, timezone }: TimetableLine, oldestAt: number): number {
    const [nextAt, afterNextAt] = schedule.next(cron, timezone, 2);
    if (nextAt === undefined || afterNextAt === undefined) return oldestAt;
    const intervalMs = afterNextAt - nextAt;
    const intervals = Math.ceil((nextAt - clock.now()) / intervalMs);
    return Math.max(oldestAt, nextAt - intervals * intervalMs);
  }

  function startTask(line: TimetableLine): void {
    const end = schedule.start({
      name: `report ${keyOf(line)}`,
      cron: line.cron,
      timezone: line.timezone,
      run: (slotAt, signal) => enqueueDespiteOutage(line, slotAt, signal),
    });
    tasks.set(keyOf(line), { line, end });
  }

  /** Starts and ends tasks, so that there is one for each line that somebody has. */
  async function settle(): Promise<void> {
    const undecided: ReportSettings = { timezone: 'UTC', reports: {} };
    const lines = [undecided, ...known.values()].flatMap((each) => reports.map((report) => lineOf(each, report)));
    const wanted = new Map(lines.map((line) => [keyOf(line), line]));
    for (const [key, { end }] of tasks)
      if (!wanted.has(key)) {
        tasks.delete(key);
        await end();
        await recordStore.delete(slotCollection, SYSTEM_SCOPE, key);
      }
    for (const [key, line] of wanted)
      if (!tasks.has(key)) {
        startTask(line);
        await catchUp(line);
      }
  }

  /** One after another, so that no line gets two tasks. */
  let earlier: Promise<unknown> = Promise.resolve();
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    const done = earlier.then(work);
    earlier = done.catch(() => undefined);
    return done;
  };

  return {
    refresh: () =>
      inTurn(async () => {
        known.clear();
        for (const creatorId of await creators.list()) known.set(creatorId, await settings.read(creatorId));
        await settle();
      }),
    refreshOne: (creatorId) =>
      inTurn(async () => {
        known.set(creatorId, await settings.read(creatorId));
        await settle();
      }),
    async stop() {
      await earlier;
      const ending = [...tasks.values()].map(({ end }) => end());
      tasks.clear();
      await Promise.all(ending);
    },
  };
}

function keyOf({ report, cron, timezone }: TimetableLine): string {
  return joinKey([report, cron, timezone]);
}
