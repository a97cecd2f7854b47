import type { Counters, MetricDay } from '../ports/metric-store.js';
import type { MetricsSummary } from './answer-metrics.js';
import { percentile } from './histogram.js';
import { CONFIDENCE_SCALE, addCounters, countersOf } from './metric-counters.js';

const TOP_DOCUMENTS = 10;

/** The figures that counters stand for. `days` are all days asked for, oldest first; `stored` those that have any counters. */
export function summarise(
  days: readonly MetricDay[],
  stored: readonly { readonly day: MetricDay; readonly counters: Counters }[],
): MetricsSummary {
  const sums = addCounters(stored.map(({ counters }) => counters));
  const sum = (name: string): number => sums.get(name) ?? 0;
  const answered = sum('outcome:answered');
  const outcomes = {
    answered,
    refused: sum('outcome:refused'),
    fallback: sum('outcome:fallback'),
    error: sum('outcome:error'),
  };
  const questions = answered + outcomes.refused + outcomes.fallback + outcomes.error;
  const times = new Map([...countersOf(sums, 'rt')].map(([bucket, count]) => [Number(bucket), count] as const));
  return {
    fromDay: days[0] ?? '',
    toDay: days.at(-1) ?? '',
    questions,
    outcomes,
    responseTimeMs: {
      mean: share(sum('rt-sum'), questions),
      p50: percentile(times, 0.5),
      p95: percentile(times, 0.95),
      p99: percentile(times, 0.99),
    },
    meanConfidence: share(sum('confidence-sum') / CONFIDENCE_SCALE, answered),
    meanInputTokens: share(sum('input-tokens'), answered),
    meanOutputTokens: share(sum('output-tokens'), answered),
    feedback: { up: sum('feedback:up'), down: sum('feedback:down') },
    models: mostFirst(countersOf(sums, 'model')).map(([model, count]) => ({ model, count })),
    topDocuments: mostFirst(countersOf(sums, 'document'))
      .slice(0, TOP_DOCUMENTS)
      .map(([name, citations]) => ({ name, citations })),
    documentsIngested: sum('ingestion:ready'),
    days: days.map((day) => ({ day, questions: questionsOf(stored.find((one) => one.day === day)?.counters ?? {}) })),
  };
}

function share(value: number, count: number): number {
  return count === 0 ? 0 : value / count;
}

function mostFirst(counts: ReadonlyMap<string, number>): (readonly [string, number])[] {
  return [...counts].sort(([oneName, one], [otherName, other]) => other - one || (oneName < otherName ? -1 : 1));
}

function questionsOf(counters: Counters): number {
  return [...countersOf(new Map(Object.entries(counters)), 'outcome').values()].reduce((sum, count) => sum + count, 0);
}
