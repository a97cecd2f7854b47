import { describe, expect, it } from 'vitest';
import { coveredMs, median, quantile } from '../../bench/support/statistics.js';

describe('a quantile', () => {
  it('is the middle value, or lies half-way between the two', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 3, 2])).toBe(2.5);
  });

  it('lies between two values by its distance from them', () => {
    expect(quantile([10, 20], 0.95)).toBeCloseTo(19.5);
    expect(quantile([1, 2, 3, 4, 5], 0.95)).toBeCloseTo(4.8);
  });

  it('of one value is that value', () => {
    expect(quantile([7], 0.95)).toBe(7);
  });

  it('of no values is no number', () => {
    expect(median([])).toBeNaN();
  });
});

describe('covered time', () => {
  const span = (startedAtMs: number, endedAtMs: number) => ({ startedAtMs, endedAtMs });

  it('counts what two spans share once', () => {
    expect(coveredMs([span(0, 10), span(5, 20)])).toBe(20);
    expect(coveredMs([span(0, 10), span(2, 4)])).toBe(10);
  });

  it('leaves out what lies between spans, in whatever order they come', () => {
    expect(coveredMs([span(30, 40), span(0, 10)])).toBe(20);
  });

  it('of no spans is none', () => {
    expect(coveredMs([])).toBe(0);
  });
});
