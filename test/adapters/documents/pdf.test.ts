import { describe, expect, it } from 'vitest';
import { parser } from '../../../src/adapters/documents/pdf.js';
import { defaultParseLimits } from '../../../src/core/ingest/parse-limits.js';
import { describeDocumentParserContract } from '../../contracts/document-parser.contract.js';
import { makePdf } from '../../support/make-pdf.js';
import { makeRawPdf, onePage, plainFont } from '../../support/make-raw-pdf.js';
import { foreignFiles, outlineOf, parse } from './parse.js';

describeDocumentParserContract('PDF', async () => ({
  parser,
  file: {
    name: 'guide.pdf',
    bytes: await makePdf({
      title: 'Guide',
      pages: [
        [{ heading: 'Guide' }, 'Start here.'],
        [{ heading: 'Grip' }, 'Hold it lightly.'],
      ],
    }),
  },
  words: ['Start', 'Grip', 'Hold'],
  foreign: [foreignFiles.png, foreignFiles.zip, foreignFiles.text, foreignFiles.binary],
}));

const wrapped =
  'The oar rests in the fingers and not in the palm, because a tight grip tires the forearm long before the legs ' +
  'have done their work; loosen it whenever the boat runs free.';

describe('PDF', () => {
  it('recognises a PDF by its content, with rubbish before it too', async () => {
    const bytes = await makePdf({ pages: [['a']] });
    expect(parser.recognise(bytes, 'report.txt')).toBe('certain');
    expect(parser.recognise(Buffer.concat([Buffer.from('HTTP/1.1 200 OK\r\n\r\n'), bytes]), 'x')).toBe('certain');
    expect(parser.recognise(Buffer.from('How to write %PDF-1.7 headers'), 'notes.md')).toBe('no');
  });

  it('reads page by page and puts wrapped lines together', async () => {
    const document = await parse(parser, await makePdf({ pages: [[wrapped, 'Short.'], [wrapped]] }));
    expect(document.pageCount).toBe(2);
    expect(document.sections).toEqual([
      {
        headingPath: [],
        page: 1,
        blocks: [
          { kind: 'paragraph', text: wrapped },
          { kind: 'paragraph', text: 'Short.' },
        ],
      },
      { headingPath: [], page: 2, blocks: [{ kind: 'paragraph', text: wrapped }] },
    ]);
  });

  it('takes headings from the outline, each from its own place on', async () => {
    const pages = [
      [
        'Foreword words.',
        { heading: 'Grip' },
        'About the grip.',
        { heading: 'Fingers', level: 2 as const },
        'About fingers.',
      ],
      ['Still fingers.', { heading: 'Stroke' }, 'About the stroke.'],
    ];
    expect(outlineOf(await parse(parser, await makePdf({ pages })))).toEqual([
      'paragraph: Foreword words.',
      'Grip | paragraph: About the grip.',
      'Grip › Fingers | paragraph: About fingers.',
      'Grip › Fingers | paragraph: Still fingers.',
      'Stroke | paragraph: About the stroke.',
    ]);
  });

  it('believes the title in the properties only when its words stand on the first pages', async () => {
    const pages = [['The rowing handbook tells all.']];
    expect((await parse(parser, await makePdf({ title: 'Rowing Handbook', pages }))).title).toBe('Rowing Handbook');
    expect((await parse(parser, await makePdf({ title: 'Template 7', pages }))).title).toBeNull();
    expect((await parse(parser, await makePdf({ title: 'rowing.docx', pages }))).title).toBeNull();
  });

  it('drops page numbers and running lines but keeps the first of each, and headings that only differ in a number', async () => {
    const pages = [1, 2, 3, 4, 5].map((week) => [`Week ${week}`, `Row ${week} times around the lake, then rest.`]);
    const bytes = await makePdf({ pages, header: () => 'Club handbook', footer: (page) => `Page ${page} of 5` });
    expect(outlineOf(await parse(parser, bytes))).toEqual([
      'paragraph: Club handbook',
      ...pages.flatMap((parts) => parts.map((part) => `paragraph: ${part}`)),
    ]);
  });

  it('names pages without text', async () => {
    const document = await parse(parser, await makePdf({ pages: [['a word'], [], ['more'], [], [], []] }));
    expect(document.skipped).toEqual(['Pages 2, 4–6 are without text (blank, or a picture or scan).']);
    expect((await parse(parser, await makePdf({ pages: [['a word'], []] }))).skipped).toEqual([
      'Page 2 is without text (blank, or a picture or scan).',
    ]);
  });

  it('reads what was typed into form fields and text boxes', async () => {
    const field = '<< /Type /Annot /Subtype /Widget /FT /Tx /T (f1) /TU (Your name) /V (Ada) /Rect [0 0 90 20] >>';
    const box = '<< /Type /Annot /Subtype /FreeText /Contents (Bring the boat) /DA (/F1 9 Tf) /Rect [0 40 90 60] >>';
    const objects = onePage({ dictionary: '<< >>', stream: 'BT /F1 12 Tf 50 700 Td (A form) Tj ET' }, plainFont, [
      { dictionary: field },
      { dictionary: box },
    ]);
    const withForm = objects.map(({ dictionary, ...rest }) => ({
      ...rest,
      dictionary: dictionary
        .replace('/Type /Catalog', '/Type /Catalog /AcroForm << /Fields [6 0 R] >>')
        .replace('/Type /Page ', '/Type /Page /Annots [6 0 R 7 0 R] '),
    }));
    expect(outlineOf(await parse(parser, makeRawPdf(withForm)))).toEqual([
      'paragraph: A form',
      'list: - Bring the boat\n- Your name: Ada',
    ]);
  });

  it('tells progress page by page', async () => {
    const done: number[] = [];
    const bytes = await makePdf({ pages: [['a'], ['b'], ['c']] });
    await parser.parse(bytes, { name: 'x', limits: defaultParseLimits, progress: (report) => done.push(report.done) });
    expect(done).toEqual([1, 2, 3]);
  });

  it('refuses more pages than allowed before it reads any', async () => {
    const bytes = await makePdf({ pages: [['a'], ['b'], ['c']] });
    const refused = parser.parse(bytes, { name: 'x', limits: { ...defaultParseLimits, maxPages: 2 }, progress() {} });
    await expect(refused).rejects.toMatchObject({
      code: 'DOCUMENT_TOO_LONG',
      userMessage: expect.stringContaining('3 pages; 2 are') as string,
    });
  });

  it.each([
    ['a password', { pages: [['secret']], userPassword: 'x' }, 'DOCUMENT_ENCRYPTED'],
    ['pictures alone', { pages: [[], []], isScan: true }, 'DOCUMENT_IMAGE_ONLY'],
  ])('refuses a file with %s', async (_what, content, code) => {
    await expect(parse(parser, await makePdf(content))).rejects.toMatchObject({ code });
  });
});
