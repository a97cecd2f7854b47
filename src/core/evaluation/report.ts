import { z } from 'zod';
import { DocentError } from '../errors.js';
import type { PairedDifference } from './bootstrap.js';
import { evaluationMetrics } from './metrics.js';
import { questionOutcomeSchema } from './question-outcome.js';
import type { EvaluationRun } from './run-evaluation.js';

/** What is kept of a run, so that a later one can be compared with it. */
export const evaluationReportSchema = z.object({
  dataset: z.string(),
  /** What was set apart from the defaults, such as `keywordWeight=0.4`. */
  settings: z.array(z.string()),
  documentCount: z.number(),
  chunkCount: z.number(),
  questionCount: z.number(),
  answerableCount: z.number(),
  unread: z.array(z.object({ name: z.string(), reason: z.string() })),
  /** By metric; what could not be measured is left out. */
  metrics: z.record(z.string(), z.number()),
  /** The same for every kind of question that the data set names. */
  kinds: z.record(z.string(), z.object({ questionCount: z.number(), metrics: z.record(z.string(), z.number()) })),
  /** Milliseconds by stage. */
  stages: z.record(z.string(), z.object({ medianMs: z.number(), p95Ms: z.number() })),
  outcomes: z.array(questionOutcomeSchema),
});
export type EvaluationReport = z.infer<typeof evaluationReportSchema>;
type Outcomes = EvaluationReport['outcomes'];

/** The figures of a run. */
export function reportOf(run: EvaluationRun, dataset: string, settings: readonly string[]): EvaluationReport {
  const { documentCount, chunkCount, unread } = run;
  const outcomes = [...run.outcomes];
  const kinds = [...new Set(outcomes.map(({ kind }) => kind))].filter((kind) => kind !== '').toSorted();
  return {
    dataset,
    settings: [...settings],
    documentCount,
    chunkCount,
    questionCount: outcomes.length,
    answerableCount: outcomes.filter(({ isAnswerable }) => isAnswerable).length,
    unread: [...unread],
    metrics: measureAll(outcomes),
    kinds: Object.fromEntries(
      kinds.map((kind) => {
        const ofKind = outcomes.filter((outcome) => outcome.kind === kind);
        return [kind, { questionCount: ofKind.length, metrics: measureAll(ofKind) }];
      }),
    ),
    stages: stagesOf(outcomes),
    outcomes,
  };
}

/** How two runs differ, by metric. */
export type EvaluationComparison = Readonly<Record<string, PairedDifference>>;

/**
 * Compares what two runs made of the same questions: the second less the first.
 * @throws DocentError `COMMAND_INPUT` when they asked no question both.
 */
export function compareReports(base: EvaluationReport, other: EvaluationReport): EvaluationComparison {
  const byId = new Map(base.outcomes.map((outcome) => [outcome.id, outcome]));
  const pairs = other.outcomes.flatMap((outcome) => {
    const before = byId.get(outcome.id);
    return before === undefined ? [] : [[before, outcome] as const];
  });
  if (pairs.length === 0)
    throw new DocentError('COMMAND_INPUT', {
      userMessage: `The two runs have no question in common: one is of "${base.dataset}", the other of "${other.dataset}".`,
    });
  return Object.fromEntries(
    evaluationMetrics.flatMap(({ name, compare }) => {
      const difference = compare(pairs);
      return difference === undefined ? [] : [[name, difference]];
    }),
  );
}

function measureAll(outcomes: Outcomes): Record<string, number> {
  return Object.fromEntries(
    evaluationMetrics.flatMap(({ name, measure }) => {
      const value = measure(outcomes);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

function stagesOf(outcomes: Outcomes): EvaluationReport['stages'] {
  const stages = [...new Set(outcomes.flatMap(({ stagesMs }) => Object.keys(stagesMs)))];
  return Object.fromEntries(
    stages.map((stage) => {
      const sorted = outcomes.flatMap(({ stagesMs }) => stagesMs[stage] ?? []).toSorted((a, b) => a - b);
      const at = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
      return [stage, { medianMs: at(0.5), p95Ms: at(0.95) }];
    }),
  );
}
