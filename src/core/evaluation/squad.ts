import { z } from 'zod';
import { DocentError } from '../errors.js';
import type { EvaluationDataset, EvaluationDocument, EvaluationQuestion } from './dataset.js';

const squadSchema = z.object({
  data: z.array(
    z.object({
      title: z.string(),
      paragraphs: z.array(
        z.object({
          context: z.string(),
          qas: z.array(
            z.object({
              id: z.string(),
              question: z.string(),
              is_impossible: z.boolean().default(false),
              answers: z.array(z.object({ text: z.string() })),
            }),
          ),
        }),
      ),
    }),
  ),
});

/** What counts as one document. */
export type SquadUnit = 'paragraph' | 'article';

/**
 * Reads the format of SQuAD 1.1 and 2.0 (Rajpurkar et al. 2016, 2018). Questions that are marked impossible are not
 * answered by the documents, though they look as if they were.
 * @param json what the file holds, parsed
 * @throws DocentError `COMMAND_INPUT` when it is of another shape.
 */
export function readSquad(json: unknown, name: string, unit: SquadUnit): EvaluationDataset {
  const parsed = squadSchema.safeParse(json);
  if (!parsed.success)
    throw new DocentError('COMMAND_INPUT', {
      userMessage: `"${name}" is not in the format of SQuAD: ${z.prettifyError(parsed.error)}`,
    });
  const documents: EvaluationDocument[] = [];
  const questions: EvaluationQuestion[] = [];
  for (const { title, paragraphs } of parsed.data.data) {
    const heading = title.replaceAll('_', ' ');
    const nameOf = (index: number): string => (unit === 'article' ? title : `${title}/${index + 1}`);
    const contexts = paragraphs.map(({ context }) => context);
    const pieces = unit === 'article' ? [contexts] : contexts.map((context) => [context]);
    for (const [index, piece] of pieces.entries())
      documents.push({
        name: nameOf(index),
        group: title,
        content: { kind: 'text', title: heading, paragraphs: piece },
      });
    for (const [index, { qas }] of paragraphs.entries())
      for (const { id, question, is_impossible, answers } of qas)
        questions.push({
          id,
          text: question,
          kind: is_impossible ? 'impossible' : '',
          relevant: is_impossible ? new Map() : new Map([[nameOf(index), 1]]),
          answers: is_impossible ? [] : [...new Set(answers.map(({ text }) => text))],
        });
  }
  return { name, documents, questions };
}
