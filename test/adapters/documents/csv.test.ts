import { describe, expect, it } from 'vitest';
import { parser } from '../../../src/adapters/documents/csv.js';
import { describeDocumentParserContract } from '../../contracts/document-parser.contract.js';
import { foreignFiles, outlineOf, parse } from './parse.js';

describeDocumentParserContract('CSV', () =>
  Promise.resolve({
    parser,
    file: { name: 'boats.csv', bytes: Buffer.from('Boat,Crew\nSingle,1\n"Eight, coxed",9\n') },
    words: ['Boat', 'Single', 'Eight, coxed'],
    foreign: [foreignFiles.png, foreignFiles.zip, foreignFiles.text, { ...foreignFiles.binary, name: 'data.csv' }],
  }),
);

describe('CSV', () => {
  it.each([
    ['commas', 'Boat,Crew\nSingle,1\n'],
    ['semicolons', 'Boat;Crew\nSingle;1\n'],
    ['tabs', 'Boat\tCrew\r\nSingle\t1\r\n'],
    ['bars and a byte order mark', '\ufeffBoat|Crew\nSingle|1\n'],
  ])('tells cells apart by %s', async (_delimiter, text) => {
    expect(outlineOf(await parse(parser, text))).toEqual(['table: Boat | Crew\nSingle | 1']);
  });

  it('keeps delimiters and line breaks inside quotes, on one line', async () => {
    const text = 'Name;Note\n"Meyer; Ann";"first\nsecond"\n"say ""hi""";x\n';
    expect(outlineOf(await parse(parser, text))).toEqual([
      'table: Name | Note\nMeyer; Ann | first second\nsay "hi" | x',
    ]);
  });

  it('takes decimal commas for no delimiter', async () => {
    expect(outlineOf(await parse(parser, 'Ort;Preis\nKiel;1,50\nBonn;2,75\n'))).toEqual([
      'table: Ort | Preis\nKiel | 1,50\nBonn | 2,75',
    ]);
  });

  it('bears rows of uneven length, empty rows and a single column', async () => {
    expect(outlineOf(await parse(parser, 'a,b,c\n1\n\n,,\n1,2,3,4\n'))).toEqual(['table: a | b | c\n1\n1 | 2 | 3 | 4']);
    expect(outlineOf(await parse(parser, 'one\ntwo\n'))).toEqual(['table: one\ntwo']);
  });

  it('refuses a quotation mark that is never closed', async () => {
    await expect(parse(parser, 'a,b\n"1,2\n3,4\n')).rejects.toMatchObject({ code: 'DOCUMENT_DAMAGED' });
  });
});
