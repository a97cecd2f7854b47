import { DocentError } from '../errors.js';
import type { Counters, MetricDay } from '../ports/metric-store.js';

/** How long a day's counters live from its start, in milliseconds. */
export const METRIC_DAY_LIFE_MS = 7 * 24 * 60 * 60_000;

/** The UTC day of a moment in milliseconds since 1970, `yyyymmdd`. */
export function utcDay(atMs: number): MetricDay {
  return new Date(atMs).toISOString().slice(0, 10).replaceAll('-', '');
}

/** When a UTC day starts, in milliseconds since 1970. */
export function startOfDay(day: MetricDay): number {
  return Date.UTC(Number(day.slice(0, 4)), Number(day.slice(4, 6)) - 1, Number(day.slice(6)));
}

/** @throws DocentError `RECORD_INVALID` for a number that is not whole. */
export function assertWholeNumbers(increments: Counters): void {
  for (const [name, increment] of Object.entries(increments))
    if (!Number.isSafeInteger(increment))
      throw new DocentError('RECORD_INVALID', {
        userMessage: `The metric "${name}" is no whole number; nothing was counted.`,
      });
}
