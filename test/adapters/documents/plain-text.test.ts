import { describe, expect, it } from 'vitest';
import { parser } from '../../../src/adapters/documents/plain-text.js';
import { describeDocumentParserContract } from '../../contracts/document-parser.contract.js';
import { foreignFiles, outlineOf, parse } from './parse.js';

describeDocumentParserContract('plain text', () =>
  Promise.resolve({
    parser,
    file: { name: 'letter.txt', bytes: Buffer.from('Dear reader,\n\nall is well at the river.\n\nYours, the rower') },
    words: ['reader', 'river', 'Yours'],
    foreign: [
      foreignFiles.png,
      foreignFiles.zip,
      foreignFiles.binary,
      { name: 'a.rtf', bytes: Buffer.from('{\\rtf1 Hello}') },
    ],
  }),
);

describe('plain text', () => {
  const sentence = 'Größe, naïve, 日本語 и русский';

  it.each([
    ['UTF-8', Buffer.from(sentence)],
    ['UTF-8 with a byte order mark', Buffer.from(`\ufeff${sentence}`)],
    ['UTF-16 little-endian with a mark', Buffer.from(`\ufeff${sentence}`, 'utf16le')],
    ['UTF-16 big-endian with a mark', Buffer.from(`\ufeff${sentence}`, 'utf16le').swap16()],
  ])('reads %s', async (_encoding, bytes) => {
    expect(outlineOf(await parse(parser, bytes))).toEqual([`paragraph: ${sentence}`]);
  });

  it.each([
    ['UTF-16 without a mark', Buffer.from('Plain words, nothing else', 'utf16le'), 'Plain words, nothing else'],
    [
      'UTF-16 big-endian without a mark',
      Buffer.from('Plain words, nothing else', 'utf16le').swap16(),
      'Plain words, nothing else',
    ],
    [
      'Latin-1',
      Buffer.from('Die Prüfung fällt für alle Schüler größer aus als üblich.', 'latin1'),
      'Die Prüfung fällt für alle Schüler größer aus als üblich.',
    ],
    [
      'Shift_JIS',
      Buffer.from('93fa967b8cea82cc95b68fcd82f093c782de814293fa967b8cea82cc95b68fcd82f093c782de8142', 'hex'),
      '日本語の文章を読む。日本語の文章を読む。',
    ],
  ])('reads %s', async (_encoding, bytes, text) => {
    expect(outlineOf(await parse(parser, bytes))).toEqual([`paragraph: ${text}`]);
  });

  it('parts paragraphs at blank lines and joins lines that were only wrapped', async () => {
    const text =
      'A long line that a program wrapped after about seventy characters\nwhere no sentence ends.\n \nShort\nlines\nstay.\r\n\r\nLast.';
    expect(outlineOf(await parse(parser, text))).toEqual([
      'paragraph: A long line that a program wrapped after about seventy characters where no sentence ends.',
      'paragraph: Short\nlines\nstay.',
      'paragraph: Last.',
    ]);
  });

  it('takes underlined lines as headings, and a sole top one as title', async () => {
    const text = 'The plan\n========\nFirst words.\n\nWeek one\n--------\nRow twice.\n\nItems\n- one';
    const document = await parse(parser, text);
    expect(document.title).toBe('The plan');
    expect(outlineOf(document)).toEqual([
      'paragraph: First words.',
      'Week one | paragraph: Row twice.',
      'Week one | paragraph: Items\n- one',
    ]);
  });

  it('leaves rich text, PostScript and drawings to nobody', () => {
    for (const start of ['{\\rtf1\\ansi', '%!PS-Adobe-3.0', '<svg xmlns=""/>', '<?xml version="1.0"?>\n<svg/>'])
      expect(parser.recognise(Buffer.from(start), 'a.txt')).toBe('no');
  });
});
