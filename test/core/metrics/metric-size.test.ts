import { describe, expect, it } from 'vitest';
import type { AnswerMetric } from '../../../src/core/metrics/answer-metrics.js';
import { MAX_NAMES, boundName, countersOfAnswer, knownNames } from '../../../src/core/metrics/metric-counters.js';
import { summarise } from '../../../src/core/metrics/metrics-summary.js';
import { STAGES, type StageTimes } from '../../../src/core/metrics/stages.js';
import type { MetricLevel } from '../../../src/core/ports/metric-store.js';

/** `DOCENT_TEST_ANSWERS=1000000` for the long proof. */
const ANSWERS = Number(process.env['DOCENT_TEST_ANSWERS'] ?? 100_000);
const BUCKETS = 401;
const DURATIONS = STAGES.length + 1;
/** Outcomes, sums, hours and votes. */
const OTHERS = 60;
const NAMES = Object.values(MAX_NAMES).reduce((sum, most) => sum + most + 1, 0);
const LEVELS = ['detail', 'rollUp'] as const satisfies readonly MetricLevel[];
const DAY = '20261201';

function answer(index: number): AnswerMetric {
  const durationMs = 1 + ((index * 7_919) % 6_000_000);
  const time = { startedAt: 0, durationMs };
  const stages: StageTimes = { queue: time, rewrite: time, retrieve: time, 'first-token': time, generate: time };
  return {
    platform: `platform-${index % 500}`,
    outcome: index % 10 === 0 ? 'refused' : 'answered',
    model: `model-${index % 1_000}`,
    responseTimeMs: durationMs,
    stages,
    inputTokens: 1_000,
    outputTokens: 100,
    confidence: 0.5,
    chunksRetrieved: 5,
    chunksCited: 2,
    citedDocuments: [`document-${index}`],
  };
}

describe('the counters of a day', () => {
  it(`stay bounded over ${ANSWERS} answers, and none is lost`, { timeout: 240_000 }, () => {
    const sums = { detail: new Map<string, number>(), rollUp: new Map<string, number>() };
    const known = knownNames({});
    for (let index = 0; index < ANSWERS; index++) {
      const added = countersOfAnswer(answer(index), index % 24, (kind, name) => boundName(known, kind, name));
      for (const level of LEVELS)
        for (const name in added[level])
          sums[level].set(name, (sums[level].get(name) ?? 0) + (added[level][name] ?? 0));
    }
    expect(sums.detail.size).toBeLessThanOrEqual(BUCKETS * DURATIONS + NAMES + OTHERS);
    expect(sums.rollUp.size).toBeLessThanOrEqual(BUCKETS + OTHERS);

    const stored = (level: MetricLevel) => [{ day: DAY, counters: Object.fromEntries(sums[level]) }];
    const summary = summarise({
      days: [DAY],
      detail: stored('detail'),
      rollUp: stored('rollUp'),
      rollUpBefore: [],
    });
    expect(summary.questions).toBe(ANSWERS);
    expect(summary.outcomes).toMatchObject({ answered: ANSWERS * 0.9, refused: ANSWERS * 0.1 });
    expect(Math.abs(summary.responseTimeMs.p50 - 3_000_000) / 3_000_000).toBeLessThanOrEqual(0.03);
    expect(summary.meanConfidence).toBe(0.5);
    expect(summary.hours.reduce((sum, count) => sum + count, 0)).toBe(ANSWERS);
  });
});
