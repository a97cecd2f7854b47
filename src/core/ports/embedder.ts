import type { Health } from './health.js';
import type { EmbeddingSpace } from './vector-index.js';

/** What was measured about an embedder, for fusing its candidates with keyword ones (see `bench/`). */
export interface EmbedderCalibration {
  /** Weight of keyword scores in the min-max fusion, 0 to 1; vectors get the rest. */
  readonly keywordWeight: number;
  /** Cosine similarity from which a passage counts as evidence even when it shares no word with the question. */
  readonly evidenceSimilarity: number;
}

/** What the texts are, and how long to wait. */
export interface EmbedOptions {
  /** Some models embed the two sides differently. Queries go before documents. */
  readonly kind: 'document' | 'query';
  readonly signal: AbortSignal;
}

/** Turns text into unit vectors. */
export interface Embedder {
  readonly space: EmbeddingSpace;
  /** Tokens it sees of one text, special tokens included; the rest may be lost or blur the vector. Sizes the chunks. */
  readonly maxTokens: number;
  /** Texts it takes in one call. */
  readonly maxBatch: number;
  readonly calibration: EmbedderCalibration;
  /**
   * Tokens of the text by the embedder's own tokenizer, special tokens not included; where that is not at hand, an
   * estimate on the high side. Cheap and synchronous.
   */
  countTokens(text: string): number;
  /**
   * One unit vector a text, in order.
   * @throws DocentError `EMBEDDER_UNAVAILABLE`, retryable when trying again may help; the signal's reason when aborted.
   */
  embed(texts: readonly string[], options: EmbedOptions): Promise<Float32Array[]>;
  health(signal: AbortSignal): Promise<Health>;
}
