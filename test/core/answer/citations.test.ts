import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkCitations } from '../../../src/core/answer/citations.js';

const options = {
  isKnown: (number: number) => number >= 1 && number <= 3,
  isAllowedUrl: (url: string) => 'see https://example.org/plan for more'.includes(url) && url !== '',
};

function check(pieces: readonly string[]): { text: string; cited: readonly number[] } {
  const citations = checkCitations(options);
  const text = pieces.map((piece) => citations.push(piece)).join('') + citations.end();
  return { text, cited: citations.cited };
}

const cases = [
  { input: 'Yes [1].', text: 'Yes [1].', cited: [1] },
  { input: 'Both [1][2].', text: 'Both [1][2].', cited: [1, 2] },
  { input: 'Both [1, 2].', text: 'Both [1][2].', cited: [1, 2] },
  { input: 'All [1-3].', text: 'All [1][2][3].', cited: [1, 2, 3] },
  { input: 'All [1–3].', text: 'All [1][2][3].', cited: [1, 2, 3] },
  { input: 'Twice [[2]].', text: 'Twice [2].', cited: [2] },
  { input: 'Wide 【3】.', text: 'Wide [3].', cited: [3] },
  { input: 'Unknown [9].', text: 'Unknown .', cited: [] },
  { input: 'Some [1, 9].', text: 'Some [1].', cited: [1] },
  { input: 'Zero [0].', text: 'Zero .', cited: [] },
  { input: 'Again [2] and [1] and [2].', text: 'Again [2] and [1] and [2].', cited: [2, 1] },
  { input: 'Open [1', text: 'Open [1', cited: [] },
  { input: 'A list [a] stays.', text: 'A list [a] stays.', cited: [] },
  { input: 'Code `x[1]` stays [1].', text: 'Code `x[1]` stays [1].', cited: [1] },
  { input: 'Code ``a ` b[7]`` stays.', text: 'Code ``a ` b[7]`` stays.', cited: [] },
  { input: 'One ` backtick [1].', text: 'One ` backtick [1].', cited: [1] },
  { input: '```js\nlist[9]\n```\nDone [1].', text: '```js\nlist[9]\n```\nDone [1].', cited: [1] },
  { input: '~~~\na[9]\n```\nb[9]\n~~~\n[9]', text: '~~~\na[9]\n```\nb[9]\n~~~\n', cited: [] },
  { input: '```\nnever closed [9]', text: '```\nnever closed [9]', cited: [] },
  {
    input: 'Go to [the plan](https://example.org/plan).',
    text: 'Go to [the plan](https://example.org/plan).',
    cited: [],
  },
  { input: 'Go to [the plan](https://evil.example/x).', text: 'Go to the plan.', cited: [] },
  { input: '![picture](https://evil.example/x.png)', text: 'picture', cited: [] },
  { input: 'See https://evil.example/steal?q=1 now.', text: 'See  now.', cited: [] },
  { input: 'See https://example.org/plan.', text: 'See https://example.org/plan.', cited: [] },
  { input: 'A link-like [1](https://evil.example).', text: 'A link-like 1.', cited: [] },
  { input: 'The website www.evil.example. Yes', text: 'The website . Yes', cited: [] },
  { input: '_https://evil.example/?q=1_ [1]', text: '_ [1]', cited: [1] },
  { input: '```x```\n[click](https://evil.example)', text: '```x```\nclick', cited: [] },
  { input: 'One `\n- [click](https://evil.example) `x', text: 'One `\n- click `x', cited: [] },
  { input: 'One `\na` [click](//evil.example) `', text: 'One `\na` click `', cited: [] },
  { input: 'One `\n\n`a[9]`', text: 'One `\n\n`a[9]`', cited: [] },
  { input: '\\`[click](//evil.example)`', text: '\\`click`', cited: [] },
  { input: '[a [b]](//evil.example/x)', text: '[a [b]]', cited: [] },
  { input: '[a [1]](//evil.example/x)', text: '[a [1]]', cited: [] },
  { input: '[write](mailto:eve@evil.example)', text: 'write', cited: [] },
  { input: '[two\nlines](//evil.example/x)', text: '[two\nlines]', cited: [] },
  { input: '[two\nlines](https://example.org/plan)', text: '[two\nlines](https://example.org/plan)', cited: [] },
  { input: '[a](https://example.org/plan "title")', text: '[a](https://example.org/plan)', cited: [] },
  { input: '[https://evil.example/?q=1](//evil.example)', text: '', cited: [] },
  { input: '[htt](//evil.example)ps://evil.example now', text: ' now', cited: [] },
  { input: 'htt[9]ps://evil.example', text: 'htt ps://evil.example', cited: [] },
  { input: 'https:[9]//evil.example', text: 'https: //evil.example', cited: [] },
  { input: 'htt[](//evil.example)ps://evil.example', text: 'htt ps://evil.example', cited: [] },
  { input: 'An hour[9].', text: 'An hour.', cited: [] },
  { input: '[a](b\n\nNext [9] (c)', text: '[a](b\n\nNext  (c)', cited: [] },
  { input: '![a [b]](https://evil.example/x.png)', text: '[a [b]]', cited: [] },
  { input: 'Yes![1]', text: 'Yes![1]', cited: [1] },
  { input: 'At <https://evil.example/x> or <mailto:eve@evil.example>.', text: 'At  or .', cited: [] },
  { input: 'At <https://example.org/plan>.', text: 'At <https://example.org/plan>.', cited: [] },
  { input: '[a]: https://evil.example/x\n[b]: //evil.example', text: '[a]:\n[b]:', cited: [] },
  { input: '[a]: https://example.org/plan', text: '[a]: https://example.org/plan', cited: [] },
  { input: '[1]: the plan', text: '[1]: the plan', cited: [1] },
  { input: 'how we work', text: 'how we work', cited: [] },
];

describe('checking citations', () => {
  it.each(cases)('turns "$input" into "$text"', ({ input, text, cited }) => {
    expect(check([input])).toEqual({ text, cited });
  });

  it.each(cases)('gives the same for "$input" a character at a time', ({ input, text, cited }) => {
    expect(check(Array.from(input))).toEqual({ text, cited });
  });

  it('gives the same however the text is cut', () => {
    const word = fc.constantFrom(
      '[1]',
      '[1, 2]',
      '[[2]]',
      '[9]',
      '[',
      ']',
      '`',
      '``',
      '```\n',
      '~~~\n',
      '\n',
      '\n\n',
      ' ',
      'http',
      'https://example.org/plan',
      'https://evil.example',
      '[a](',
      '(b)',
      ')',
      'word',
      'www',
      '!',
      '【2】',
      '](',
      '//evil.example',
      '<',
      '>',
      ': ',
      '![',
      '\\',
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 25 }), fc.array(fc.nat(60), { maxLength: 12 }), (words, cuts) => {
        const text = words.join('');
        const places = [0, ...cuts.filter((cut) => cut < text.length).toSorted((a, b) => a - b), text.length];
        const pieces = places.slice(1).map((place, index) => text.slice(places[index], place));
        expect(check(pieces)).toEqual(check([text]));
      }),
      { numRuns: 2_000 },
    );
  });

  it('shows plain text at once and holds back only what may still change', () => {
    const citations = checkCitations(options);
    expect(citations.push('Plain words and [')).toBe('Plain words and ');
    expect(citations.push('2')).toBe('');
    expect(citations.push('] more')).toBe('[2] more');
  });
});
