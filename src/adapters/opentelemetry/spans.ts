import type { Stage } from '../../core/metrics/stages.js';
import type { Observation } from '../../core/telemetry/observation.js';
import { SELF_HOSTED, names, operations } from './conventions.js';

/** The part of a span of `@opentelemetry/api` that is used. */
export interface Span {
  setStatus(status: { readonly code: number }): void;
  end(endedAtMs: number): void;
}

/** The part of `@opentelemetry/api` that is used; it is installed by the operator. */
export interface OpenTelemetryApi {
  readonly trace: {
    getTracer(name: string): {
      startSpan(
        name: string,
        options: { readonly startTime: number; readonly attributes: Readonly<Record<string, string | number>> },
        context: unknown,
      ): Span;
    };
    setSpan(context: unknown, span: Span): unknown;
  };
  readonly context: { active(): unknown };
}

/** `SpanStatusCode.ERROR`. */
const ERROR = 2;

/** What a stage is called as a span; waiting and writing of the model are one call. */
const SPAN_NAMES: Readonly<Record<Exclude<Stage, 'first-token' | 'generate'>, string>> = {
  queue: 'docent.queue',
  rewrite: 'docent.rewrite',
  retrieve: operations.retrieval,
};

type Answer = Extract<Observation, { kind: 'answer' }>;
type Embedding = Extract<Observation, { kind: 'embedding' }>;

/** What is told as spans, all with the times that were measured. */
export interface Spans {
  /** A span with a child for each of its stages. */
  answer(answer: Answer): void;
  /** A span of its own: who asked for the vectors is not known. */
  embedding(embedding: Embedding): void;
}

/** Tells spans through a tracer of the API. */
export function createSpans(api: OpenTelemetryApi): Spans {
  const tracer = api.trace.getTracer('docent');

  function answer({ metric, endedAt }: Answer): void {
    const { stages, model } = metric;
    const root = tracer.startSpan(
      'docent.answer',
      {
        startTime: endedAt - metric.responseTimeMs,
        attributes: {
          [names.outcome]: metric.outcome,
          [names.platform]: metric.platform,
          [names.confidence]: metric.confidence,
          [names.chunksRetrieved]: metric.chunksRetrieved,
          [names.chunksCited]: metric.chunksCited,
        },
      },
      api.context.active(),
    );
    const below = api.trace.setSpan(api.context.active(), root);
    for (const stage of ['queue', 'rewrite', 'retrieve'] as const) {
      const time = stages[stage];
      const attributes = stage === 'retrieve' ? { [names.operation]: operations.retrieval } : {};
      if (time !== undefined)
        tracer
          .startSpan(SPAN_NAMES[stage], { startTime: time.startedAt, attributes }, below)
          .end(time.startedAt + time.durationMs);
    }
    const [wait, writing] = [stages['first-token'], stages.generate];
    if (wait !== undefined && writing !== undefined)
      tracer
        .startSpan(
          `${operations.chat} ${model}`,
          {
            startTime: wait.startedAt,
            attributes: {
              [names.operation]: operations.chat,
              [names.provider]: SELF_HOSTED,
              [names.requestModel]: model,
              [names.inputTokens]: metric.inputTokens,
              [names.outputTokens]: metric.outputTokens,
              [names.timeToFirstChunk]: wait.durationMs / 1_000,
            },
          },
          below,
        )
        .end(writing.startedAt + writing.durationMs);
    if (metric.outcome === 'error') root.setStatus({ code: ERROR });
    root.end(endedAt);
  }

  function embedding({ of, texts, startedAt, endedAt, space, code }: Embedding): void {
    const { embeddings } = operations;
    const span = tracer.startSpan(
      space === undefined ? embeddings : `${embeddings} ${space.embedderId}`,
      {
        startTime: startedAt,
        attributes: {
          [names.operation]: embeddings,
          [names.provider]: SELF_HOSTED,
          [names.embeddingOf]: of,
          [names.embeddingTexts]: texts,
          ...(space === undefined
            ? {}
            : { [names.requestModel]: space.embedderId, [names.embeddingDimensions]: space.dimensions }),
          ...(code === undefined ? {} : { [names.errorType]: code }),
        },
      },
      api.context.active(),
    );
    if (code !== undefined) span.setStatus({ code: ERROR });
    span.end(endedAt);
  }

  return { answer, embedding };
}
