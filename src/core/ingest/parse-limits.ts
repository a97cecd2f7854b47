import type { ParseLimits } from '../ports/document-parser.js';

/** What one parse, and all of them together, may take. */
export interface ParseProcessLimits extends ParseLimits {
  /** Milliseconds from the first byte sent to the result. */
  readonly maxDurationMs: number;
  /** Milliseconds without a sign of progress. */
  readonly maxStallMs: number;
  /** Megabytes of JavaScript heap in a child. */
  readonly maxHeapMb: number;
  /** Megabytes of private memory in a child, enforced by the kernel where `prlimit` exists. */
  readonly maxDataMb: number;
  /** Megabytes of resident memory in a child, looked at ten times a second where there is a `/proc`. */
  readonly maxResidentMb: number;
  /** Parses at once. */
  readonly maxParallel: number;
  /** Parses that may wait for their turn. */
  readonly maxWaiting: number;
}

/**
 * Room for what people post, and no more: 753 legitimate Office files had XML parts up to 15.3 MB, and 1,474 legitimate
 * PDF and Word files took at most 9.4 s, a Word file with 12 MB of XML 17 s on a busy machine. Bytes are limited rather than their ratio, which reaches 70 in good files.
 */
export const defaultParseLimits: ParseProcessLimits = {
  maxPages: 2_000,
  maxCharacters: 5_000_000,
  maxInflatedBytes: 200_000_000,
  maxXmlBytes: 16_000_000,
  maxDurationMs: 180_000,
  maxStallMs: 60_000,
  maxHeapMb: 640,
  maxDataMb: 700,
  maxResidentMb: 900,
  maxParallel: 2,
  maxWaiting: 100,
};
