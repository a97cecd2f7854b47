import type { QuestionOutcome } from './question-outcome.js';
import { areaUnderCurve, refusedWhenKeeping } from './refusal-metrics.js';

/** A figure over questions, 0 to 1. */
export interface EvaluationMetric {
  readonly name: string;
  /** What it says, in a few words. */
  readonly label: string;
  /** Undefined where there is nothing to measure. */
  measure(outcomes: readonly QuestionOutcome[]): number | undefined;
}

type Retrieval = NonNullable<QuestionOutcome['retrieval']>;

/** Every figure, in the order in which they are shown; higher is better. */
export const evaluationMetrics: readonly EvaluationMetric[] = [
  retrievalMetric('ndcgAt10', 'nDCG@10'),
  retrievalMetric('recallAt5', 'recall@5'),
  retrievalMetric('recallAt20', 'recall@20'),
  retrievalMetric('reciprocalRank', 'MRR'),
  {
    name: 'context',
    label: 'answer stands in the context',
    measure: (outcomes) => shareOf(outcomes.flatMap(({ isInContext }) => isInContext ?? [])),
  },
  { name: 'gateAuroc', label: 'gate: AUROC', measure: areaUnderCurve },
  {
    name: 'gateRefusedAt95',
    label: 'gate: refused when 95 % are kept',
    measure: (outcomes) => refusedWhenKeeping(outcomes, 0.95),
  },
  {
    name: 'gateKept',
    label: 'gate: answerable kept, as it is set',
    measure: (outcomes) => shareOf(answerable(outcomes).map(({ isEnough }) => isEnough)),
  },
  {
    name: 'gateRefused',
    label: 'gate: others refused, as it is set',
    measure: (outcomes) => shareOf(others(outcomes).map(({ isEnough }) => !isEnough)),
  },
  {
    name: 'citationsExist',
    label: 'citations: the answer has sources',
    measure: (outcomes) => shareOf(answerable(outcomes).flatMap(({ answer }) => answer?.hasSources ?? [])),
  },
  {
    name: 'citationsRight',
    label: 'citations: a cited passage holds the answer',
    measure: (outcomes) => shareOf(answerable(outcomes).flatMap(({ answer }) => answer?.isCitedPassageRight ?? [])),
  },
];

function retrievalMetric(name: keyof Retrieval, label: string): EvaluationMetric {
  return {
    name,
    label,
    measure: (outcomes) => meanOf(outcomes.flatMap(({ retrieval }) => (retrieval === null ? [] : [retrieval[name]]))),
  };
}

function answerable(outcomes: readonly QuestionOutcome[]): QuestionOutcome[] {
  return outcomes.filter(({ isAnswerable }) => isAnswerable);
}

function others(outcomes: readonly QuestionOutcome[]): QuestionOutcome[] {
  return outcomes.filter(({ isAnswerable }) => !isAnswerable);
}

function shareOf(answers: readonly boolean[]): number | undefined {
  return meanOf(answers.map(Number));
}

function meanOf(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
}
