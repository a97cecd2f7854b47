import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { DocentError } from '../../../src/core/errors.js';
import { makeDocx } from '../../support/make-docx.js';
import { makeParseProcess } from '../../support/make-parse-process.js';
import { makePdf } from '../../support/make-pdf.js';
import { makeZip, wordParts, wordXml } from '../../support/make-zip.js';

/** Every run starts a child: few by default, thousands before a release. */
const numRuns = Number(globalThis.process.env['DOCENT_FUZZ_RUNS'] ?? 8);
const RUN_TIMEOUT_MS = 15_000;
const paragraph = '<w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr><w:r><w:t>words</w:t></w:r></w:p>';
const table = `<w:tbl><w:tr><w:tc>${paragraph}</w:tc><w:tc>${paragraph}</w:tc></w:tr></w:tbl>`;

interface Change {
  /** Where, as a share of the file. */
  readonly at: number;
  readonly remove: number;
  readonly insert: Uint8Array;
}

const changes = fc.array(
  fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    remove: fc.nat(20),
    insert: fc.uint8Array({ maxLength: 20 }),
  }),
  { minLength: 1, maxLength: 8 },
);

function change(bytes: Buffer, list: readonly Change[]): Buffer {
  return list.reduce<Buffer>((changed, { at, remove, insert }) => {
    const from = Math.floor(at * changed.length);
    return Buffer.concat([changed.subarray(0, from), insert, changed.subarray(from + remove)]);
  }, bytes);
}

describe('a file with bytes changed at random', () => {
  const process = makeParseProcess({ limits: { maxStallMs: RUN_TIMEOUT_MS } });
  afterAll(() => process.stop());

  async function endsWell(bytes: Uint8Array, name: string): Promise<void> {
    const end = await process
      .parse(bytes, { name, signal: new AbortController().signal, onProgress() {} })
      .catch((error: unknown) => error);
    if (!(end instanceof Error)) return;
    expect(end).toBeInstanceOf(DocentError);
    expect(end).toMatchObject({ code: expect.stringMatching(/^DOCUMENT_/) as string });
    expect((end as DocentError).userMessage).toContain(`"${name}"`);
  }

  it.each([
    ['PDF', 'a.pdf', () => makePdf({ title: 'A', pages: [[{ heading: 'One' }, 'words'], ['more words']] })],
    [
      'Word',
      'a.docx',
      () => makeDocx({ title: 'A', sections: [{ heading: 'One', list: ['words'], table: [['a', 'b']] }] }),
    ],
  ])(
    'ends in a document or a refusal: %s',
    async (_kind, name, make) => {
      const bytes = await make();
      await fc.assert(
        fc.asyncProperty(changes, (list) => endsWell(change(bytes, list), name)),
        { numRuns },
      );
    },
    numRuns * RUN_TIMEOUT_MS,
  );

  it(
    'ends in a document or a refusal: the XML inside a Word file',
    async () => {
      const xml = Buffer.from(wordXml(paragraph + table));
      await fc.assert(
        fc.asyncProperty(changes, (list) => {
          const parts = wordParts('').map((part) =>
            part.name === 'word/document.xml' ? { ...part, data: change(xml, list) } : part,
          );
          return endsWell(makeZip(parts), 'a.docx');
        }),
        { numRuns },
      );
    },
    numRuns * RUN_TIMEOUT_MS,
  );
});
