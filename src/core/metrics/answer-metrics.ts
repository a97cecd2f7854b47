import { createBoundedMap } from '../bounded-map.js';
import type { CreatorId } from '../ids.js';
import type { Clock } from '../ports/clock.js';
import type { Counters, MetricDay, MetricStore } from '../ports/metric-store.js';
import { boundName, countersOfAnswer } from './metric-counters.js';
import { utcDay } from './metric-day.js';
import { summarise } from './metrics-summary.js';

/** What is recorded of one answer. */
export interface AnswerMetric {
  readonly platform: string;
  readonly outcome: 'answered' | 'refused' | 'fallback' | 'error';
  /** Empty when no model had a part in it. */
  readonly model: string;
  /** Milliseconds from the event's arrival to the final message. */
  readonly responseTimeMs: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** 0 to 1. */
  readonly confidence: number;
  readonly chunksRetrieved: number;
  readonly chunksCited: number;
  /** Names of the documents that were cited. */
  readonly citedDocuments: readonly string[];
}

/** A creator's figures over some days. Shares and means are 0 where there is nothing to divide by. */
export interface MetricsSummary {
  /** First and last UTC day, `yyyymmdd`. */
  readonly fromDay: string;
  readonly toDay: string;
  readonly questions: number;
  readonly outcomes: Readonly<Record<AnswerMetric['outcome'], number>>;
  /** Of all questions. Percentiles are at most 2 % off. */
  readonly responseTimeMs: { readonly mean: number; readonly p50: number; readonly p95: number; readonly p99: number };
  /** Means are of the questions that were answered. */
  readonly meanConfidence: number;
  readonly meanInputTokens: number;
  readonly meanOutputTokens: number;
  readonly feedback: { readonly up: number; readonly down: number };
  /** Most used first. */
  readonly models: readonly { readonly model: string; readonly count: number }[];
  /** The ten most cited, most cited first. */
  readonly topDocuments: readonly { readonly name: string; readonly citations: number }[];
  readonly documentsIngested: number;
  /** Questions per UTC day, oldest first, days without any included. */
  readonly days: readonly { readonly day: string; readonly questions: number }[];
}

/** The creator's figures: recorded as they happen, read per period. */
export interface AnswerMetrics {
  recordAnswer(creatorId: CreatorId, metric: AnswerMetric): Promise<void>;
  recordFeedback(creatorId: CreatorId, vote: 'up' | 'down'): Promise<void>;
  recordIngestion(creatorId: CreatorId, outcome: 'ready' | 'failed'): Promise<void>;
  /** The last `days` UTC days, today included; 1 to 7. */
  summary(creatorId: CreatorId, days: number): Promise<MetricsSummary>;
}

const DAY_MS = 24 * 60 * 60 * 1_000;
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
  const namesOfDays = createBoundedMap<string, Promise<Set<string>>>(MAX_CACHED_DAYS);

  /** The names that a day counts already, so that they stay bounded over restarts. */
  async function namesOf(creatorId: CreatorId, day: MetricDay): Promise<Set<string>> {
    const key = `${creatorId}/${day}`;
    const known = namesOfDays.get(key);
    if (known !== undefined) return known;
    const reading = metricStore.read(creatorId, [day]).then(([stored]) => new Set(Object.keys(stored?.counters ?? {})));
    namesOfDays.set(key, reading);
    reading.catch(() => namesOfDays.delete(key));
    return reading;
  }

  const add = (creatorId: CreatorId, counters: Counters): Promise<void> =>
    metricStore.add(creatorId, utcDay(clock.now()), counters);

  return {
    async recordAnswer(creatorId, metric) {
      const day = utcDay(clock.now());
      const known = await namesOf(creatorId, day);
      await metricStore.add(
        creatorId,
        day,
        countersOfAnswer(metric, (kind, name) => boundName(known, kind, name)),
      );
    },
    recordFeedback: (creatorId, vote) => add(creatorId, { [`feedback:${vote}`]: 1 }),
    recordIngestion: (creatorId, outcome) => add(creatorId, { [`ingestion:${outcome}`]: 1 }),
    async summary(creatorId, days) {
      const wanted = Array.from({ length: days }, (_, index) => utcDay(clock.now() - (days - 1 - index) * DAY_MS));
      return summarise(wanted, await metricStore.read(creatorId, wanted));
    },
  };
}
