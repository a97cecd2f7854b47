import { describe, expect, it } from 'vitest';
import { coverageOf, hasEvidence } from '../../../src/core/answer/evidence-gate.js';

const terms = [
  { term: 'scholarship', inverseDocumentFrequency: 6 },
  { term: 'appli', inverseDocumentFrequency: 3 },
  { term: 'year', inverseDocumentFrequency: 1 },
];
const thresholds = { minCoverage: 0.6, evidenceSimilarity: 0.5 };

describe('term coverage', () => {
  it.each([
    { matchedTerms: [[0, 1, 2]], expected: 1 },
    { matchedTerms: [[0]], expected: 0.6 },
    { matchedTerms: [[1, 2], [2]], expected: 0.4 },
    { matchedTerms: [[2], [0]], expected: 0.6 },
    { matchedTerms: [[]], expected: 0 },
    { matchedTerms: [], expected: 0 },
  ])('of $matchedTerms is $expected', ({ matchedTerms, expected }) => {
    expect(coverageOf({ terms, matchedTerms })).toBeCloseTo(expected, 10);
  });

  it('is 0 for a question of stop words', () => {
    expect(coverageOf({ terms: [], matchedTerms: [[]] })).toBe(0);
  });
});

describe('the evidence gate', () => {
  it('passes on words alone', () => {
    expect(hasEvidence({ terms, matchedTerms: [[0]], bestSimilarity: null }, thresholds)).toBe(true);
  });

  it('passes on meaning alone', () => {
    expect(hasEvidence({ terms, matchedTerms: [[]], bestSimilarity: 0.5 }, thresholds)).toBe(true);
  });

  it('refuses when both are weak', () => {
    expect(hasEvidence({ terms, matchedTerms: [[1, 2]], bestSimilarity: 0.49 }, thresholds)).toBe(false);
  });

  it('refuses without vectors when the words are weak', () => {
    expect(hasEvidence({ terms, matchedTerms: [[2]], bestSimilarity: null }, thresholds)).toBe(false);
  });
});
