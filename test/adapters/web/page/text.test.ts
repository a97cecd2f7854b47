import { describe, expect, it } from 'vitest';
import { splitCitations } from '../../../../src/adapters/web/page/citations.js';
import { splitMarks } from '../../../../src/adapters/web/page/marks.js';
import { readWritten } from '../../../../src/adapters/web/page/written.js';

describe('citations in a text', () => {
  it.each([
    ['none', [{ text: 'none' }]],
    ['Six [1].', [{ text: 'Six ' }, { numbers: [1] }, { text: '.' }]],
    ['[1, 2][3]', [{ numbers: [1, 2] }, { numbers: [3] }]],
    ['[1', [{ text: '[1' }]],
    ['[a] [1a] [] [2026]', [{ text: '[a] [1a] [] [2026]' }]],
  ])('of %j are found', (text, parts) => {
    expect(splitCitations(text)).toEqual(parts);
  });
});

describe('marks in a passage', () => {
  const shown = (text: string, marks: number[][]): string =>
    splitMarks(text, marks)
      .map((piece) => (piece.isMarked ? `<${piece.text}>` : piece.text))
      .join('');

  it.each([
    ['none', [], 'six days'],
    ['one', [[0, 3]], '<six> days'],
    [
      'several, in any order',
      [
        [4, 8],
        [0, 3],
      ],
      '<six> <days>',
    ],
    [
      'that overlap',
      [
        [0, 5],
        [3, 8],
      ],
      '<six d><ays>',
    ],
    [
      'inside another',
      [
        [0, 8],
        [1, 2],
      ],
      '<six days>',
    ],
    ['beyond the end', [[4, 99]], 'six <days>'],
    [
      'that are empty or upside down',
      [
        [2, 2],
        [5, 1],
      ],
      'six days',
    ],
  ])('%s are drawn over all of the text', (_what, marks, expected) => {
    expect(shown('six days', marks)).toBe(expected);
  });
});

describe('what is written', () => {
  it.each([
    ['  ', undefined],
    [' How? ', { text: 'How?' }],
    ['/summary', { command: 'summary' }],
    ['/summary please', { text: '/summary please' }],
    ['/unknown', { text: '/unknown' }],
    ['/etc/passwd', { text: '/etc/passwd' }],
  ])('as %j is read as %j', (value, written) => {
    expect(readWritten(value, ['summary'])).toEqual(written);
  });
});
