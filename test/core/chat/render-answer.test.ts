import { describe, expect, it } from 'vitest';
import { escapeMarkdown, escapeMentions, stripUnseen } from '../../../src/core/chat/escape.js';
import { notice } from '../../../src/core/chat/outgoing-message.js';
import {
  confidenceInWords,
  describeSource,
  progressBar,
  renderMessage,
  renderSources,
} from '../../../src/core/chat/render-answer.js';

describe('describeSource', () => {
  it.each([
    [{ documentName: 'handbook.pdf', headingPath: ['Part 1', 'Pay'], page: 12 }, 'handbook.pdf, page 12'],
    [{ documentName: 'faq.md', headingPath: ['Billing', 'Refunds'], page: null }, 'faq.md, Billing › Refunds'],
    [{ documentName: 'notes.txt', headingPath: [], page: null }, 'notes.txt'],
  ])('names document and page, or heading: %j', (source, text) => {
    expect(describeSource(source)).toBe(text);
  });
});

describe('renderMessage', () => {
  const source = { number: 2, documentName: '*draft*_v2.pdf', headingPath: [], page: 3 };

  it('puts text, sources and small print under one another', () => {
    expect(renderMessage({ ...notice('Yes [2].'), sources: [source], footnote: 'No language model yet.' })).toBe(
      'Yes [2].\n\n**Sources**\n\\[2\\] \\*draft\\*\\_v2.pdf, page 3\n\n*No language model yet.*',
    );
  });

  it('leaves out what is not there', () => {
    expect(renderMessage(notice('Done.'))).toBe('Done.');
    expect(renderSources([])).toBe('');
  });
});

describe('confidenceInWords', () => {
  it.each([
    [1, 'high'],
    [0.45, 'high'],
    [0.44, 'medium'],
    [0.3, 'medium'],
    [0.29, 'low'],
  ] as const)('calls %d %s', (confidence, words) => {
    expect(confidenceInWords(confidence)).toBe(words);
  });
});

describe('progressBar', () => {
  it.each([
    [0, 8, '▱▱▱▱▱▱▱▱▱▱ 0 %'],
    [3, 8, '▰▰▰▱▱▱▱▱▱▱ 37 %'],
    [8, 8, '▰▰▰▰▰▰▰▰▰▰ 100 %'],
    [9, 8, '▰▰▰▰▰▰▰▰▰▰ 100 %'],
    [1, 0, '▱▱▱▱▱▱▱▱▱▱ 0 %'],
  ])('draws %d of %d', (done, total, bar) => {
    expect(progressBar({ done, total })).toBe(bar);
  });
});

describe('escapeMentions', () => {
  it.each(['@everyone', '@here', '@channel', '@Everyone', '<@123>', '<@&9>', '<!channel>', '<#C1|x>'])(
    'keeps %s from calling anybody',
    (mention) => {
      const escaped = escapeMentions(`Hello ${mention}!`);
      expect(escaped).not.toContain(mention);
      expect(stripUnseen(escaped)).toBe(`Hello ${mention}!`);
    },
  );

  it('leaves addresses and comparisons alone', () => {
    expect(escapeMentions('Write to ada@example.org if 3 < 4.')).toBe('Write to ada@example.org if 3 < 4.');
  });
});

describe('stripUnseen', () => {
  it('takes out controls, direction overrides, zero-width signs and tags', () => {
    expect(stripUnseen('a\u0000b\u202Ec\u200Bd\u{E0041}e\uFEFF')).toBe('abcde');
  });

  it('keeps line breaks, tabs and joined emoji', () => {
    expect(stripUnseen('a\r\nb\tc 👩‍🏫')).toBe('a\nb\tc 👩‍🏫');
  });
});

describe('escapeMarkdown', () => {
  it('keeps a name from being read as markup', () => {
    expect(escapeMarkdown('a_b*c*[x](y)`~|')).toBe('a\\_b\\*c\\*\\[x\\](y)\\`\\~\\|');
  });
});
