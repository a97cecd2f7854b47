import { describe, expect, it } from 'vitest';
import { fuse, fuseRanks, minMax } from '../../../src/core/answer/fusion.js';

const none = (): boolean => false;
const list = (scores: Record<string, number>) => Object.entries(scores).map(([id, score]) => ({ id, score }));

describe('min-max scores', () => {
  it('maps the least to 0 and the greatest to 1', () => {
    expect([...minMax(list({ a: 2, b: 6, c: 4 }))]).toEqual([
      ['a', 0],
      ['b', 1],
      ['c', 0.5],
    ]);
  });

  it('maps equal scores to 1', () => {
    expect([...minMax(list({ a: 3, b: 3 })).values()]).toEqual([1, 1]);
  });

  it('maps an empty list to nothing', () => {
    expect(minMax([]).size).toBe(0);
  });
});

describe('weighted fusion', () => {
  const keyword = list({ a: 10, b: 5, c: 0 }).map((scored) => ({ ...scored, coverage: 1 }));
  const vector = list({ c: 0.9, b: 0.7, d: 0.5 });

  it.each([
    { keywordWeight: 1, order: ['a', 'b', 'c', 'd'] },
    { keywordWeight: 0, order: ['c', 'b', 'a', 'd'] },
    { keywordWeight: 0.6, order: ['a', 'b', 'c', 'd'] },
  ])('orders by a keyword weight of $keywordWeight', ({ keywordWeight, order }) => {
    expect(fuse(keyword, vector, { keywordWeight, isPending: none }).map(({ id }) => id)).toEqual(order);
  });

  it('adds both scores by their weights', () => {
    const fused = fuse(keyword, vector, { keywordWeight: 0.4, isPending: none });
    expect(fused.find(({ id }) => id === 'b')?.score).toBeCloseTo(0.4 * 0.5 + 0.6 * 0.5, 10);
  });

  it('counts a chunk without a vector by its keywords alone', () => {
    const fused = fuse(keyword, vector, { keywordWeight: 0.4, isPending: (id) => id === 'a' });
    expect(fused[0]).toEqual({ id: 'a', score: 1 });
  });

  it('counts a keyword score by what it covers of the question', () => {
    const chance = [{ id: 'a', score: 10, coverage: 0.1 }, ...keyword.slice(1)];
    const fused = fuse(chance, vector, { keywordWeight: 0.5, isPending: none });
    expect(fused.map(({ id }) => id)).toEqual(['c', 'b', 'a', 'd']);
    expect(fused.find(({ id }) => id === 'a')?.score).toBeCloseTo(0.05, 10);
  });

  it('works with one empty list', () => {
    expect(fuse(keyword, [], { keywordWeight: 0.5, isPending: none })[0]).toEqual({ id: 'a', score: 0.5 });
    expect(fuse([], vector, { keywordWeight: 0.5, isPending: none })[0]).toEqual({ id: 'c', score: 0.5 });
    expect(fuse([], [], { keywordWeight: 0.5, isPending: none })).toEqual([]);
  });
});

describe('rank fusion between variants of a question', () => {
  it('prefers what the heavier list ranks high, and what both hold', () => {
    const fused = fuseRanks([
      { weight: 1.3, ids: ['a', 'b', 'c'] },
      { weight: 0.5, ids: ['b', 'd'] },
    ]);
    expect(fused.map(({ id }) => id)).toEqual(['b', 'a', 'c', 'd']);
  });
});
