import { tuningSchema } from '../core/tuning.js';

/** What `docent --help` says of it. */
export const EVAL_DESCRIPTION = 'Measures search, refusals and citations on questions whose answers are known.';

/** What `docent eval --help` says. */
export function evalHelp(): string {
  const values = Object.entries(tuningSchema.shape).map(([name, field]): readonly [string, string] => {
    const fallback = field.safeParse(undefined).data as string | number | boolean | undefined;
    return [name, `${field.description ?? ''}${fallback === undefined ? '' : ` (default: ${String(fallback)})`}`];
  });
  const width = Math.max(...values.map(([name]) => name.length));
  return `Usage: docent eval DATASET [OPTIONS]

${EVAL_DESCRIPTION} The documents are taken in and the
questions asked as anybody's are, one after another, in a folder "evaluation" inside the data folder, on embedded stores;
the embedder and the language model are those of the settings. What was stopped goes on where it was.

DATASET is one of
  a .json file     in the format of SQuAD; every paragraph is a document
  a folder         in the format of BEIR: corpus.jsonl, queries.jsonl and qrels/test.tsv
  a folder         with questions.jsonl, about the other files in it
  a .jsonl file    of questions, about the files of --documents; one question a line:
                   {"question": "…", "documents": ["guide.md"], "answers": ["…"], "kind": "paraphrase"}
                   without documents: they do not answer it; answers and kind may be left out

Options
  --set NAME=VALUE      another value than the default; several times for several. NAME is a setting
                        (DOCENT_EMBEDDER=ollama) or one of the values below
  --against NAME=VALUE  compare with another configuration, on the same questions; several times for several.
                        --against defaults: with the default values
  --against FILE        compare with an earlier run that was kept with --output
  --output FILE         keep the run, with what became of every question
  --hold-out            leave half of the documents out: questions about them are then certainly not covered
  --articles            SQuAD: every article is a document
  --documents FOLDER    the documents that a list of questions is about
  --questions N         ask N of the questions, spread over all
  --no-answers          measure search and the gate alone, without the language model
  --fresh               take the documents in anew, as after a change of Docent itself, and forget stopped runs
  --json                the result as JSON

Values for --set and --against
${values.map(([name, text]) => `  ${name.padEnd(width)}  ${text}\n`).join('')}
A difference between two configurations is shown with the interval that holds it in 95 of 100 samples of the questions
(paired bootstrap); * marks one that is not chance.
`;
}
