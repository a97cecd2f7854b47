import { z } from 'zod';
import { DocentError } from '../errors.js';
import type { EvaluationDataset, EvaluationQuestion } from './dataset.js';
import { readJsonLines } from './json-lines.js';

const documentSchema = z.object({ _id: z.string(), title: z.string().default(''), text: z.string() });
const querySchema = z.object({ _id: z.string(), text: z.string() });

/** The files of a data set, as text. */
export interface BeirFiles {
  /** `corpus.jsonl` */
  readonly corpus: string;
  /** `queries.jsonl` */
  readonly queries: string;
  /** Such as `qrels/test.tsv`: query, document and grade in three columns, with or without a head. */
  readonly judgements: string;
}

/**
 * Reads the format of BEIR (Thakur et al. 2021). Queries without a judgement are left out, and so are judgements of
 * grade 0, as of documents that are not there. A document with the id of a query is that query itself, as in BEIR's own
 * evaluation (`ignore_identical_ids`).
 * @throws DocentError `COMMAND_INPUT` when a file is of another shape.
 */
export function readBeir({ corpus, queries, judgements }: BeirFiles, name: string): EvaluationDataset {
  const documents = readJsonLines(corpus, documentSchema, 'corpus.jsonl').map(({ _id, title, text }) => ({
    name: _id,
    group: _id,
    content: { kind: 'text' as const, title, paragraphs: text.split(/\n\s*\n/) },
  }));
  const known = new Set(documents.map(({ name: documentName }) => documentName));
  const relevant = new Map<string, Map<string, number>>();
  for (const { query, document, grade } of readJudgements(judgements)) {
    if (grade <= 0 || !known.has(document) || document === query) continue;
    relevant.set(query, (relevant.get(query) ?? new Map<string, number>()).set(document, grade));
  }
  const questions = readJsonLines(queries, querySchema, 'queries.jsonl').flatMap(
    ({ _id, text }): EvaluationQuestion[] => {
      const documentsOf = relevant.get(_id);
      if (documentsOf === undefined) return [];
      const itself = known.has(_id) ? { itself: _id } : {};
      return [{ id: _id, text, kind: '', relevant: documentsOf, answers: [], ...itself }];
    },
  );
  return { name, documents, questions };
}

function readJudgements(text: string): { query: string; document: string; grade: number }[] {
  return text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    const [query = '', document = '', grade = ''] = line.trim().split('\t');
    if (grade !== '' && Number.isFinite(Number(grade))) return [{ query, document, grade: Number(grade) }];
    if (index === 0) return [];
    throw new DocentError('COMMAND_INPUT', {
      userMessage: `Line ${index + 1} of the judgements is not query, document and grade with tabs between them: ${line}`,
    });
  });
}
