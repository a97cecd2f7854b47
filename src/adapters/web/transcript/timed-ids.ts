import type { Clock } from '../../../core/ports/clock.js';

/** Makes ids that sort by time: nine base-36 digits of milliseconds, a hyphen, then what makes the id unique. */
export type TimedIds = (unique: string) => string;

/** Ids of one process always grow, also within a millisecond and when the clock is set back. */
export function createTimedIds(clock: Clock): TimedIds {
  let latest = 0;
  return (unique) => {
    latest = Math.max(clock.now(), latest + 1);
    return `${latest.toString(36).padStart(9, '0')}-${unique}`;
  };
}
