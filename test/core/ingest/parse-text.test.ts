import { describe, expect, it } from 'vitest';
import { shownName } from '../../../src/core/ingest/parse-errors.js';
import { lookalikeOf } from '../../../src/core/ingest/parse-lookalike.js';
import { cleanText, singleLine } from '../../../src/core/ingest/parse-text.js';

describe('clean text', () => {
  it.each([
    ['composes characters', 'cafe\u0301', 'café'],
    ['has one kind of line break', 'a\r\nb\rc\u2028d\fe', 'a\nb\nc\nd\ne'],
    ['drops controls but tabs', 'a\u0000\u0007\tb\u007f', 'a\tb'],
    ['drops zero-width characters and soft hyphens', 'pass\u200bword\u2060 hy\u00adphen\ufeff', 'password hyphen'],
    ['drops marks of direction', '\u202egnp.exe\u2066x\u2069', 'gnp.exex'],
    ['drops tag characters and spare variation selectors', 'a\u{e0041}\u{e007f}b\u{e0100}c\ufe01', 'abc'],
    ['drops joiners between Latin letters', 'a\u200db\u200cc', 'abc'],
    ['keeps joiners that Persian needs', 'می\u200cخواهم', 'می\u200cخواهم'],
    ['keeps emoji whole', '👩\u200d🚀❤\ufe0f', '👩\u200d🚀❤\ufe0f'],
    ['puts quotation marks of Windows right', '\u0093Here\u0092s\u0094\u0085', '“Here’s”…'],
    ['mends broken surrogates', 'a\ud800b', 'a\ufffdb'],
  ])('%s', (_what, text, expected) => {
    expect(cleanText(text)).toBe(expected);
  });

  it('is a fixed point: cleaning twice changes nothing', () => {
    const text = 'a\u200d\u0301\u0000b\r\n\u0085\u{e0041}';
    expect(cleanText(cleanText(text))).toBe(cleanText(text));
  });

  it('fits on a single line', () => {
    expect(singleLine(' a\n\t b\u00a0 c ')).toBe('a b c');
  });

  it('shows names short, on one line and without tricks', () => {
    expect(shownName('a\u202e\nb.pdf')).toBe('"a b.pdf"');
    expect(shownName('x'.repeat(500)).length).toBeLessThan(130);
  });
});

describe('what an unread file looks like', () => {
  it.each([
    ['89504e470d0a1a0a', 'a picture (PNG)'],
    ['ffd8ffe000104a46', 'a picture (JPEG)'],
    ['524946460000000057454250', 'a picture (WebP)'],
    ['1f8b0800', 'a compressed file (gzip)'],
    ['0000001c6674797069736f6d', 'a video or sound file'],
    ['7f454c46', 'a program'],
    ['00010203', 'a binary file'],
    [Buffer.from('PK\x03\x04 xl/workbook.xml').toString('hex'), 'an Excel workbook'],
    [Buffer.from('PK\x03\x04 ppt/presentation.xml').toString('hex'), 'a PowerPoint presentation'],
    [
      Buffer.from('PK\x03\x04 mimetypeapplication/vnd.oasis.opendocument.text').toString('hex'),
      'an OpenDocument text (.odt)',
    ],
    [Buffer.from('PK\x03\x04 a.txt').toString('hex'), 'a zip archive'],
    [`d0cf11e0a1b11ae1${Buffer.from('WordDocument', 'utf16le').toString('hex')}`, 'an old Word document (.doc)'],
    [`d0cf11e0a1b11ae1${Buffer.from('Workbook', 'utf16le').toString('hex')}`, 'an old Excel workbook (.xls)'],
    ['d0cf11e0a1b11ae1', 'an old Office file'],
    [Buffer.from('{\\rtf1').toString('hex'), 'an RTF document'],
  ])('%s is %s', (hex, kind) => {
    expect(lookalikeOf(Buffer.from(hex, 'hex')).kind).toBe(kind);
  });
});
