import { z } from 'zod';
import type { DocumentReader } from '../ingest/document-reader.js';
import { cleanText, singleLine } from '../ingest/parse-text.js';
import type { EvaluationDocument } from './dataset.js';

const textSchema = z.object({ title: z.string(), paragraphs: z.array(z.string()) });

/** A text that was never a file, as the bytes that are ingested. */
export function bytesOfText({
  title,
  paragraphs,
}: Extract<EvaluationDocument['content'], { kind: 'text' }>): Uint8Array {
  return new TextEncoder().encode(JSON.stringify({ title, paragraphs }));
}

/** Reads the bytes of such a text: there is nothing to parse, so it takes no process of its own. */
export const textReader: DocumentReader = {
  async parse(bytes, { signal }) {
    signal.throwIfAborted();
    const { title, paragraphs } = textSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
    const blocks = paragraphs.map((text) => ({ kind: 'paragraph' as const, text: cleanText(text).trim() }));
    return {
      title: singleLine(title),
      sections: [{ headingPath: [], page: null, blocks }],
      pageCount: null,
      skipped: [],
      format: 'Text',
    };
  },
};
