import { describe, expect, it } from 'vitest';
import { confidenceOf } from '../../../src/core/answer/confidence.js';

const words = (count: number): string => Array.from({ length: count }, () => 'word').join(' ');

describe('confidence', () => {
  it.each([
    { similarities: [], answer: words(100), expected: 0.3, why: 'is 0.3 with no chunks, whatever was written' },
    { similarities: [0.5], answer: '', expected: 0.3, why: 'is 0.6 of the similarity without words' },
    {
      similarities: [0.4, 0.6],
      answer: words(25),
      expected: 0.3 + 0.05,
      why: 'adds a tenth for fifty words, in proportion',
    },
    { similarities: [0.5], answer: words(500), expected: 0.3 + 0.1, why: 'adds no more than a tenth for words' },
    {
      similarities: [0.9],
      answer: words(50),
      expected: 0.54 + 0.1 + 0.1,
      why: 'adds a tenth for a similarity over 0.8',
    },
    { similarities: [0.8], answer: '', expected: 0.48, why: 'does not count 0.8 itself as strong' },
    {
      similarities: [0.9, 0.9, 0.9, 0.9],
      answer: '',
      expected: 0.54 + 0.3,
      why: 'adds no more than 0.3 for strong ones',
    },
    { similarities: [1, 1, 1], answer: words(50), expected: 1, why: 'ends at 1' },
    { similarities: [-1], answer: '', expected: 0, why: 'begins at 0' },
  ])('$why', ({ similarities, answer, expected }) => {
    expect(confidenceOf(similarities, answer)).toBeCloseTo(expected, 10);
  });
});
