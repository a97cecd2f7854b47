import { describe, expect, it } from 'vitest';
import type { OpenTelemetryApi, Span } from '../../../src/adapters/opentelemetry/spans.js';
import { createTracing } from '../../../src/adapters/opentelemetry/tracing.js';
import type { AnswerMetric } from '../../../src/core/metrics/answer-metrics.js';
import { silentLogger } from '../../support/silent-logger.js';

const metric: AnswerMetric = {
  platform: 'slack',
  outcome: 'answered',
  model: 'llama3',
  responseTimeMs: 1_000,
  stages: {
    queue: { startedAt: 9_000, durationMs: 100 },
    retrieve: { startedAt: 9_100, durationMs: 200 },
    'first-token': { startedAt: 9_300, durationMs: 400 },
    generate: { startedAt: 9_700, durationMs: 250 },
  },
  inputTokens: 900,
  outputTokens: 80,
  confidence: 0.8,
  chunksRetrieved: 5,
  chunksCited: 2,
  citedDocuments: ['handbook.pdf'],
};

interface RecordedSpan extends Span {
  readonly name: string;
  readonly startTime: number;
  readonly attributes: Readonly<Record<string, string | number>>;
  readonly parent: string | undefined;
  endedAt: number;
  status: number;
}

/** The packages as they would be installed: they keep the spans that they are given. */
function createPackages() {
  const spans: RecordedSpan[] = [];
  const calls: string[] = [];
  const api: OpenTelemetryApi = {
    trace: {
      getTracer: () => ({
        startSpan(name, { startTime, attributes }, context) {
          const span: RecordedSpan = {
            name,
            startTime,
            attributes,
            parent: (context as { parent?: string }).parent,
            endedAt: 0,
            status: 0,
            setStatus: ({ code }) => void (span.status = code),
            end: (endedAtMs) => void (span.endedAt = endedAtMs),
          };
          spans.push(span);
          return span;
        },
      }),
      setSpan: (_context, span) => ({ parent: (span as RecordedSpan).name }),
    },
    context: { active: () => ({}) },
  };
  class NodeSDK {
    start(): void {
      calls.push('start');
    }
    async shutdown(): Promise<void> {
      calls.push('shutdown');
    }
  }
  const load = async (name: string): Promise<unknown> => (name === '@opentelemetry/api' ? api : { NodeSDK });
  return { spans, calls, load };
}

describe('tracing', () => {
  it('tells an answer as a span with a child a stage, under the names of the conventions', async () => {
    const { spans, calls, load } = createPackages();
    const { observer, stop } = await createTracing(silentLogger, load);
    observer({ kind: 'answer', metric, endedAt: 10_000 });
    observer({ kind: 'feedback', vote: 'up' });
    expect(spans.map(({ name, parent, startTime, endedAt }) => [name, parent, startTime, endedAt])).toEqual([
      ['docent.answer', undefined, 9_000, 10_000],
      ['docent.queue', 'docent.answer', 9_000, 9_100],
      ['retrieval', 'docent.answer', 9_100, 9_300],
      ['chat llama3', 'docent.answer', 9_300, 9_950],
    ]);
    expect(spans[3]?.attributes).toEqual({
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'self_hosted',
      'gen_ai.request.model': 'llama3',
      'gen_ai.usage.input_tokens': 900,
      'gen_ai.usage.output_tokens': 80,
      'gen_ai.response.time_to_first_chunk': 0.4,
    });
    expect(JSON.stringify(spans)).not.toContain('handbook');
    await stop();
    expect(calls).toEqual(['start', 'shutdown']);
  });

  it('marks an answer that failed', async () => {
    const { spans, load } = createPackages();
    const { observer } = await createTracing(silentLogger, load);
    observer({ kind: 'answer', metric: { ...metric, outcome: 'error', stages: {} }, endedAt: 10_000 });
    expect(spans.map(({ name, status }) => [name, status])).toEqual([['docent.answer', 2]]);
  });

  it('tells an embedding as a span of its own, and one that failed with its code', async () => {
    const { spans, load } = createPackages();
    const { observer } = await createTracing(silentLogger, load);
    const call = { kind: 'embedding', of: 'query', texts: 3, startedAt: 9_000, endedAt: 9_040 } as const;
    observer({ ...call, space: { embedderId: 'nomic', dimensions: 768 } });
    observer({ ...call, code: 'EMBEDDER_UNAVAILABLE' });
    expect(
      spans.map(({ name, parent, startTime, endedAt, status }) => [name, parent, startTime, endedAt, status]),
    ).toEqual([
      ['embeddings nomic', undefined, 9_000, 9_040, 0],
      ['embeddings', undefined, 9_000, 9_040, 2],
    ]);
    expect(spans.map(({ attributes }) => attributes)).toEqual([
      {
        'gen_ai.operation.name': 'embeddings',
        'gen_ai.provider.name': 'self_hosted',
        'gen_ai.request.model': 'nomic',
        'gen_ai.embeddings.dimension.count': 768,
        'docent.embedding.of': 'query',
        'docent.embedding.texts': 3,
      },
      {
        'gen_ai.operation.name': 'embeddings',
        'gen_ai.provider.name': 'self_hosted',
        'docent.embedding.of': 'query',
        'docent.embedding.texts': 3,
        'error.type': 'EMBEDDER_UNAVAILABLE',
      },
    ]);
  });

  it('says what to install where the packages are not there', async () => {
    await expect(createTracing(silentLogger)).rejects.toMatchObject({
      code: 'SETTINGS_INVALID',
      userMessage: expect.stringContaining('npm install @opentelemetry/api @opentelemetry/sdk-node') as string,
    });
  });
});
