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
