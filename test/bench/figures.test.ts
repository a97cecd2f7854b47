import { describe, expect, it } from 'vitest';
import { rowsOf } from '../../bench/support/figures.js';

describe('the rows of a section', () => {
  it('show the median, the 95th percentile and how often it was measured', () => {
    const [row] = rowsOf('answer', [{ what: 'overhead', unit: 'ms', values: [3, 1, 2] }]);
    expect(row).toEqual({
      section: 'answer',
      what: 'overhead',
      unit: 'ms',
      median: 2,
      p95: 2.9,
      runs: 3,
      over: null,
      ratio: null,
      ratioP95: null,
    });
  });

  it('divide a figure by the one it names, median by median and tail by tail', () => {
    const [row] = rowsOf('answer', [
      { what: 'Docent', unit: 'ms', values: [20, 20, 40], over: 'bare calls' },
      { what: 'bare calls', unit: 'ms', values: [10, 10, 10] },
    ]);
    expect(row).toMatchObject({ over: 'bare calls', ratio: 2, ratioP95: 3.8 });
  });

  it('keep the digits of large values and three of small ones', () => {
    const [large, small] = rowsOf('growth', [
      { what: 'large', unit: 'ms', values: [12_345.6] },
      { what: 'small', unit: 'ms', values: [0.012_345] },
    ]);
    expect(large?.median).toBe(12_346);
    expect(small?.median).toBe(0.0123);
  });

  it('are refused for a figure that is divided by one that is not there, or that was never measured', () => {
    expect(() => rowsOf('answer', [{ what: 'overhead', unit: 'ms', values: [1], over: 'nothing' }])).toThrow(
      'no figure',
    );
    expect(() => rowsOf('answer', [{ what: 'overhead', unit: 'ms', values: [] }])).toThrow('never measured');
  });
});
