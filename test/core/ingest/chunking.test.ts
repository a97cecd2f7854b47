import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chunkDocument } from '../../../src/core/ingest/chunking.js';
import { splitSentences } from '../../../src/core/ingest/sentences.js';
import type { Block, ParsedDocument, Section } from '../../../src/core/ports/document-parser.js';

const countTokens = (text: string): number => (text.match(/[\p{L}\p{N}]+|[^\s\p{L}\p{N}]/gu) ?? []).length;

const paragraph = (text: string): Block => ({ kind: 'paragraph', text });
const section = (blocks: readonly Block[], place: Partial<Section> = {}): Section => ({
  headingPath: [],
  page: null,
  ...place,
  blocks,
});
const documentOf = (...sections: Section[]): ParsedDocument => ({
  title: 'Guide',
  sections,
  pageCount: null,
  skipped: [],
});
const chunk = (document: ParsedDocument, maxTokens = 40) => [
  ...chunkDocument(document, { title: 'Guide', maxTokens, countTokens }),
];
const sentence = (number: number): string => `Sentence ${number} has exactly eight words in it.`;

describe('chunking', () => {
  it('keeps a short section whole', () => {
    expect(chunk(documentOf(section([paragraph('One.'), paragraph('Two.')])))).toMatchObject([
      { index: 0, text: 'One.\n\nTwo.', breadcrumb: 'Guide' },
    ]);
  });

  it('ends chunks between sentences', () => {
    const text = Array.from({ length: 12 }, (_, index) => sentence(index)).join(' ');
    const chunks = chunk(documentOf(section([paragraph(text)])));
    expect(chunks.length).toBeGreaterThan(2);
    for (const { text: piece } of chunks) expect(piece).toMatch(/^Sentence .* it\.$/);
    expect(chunks.map(({ text: piece }) => piece).join(' ')).toBe(text);
  });

  it('never mixes two headings and shows the path in the breadcrumb', () => {
    const chunks = chunk(
      documentOf(
        section([paragraph('A.')], { headingPath: ['Rules', 'Money'] }),
        section([paragraph('B.')], { headingPath: ['Rules', 'Time'] }),
      ),
    );
    expect(chunks.map(({ breadcrumb, text }) => [breadcrumb, text])).toEqual([
      ['Guide › Rules › Money', 'A.'],
      ['Guide › Rules › Time', 'B.'],
    ]);
  });

  it('starts a chunk on its first page and goes on with a sentence that the page break cut', () => {
    const chunks = chunk(
      documentOf(section([paragraph('The plan begins')], { page: 3 }), section([paragraph('on Monday.')], { page: 4 })),
    );
    expect(chunks).toMatchObject([{ page: 3, text: 'The plan begins on Monday.' }]);
  });

  it('ends a chunk with its page once it is big enough', () => {
    const long = Array.from({ length: 3 }, (_, index) => sentence(index)).join(' ');
    const chunks = chunk(
      documentOf(section([paragraph(long)], { page: 1 }), section([paragraph(sentence(9))], { page: 2 })),
    );
    expect(chunks.map(({ page }) => page)).toEqual([1, 2]);
  });

  it('keeps table rows whole and repeats the header in every chunk', () => {
    const rows = Array.from({ length: 12 }, (_, index) => `Week ${index} | run ${index} kilometres`);
    const chunks = chunk(documentOf(section([{ kind: 'table', text: ['Week | Training', ...rows].join('\n') }])));
    expect(chunks.length).toBeGreaterThan(1);
    for (const { text } of chunks) expect(text.startsWith('Week | Training\n')).toBe(true);
    expect(chunks.flatMap(({ text }) => text.split('\n').slice(1))).toEqual(rows);
  });

  it('cuts a sentence that is too long between words, and a word that is too long inside', () => {
    const words = Array.from({ length: 100 }, (_, index) => `word${index}`).join(' ');
    expect(chunk(documentOf(section([paragraph(words)]))).flatMap(({ text }) => text.split(/\s+/))).toEqual(
      words.split(' '),
    );
    const dots = '!'.repeat(200);
    expect(
      chunk(documentOf(section([paragraph(dots)])))
        .map(({ text }) => text)
        .join(''),
    ).toBe(dots);
  });

  it('shortens a breadcrumb that would take the room, middle headings first', () => {
    const headingPath = ['First part of the book', 'Second part of the book', 'The last heading'];
    const [only] = chunk(documentOf(section([paragraph('Text.')], { headingPath })));
    expect(only?.breadcrumb).toBe('Guide › The last heading');
    expect(only?.headingPath).toEqual(headingPath);
  });

  it('makes nothing of empty sections', () => {
    expect(chunk(documentOf(section([]), section([paragraph('  \n ')])))).toEqual([]);
  });

  it('loses no word, stays within the budget, counts from 0 and is the same each time', () => {
    const blocks = fc.array(
      fc.record({
        kind: fc.constantFrom('paragraph', 'list', 'code' as const),
        text: fc
          .array(fc.constantFrom('alpha', 'Beta.', 'gamma,', '😀😀😀', '\n', 'x'.repeat(30), 'délta!', '漢字。'), {
            maxLength: 60,
          })
          .map((words) => words.join(' ')),
      }),
      { maxLength: 6 },
    );
    const sections = fc.array(
      fc.record({
        headingPath: fc.array(fc.constantFrom('One', 'Two', 'Three'), { maxLength: 3 }),
        page: fc.option(fc.integer({ min: 1, max: 5 })),
        blocks,
      }),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(sections, (generated) => {
        const document = documentOf(...(generated as Section[]));
        const chunks = chunk(document, 30);
        const squeeze = (text: string): string => text.replaceAll(/\s+/g, '');
        expect(squeeze(chunks.map(({ text }) => text).join(''))).toBe(
          squeeze(document.sections.flatMap((one) => one.blocks.map(({ text }) => text)).join('')),
        );
        for (const { tokenCount, text } of chunks) {
          expect(tokenCount).toBeLessThanOrEqual(30);
          expect(text.isWellFormed()).toBe(true);
        }
        expect(chunks.map(({ index }) => index)).toEqual(chunks.map((_, index) => index));
        expect(chunk(document, 30)).toEqual(chunks);
      }),
      { numRuns: 200 },
    );
  });
});

describe('sentences', () => {
  it.each([
    { text: 'One. Two? Three!', sentences: ['One. ', 'Two? ', 'Three!'] },
    { text: 'Ask Dr. Smith first. Then go.', sentences: ['Ask Dr. Smith first. ', 'Then go.'] },
    { text: 'See Fig. 3 and J. Doe. Done.', sentences: ['See Fig. 3 and J. Doe. ', 'Done.'] },
    { text: 'これは文です。次の文です。', sentences: ['これは文です。', '次の文です。'] },
    { text: 'Version 2.5 costs 3.99 now.', sentences: ['Version 2.5 costs 3.99 now.'] },
    { text: '', sentences: [] },
  ])('of "$text"', ({ text, sentences }) => {
    expect(splitSentences(text)).toEqual(sentences);
  });
});
