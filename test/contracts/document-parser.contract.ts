import { beforeAll, describe, expect, it } from 'vitest';
import { DocentError } from '../../src/core/errors.js';
import type {
  DocumentParser,
  ParseContext,
  ParsedDocument,
  ParseLimits,
} from '../../src/core/ports/document-parser.js';

export interface DocumentParserSubject {
  readonly parser: DocumentParser;
  /** A good file of its kind, named as such files are. */
  readonly file: { readonly name: string; readonly bytes: Uint8Array };
  /** Words of the file, in reading order. */
  readonly words: readonly string[];
  /** Files of other kinds, under names of their own. */
  readonly foreign: readonly { readonly name: string; readonly bytes: Uint8Array }[];
}

const limits: ParseLimits = {
  maxPages: 100,
  maxCharacters: 100_000,
  maxInflatedBytes: 10_000_000,
  maxXmlBytes: 5_000_000,
};

/** What every parser promises. */
export function describeDocumentParserContract(
  name: string,
  createSubject: () => Promise<DocumentParserSubject>,
): void {
  describe(`DocumentParser contract: ${name}`, () => {
    let subject: DocumentParserSubject;
    beforeAll(async () => {
      subject = await createSubject();
    });

    const parse = (bytes: Uint8Array, context: Partial<ParseContext> = {}): Promise<ParsedDocument> =>
      subject.parser.parse(bytes, { name: subject.file.name, limits, progress() {}, ...context });

    it('recognises its own kind and no other', () => {
      expect(subject.parser.recognise(subject.file.bytes, subject.file.name)).not.toBe('no');
      for (const file of subject.foreign)
        expect([file.name, subject.parser.recognise(file.bytes, file.name)]).toEqual([file.name, 'no']);
    });

    it('has an opinion on any bytes', () => {
      const oddBytes = [new Uint8Array(), Uint8Array.of(0), Uint8Array.of(255, 254), new Uint8Array(70_000).fill(0x25)];
      for (const bytes of oddBytes)
        expect(['certain', 'likely', 'possible', 'no']).toContain(subject.parser.recognise(bytes, ''));
    });

    it('gives the text in reading order', async () => {
      const text = textOf(await parse(subject.file.bytes));
      const places = subject.words.map((word) => text.indexOf(word));
      expect(places).not.toContain(-1);
      expect(places).toEqual(places.toSorted((left, right) => left - right));
    });

    it('gives no empty blocks, sections or headings', async () => {
      const { sections } = await parse(subject.file.bytes);
      for (const { blocks, headingPath } of sections) {
        expect(blocks.length).toBeGreaterThan(0);
        for (const { text } of blocks) expect(text.trim()).not.toBe('');
        for (const heading of headingPath) expect(heading).toMatch(/^\S(?:.*\S)?$/);
      }
    });

    it('numbers pages from 1 to the page count, or has none at all', async () => {
      const { sections, pageCount } = await parse(subject.file.bytes);
      const pages = sections.map(({ page }) => page);
      if (pageCount === null) expect(new Set(pages)).toEqual(new Set([null]));
      else for (const page of pages) expect(page).toSatisfy((number: number) => number >= 1 && number <= pageCount);
    });

    it('gives the same document for the same bytes and leaves them as they are', async () => {
      const before = Buffer.from(subject.file.bytes).toString('hex');
      const first = await parse(subject.file.bytes);
      expect(await parse(subject.file.bytes)).toEqual(first);
      expect(Buffer.from(subject.file.bytes).toString('hex')).toBe(before);
    });

    it('tells progress that does not pass its total', async () => {
      const reports: { done: number; total: number }[] = [];
      await parse(subject.file.bytes, { progress: (report) => reports.push(report) });
      for (const { done, total } of reports) expect(done).toBeLessThanOrEqual(total);
    });

    it('refuses more text than allowed, naming the file', async () => {
      const refusal = await parse(subject.file.bytes, { limits: { ...limits, maxCharacters: 5 } }).catch(
        (error: unknown) => error,
      );
      expect(refusal).toBeInstanceOf(DocentError);
      expect(refusal).toMatchObject({ code: 'DOCUMENT_TOO_LONG' });
      expect((refusal as DocentError).userMessage).toContain(`"${subject.file.name}"`);
    });

    it('ends a file that was cut off in a document or a refusal', async () => {
      const { bytes } = subject.file;
      for (const share of [0.1, 0.5, 0.9, 0.99]) {
        const end = await parse(bytes.subarray(0, Math.floor(bytes.length * share))).catch((error: unknown) => error);
        if (end instanceof Error) expect(end).toBeInstanceOf(DocentError);
        else expect(end).toHaveProperty('sections');
      }
    });
  });
}

function textOf({ sections }: ParsedDocument): string {
  return sections
    .flatMap(({ headingPath, blocks }) => [headingPath.at(-1) ?? '', ...blocks.map(({ text }) => text)])
    .join('\n');
}
