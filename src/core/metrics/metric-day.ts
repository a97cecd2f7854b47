import { DocentError } from '../errors.js';
import { lazy } from '../lazy.js';
import type { Counters, MetricDay, MetricLevel } from '../ports/metric-store.js';

/** A UTC day in milliseconds. */
export const DAY_MS = 24 * 60 * 60_000;

/** How long a day's counters live from its start, in milliseconds: the day itself, then 7 or 35 more. */
export const METRIC_LIFE_MS: Readonly<Record<MetricLevel, number>> = { detail: 8 * DAY_MS, rollUp: 36 * DAY_MS };

/** The UTC day of a moment in milliseconds since 1970, `yyyymmdd`. */
export function utcDay(atMs: number): MetricDay {
  return new Date(atMs).toISOString().slice(0, 10).replaceAll('-', '');
}

/** When a UTC day starts, in milliseconds since 1970. */
export function startOfDay(day: MetricDay): number {
  return Date.UTC(Number(day.slice(0, 4)), Number(day.slice(4, 6)) - 1, Number(day.slice(6)));
}

const date = lazy(
  () => new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' }),
);

/** `24 Nov 2026 to 30 Nov 2026`, or the one day. */
export function periodInWords({ fromDay, toDay }: { readonly fromDay: MetricDay; readonly toDay: MetricDay }): string {
  const [from, to] = [date().format(startOfDay(fromDay)), date().format(startOfDay(toDay))];
  return from === to ? to : `${from} to ${to}`;
}

/** The newest day of which a level is kept no longer. */
export function newestExpiredDay(nowMs: number, level: MetricLevel): MetricDay {
  return utcDay(nowMs - METRIC_LIFE_MS[level]);
}

/** @throws DocentError `RECORD_INVALID` for a number that is not whole. */
export function assertWholeNumbers(increments: Counters): void {
  for (const [name, increment] of Object.entries(increments))
    if (!Number.isSafeInteger(increment))
      throw new DocentError('RECORD_INVALID', {
        userMessage: `The metric "${name}" is no whole number; nothing was counted.`,
      });
}
