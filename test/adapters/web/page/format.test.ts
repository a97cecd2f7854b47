import { describe, expect, it } from 'vitest';
import {
  counted,
  formatBytes,
  formatDuration,
  formatNames,
  formatWhen,
  supportInWords,
} from '../../../../src/adapters/web/page/format.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const now = new Date(2026, 10, 23, 15, 30).getTime();

describe('what the page says in words', () => {
  it.each([
    [0, '0 bytes'],
    [999, '999 bytes'],
    [1_000, '1 kB'],
    [1_234_567, '1.2 MB'],
    [25_000_000, '25 MB'],
    [3_000_000_000_000, '3,000 GB'],
  ])('%d bytes are %s', (bytes, words) => {
    expect(formatBytes(bytes)).toBe(words);
  });

  it.each([
    [1, '1 page'],
    [0, '0 pages'],
    [1_200, '1,200 pages'],
  ])('%d of a page are %s', (count, words) => {
    expect(counted(count, 'page')).toBe(words);
  });

  it.each([
    [340.4, '340 ms'],
    [1_449, '1.4 s'],
  ])('%d milliseconds are %s', (milliseconds, words) => {
    expect(formatDuration(milliseconds)).toBe(words);
  });

  it.each([
    [10_000, 'just now'],
    [MINUTE_MS, '1 minute ago'],
    [59 * MINUTE_MS, '59 minutes ago'],
    [3 * HOUR_MS, '3 hours ago'],
    [16 * HOUR_MS, 'yesterday'],
    [39 * HOUR_MS, 'yesterday'],
    [40 * HOUR_MS, '2 days ago'],
    [10 * DAY_MS, '13 Nov'],
    [400 * DAY_MS, '19 Oct 2025'],
    [-5_000, 'just now'],
  ])('a time of %d milliseconds ago is %s', (age, words) => {
    expect(formatWhen(now - age, now)).toBe(words);
  });

  it.each([
    [['a'], 1, 'a'],
    [['a', 'b'], 2, 'a and b'],
    [['a', 'b', 'c', 'd'], 6, 'a, b, c and 3 more'],
  ])('the names %j of %d are %s', (names, total, words) => {
    expect(formatNames(names, total)).toBe(words);
  });

  it.each([
    [0.95, 'Strong support'],
    [0.45, 'Strong support'],
    [0.44, 'Good support'],
    [0.3, 'Good support'],
    [0.29, 'Some support'],
  ] as const)('a confidence of %d is %s', (confidence, words) => {
    expect(supportInWords(confidence)).toBe(words);
  });
});
