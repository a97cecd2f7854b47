import { toDocentError } from '../errors.js';
import type { AnswerMetric, AnswerMetrics } from '../metrics/answer-metrics.js';
import type { Clock } from '../ports/clock.js';
import type { EmbedOptions, Embedder } from '../ports/embedder.js';
import type { EmbeddingSpace } from '../ports/vector-index.js';

/** Something that happened in this process. It names no creator and no person, and holds no text of theirs. */
export type Observation =
  | {
      readonly kind: 'answer';
      readonly metric: AnswerMetric;
      /** Milliseconds since 1970. */
      readonly endedAt: number;
    }
  | { readonly kind: 'feedback'; readonly vote: 'up' | 'down' }
  | { readonly kind: 'ingestion'; readonly outcome: 'ready' | 'failed' }
  | {
      readonly kind: 'embedding';
      readonly of: EmbedOptions['kind'];
      /** How many texts. */
      readonly texts: number;
      /** Milliseconds since 1970, both. */
      readonly startedAt: number;
      readonly endedAt: number;
      /** Where the vectors are; `code` where there are none. */
      readonly space?: EmbeddingSpace;
      readonly code?: string;
    }
  /** An event of a platform that was worked off; `code` when it ended in an error. */
  | { readonly kind: 'event'; readonly platform: string; readonly outcome: string; readonly code?: string };

/** Is told what happens. Never throws, and returns at once. */
export type Observer = (observation: Observation) => void;

/** The figures, of which `observe` is told as well. */
export function observeMetrics(metrics: AnswerMetrics, observe: Observer, clock: Pick<Clock, 'now'>): AnswerMetrics {
  return {
    ...metrics,
    recordAnswer(creatorId, metric) {
      observe({ kind: 'answer', metric, endedAt: clock.now() });
      return metrics.recordAnswer(creatorId, metric);
    },
    recordFeedback(creatorId, vote) {
      observe({ kind: 'feedback', vote });
      return metrics.recordFeedback(creatorId, vote);
    },
    recordIngestion(creatorId, outcome) {
      observe({ kind: 'ingestion', outcome });
      return metrics.recordIngestion(creatorId, outcome);
    },
  };
}

/** The embedder, of whose calls `observe` is told. */
export function observeEmbedder(embedder: Embedder, observe: Observer, clock: Pick<Clock, 'now'>): Embedder {
  const embed: Embedder['embed'] = async (texts, options) => {
    const call = { kind: 'embedding', of: options.kind, texts: texts.length, startedAt: clock.now() } as const;
    try {
      const vectors = await embedder.embed(texts, options);
      observe({ ...call, endedAt: clock.now(), space: embedder.space });
      return vectors;
    } catch (error) {
      observe({ ...call, endedAt: clock.now(), code: toDocentError(error).code });
      throw error;
    }
  };
  // Some embedders know their space only when they have begun.
  return Object.create(embedder, { embed: { value: embed } }) as Embedder;
}
