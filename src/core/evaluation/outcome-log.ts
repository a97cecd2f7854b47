import { type FileHandle, mkdir, open, readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type QuestionOutcome, questionOutcomeSchema } from './question-outcome.js';

/** The outcomes of a run, kept as they come, so that a killed run goes on where it stopped. */
export interface OutcomeLog {
  /** What an earlier run left, by question id. */
  readonly known: ReadonlyMap<string, QuestionOutcome>;
  append(outcome: QuestionOutcome): Promise<void>;
  close(): Promise<void>;
}

/** Opens the log in a file, which is made where there is none. A line that a kill cut off is dropped. */
export async function openOutcomeLog(path: string): Promise<OutcomeLog> {
  await mkdir(dirname(path), { recursive: true });
  const left = await readFile(path, 'utf8').catch(() => '');
  const outcomes = left.split('\n').flatMap((line) => outcomeOf(line) ?? []);
  const file = await open(path, 'w', 0o600);
  await file.write(outcomes.map(lineOf).join(''));
  return {
    known: new Map(outcomes.map((outcome) => [outcome.id, outcome])),
    append: (outcome) => appendTo(file, outcome),
    close: () => file.close(),
  };
}

/** Removes a log, when its run was reported; harmless when it is gone. */
export async function removeOutcomeLog(path: string): Promise<void> {
  await rm(path, { force: true });
}

async function appendTo(file: FileHandle, outcome: QuestionOutcome): Promise<void> {
  await file.write(lineOf(outcome));
}

function lineOf(outcome: QuestionOutcome): string {
  return `${JSON.stringify(outcome)}\n`;
}

function outcomeOf(line: string): QuestionOutcome | undefined {
  try {
    return questionOutcomeSchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}
