import { createHash } from 'node:crypto';
import { makeDocx } from './make-docx.js';
import { makePdf } from './make-pdf.js';

/** One version of a document: some are PDF, some Word, most Markdown. */
export interface Guide {
  readonly number: number;
  readonly name: string;
  readonly bytes: Uint8Array;
  /** SHA-256, 64 hex digits. */
  readonly contentHash: string;
  /** Stands in every passage of this version, and in nothing else. */
  readonly word: string;
  /** What is answered by a sentence of this guide with the version's word in it. */
  readonly question: string;
}

const RULES = 40;
const RULES_A_PAGE = 8;
/** Of so many guides in a row the first is a PDF and the second a Word document. */
const FORMATS_EVERY = 8;

/** Makes a guide of 41 paragraphs, so that its vectors take several batches. */
export async function makeGuide(number: number, version: number): Promise<Guide> {
  const word = `harbour${number}v${version}`;
  const subject = `atlas${number}`;
  const rules = Array.from(
    { length: RULES },
    (_, index) => `Rule ${index} of ${subject} tells how to walk to town ${index} and back, as ${word} has it.`,
  );
  const lines = [`The password of ${subject} is ${word}.`, ...rules];
  const { extension, bytes } = await writtenAs(number, subject, lines);
  return {
    number,
    name: `guide-${number}.${extension}`,
    bytes,
    contentHash: createHash('sha256').update(bytes).digest('hex'),
    word,
    question: `What is the password of ${subject}?`,
  };
}

async function writtenAs(number: number, title: string, lines: readonly string[]) {
  if (number % FORMATS_EVERY === 0) {
    const pages = Array.from({ length: Math.ceil(lines.length / RULES_A_PAGE) }, (_, page) =>
      lines.slice(page * RULES_A_PAGE, (page + 1) * RULES_A_PAGE),
    );
    return { extension: 'pdf', bytes: await makePdf({ title, pages }) };
  }
  if (number % FORMATS_EVERY === 1) {
    const sections = lines.map((line, index) => ({ heading: `Part ${index}`, paragraphs: [line] }));
    return { extension: 'docx', bytes: await makeDocx({ sections }) };
  }
  const sections = lines.map((line, index) => `## Part ${index}\n\n${line}\n`);
  return { extension: 'md', bytes: new TextEncoder().encode(`# ${title}\n\n${sections.join('\n')}`) };
}
