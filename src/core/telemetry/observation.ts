import type { AnswerMetric, AnswerMetrics } from '../metrics/answer-metrics.js';
import type { Clock } from '../ports/clock.js';

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
