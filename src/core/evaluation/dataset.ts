import { hashParts } from '../ids.js';

/** A document of a data set: a text that was never a file, or a file. */
export interface EvaluationDocument {
  /** Unique in its data set. */
  readonly name: string;
  /** Documents of one group are left out together. */
  readonly group: string;
  readonly content:
    | { readonly kind: 'text'; readonly title: string; readonly paragraphs: readonly string[] }
    | { readonly kind: 'file'; readonly path: string; readonly contentHash: string };
}

/** A question whose answer is known. */
export interface EvaluationQuestion {
  /** Unique in its data set. */
  readonly id: string;
  readonly text: string;
  /** What it tries, such as `paraphrase`; empty when its data set does not say. */
  readonly kind: string;
  /** Names of the documents that answer it, each with a grade of 1 or more. None: the documents do not answer it. */
  readonly relevant: ReadonlyMap<string, number>;
  /** Texts of which one stands in a passage that answers it; none where the data set does not say. */
  readonly answers: readonly string[];
  /** The document that is the question itself: no ranking counts it. */
  readonly itself?: string;
}

/** Documents, and questions about them. */
export interface EvaluationDataset {
  readonly name: string;
  readonly documents: readonly EvaluationDocument[];
  readonly questions: readonly EvaluationQuestion[];
}

/** Whether the documents answer it. */
export function isAnswerable({ relevant }: Pick<EvaluationQuestion, 'relevant'>): boolean {
  return relevant.size > 0;
}

/** Tells data sets apart by what they hold: 32 hex digits. */
export function documentsFingerprint({ documents }: Pick<EvaluationDataset, 'documents'>): string {
  return hashParts(documents.flatMap(({ name, content }) => [name, JSON.stringify(content)]));
}

/**
 * Leaves every second group of documents out. The questions about them are then certainly not answered by what is left,
 * which no question is that was written to look answerable; those are left out too, and so are questions about both halves.
 */
export function holdOut(dataset: EvaluationDataset): EvaluationDataset {
  const groups = [...new Set(dataset.documents.map(({ group }) => group))];
  const kept = new Set(groups.filter((_, index) => index % 2 === 0));
  const documents = dataset.documents.filter(({ group }) => kept.has(group));
  const names = new Set(documents.map(({ name }) => name));
  const questions = dataset.questions.filter(isAnswerable).flatMap((question): EvaluationQuestion[] => {
    const there = [...question.relevant.keys()].filter((name) => names.has(name)).length;
    if (there === question.relevant.size) return [question];
    return there === 0 ? [{ ...question, relevant: new Map(), answers: [] }] : [];
  });
  return { name: `${dataset.name}, half held out`, documents, questions };
}

/** A part of the questions, spread evenly over all of them; the same number gives the same ones. */
export function sampleQuestions(dataset: EvaluationDataset, count: number): EvaluationDataset {
  const { questions } = dataset;
  if (count >= questions.length) return dataset;
  const sampled = Array.from(
    { length: count },
    (_, index) => questions[Math.floor((index * questions.length) / count)],
  );
  return { ...dataset, questions: sampled.filter((question) => question !== undefined) };
}
