import { describe, expect, it } from 'vitest';
import { creatorIdSchema } from '../../../src/core/ids.js';
import { type AnswerMetric, createAnswerMetrics } from '../../../src/core/metrics/answer-metrics.js';
import { utcDay } from '../../../src/core/metrics/metric-day.js';
import { openEmbeddedStores } from '../../support/embedded-stores.js';
import { createFakeClock } from '../../support/fake-clock.js';

const coach = creatorIdSchema.parse('coach');
const DAY_MS = 24 * 60 * 60 * 1_000;

const answered: AnswerMetric = {
  platform: 'web',
  outcome: 'answered',
  model: 'quoting',
  responseTimeMs: 100,
  stages: { queue: { startedAt: 0, durationMs: 10 }, retrieve: { startedAt: 10, durationMs: 50 } },
  inputTokens: 300,
  outputTokens: 50,
  confidence: 0.8,
  chunksRetrieved: 5,
  chunksCited: 2,
  citedDocuments: ['handbook.pdf'],
};

async function openMetrics() {
  const clock = createFakeClock();
  const {
    engines: { metricStore },
  } = await openEmbeddedStores(clock);
  return { clock, metricStore, metrics: createAnswerMetrics({ metricStore, clock }) };
}

describe('answer metrics', () => {
  it('sums a period up', async () => {
    const { metrics } = await openMetrics();
    await metrics.recordAnswer(coach, answered);
    await metrics.recordAnswer(coach, {
      ...answered,
      responseTimeMs: 300,
      confidence: 0.6,
      inputTokens: 100,
      model: 'llama',
    });
    await metrics.recordAnswer(coach, { ...answered, citedDocuments: ['handbook.pdf', 'faq.md'] });
    await metrics.recordAnswer(coach, {
      ...answered,
      outcome: 'refused',
      confidence: 0.3,
      citedDocuments: [],
      responseTimeMs: 40,
    });
    await metrics.recordAnswer(coach, {
      ...answered,
      outcome: 'error',
      model: '',
      citedDocuments: [],
      responseTimeMs: 60,
    });
    await metrics.recordFeedback(coach, 'up');
    await metrics.recordFeedback(coach, 'up');
    await metrics.recordFeedback(coach, 'down');
    await metrics.recordIngestion(coach, 'ready');
    await metrics.recordIngestion(coach, 'failed');

    const summary = await metrics.summary(coach, { days: 1 });
    expect(summary).toMatchObject({
      fromDay: '20261201',
      toDay: '20261201',
      questions: 5,
      outcomes: { answered: 3, refused: 1, fallback: 0, error: 1 },
      feedback: { up: 2, down: 1 },
      models: [
        { model: 'quoting', count: 3 },
        { model: 'llama', count: 1 },
      ],
      topDocuments: [
        { name: 'handbook.pdf', citations: 3 },
        { name: 'faq.md', citations: 1 },
      ],
      documentsIngested: 1,
      days: [{ day: '20261201', questions: 5 }],
      stages: [{ stage: 'queue' }, { stage: 'retrieve', mean: 50 }],
    });
    expect(summary.hours).toEqual(Array.from({ length: 24 }, (_, hour) => (hour === 12 ? 5 : 0)));
    expect(summary.days[0]?.p95).toBe(summary.responseTimeMs.p95);
    expect(summary.responseTimeMs.mean).toBe(120);
    expect(summary.meanConfidence).toBeCloseTo((0.8 + 0.6 + 0.8) / 3, 3);
    expect(summary.meanInputTokens).toBeCloseTo(700 / 3);
    expect(Math.abs(summary.responseTimeMs.p95 - 300)).toBeLessThanOrEqual(6);
  });

  it('divides by nothing when nothing was asked', async () => {
    const { metrics } = await openMetrics();
    const nothing = {
      questions: 0,
      outcomes: { answered: 0, refused: 0, unready: 0, fallback: 0, error: 0 },
      responseTimeMs: { mean: 0, p50: 0, p95: 0, p99: 0 },
      meanConfidence: 0,
      meanInputTokens: 0,
      meanOutputTokens: 0,
      feedback: { up: 0, down: 0 },
      documentsIngested: 0,
    };
    expect(await metrics.summary(coach, { days: 2 })).toEqual({
      fromDay: '20261130',
      toDay: '20261201',
      ...nothing,
      before: nothing,
      stages: [],
      models: [],
      topDocuments: [],
      hours: Array.from({ length: 24 }, () => 0),
      days: [
        { day: '20261130', questions: 0, p50: 0, p95: 0 },
        { day: '20261201', questions: 0, p50: 0, p95: 0 },
      ],
    });
  });

  it('counts each UTC day apart and reads no day outside the period', async () => {
    const { metrics, clock } = await openMetrics();
    await metrics.recordAnswer(coach, answered);
    await clock.advance(2 * DAY_MS);
    await metrics.recordAnswer(coach, answered);
    expect((await metrics.summary(coach, { days: 3 })).days).toMatchObject([
      { day: '20261201', questions: 1 },
      { day: '20261202', questions: 0 },
      { day: '20261203', questions: 1 },
    ]);
    expect((await metrics.summary(coach, { days: 2 })).questions).toBe(1);
  });

  it('keeps the number of counters bounded, also over a restart', async () => {
    const { metrics, metricStore, clock } = await openMetrics();
    for (let index = 0; index < 250; index++)
      await metrics.recordAnswer(coach, {
        ...answered,
        model: `model-${index}`,
        citedDocuments: [`document-${index}`],
      });
    const restarted = createAnswerMetrics({ metricStore, clock });
    await restarted.recordAnswer(coach, { ...answered, model: 'one-more', citedDocuments: ['document-3', 'one-more'] });

    const [day] = await metricStore.read(coach, [utcDay(clock.now())], 'detail');
    const names = Object.keys(day?.counters ?? {});
    expect(names.filter((name) => name.startsWith('model:'))).toHaveLength(21);
    expect(names.filter((name) => name.startsWith('document:'))).toHaveLength(201);
    expect(day?.counters).toMatchObject({ 'document:document-3': 2, 'document:other': 51, 'model:other': 231 });
  });

  it('compares a period with as many days before it, whose details are gone', async () => {
    const { metrics, clock } = await openMetrics();
    for (let day = 0; day < 14; day++) {
      await metrics.recordAnswer(coach, { ...answered, responseTimeMs: day < 7 ? 4_000 : 1_000 });
      if (day < 7) await metrics.recordAnswer(coach, { ...answered, outcome: 'refused' });
      await clock.advance(DAY_MS);
    }
    const { questions, responseTimeMs, before, models } = await metrics.summary(coach, {
      days: 7,
      through: clock.now() - DAY_MS,
    });
    expect([questions, before.questions]).toEqual([7, 14]);
    expect([responseTimeMs.mean, before.responseTimeMs.mean]).toEqual([1_000, 2_050]);
    expect(before.outcomes).toMatchObject({ answered: 7, refused: 7 });
    expect(models).toEqual([{ model: 'quoting', count: 7 }]);
  });

  it('keeps creators apart', async () => {
    const { metrics } = await openMetrics();
    await metrics.recordAnswer(coach, answered);
    expect((await metrics.summary(creatorIdSchema.parse('team'), { days: 7 })).questions).toBe(0);
  });
});
