import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holdsAnswer } from '../../../src/core/evaluation/answer-match.js';
import { pairedDifference } from '../../../src/core/evaluation/bootstrap.js';
import { areaUnderCurve, refusedWhenKeeping } from '../../../src/core/evaluation/refusal-metrics.js';
import { scoreRanking } from '../../../src/core/evaluation/retrieval-metrics.js';

const grades = (entries: Record<string, number>) => new Map(Object.entries(entries));

describe('the scores of a ranking', () => {
  it('are 1 when the relevant documents come first, the better graded before the others', () => {
    expect(scoreRanking(['a', 'b', 'c'], grades({ a: 2, b: 1 }))).toEqual({
      ndcgAt10: 1,
      recallAt5: 1,
      recallAt20: 1,
      reciprocalRank: 1,
    });
  });

  it('are 0 when nothing relevant was found', () => {
    const nothing = { ndcgAt10: 0, recallAt5: 0, recallAt20: 0, reciprocalRank: 0 };
    expect(scoreRanking(['x'], grades({ a: 1 }))).toEqual(nothing);
    expect(scoreRanking([], grades({ a: 1 }))).toEqual(nothing);
  });

  it('discount by the logarithm of the rank, as trec_eval does', () => {
    // DCG 1/log2(3) + 2/log2(4), ideal 2/log2(2) + 1/log2(3).
    const expected = (1 / Math.log2(3) + 1) / (2 + 1 / Math.log2(3));
    expect(scoreRanking(['x', 'b', 'a'], grades({ a: 2, b: 1 })).ndcgAt10).toBeCloseTo(expected, 12);
  });

  it('count only as deep as they say', () => {
    const ranked = ['1', '2', '3', '4', '5', 'a', '7', '8', '9', '10', 'b'];
    const scores = scoreRanking(ranked, grades({ a: 1, b: 1 }));
    expect(scores).toMatchObject({ recallAt5: 0, recallAt20: 1, reciprocalRank: 1 / 6 });
    expect(scores.ndcgAt10).toBeCloseTo(1 / Math.log2(7) / (1 + 1 / Math.log2(3)), 12);
  });
});

describe('the figures of refusals', () => {
  const judged = (isAnswerable: boolean, ...strengths: number[]) =>
    strengths.map((strength) => ({ isAnswerable, strength }));

  it('tell how often an answerable question is the stronger one, ties counting half', () => {
    expect(areaUnderCurve([...judged(true, 3, 2), ...judged(false, 1, 0)])).toBe(1);
    expect(areaUnderCurve([...judged(true, 0, 1), ...judged(false, 3, 2)])).toBe(0);
    expect(areaUnderCurve([...judged(true, 1), ...judged(false, 1)])).toBe(0.5);
  });

  it('agree with counting all pairs', () => {
    const question = fc.record({ isAnswerable: fc.boolean(), strength: fc.integer({ min: 0, max: 5 }) });
    fc.assert(
      fc.property(fc.array(question, { maxLength: 30 }), (questions) => {
        const [good, bad] = [true, false].map((is) => questions.filter(({ isAnswerable }) => isAnswerable === is));
        const won = good!.flatMap((one) =>
          bad!.map((other) => (one.strength > other.strength ? 1 : one.strength === other.strength ? 0.5 : 0)),
        );
        const area = areaUnderCurve(questions);
        if (won.length === 0) expect(area).toBeUndefined();
        else expect(area).toBeCloseTo(won.reduce<number>((sum, value) => sum + value, 0) / won.length, 10);
      }),
    );
  });

  it('tell what a gate refuses that keeps a share', () => {
    const answerable = judged(true, ...Array.from({ length: 20 }, (_, index) => 1 + index));
    // The weakest of twenty may go: the gate stands at 2.
    expect(refusedWhenKeeping([...answerable, ...judged(false, 0, 1.5, 2, 9)], 0.95)).toBe(0.5);
    expect(refusedWhenKeeping(answerable, 0.95)).toBeUndefined();
  });
});

describe('an answer in a text', () => {
  it.each([
    ['It costs\n19 Euros, a month.', ['19 euros'], true],
    ['It costs 190 euros.', ['19 euros'], false],
    ['It costs 1,000 euros.', ['none', '1,000'], true],
    ['図書館は東京にあります。', ['東京'], true],
    ['Anything.', ['%', ''], false],
    ['Anything.', [], false],
  ])('in "%s" of %j: %s', (text, answers, isThere) => {
    expect(holdsAnswer(text, answers)).toBe(isThere);
  });
});

describe('the paired bootstrap', () => {
  const mean = (values: readonly number[]) =>
    values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;

  it('finds a small difference that every question shares, however much questions differ', () => {
    const pairs = Array.from({ length: 200 }, (_, index) => [index / 200, index / 200 + 0.01] as const);
    const found = pairedDifference(pairs, mean)!;
    expect(found.difference).toBeCloseTo(0.01, 10);
    expect(found.low).toBeGreaterThan(0);
  });

  it('finds none where one wins as often as the other', () => {
    const pairs = Array.from({ length: 200 }, (_, index) => [0.5, index % 2 === 0 ? 0.6 : 0.4] as const);
    const { low, high } = pairedDifference(pairs, mean)!;
    expect(low).toBeLessThan(0);
    expect(high).toBeGreaterThan(0);
  });

  it('has an interval as wide as theory says', () => {
    // Half of 400 differences are 1, half 0: a standard error of 0.025, so ± 0.049.
    const pairs = Array.from({ length: 400 }, (_, index) => [0, index % 2] as const);
    const { low, high } = pairedDifference(pairs, mean)!;
    expect(high - low).toBeGreaterThan(0.085);
    expect(high - low).toBeLessThan(0.11);
  });

  it('gives the same each time, and nothing where there is nothing to measure', () => {
    const pairs = [
      [0, 1],
      [1, 1],
      [0, 0],
    ] as const;
    expect(pairedDifference(pairs, mean)).toEqual(pairedDifference(pairs, mean));
    expect(pairedDifference([], mean)).toBeUndefined();
  });
});
