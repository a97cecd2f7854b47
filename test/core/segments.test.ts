import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitSentences } from '../../src/core/ingest/sentences.js';
import { segmentsOf } from '../../src/core/segments.js';

const sentences = new Intl.Segmenter(undefined, { granularity: 'sentence' });
const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
const directly = (segmenter: Intl.Segmenter, text: string): string[] =>
  Array.from(segmenter.segment(text), ({ segment }) => segment);

describe('segmentsOf', () => {
  it('gives the segments that the segmenter gives for a whole text', () => {
    const sentence = fc.stringMatching(/^[A-Z][a-z]{1,20}( [a-z]{1,9}){0,30}[.!?] $/);
    fc.assert(
      fc.property(fc.array(sentence, { maxLength: 60 }), (parts) => {
        const text = parts.join('');
        expect([...segmentsOf(sentences, text)]).toEqual(directly(sentences, text));
      }),
      { numRuns: 50 },
    );
  });

  it('does not cut a visible character at the border of two windows', () => {
    const text = 'a'.repeat(1_995) + '👨‍👩‍👧‍👦'.repeat(3);
    expect([...segmentsOf(graphemes, text)]).toEqual(directly(graphemes, text));
  });

  it('cuts a segment that is too long after a space, and otherwise outside a surrogate pair', () => {
    const long = [...segmentsOf(sentences, 'word '.repeat(1_000))];
    expect(long.length).toBeGreaterThan(1);
    expect(long.every((part) => part.endsWith(' '))).toBe(true);
    const marks = [...segmentsOf(sentences, `a${'😀'.repeat(3_000)}`)];
    expect(marks.every((part) => part.isWellFormed())).toBe(true);
    expect(marks.join('')).toBe(`a${'😀'.repeat(3_000)}`);
  });

  it('loses nothing, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 6_000, size: 'max' }), (text) => {
        expect([...segmentsOf(sentences, text)].join('')).toBe(text);
        expect(splitSentences(text).join('')).toBe(text);
      }),
      { numRuns: 20 },
    );
  });
});
