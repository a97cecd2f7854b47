import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitText } from '../../../src/core/chat/split-text.js';

/** The text without space and without what splitting adds: fence marks with their language. */
function essence(text: string): string {
  return text.replaceAll(/^\s*```\w*\s*$/gm, '').replaceAll(/\s+/g, '');
}

const word = fc.oneof(
  fc.stringMatching(/^[a-z]{1,12}[.,!?]?$/),
  fc.constantFrom(
    'e.g.',
    'Dr.',
    '🧑‍🏫',
    'é́́',
    'naïve',
    '[the handbook](https://example.org/a_b?c=d)',
    '`let a = 1;`',
    '**bold**',
    '[1]',
  ),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 80 }).map((text) => text.replaceAll(/[`~|]/g, '')),
);
const sentence = fc.array(word, { minLength: 1, maxLength: 15 }).map((words) => `${words.join(' ')}.`);
const paragraph = fc.array(sentence, { minLength: 1, maxLength: 6 }).map((sentences) => sentences.join(' '));
const fence = fc
  .array(fc.stringMatching(/^[ a-z(){};=]{0,60}$/), { minLength: 1, maxLength: 12 })
  .map((lines) => `\`\`\`ts\n${lines.join('\n')}\n\`\`\``);
const list = fc
  .array(sentence, { minLength: 1, maxLength: 6 })
  .map((items) => items.map((item) => `- ${item}`).join('\n'));
const markdown = fc.array(fc.oneof(paragraph, fence, list), { maxLength: 8 }).map((blocks) => blocks.join('\n\n'));

describe('splitText', () => {
  it('loses nothing and keeps every part within the limit, whatever the text', () => {
    fc.assert(
      fc.property(markdown, fc.integer({ min: 40, max: 400 }), (text, limit) => {
        const parts = splitText(text, limit);
        expect(parts.every((part) => part.length <= limit && part.trim() !== '')).toBe(true);
        expect(essence(parts.join('\n'))).toBe(essence(text));
      }),
      { numRuns: 300 },
    );
  });

  it('takes any string at all', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 500 }), (text) => {
        const parts = splitText(text, 60);
        expect(parts.every((part) => part.length <= 60)).toBe(true);
      }),
    );
  });

  it('opens and closes a fence in each part', () => {
    fc.assert(
      fc.property(markdown, fc.integer({ min: 40, max: 200 }), (text, limit) => {
        for (const part of splitText(text, limit)) expect(part.split('```').length % 2).toBe(1);
      }),
    );
  });

  it('leaves a short text as it is', () => {
    expect(splitText('One. Two.\n\nThree.', 2_000)).toEqual(['One. Two.\n\nThree.']);
  });

  it('makes no part of no text', () => {
    expect(splitText(' \n ', 2_000)).toEqual([]);
  });

  it('cuts between paragraphs where they fit', () => {
    const [first, second] = ['a'.repeat(30), 'b'.repeat(30)];
    expect(splitText(`${first}\n\n${second}`, 50)).toEqual([first, second]);
  });

  it('cuts a paragraph between sentences, and not after an abbreviation', () => {
    const text = 'Bring the form to Dr. Miller on Monday. She keeps it for you until the end of the week.';
    expect(splitText(text, 60)).toEqual([
      'Bring the form to Dr. Miller on Monday.',
      'She keeps it for you until the end of the week.',
    ]);
  });

  it('cuts a sentence between words', () => {
    expect(splitText('one two three four five six seven eight nine ten', 40)).toEqual([
      'one two three four five six seven eight',
      'nine ten',
    ]);
  });

  it('cuts a word only when it alone is too long, and never inside a visible character', () => {
    const family = '👨‍👩‍👧‍👦';
    const parts = splitText(family.repeat(10), 40);
    expect(parts.join('')).toBe(family.repeat(10));
    expect(parts.every((part) => part.length % family.length === 0)).toBe(true);
  });

  it('keeps a link whole, with the sentence ends inside it', () => {
    const link = '[Ask Dr. A. Miller. Or somebody else](https://example.org/people)';
    const parts = splitText(`Some words before the link stand here. ${link} and after it more words follow.`, 70);
    expect(parts.some((part) => part.includes(link))).toBe(true);
  });

  it('closes a long fence and opens it again with its language', () => {
    const code = Array.from({ length: 6 }, (_, index) => `const value${index} = ${index};`).join('\n');
    expect(splitText(`Code:\n\n\`\`\`ts\n${code}\n\`\`\``, 60)).toEqual([
      'Code:\n\n```ts\nconst value0 = 0;\nconst value1 = 1;\n```',
      '```ts\nconst value2 = 2;\nconst value3 = 3;\n```',
      '```ts\nconst value4 = 4;\nconst value5 = 5;\n```',
    ]);
  });

  it('keeps the indentation of code at the start of a part', () => {
    const parts = splitText('```\nfunction first() {\n    return 1234567890;\n}\n```', 40);
    expect(parts).toEqual(['```\nfunction first() {\n```', '```\n    return 1234567890;\n}\n```']);
  });

  it('cuts a table between rows and repeats its header', () => {
    const rows = ['| Ada | 12 |', '| Ben | 34 |', '| Cyd | 56 |'];
    const table = ['| Who | Age |', '|---|---|', ...rows].join('\n');
    expect(splitText(table, 52)).toEqual([
      '| Who | Age |\n|---|---|\n| Ada | 12 |\n| Ben | 34 |',
      '| Who | Age |\n|---|---|\n| Cyd | 56 |',
    ]);
  });

  it('does not take a pair of marks in a line for a fence', () => {
    const text = '```code``` in a line is no fence. And this is another sentence.';
    expect(splitText(text, 45)).toEqual(['```code``` in a line is no fence.', 'And this is another sentence.']);
  });
});
