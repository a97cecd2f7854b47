import { describe, expect, it } from 'vitest';
import type { AnswerMetric } from '../../../src/core/metrics/answer-metrics.js';
import { createProcessFigures } from '../../../src/core/telemetry/process-figures.js';

const metric: AnswerMetric = {
  platform: 'web',
  outcome: 'answered',
  model: 'llama "3"\n',
  responseTimeMs: 300,
  stages: { retrieve: { startedAt: 0, durationMs: 120 } },
  inputTokens: 900,
  outputTokens: 80,
  confidence: 0.8,
  chunksRetrieved: 5,
  chunksCited: 2,
  citedDocuments: ['secret-plans.pdf'],
};
const answer = (changes: Partial<AnswerMetric> = {}) =>
  ({ kind: 'answer', metric: { ...metric, ...changes }, endedAt: 0 }) as const;

describe('the figures of a process', () => {
  it('count answers, stages, tokens, documents, events and errors in the text format of Prometheus', () => {
    const figures = createProcessFigures();
    figures.observe(answer());
    figures.observe(answer({ responseTimeMs: 3_000 }));
    figures.observe({ kind: 'ingestion', outcome: 'failed' });
    figures.observe({ kind: 'feedback', vote: 'up' });
    figures.observe({ kind: 'event', platform: 'web', outcome: 'error', code: 'TIMED_OUT' });
    figures.observe({ kind: 'embedding', of: 'query', texts: 1, startedAt: 1_000, endedAt: 1_200, code: 'TIMED_OUT' });
    const text = figures.render();
    for (const line of [
      '# TYPE docent_answers_total counter',
      'docent_answers_total{platform="web",outcome="answered"} 2',
      '# TYPE docent_answer_seconds histogram',
      'docent_answer_seconds_bucket{outcome="answered",le="0.25"} 0',
      'docent_answer_seconds_bucket{outcome="answered",le="0.5"} 1',
      'docent_answer_seconds_bucket{outcome="answered",le="5"} 2',
      'docent_answer_seconds_bucket{outcome="answered",le="+Inf"} 2',
      'docent_answer_seconds_sum{outcome="answered"} 3.3',
      'docent_answer_seconds_count{outcome="answered"} 2',
      'docent_stage_seconds_count{stage="retrieve"} 2',
      'docent_embedding_seconds_sum{of="query",outcome="TIMED_OUT"} 0.2',
      String.raw`docent_model_tokens_total{model="llama \"3\"\n",direction="input"} 1800`,
      'docent_ingestions_total{outcome="failed"} 1',
      'docent_feedback_total{vote="up"} 1',
      'docent_events_total{platform="web",outcome="error"} 1',
      'docent_errors_total{code="TIMED_OUT"} 1',
    ])
      expect(text.split('\n')).toContain(line);
    expect(text).toMatch(/^process_resident_memory_bytes \d{7,}$/m);
    expect(text).not.toContain('secret-plans');
    // Every line is a comment or a sample, as the format asks for.
    for (const line of text.trimEnd().split('\n')) expect(line).toMatch(/^# |^[a-z_]+(?:\{.*\})? -?[\d.e+-]+$/);
  });

  it('stay bounded however many names come', () => {
    const figures = createProcessFigures();
    for (let index = 0; index < 5_000; index++) figures.observe(answer({ model: `model-${index}` }));
    const lines = figures.render().split('\n');
    const tokens = lines.filter((line) => line.startsWith('docent_model_tokens_total{'));
    expect(tokens.length).toBeLessThanOrEqual(201);
    expect(tokens).toContainEqual(
      expect.stringMatching(/^docent_model_tokens_total\{model="other",direction="other"\}/),
    );
  });
});
