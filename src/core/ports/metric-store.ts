import type { CreatorId } from '../ids.js';
import type { Health } from './health.js';

/** A UTC day, `yyyymmdd`. */
export type MetricDay = string;

/** Named whole-number counters; which names there are is the core's matter, and their number is bounded. */
export type Counters = Readonly<Record<string, number>>;

/**
 * How much is kept of a day, and how long after it: `detail` is everything, for 7 days; `rollUp` is what one period is
 * compared with another by, for 35 days.
 */
export type MetricLevel = 'detail' | 'rollUp';

/** The counters of a day that has any. */
export interface StoredDay {
  readonly day: MetricDay;
  readonly counters: Counters;
}

/** A hash of counters per creator, day and level: bounded however many answers come. */
export interface MetricStore {
  /**
   * Adds to both levels of a day, all in one step and one round trip.
   * @throws DocentError `RECORD_INVALID` for a number that is not whole; then nothing is counted.
   */
  add(creatorId: CreatorId, day: MetricDay, increments: Readonly<Record<MetricLevel, Counters>>): Promise<void>;
  /** One level of each day that has counters, in the order of `days`. */
  read(creatorId: CreatorId, days: readonly MetricDay[], level: MetricLevel): Promise<StoredDay[]>;
  eraseCreator(creatorId: CreatorId): Promise<void>;
  health(signal: AbortSignal): Promise<Health>;
}
