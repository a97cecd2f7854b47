import { describe, expect, it } from 'vitest';
import { packPassages } from '../../../src/core/answer/passages.js';
import { makeChunk } from '../../support/make-chunk.js';

const found = (
  index: number,
  options: { text?: string; document?: string; tokens?: number; similarity?: number | null } = {},
) => ({
  chunk: makeChunk({
    index,
    name: options.document ?? 'a.md',
    text: options.text ?? `Text ${index} of ${options.document ?? 'a.md'}`,
    tokenCount: options.tokens ?? 100,
  }),
  similarity: options.similarity === undefined ? 0.5 : options.similarity,
});
const texts = (passages: readonly { text: string }[]): string[] => passages.map(({ text }) => text);
const roomy = { maxPassages: 5, maxTokens: 10_000 };

describe('packing passages', () => {
  it('numbers them from 1 in the order of their rank', () => {
    const packed = packPassages([found(4), found(0), found(8)], roomy);
    expect(packed.map(({ number }) => number)).toEqual([1, 2, 3]);
    expect(texts(packed)).toEqual(['Text 4 of a.md', 'Text 0 of a.md', 'Text 8 of a.md']);
  });

  it('makes neighbours one passage, in the order of the document', () => {
    const packed = packPassages([found(3), found(9), found(2)], roomy);
    expect(texts(packed)).toEqual(['Text 2 of a.md\n\nText 3 of a.md', 'Text 9 of a.md']);
  });

  it('joins two passages that a later neighbour connects', () => {
    const packed = packPassages([found(1), found(3), found(2)], roomy);
    expect(texts(packed)).toEqual(['Text 1 of a.md\n\nText 2 of a.md\n\nText 3 of a.md']);
  });

  it('never joins chunks of two documents', () => {
    expect(packPassages([found(1), found(2, { document: 'b.md' })], roomy)).toHaveLength(2);
  });

  it('leaves the same text out the second time', () => {
    const packed = packPassages(
      [found(1, { text: 'Same words.' }), found(7, { document: 'b.md', text: 'same   WORDS.' })],
      roomy,
    );
    expect(packed).toHaveLength(1);
  });

  it('leaves out whole what does not fit and goes on with what does', () => {
    const packed = packPassages([found(0, { tokens: 60 }), found(4, { tokens: 60 }), found(8, { tokens: 30 })], {
      maxPassages: 5,
      maxTokens: 100,
    });
    expect(texts(packed)).toEqual(['Text 0 of a.md', 'Text 8 of a.md']);
  });

  it('takes the best passage even when it is over the budget', () => {
    expect(packPassages([found(0, { tokens: 500 })], { maxPassages: 5, maxTokens: 100 })).toHaveLength(1);
  });

  it('keeps to the number of passages, but lets neighbours of taken ones in', () => {
    const packed = packPassages([found(0), found(4), found(1)], { maxPassages: 1, maxTokens: 1_000 });
    expect(texts(packed)).toEqual(['Text 0 of a.md\n\nText 1 of a.md']);
  });

  it('carries the best similarity of its chunks, or null without vectors', () => {
    expect(packPassages([found(0, { similarity: 0.4 }), found(1, { similarity: 0.7 })], roomy)[0]?.similarity).toBe(
      0.7,
    );
    expect(packPassages([found(0, { similarity: null })], roomy)[0]?.similarity).toBeNull();
  });
});
