import type { CreatorId } from '../ids.js';
import type { Health } from './health.js';

/** A UTC day, `yyyymmdd`. */
export type MetricDay = string;

/** Named whole-number counters; which names there are is the core's matter, and their number is bounded. */
export type Counters = Readonly<Record<string, number>>;

/** A hash of counters per creator and day: bounded however many answers come. */
export interface MetricStore {
  /** Adds to a day's counters, all in one step. The detail lives 7 days, measured from the day itself. */
  add(creatorId: CreatorId, day: MetricDay, increments: Counters): Promise<void>;
  /** The counters of each day that has any, in the order of `days`. */
  read(
    creatorId: CreatorId,
    days: readonly MetricDay[],
  ): Promise<{ readonly day: MetricDay; readonly counters: Counters }[]>;
  eraseCreator(creatorId: CreatorId): Promise<void>;
  health(signal: AbortSignal): Promise<Health>;
}
