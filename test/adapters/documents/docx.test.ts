import { describe, expect, it } from 'vitest';
import { parser } from '../../../src/adapters/documents/docx.js';
import { describeDocumentParserContract } from '../../contracts/document-parser.contract.js';
import { makeDocx } from '../../support/make-docx.js';
import { makeZip, wordParts, wordXml } from '../../support/make-zip.js';
import { foreignFiles, outlineOf, parse } from './parse.js';

const tinyPicture = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

describeDocumentParserContract('Word', async () => ({
  parser,
  file: {
    name: 'guide.docx',
    bytes: await makeDocx({
      title: 'Guide',
      sections: [{ paragraphs: ['Start here.'] }, { heading: 'Grip', list: ['hold', 'release'] }],
    }),
  },
  words: ['Start', 'Grip', 'hold', 'release'],
  foreign: [foreignFiles.png, foreignFiles.zip, foreignFiles.text, foreignFiles.binary],
}));

describe('Word', () => {
  it('recognises a document by its content, whatever its name, and a damaged one by its name', async () => {
    const bytes = await makeDocx({ sections: [{ paragraphs: ['a'] }] });
    expect(parser.recognise(bytes, 'report.pdf')).toBe('certain');
    expect(parser.recognise(bytes.subarray(0, 20), 'report.docx')).toBe('possible');
    expect(parser.recognise(bytes.subarray(0, 20), 'report.zip')).toBe('no');
  });

  it('reads headings, paragraphs, lists and tables in order', async () => {
    const bytes = await makeDocx({
      title: 'Rowing guide',
      sections: [
        { paragraphs: ['Before all.'] },
        { heading: 'Grip', paragraphs: ['Hold it.'], list: ['one', 'two'], steps: ['first', 'second'] },
        {
          heading: 'Boats',
          level: 2,
          table: [
            ['Kind', 'Crew'],
            ['Single', '1'],
          ],
        },
        { heading: 'Other', paragraphs: ['Last.'] },
      ],
    });
    const document = await parse(parser, bytes);
    expect(document).toMatchObject({ title: 'Rowing guide', pageCount: null, skipped: [] });
    expect(outlineOf(document)).toEqual([
      'paragraph: Rowing guide',
      'paragraph: Before all.',
      'Grip | paragraph: Hold it.',
      'Grip | list: - one\n- two',
      'Grip | list: 1. first\n2. second',
      'Grip › Boats | table: Kind | Crew\nSingle | 1',
      'Other | paragraph: Last.',
    ]);
  });

  it('puts notes behind the paragraphs that refer to them', async () => {
    const bytes = await makeDocx({
      sections: [
        { noted: { text: 'As known.', note: 'By everybody.' } },
        { heading: 'Next', noted: { text: 'More.', note: 'Or less.' } },
      ],
    });
    expect(outlineOf(await parse(parser, bytes))).toEqual([
      'paragraph: As known.[1]',
      'paragraph: [1] By everybody.',
      'paragraph: More.[2]',
      'paragraph: [2] Or less.',
    ]);
  });

  it('says what it left out', async () => {
    const bytes = await makeDocx({ sections: [{ paragraphs: ['a'], picture: tinyPicture }] });
    expect((await parse(parser, bytes)).skipped).toEqual(['1 picture was left out: text in pictures is not read.']);
    const math = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"';
    const formula = wordXml(`<w:p><w:r><w:t>a</w:t></w:r><m:oMath ${math}><m:r><m:t>x</m:t></m:r></m:oMath></w:p>`);
    expect((await parse(parser, makeZip(wordParts(formula)))).skipped).toEqual([
      'Formulas were left out: they are not text.',
    ]);
  });

  it('refuses a document of pictures alone', async () => {
    const bytes = await makeDocx({ sections: [{ picture: tinyPicture }] });
    await expect(parse(parser, bytes)).rejects.toMatchObject({ code: 'DOCUMENT_IMAGE_ONLY' });
  });

  it('reads a document with a byte order mark', async () => {
    const xml = `\ufeff${wordXml('<w:p><w:r><w:t>marked</w:t></w:r></w:p>')}`;
    expect(outlineOf(await parse(parser, makeZip(wordParts(xml))))).toEqual(['paragraph: marked']);
  });

  it('refuses a zip that only looks like a document', async () => {
    const bytes = makeZip([{ name: 'word/document.xml', data: 'no document' }]);
    await expect(parse(parser, bytes)).rejects.toMatchObject({ code: 'DOCUMENT_DAMAGED' });
  });
});
