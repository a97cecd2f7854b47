import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { DocentError } from '../core/errors.js';
import { readBeir } from '../core/evaluation/beir.js';
import {
  type EvaluationDataset,
  type EvaluationDocument,
  holdOut,
  sampleQuestions,
} from '../core/evaluation/dataset.js';
import { readQuestionList } from '../core/evaluation/question-list.js';
import { readSquad } from '../core/evaluation/squad.js';
import type { EvalOptions } from './eval-options.js';
import { findFiles } from './find-files.js';

const QUESTIONS = 'questions.jsonl';
/** Judgements of a BEIR folder, the first that is there. */
const JUDGEMENTS = ['test', 'dev', 'train'].map((part) => join('qrels', `${part}.tsv`));

/** How a data set is opened. */
export interface OpenDatasetOptions extends Pick<
  EvalOptions,
  'dataset' | 'documents' | 'unit' | 'holdsOut' | 'questions'
> {
  /** File endings that some parser reads, with the dot. */
  readonly acceptedExtensions: readonly string[];
}

/**
 * Opens a data set of any format, by what it is.
 * @throws DocentError `COMMAND_INPUT` when it is not there, of another shape, or without questions.
 */
export async function openDataset(options: OpenDatasetOptions): Promise<EvaluationDataset> {
  const whole = await readDataset(options);
  const held = options.holdsOut ? holdOut(whole) : whole;
  const dataset = options.questions === undefined ? held : sampleQuestions(held, options.questions);
  if (dataset.questions.length > 0 && dataset.documents.length > 0) return dataset;
  throw wrong(
    `${options.dataset} leaves nothing to ask: it has ${dataset.documents.length} documents and ${dataset.questions.length} questions.`,
  );
}

async function readDataset(options: OpenDatasetOptions): Promise<EvaluationDataset> {
  const path = resolve(options.dataset);
  const name = basename(path);
  const isFolder = await isFolderAt(path);
  if (!isFolder && name.endsWith('.json')) return readSquad(await readJson(path), name, options.unit);
  if (!isFolder && name.endsWith('.jsonl')) {
    if (options.documents === undefined)
      throw wrong(`Name the folder of the documents that ${name} asks about, with --documents FOLDER.`);
    return readQuestions(path, name, options.documents, options);
  }
  if (isFolder && (await isThere(join(path, QUESTIONS))))
    return readQuestions(join(path, QUESTIONS), name, options.documents ?? path, options);
  if (isFolder && (await isThere(join(path, 'corpus.jsonl')))) return readBeirFolder(path, name);
  throw wrong(
    `${path} is no data set. It must be a .json file in the format of SQuAD, a folder in the format of BEIR, a folder with ${QUESTIONS}, or a .jsonl file of questions.`,
  );
}

async function readBeirFolder(path: string, name: string): Promise<EvaluationDataset> {
  const judgements = await firstThere(JUDGEMENTS.map((file) => join(path, file)));
  if (judgements === undefined) throw wrong(`${path} has no judgements: ${JUDGEMENTS.join(', ')} are all missing.`);
  return readBeir(
    {
      corpus: await readFile(join(path, 'corpus.jsonl'), 'utf8'),
      queries: await readFile(join(path, 'queries.jsonl'), 'utf8'),
      judgements: await readFile(judgements, 'utf8'),
    },
    name,
  );
}

async function readQuestions(
  path: string,
  name: string,
  folder: string,
  { acceptedExtensions }: OpenDatasetOptions,
): Promise<EvaluationDataset> {
  const found = await findFiles([resolve(folder)], acceptedExtensions);
  const documents: EvaluationDocument[] = [];
  for (const file of found.files)
    documents.push({
      name: file.name,
      group: file.name,
      content: { kind: 'file', path: file.path, contentHash: await hashOf(file.path) },
    });
  return readQuestionList(await readFile(path, 'utf8'), name, documents);
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const bytes of createReadStream(path) as AsyncIterable<Uint8Array>) hash.update(bytes);
  return hash.digest('hex');
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as unknown;
  } catch (error) {
    throw wrong(`${path} cannot be read as JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function isFolderAt(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) throw wrong(`There is no ${path}. Check how it is written.`);
  return found.isDirectory();
}

async function firstThere(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) if (await isThere(path)) return path;
  return undefined;
}

async function isThere(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() === true;
}

function wrong(userMessage: string): DocentError {
  return new DocentError('COMMAND_INPUT', { userMessage });
}
