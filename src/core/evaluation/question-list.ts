import { z } from 'zod';
import { DocentError } from '../errors.js';
import type { EvaluationDataset, EvaluationDocument } from './dataset.js';
import { readJsonLines } from './json-lines.js';

const questionSchema = z.strictObject({
  id: z.string().optional(),
  question: z.string().min(1),
  kind: z.string().default(''),
  documents: z.array(z.string()),
  answers: z.array(z.string()).default([]),
});

/**
 * Reads questions over documents of one's own, one a line: `{"question": "…", "documents": ["guide.md"], "answers": ["…"]}`,
 * with `kind` and `id` where they are wanted. A question without documents is one that they do not answer.
 * @throws DocentError `COMMAND_INPUT` for a line of another shape, a document that is not there, and an id that is there twice.
 */
export function readQuestionList(
  text: string,
  name: string,
  documents: readonly EvaluationDocument[],
): EvaluationDataset {
  const known = new Set(documents.map((document) => document.name));
  const ids = new Set<string>();
  const questions = readJsonLines(text, questionSchema, name).map((line, index) => {
    const missing = line.documents.find((document) => !known.has(document));
    if (missing !== undefined)
      throw new DocentError('COMMAND_INPUT', {
        userMessage: `"${name}" asks about "${missing}", which is not among the ${documents.length} documents. Name it by its path inside their folder.`,
      });
    const id = line.id ?? String(index + 1);
    if (ids.has(id))
      throw new DocentError('COMMAND_INPUT', {
        userMessage: `"${name}" has two questions with the id "${id}". Give each one of its own, or leave all ids out.`,
      });
    ids.add(id);
    return {
      id,
      text: line.question,
      kind: line.kind,
      relevant: new Map(line.documents.map((document) => [document, 1])),
      answers: line.answers,
    };
  });
  return { name, documents, questions };
}
