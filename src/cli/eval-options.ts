import { parseArgs } from 'node:util';
import { z } from 'zod';
import { DocentError } from '../core/errors.js';
import { type Tuning, tuningSchema } from '../core/tuning.js';

/** A configuration as it is written on the command line. */
export interface EvalSettings {
  /** As they were given, in order. */
  readonly written: readonly string[];
  readonly tuning: Tuning;
  /** Settings of Docent, by variable. */
  readonly environment: Readonly<Record<string, string>>;
}

/** What an evaluation is to do. */
export interface EvalOptions {
  /** A file or folder. */
  readonly dataset: string;
  /** Folder of the documents that a list of questions is about. */
  readonly documents: string | undefined;
  readonly unit: 'paragraph' | 'article';
  readonly holdsOut: boolean;
  readonly questions: number | undefined;
  readonly writesAnswers: boolean;
  readonly settings: EvalSettings;
  /** What it is compared with: another configuration, or the file of an earlier run. */
  readonly against: EvalSettings | { readonly file: string } | undefined;
  /** File that the run is kept in, to be compared with later. */
  readonly output: string | undefined;
  readonly isFresh: boolean;
  readonly asJson: boolean;
}

const DEFAULTS = 'defaults';
const VARIABLE = /^DOCENT_[A-Z_]+$/;

const optionTypes = {
  documents: { type: 'string' },
  articles: { type: 'boolean', default: false },
  'hold-out': { type: 'boolean', default: false },
  questions: { type: 'string' },
  'no-answers': { type: 'boolean', default: false },
  set: { type: 'string', multiple: true, default: [] as string[] },
  against: { type: 'string', multiple: true, default: [] as string[] },
  output: { type: 'string' },
  fresh: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
} as const;

/** @throws DocentError `COMMAND_INPUT` that names what is wrong, and how it is written. */
export function readEvalOptions(args: readonly string[]): EvalOptions {
  const { values, positionals } = parse(args);
  const [dataset, ...others] = positionals;
  if (dataset === undefined || others.length > 0)
    throw wrong('Name one data set. For example: docent eval questions.jsonl --documents ./handbook');
  return {
    dataset,
    documents: values.documents,
    unit: values.articles ? 'article' : 'paragraph',
    holdsOut: values['hold-out'],
    questions: values.questions === undefined ? undefined : countOf(values.questions),
    writesAnswers: !values['no-answers'],
    settings: readSettings(values.set),
    against: readAgainst(values.against),
    output: values.output,
    isFresh: values.fresh,
    asJson: values.json,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: optionTypes, allowPositionals: true, strict: true });
  } catch (error) {
    throw wrong(`${error instanceof Error ? error.message : String(error)}. Add --help to see what there is.`);
  }
}

function readAgainst(values: readonly string[]): EvalOptions['against'] {
  const [first] = values;
  if (first === undefined) return undefined;
  if (first === DEFAULTS && values.length === 1) return readSettings([]);
  if (first.includes('=')) return readSettings(values);
  if (values.length === 1) return { file: first };
  throw wrong('Compare with settings (--against NAME=VALUE, several times), with "defaults", or with one file.');
}

function readSettings(written: readonly string[]): EvalSettings {
  const tuning: Record<string, string> = {};
  const environment: Record<string, string> = {};
  for (const one of written) {
    const at = one.indexOf('=');
    if (at < 1) throw wrong(`"${one}" is no setting: write it as NAME=VALUE, such as keywordWeight=0.4`);
    const [name, value] = [one.slice(0, at), one.slice(at + 1)];
    if (VARIABLE.test(name)) environment[name] = value;
    else tuning[name] = value;
  }
  const parsed = tuningSchema.safeParse(tuning);
  if (parsed.success) return { written, tuning: parsed.data, environment };
  throw wrong(`The settings ${written.join(' ')} are not right: ${z.prettifyError(parsed.error)}`);
}

function countOf(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count > 0) return count;
  throw wrong(`"${text}" is no number of questions: --questions takes a whole number from 1 on.`);
}

function wrong(userMessage: string): DocentError {
  return new DocentError('COMMAND_INPUT', { userMessage });
}
