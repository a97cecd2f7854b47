import { createBoundedMap } from '../bounded-map.js';
import type { CreatorId } from '../ids.js';
import type { Clock } from '../ports/clock.js';
import type { Counters, MetricDay, MetricStore } from '../ports/metric-store.js';
import { type KnownNames, boundName, countersOfAnswer, knownNames } from './metric-counters.js';
import { DAY_MS, utcDay } from './metric-day.js';
import { type MetricsSummary, summarise } from './metrics-summary.js';
import type { StageTimes } from './stages.js';

/** What is recorded of one answer. */
export interface AnswerMetric {
  readonly platform: string;
  /** `unready`: not all documents could be searched by meaning, and the words alone were not enough. */
  readonly outcome: 'answered' | 'refused' | 'unready' | 'fallback' | 'error';
  /** Empty when no model had a part in it. */
  readonly model: string;
  /** Milliseconds from the event's arrival to the final message. */
  readonly responseTimeMs: number;
  readonly stages: StageTimes;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** 0 to 1. */
  readonly confidence: number;
  readonly chunksRetrieved: number;
  readonly chunksCited: number;
  /** Names of the documents that an answer cites. */
  readonly citedDocuments: readonly string[];
}

/** The creator's figures: recorded as they happen, read per period. */
export interface AnswerMetrics {
  recordAnswer(creatorId: CreatorId, metric: AnswerMetric): Promise<void>;
  recordFeedback(creatorId: CreatorId, vote: 'up' | 'down'): Promise<void>;
  recordIngestion(creatorId: CreatorId, outcome: 'ready' | 'failed'): Promise<void>;
  summary(creatorId: CreatorId, period: MetricPeriod): Promise<MetricsSummary>;
}

/** Whole UTC days in a row. */
export interface MetricPeriod {
  /** How many, 1 to 7. */
  readonly days: number;
  /** A moment of the last day, in milliseconds since 1970; default now. What is older than a week has no details. */
  readonly through?: number;
}

/** Creators and days whose counted names are kept in memory. */
const MAX_CACHED_DAYS = 500;

/** Figures as counters of a metric store: bounded in number however many answers come. */
export function createAnswerMetrics({
  metricStore,
  clock,
}: {
  readonly metricStore: MetricStore;
  readonly clock: Clock;
}): AnswerMetrics {
  const namesOfDays = createBoundedMap<string, Promise<KnownNames>>(MAX_CACHED_DAYS);

  /** The names that a day counts already, so that they stay bounded over restarts. */
  async function namesOf(creatorId: CreatorId, day: MetricDay): Promise<KnownNames> {
    const key = `${creatorId}/${day}`;
    const known = namesOfDays.get(key);
    if (known !== undefined) return known;
    const reading = metricStore.read(creatorId, [day], 'detail').then(([stored]) => knownNames(stored?.counters ?? {}));
    namesOfDays.set(key, reading);
    reading.catch(() => namesOfDays.delete(key));
    return reading;
  }

  const add = (creatorId: CreatorId, counters: Counters): Promise<void> =>
    metricStore.add(creatorId, utcDay(clock.now()), { detail: counters, rollUp: counters });

  return {
    async recordAnswer(creatorId, metric) {
      const now = clock.now();
      const day = utcDay(now);
      const known = await namesOf(creatorId, day);
      const counters = countersOfAnswer(metric, new Date(now).getUTCHours(), (kind, name) =>
        boundName(known, kind, name),
      );
      await metricStore.add(creatorId, day, counters);
    },
    recordFeedback: (creatorId, vote) => add(creatorId, { [`feedback:${vote}`]: 1 }),
    recordIngestion: (creatorId, outcome) => add(creatorId, { [`ingestion:${outcome}`]: 1 }),
    async summary(creatorId, { days: count, through = clock.now() }) {
      const days = daysThrough(through, count);
      const [detail, rollUp, rollUpBefore] = await Promise.all([
        metricStore.read(creatorId, days, 'detail'),
        metricStore.read(creatorId, days, 'rollUp'),
        metricStore.read(creatorId, daysThrough(through - count * DAY_MS, count), 'rollUp'),
      ]);
      return summarise({ days, detail, rollUp, rollUpBefore });
    },
  };
}

/** So many UTC days, oldest first, the last of which holds the moment. */
function daysThrough(atMs: number, count: number): MetricDay[] {
  return Array.from({ length: count }, (_, index) => utcDay(atMs - (count - 1 - index) * DAY_MS));
}
