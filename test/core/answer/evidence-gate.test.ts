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
    { matchedTerms: [0, 1, 2], expected: 1 },
    { matchedTerms: [0], expected: 0.6 },
    { matchedTerms: [1, 2], expected: 0.4 },
    { matchedTerms: [], expected: 0 },
  ])('of $matchedTerms is $expected', ({ matchedTerms, expected }) => {
    expect(coverageOf(terms, matchedTerms)).toBeCloseTo(expected, 10);
  });

  it('weighs missing words less with a base, for rooms of a few passages', () => {
    expect(coverageOf(terms, [0], 2)).toBeCloseTo(8 / 16, 10);
    expect(coverageOf(terms, [1, 2], 2)).toBeCloseTo(8 / 16, 10);
  });

  it('is 0 for a question of stop words', () => {
    expect(coverageOf([], [])).toBe(0);
  });
});

describe('the evidence gate', () => {
  const gate = (...passages: { matchedTerms: number[]; similarity: number | null }[]): boolean =>
    hasEvidence({ terms, passages }, thresholds);

  it('passes on words and meaning together', () => {
    expect(gate({ matchedTerms: [0], similarity: 0.34 })).toBe(true);
    expect(gate({ matchedTerms: [0], similarity: 0.32 })).toBe(false);
  });

  it('passes on meaning alone', () => {
    expect(gate({ matchedTerms: [], similarity: 0.5 })).toBe(true);
    expect(gate({ matchedTerms: [], similarity: 0.49 })).toBe(false);
  });

  it('passes on words alone only where there is no vector yet', () => {
    expect(gate({ matchedTerms: [0, 1], similarity: null })).toBe(true);
    expect(gate({ matchedTerms: [1, 2], similarity: null })).toBe(false);
    expect(gate({ matchedTerms: [0, 1], similarity: 0 })).toBe(false);
  });

  it('wants both in one passage', () => {
    expect(gate({ matchedTerms: [0], similarity: 0.1 }, { matchedTerms: [2], similarity: 0.45 })).toBe(false);
  });

  it('refuses when nothing was found', () => {
    expect(gate()).toBe(false);
  });
});
