import type { Counters, MetricDay, StoredDay } from '../ports/metric-store.js';
import type { AnswerMetric } from './answer-metrics.js';
import { percentile } from './histogram.js';
import { CONFIDENCE_SCALE, addCounters, countersOf } from './metric-counters.js';
import { STAGES, type Stage } from './stages.js';

/** How long something took, in milliseconds. Percentiles are at most 2 % off. */
export interface Durations {
  readonly mean: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** What two periods are compared by. Shares and means are 0 where there is nothing to divide by. */
export interface MetricTotals {
  readonly questions: number;
  readonly outcomes: Readonly<Record<AnswerMetric['outcome'], number>>;
  /** Of all questions. */
  readonly responseTimeMs: Durations;
  /** Means are of the questions that were answered. */
  readonly meanConfidence: number;
  readonly meanInputTokens: number;
  readonly meanOutputTokens: number;
  readonly feedback: { readonly up: number; readonly down: number };
  readonly documentsIngested: number;
}

/** A creator's figures over some days. */
export interface MetricsSummary extends MetricTotals {
  /** First and last UTC day, `yyyymmdd`. */
  readonly fromDay: MetricDay;
  readonly toDay: MetricDay;
  /** As many days right before. */
  readonly before: MetricTotals;
  /** In the order in which an answer goes through them; those that no answer went through are left out. */
  readonly stages: readonly (Durations & { readonly stage: Stage })[];
  /** Most used first. */
  readonly models: readonly { readonly model: string; readonly count: number }[];
  /** The ten most cited, most cited first. */
  readonly topDocuments: readonly { readonly name: string; readonly citations: number }[];
  /** Questions in each hour of the UTC day, 24 of them. */
  readonly hours: readonly number[];
  /** Oldest first, days without questions included; their times are 0. */
  readonly days: readonly {
    readonly day: MetricDay;
    readonly questions: number;
    readonly p50: number;
    readonly p95: number;
  }[];
}

const TOP_DOCUMENTS = 10;
const HOURS = 24;

/** The counters of a period and of the one before it, of the days that have any. */
export interface StoredPeriods {
  /** All days asked for, oldest first. */
  readonly days: readonly MetricDay[];
  readonly detail: readonly StoredDay[];
  readonly rollUp: readonly StoredDay[];
  readonly rollUpBefore: readonly StoredDay[];
}

/** The figures that counters stand for. */
export function summarise({ days, detail, rollUp, rollUpBefore }: StoredPeriods): MetricsSummary {
  const sums = addCounters(detail.map(({ counters }) => counters));
  const hours = countersOf(sums, 'hour');
  return {
    fromDay: days[0] ?? '',
    toDay: days.at(-1) ?? '',
    ...totalsOf(rollUp),
    before: totalsOf(rollUpBefore),
    stages: STAGES.flatMap((stage) => {
      const times = durationsOf(sums, `stage-${stage}`);
      return times.p99 === 0 ? [] : [{ stage, ...times }];
    }),
    models: mostFirst(countersOf(sums, 'model')).map(([model, count]) => ({ model, count })),
    topDocuments: mostFirst(countersOf(sums, 'document'))
      .slice(0, TOP_DOCUMENTS)
      .map(([name, citations]) => ({ name, citations })),
    hours: Array.from({ length: HOURS }, (_, hour) => hours.get(String(hour)) ?? 0),
    days: days.map((day) => dayOf(day, rollUp.find((one) => one.day === day)?.counters ?? {})),
  };
}

function totalsOf(stored: readonly StoredDay[]): MetricTotals {
  const sums = addCounters(stored.map(({ counters }) => counters));
  const sum = (name: string): number => sums.get(name) ?? 0;
  const answered = sum('outcome:answered');
  return {
    questions: questionsOf(sums),
    outcomes: {
      answered,
      refused: sum('outcome:refused'),
      unready: sum('outcome:unready'),
      fallback: sum('outcome:fallback'),
      error: sum('outcome:error'),
    },
    responseTimeMs: durationsOf(sums, 'rt'),
    meanConfidence: share(sum('confidence-sum') / CONFIDENCE_SCALE, answered),
    meanInputTokens: share(sum('input-tokens'), answered),
    meanOutputTokens: share(sum('output-tokens'), answered),
    feedback: { up: sum('feedback:up'), down: sum('feedback:down') },
    documentsIngested: sum('ingestion:ready'),
  };
}

function dayOf(day: MetricDay, counters: Counters): MetricsSummary['days'][number] {
  const sums = new Map(Object.entries(counters));
  const { p50, p95 } = durationsOf(sums, 'rt');
  return { day, questions: questionsOf(sums), p50, p95 };
}

function durationsOf(sums: ReadonlyMap<string, number>, kind: string): Durations {
  const buckets = new Map([...countersOf(sums, kind)].map(([bucket, count]) => [Number(bucket), count] as const));
  const total = [...buckets.values()].reduce((sum, count) => sum + count, 0);
  return {
    mean: share(sums.get(`${kind}-sum`) ?? 0, total),
    p50: percentile(buckets, 0.5),
    p95: percentile(buckets, 0.95),
    p99: percentile(buckets, 0.99),
  };
}

function questionsOf(sums: ReadonlyMap<string, number>): number {
  return [...countersOf(sums, 'outcome').values()].reduce((sum, count) => sum + count, 0);
}

function share(value: number, count: number): number {
  return count === 0 ? 0 : value / count;
}

function mostFirst(counts: ReadonlyMap<string, number>): (readonly [string, number])[] {
  return [...counts].sort(([oneName, one], [otherName, other]) => other - one || (oneName < otherName ? -1 : 1));
}
