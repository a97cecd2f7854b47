import { z } from 'zod';
import { joinKey } from '../ids.js';
import type { Clock } from '../ports/clock.js';
import { type Collection, type RecordStore, SYSTEM_SCOPE } from '../ports/record-store.js';
import type { Schedule } from '../ports/schedule.js';
import type { TimetableLine } from './report-settings.js';

/** What upcoming slots are kept with. */
export interface UpcomingSlotsOptions {
  readonly schedule: Pick<Schedule, 'next'>;
  readonly recordStore: RecordStore;
  readonly clock: Clock;
}

/** The slots of each line that come next, kept as records: whoever missed some of them finds the newest. */
export interface UpcomingSlots {
  /** The newest slot that was kept and has come since, in milliseconds since 1970; the same one until `keep`. */
  newestDue(line: TimetableLine): Promise<number | undefined>;
  /** Keeps the slots after now in place of those before. */
  keep(line: TimetableLine): Promise<void>;
  /** Forgets a line that nobody has any more. */
  forget(line: TimetableLine): Promise<void>;
}

/** How many slots are kept: a month of a daily report. */
const KEPT_SLOTS = 32;
const slotsSchema = z.object({
  nextAt: z.number().int(),
  laterAt: z.array(z.number().int()).max(KEPT_SLOTS).default([]),
});
const slotCollection = { name: 'report-slots', schema: slotsSchema } satisfies Collection<typeof slotsSchema>;

/** What a line is known by, to records and tasks. */
export function lineKey({ report, cron, timezone }: TimetableLine): string {
  return joinKey([report, cron, timezone]);
}

/** Keeps real slots of the schedule; only after an outage over all of them is the newest missed one estimated. */
export function createUpcomingSlots({ schedule, recordStore, clock }: UpcomingSlotsOptions): UpcomingSlots {
  async function write(line: TimetableLine, slots: readonly number[]): Promise<void> {
    const [nextAt, ...laterAt] = slots;
    if (nextAt === undefined) return;
    await recordStore.put(slotCollection, SYSTEM_SCOPE, { id: lineKey(line), value: { nextAt, laterAt } });
  }

  /**
   * The schedule knows only the slots to come, so the distance of the next two is taken for that of the last two: exact
   * for a regular schedule; for any other a moment in the past that is not before the newest slot that was kept.
   */
  function estimateMissed({ cron, timezone }: TimetableLine, newestKeptAt: number): number {
    const [nextAt, afterNextAt] = schedule.next(cron, timezone, 2);
    if (nextAt === undefined || afterNextAt === undefined) return newestKeptAt;
    const intervalMs = afterNextAt - nextAt;
    const intervals = Math.ceil((nextAt - clock.now()) / intervalMs);
    return Math.max(newestKeptAt, nextAt - intervals * intervalMs);
  }

  return {
    async newestDue(line) {
      const stored = await recordStore.get(slotCollection, SYSTEM_SCOPE, lineKey(line));
      if (stored === undefined) return undefined;
      const slots = [stored.value.nextAt, ...stored.value.laterAt];
      const dueAt = slots.findLast((slotAt) => slotAt <= clock.now());
      if (dueAt === undefined || dueAt !== slots.at(-1)) return dueAt;
      const missedAt = estimateMissed(line, dueAt);
      // Kept before anybody acts on it: another estimate after a kill would be another slot.
      if (missedAt !== dueAt) await write(line, [missedAt, ...schedule.next(line.cron, line.timezone, KEPT_SLOTS)]);
      return missedAt;
    },
    keep: (line) => write(line, schedule.next(line.cron, line.timezone, KEPT_SLOTS)),
    async forget(line) {
      await recordStore.delete(slotCollection, SYSTEM_SCOPE, lineKey(line));
    },
  };
}
