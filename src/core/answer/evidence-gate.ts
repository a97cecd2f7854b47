import type { QueryTerm } from '../ports/keyword-index.js';
import { type Tuning, defaultTuning } from '../tuning.js';

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
  /** Default: the values that answers are made with. */
  readonly tuning?: Pick<Tuning, 'gateTermBase' | 'gateSimilarityWeight'>;
}

/** The strength from which on there is enough to answer from. */
const ENOUGH = 1;

/**
 * The share of the question's terms, weighted by how telling they are, that a passage holds; 0 without terms.
 * @param base added to every term's weight; default 0. The gate adds some: in a room of a few passages a word that none of
 *   them holds would weigh several times as much as those they share, and covered questions would be refused
 */
export function coverageOf(terms: readonly QueryTerm[], matchedTerms: readonly number[], base = 0): number {
  const weightOf = (term: QueryTerm | undefined): number =>
    term === undefined ? 0 : term.inverseDocumentFrequency + base;
  const total = terms.reduce((sum, term) => sum + weightOf(term), 0);
  if (total === 0) return 0;
  return matchedTerms.reduce((sum, index) => sum + weightOf(terms[index]), 0) / total;
}

/**
 * Whether there is enough to answer from: a passage that holds enough of the words and is near enough in meaning, taken
 * together, or one that is very near whatever its words. Measured on SQuAD with half of the articles left out (MiniLM):
 * the sum tells answerable from unanswerable questions with an AUROC of .992, coverage alone with .962, similarity alone
 * with .974; these values keep 97 % of the answerable questions and refuse 94 % of the others; in rooms of two to twenty passages
 * they keep 95 % and refuse 99 %.
 */
export function hasEvidence(evidence: Evidence, thresholds: GateThresholds): boolean {
  return evidenceStrength(evidence, thresholds) >= ENOUGH;
}

/** How much there is to answer from: 0 is nothing, 1 just enough. Of the best passages the strongest counts. */
export function evidenceStrength(
  { terms, passages }: Evidence,
  { minCoverage, evidenceSimilarity, tuning = defaultTuning }: GateThresholds,
): number {
  const strengths = passages.map(({ matchedTerms, similarity }) => {
    const coverage = coverageOf(terms, matchedTerms, tuning.gateTermBase);
    if (similarity === null) return shareOf(coverage, minCoverage);
    const together = coverage + tuning.gateSimilarityWeight * similarity;
    return Math.max(together, shareOf(similarity, evidenceSimilarity));
  });
  return Math.max(0, ...strengths);
}

/** A threshold of 0 is always reached. */
function shareOf(value: number, threshold: number): number {
  return threshold === 0 ? Number(value >= 0) : value / threshold;
}
