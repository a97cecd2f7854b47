import { describe, expect, it } from 'vitest';
import { fullLineLength, toBlocks } from '../../../src/adapters/documents/pdf-blocks.js';
import { placeHeadings } from '../../../src/adapters/documents/pdf-headings.js';
import { dropRunningLines, pageLines } from '../../../src/adapters/documents/pdf-lines.js';
import { listOfPages } from '../../../src/adapters/documents/pdf-pages.js';

const FULL_LINE = 60;

describe('a page’s lines', () => {
  it('are clean, with rows of dots shortened', () => {
    expect(
      pageLines('\uf0b7 Item\u0007\nChapter one . . . . . . . . . . 7\nName ________ \nA \t B\t\n\ue123x'),
    ).toEqual(['• Item', 'Chapter one … 7', 'Name …', 'A\tB', 'x']);
  });

  it('lose the page’s own number at their ends, and keep other numbers', () => {
    expect(
      dropRunningLines([
        ['1', 'text', '1'],
        ['12', 'text', 'more', 'text'],
      ]),
    ).toEqual([['text'], ['12', 'text', 'more', 'text']]);
  });

  it.each(['Page #', 'Seite # von 9', '- # -', '# / 9', 'p. #'])('lose "%s" at the head too', (line) => {
    const pages = [1, 2, 3, 4].map((page) => [
      line.replace('#', String(page)),
      `Words that differ: ${'x'.repeat(page)}`,
    ]);
    expect(dropRunningLines(pages).map((lines) => lines.length)).toEqual([1, 1, 1, 1]);
  });

  it('lose a foot that counts the pages, and keep what only looks like one', () => {
    const pages = [1, 2, 3, 4, 5].map((page) => [
      `Week ${page}`,
      `Row ${page} times.`,
      'x'.repeat(page),
      `Round ${page * page}`,
      `Guide ${page}`,
    ]);
    expect(dropRunningLines(pages)).toEqual(pages.map((lines) => lines.slice(0, -1)));
  });

  it('keep what comes back in the middle of pages, and on too few pages', () => {
    const page = ['a', 'b', 'total', 'c', 'd'];
    const varied = [1, 2, 3, 4, 5].map((index) => page.map((line) => (line === 'total' ? line : line.repeat(index))));
    expect(dropRunningLines(varied)).toEqual(varied);
    const two = [
      ['same', 'x'],
      ['same', 'y'],
    ];
    expect(dropRunningLines(two)).toEqual(two);
  });
});

describe('blocks from lines', () => {
  it.each([
    [
      ['a word that is cut at the very end of the line where it is hyph-', 'enated goes on'],
      ['a word that is cut at the very end of the line where it is hyphenated goes on'],
    ],
    [
      ['a pair of names that keeps its hyphen at the very end: Anne-', 'Marie'],
      ['a pair of names that keeps its hyphen at the very end: Anne- Marie'],
    ],
    [
      ['a line that is long enough to be a full line of its paragraph', 'and its end.', 'Next one.'],
      ['a line that is long enough to be a full line of its paragraph and its end.', 'Next one.'],
    ],
    [
      ['above', '', 'below'],
      ['above', 'below'],
    ],
  ])('joins lines into paragraphs: %#', (lines, expected) => {
    expect(toBlocks(lines, FULL_LINE).map(({ text }) => text)).toEqual(expected);
  });

  it('reads bullets and numbers as lists, also with the bullet on a line of its own', () => {
    expect(
      toBlocks(
        [
          'Bring:',
          '• a boat that is long enough to be wrapped in the middle of',
          'its item',
          '•',
          'oars',
          '1. Row',
          '2) Rest',
        ],
        FULL_LINE,
      ),
    ).toEqual([
      { kind: 'paragraph', text: 'Bring:' },
      {
        kind: 'list',
        text: '- a boat that is long enough to be wrapped in the middle of its item\n- oars\n1. Row\n2) Rest',
      },
    ]);
  });

  it('reads neighbouring lines with cells as a table, a single one as text', () => {
    expect(toBlocks(['Boat\tCrew', 'Single\t1', 'Words\twith a gap.'], FULL_LINE)[0]).toEqual({
      kind: 'table',
      text: 'Boat | Crew\nSingle | 1\nWords | with a gap.',
    });
    expect(toBlocks(['Words\twith a gap.'], FULL_LINE)).toEqual([{ kind: 'paragraph', text: 'Words with a gap.' }]);
  });

  it('takes the length that few lines pass for a full line, and no narrow one', () => {
    expect(fullLineLength([...Array.from({ length: 19 }, () => 'x'.repeat(70)), 'x'.repeat(200)])).toBe(70);
    expect(fullLineLength(['a', 'b'])).toBe(40);
  });
});

describe('headings from the outline', () => {
  const lines = ['2.1 The grip', 'text', 'A long heading that', 'takes two lines', 'text'];

  it('are found without their numbers and over several lines', () => {
    const headings = [
      { level: 1, text: 'The Grip' },
      { level: 1, text: '3 A long heading that takes two lines' },
    ];
    expect(placeHeadings(headings, lines).map(({ at, lines: count }) => [at, count])).toEqual([
      [0, 1],
      [2, 2],
    ]);
  });

  it('stand at the top when the page’s first one is not found, and are dropped otherwise', () => {
    const headings = [
      { level: 1, text: 'In a picture' },
      { level: 2, text: 'The grip' },
      { level: 2, text: 'Nowhere' },
    ];
    expect(placeHeadings(headings, lines).map(({ text, at }) => [text, at])).toEqual([
      ['In a picture', 0],
      ['The grip', 0],
    ]);
  });
});

describe('a list of pages', () => {
  it('draws ranges together and does not go on for ever', () => {
    expect(listOfPages([3])).toBe('Page 3 is');
    expect(listOfPages([1, 2, 3, 7, 9, 10])).toBe('Pages 1–3, 7, 9–10 are');
    expect(listOfPages(Array.from({ length: 50 }, (_, index) => index * 2))).toMatch(/ and others are$/);
  });
});
