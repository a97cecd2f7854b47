import { createTask } from 'node-cron';

const SECOND_MS = 1_000;
/** Clocks are changed at a quarter of an hour in UTC, wherever they are. */
const QUARTER_MS = 15 * 60_000;
const DAY_MS = 24 * 60 * 60_000;
/** Changes of the clocks are looked for so far: laws change oftener than that. */
const MAX_AHEAD_MS = 400 * DAY_MS;

/** Finds slots that node-cron leaves out because the clocks go forward over them. */
export interface SkippedTimes {
  /** The ends of gaps with such a slot in them, after `from` and until `until`, at most 400 days; milliseconds since 1970. */
  movedSlots(from: number, until: number): number[];
}

/** A slot at a time that does not exist on a day is moved to the end of the gap, as `0 30 2 * * *` to 3:00. */
export function createSkippedTimes(cron: string, timezone: string): SkippedTimes {
  const offsetAt = offsetsOf(timezone);
  // In UTC every time of day exists, so that its matches are those of the wall clock.
  const wallClock = createTask(cron, () => undefined, { timezone: 'UTC' });

  function hasSlotInGap(endMs: number): boolean {
    const last = endMs + offsetAt(endMs);
    for (let wall = endMs + offsetAt(endMs - QUARTER_MS); wall < last; wall += SECOND_MS)
      if (wallClock.match(new Date(wall))) return true;
    return false;
  }

  return {
    movedSlots(from, until) {
      const moved: number[] = [];
      const first = Math.floor(from / QUARTER_MS) * QUARTER_MS;
      const last = Math.min(until, from + MAX_AHEAD_MS);
      for (let dayMs = first; dayMs < last; dayMs += DAY_MS) {
        if (offsetAt(dayMs) >= offsetAt(dayMs + DAY_MS)) continue;
        for (let endMs = dayMs + QUARTER_MS; endMs <= Math.min(dayMs + DAY_MS, last); endMs += QUARTER_MS)
          if (offsetAt(endMs - QUARTER_MS) < offsetAt(endMs) && hasSlotInGap(endMs)) moved.push(endMs);
      }
      return moved;
    },
  };
}

/** How far a time zone's clocks are ahead of UTC at a moment; all in milliseconds. */
function offsetsOf(timeZone: string): (atMs: number) => number {
  const format = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' });
  return (atMs) => {
    const name = format.formatToParts(atMs).find(({ type }) => type === 'timeZoneName')?.value ?? '';
    const [, sign, hours, minutes] = /^GMT([+-])(\d\d):(\d\d)/.exec(name) ?? [];
    return (sign === '-' ? -1 : 1) * (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * 60_000;
  };
}
