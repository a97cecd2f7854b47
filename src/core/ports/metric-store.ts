import type { CreatorId } from '../ids.js';
import type { Health } from './health.js';

/** A UTC day, `yyyymmdd`. */
export type MetricDay = string;

/** Named whole-number counters; which names there are is the core's matter, and their number is bounded. */
export type Counters = Readonly<Record<string, number>>;

/** A hash of counters per creator and day: bounded however many answers come. */
export interface MetricStore {
  /** Adds to a day's counters, all in one step. A day lives for 7 days from its start, so that the last 7 days, today included, can always be read. @throws DocentError `RECORD_INVALID` for a number that is not whole. */
  add(creatorId: CreatorId, day: MetricDay, increments: Counters): Promise<void>;
  /** The counters of each day that has any, in the order of `days`. */
  read(
    creatorId: CreatorId,
    days: readonly MetricDay[],
  ): Promise<{ readonly day: MetricDay; readonly counters: Counters }[]>;
  eraseCreator(creatorId: CreatorId): Promise<void>;
  health(signal: AbortSignal): Promise<Health>;
}
