import { join, resolve } from 'node:path';
import { hashParts } from '../ids.js';
import type { UnreadDocument } from './add-documents.js';
import { askQuestion } from './ask-question.js';
import type { EvaluationDataset } from './dataset.js';
import { type Configuration, type OpenRoomOptions, openEvaluationRoom, roomOf } from './evaluation-room.js';
import { openOutcomeLog, removeOutcomeLog } from './outcome-log.js';
import type { QuestionOutcome } from './question-outcome.js';

/** What a data set made of one configuration. */
export interface EvaluationRun {
  readonly documentCount: number;
  readonly chunkCount: number;
  readonly unread: readonly UnreadDocument[];
  /** In the order of the data set's questions. */
  readonly outcomes: readonly QuestionOutcome[];
  /** Forgets how far the run came. Until then the same run again, also after a kill, asks no question twice. */
  forget(): Promise<void>;
}

/** How a run goes. */
export interface RunOptions extends OpenRoomOptions {
  /** Whether answers are written too; without, only what comes before the model is measured. */
  readonly writesAnswers: boolean;
}

/**
 * Takes the documents in and asks every question, one after another.
 * @throws DocentError as `openEvaluationRoom` and `askQuestion`; the signal's reason when aborted.
 */
export async function runEvaluation(
  dataset: EvaluationDataset,
  configuration: Configuration,
  options: RunOptions,
): Promise<EvaluationRun> {
  const { onStatus, signal } = options;
  const logPath = logPathOf(dataset, configuration, options);
  const room = await openEvaluationRoom(dataset, configuration, options);
  try {
    const log = await openOutcomeLog(logPath);
    try {
      const outcomes: QuestionOutcome[] = [];
      const total = dataset.questions.length;
      for (const question of dataset.questions) {
        const done = outcomes.length;
        onStatus({ text: `Asking questions: ${done} of ${total}`, progress: { done, total } });
        const known = log.known.get(question.id);
        const outcome = known ?? (await askQuestion({ ...room, ...options }, question));
        if (known === undefined) await log.append(outcome);
        outcomes.push(outcome);
      }
      signal.throwIfAborted();
      const { unread, chunkCount } = room;
      const documentCount = dataset.documents.length - unread.length;
      return { documentCount, chunkCount, unread, outcomes, forget: () => removeOutcomeLog(logPath) };
    } finally {
      await log.close();
    }
  } finally {
    await room.stop();
  }
}

/** Another for all that changes what comes of a question. */
function logPathOf(
  dataset: EvaluationDataset,
  configuration: Configuration,
  { folder, writesAnswers }: Pick<RunOptions, 'folder' | 'writesAnswers'>,
): string {
  const { plan, tuning } = configuration;
  const questions = dataset.questions.map((question) => ({ ...question, relevant: [...question.relevant] }));
  const parts = [
    roomOf(dataset, configuration),
    JSON.stringify(questions),
    JSON.stringify([tuning, plan.core, writesAnswers]),
    JSON.stringify(plan.plugins.map(({ plugin, settings, engines }) => [plugin.name, settings, engines])),
  ];
  return join(resolve(folder, plan.core.dataFolder), `outcomes-${hashParts(parts, 16)}.jsonl`);
}
