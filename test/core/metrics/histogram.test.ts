import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bucketOf, percentile, valueOf } from '../../../src/core/metrics/histogram.js';

function bucketed(values: readonly number[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(bucketOf(value), (counts.get(bucketOf(value)) ?? 0) + 1);
  return counts;
}

function exactPercentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.max(1, Math.ceil(share * sorted.length)) - 1] ?? 0;
}

/** Numbers from 0 to 1 that are the same in every run (mulberry32). */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A normally distributed number (Box and Muller). */
function gaussian(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

describe('histogram', () => {
  it('stands for every value up to 100 minutes with at most 2 % error', () => {
    fc.assert(
      fc.property(fc.double({ min: 1, max: 6_000_000, noNaN: true }), (value) => {
        expect(Math.abs(valueOf(bucketOf(value)) - value) / value).toBeLessThanOrEqual(0.02);
      }),
    );
  });

  it('gives percentiles within 2 % of the exact ones', () => {
    const times = fc.array(fc.integer({ min: 1, max: 300_000 }), { minLength: 1, maxLength: 500 });
    fc.assert(
      fc.property(times, fc.constantFrom(0.01, 0.5, 0.9, 0.95, 0.99, 1), (values, share) => {
        const exact = exactPercentile(values, share);
        expect(Math.abs(percentile(bucketed(values), share) - exact) / exact).toBeLessThanOrEqual(0.02);
      }),
    );
  });

  it('stays within 2 % on skewed times that were counted in 24 parts and added up', () => {
    const random = createRandom(1);
    const parts = Array.from({ length: 24 }, (_, hour) =>
      // Lognormal, with a median that moves over the day from 0.4 to 6 seconds, and a long tail.
      Array.from({ length: 8_000 }, () => 400 * (1 + 14 * (hour / 24) ** 2) * Math.exp(1.1 * gaussian(random))),
    );
    const merged = new Map<number, number>();
    for (const part of parts)
      for (const [bucket, count] of bucketed(part)) merged.set(bucket, (merged.get(bucket) ?? 0) + count);
    const sorted = parts.flat().toSorted((one, other) => one - other);
    for (const share of [0.01, 0.25, 0.5, 0.9, 0.95, 0.99, 0.999]) {
      const exact = sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
      expect(Math.abs(percentile(merged, share) - exact) / exact, `p${share * 100}`).toBeLessThanOrEqual(0.02);
    }
    expect(merged.size).toBeLessThanOrEqual(401);
  });

  it('adds up: the buckets of two days are the buckets of both', () => {
    const [one, other] = [bucketed([10, 20, 4_000]), bucketed([20, 30])];
    const sum = new Map(one);
    for (const [bucket, count] of other) sum.set(bucket, (sum.get(bucket) ?? 0) + count);
    expect(sum).toEqual(bucketed([10, 20, 4_000, 20, 30]));
  });

  it.each([
    [0, 0],
    [-5, 0],
    [Number.NaN, 0],
    [1, 0],
    [1.04, 1],
    [1.04 ** 200, 200],
    [1e12, 400],
  ])('puts %d into bucket %d', (value, bucket) => {
    expect(bucketOf(value)).toBe(bucket);
  });

  it('is 0 without values', () => {
    expect(percentile(new Map(), 0.95)).toBe(0);
  });
});
