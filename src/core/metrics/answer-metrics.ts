import type { CreatorId } from '../ids.js';

/** What is recorded of one answer. */
export interface AnswerMetric {
  readonly platform: string;
  readonly outcome: 'answered' | 'refused' | 'fallback' | 'error';
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
  readonly responseTimeMs: { readonly mean: number; readonly p50: number; readonly p95: number; readonly p99: number };
  readonly meanConfidence: number;
  readonly meanInputTokens: number;
  readonly meanOutputTokens: number;
  readonly feedback: { readonly up: number; readonly down: number };
  readonly models: readonly { readonly model: string; readonly count: number }[];
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
