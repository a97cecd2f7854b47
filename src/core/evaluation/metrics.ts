import { type PairedDifference, pairedDifference } from './bootstrap.js';
import type { QuestionOutcome } from './question-outcome.js';
import { areaUnderCurve, refusedWhenKeeping } from './refusal-metrics.js';

/** A figure over questions, 0 to 1; higher is better. */
export interface EvaluationMetric {
  readonly name: string;
  /** What it says, in a few words. */
  readonly label: string;
  /** Undefined where there is nothing to measure. */
  measure(outcomes: readonly QuestionOutcome[]): number | undefined;
  /** How it differs between what two configurations made of the same questions: the second less the first. */
  compare(pairs: readonly (readonly [QuestionOutcome, QuestionOutcome])[]): PairedDifference | undefined;
}

type Retrieval = NonNullable<QuestionOutcome['retrieval']>;

/** Every figure, in the order in which they are shown. */
export const evaluationMetrics: readonly EvaluationMetric[] = [
  retrievalMetric('ndcgAt10', 'nDCG@10'),
  retrievalMetric('recallAt5', 'recall@5'),
  retrievalMetric('recallAt20', 'recall@20'),
  retrievalMetric('reciprocalRank', 'MRR'),
  shareMetric('context', 'answer stands in the context', ({ isInContext }) => isInContext),
  metric('gateAuroc', 'gate: AUROC', (outcome) => outcome, areaUnderCurve),
  metric(
    'gateRefusedAt95',
    'gate: refused when 95 % are kept',
    (outcome) => outcome,
    (outcomes) => refusedWhenKeeping(outcomes, 0.95),
  ),
  shareMetric('gateKept', 'gate: answerable kept, as it is set', (outcome) =>
    outcome.isAnswerable ? outcome.isEnough : null,
  ),
  shareMetric('gateRefused', 'gate: others refused, as it is set', (outcome) =>
    outcome.isAnswerable ? null : !outcome.isEnough,
  ),
  shareMetric('citationsExist', 'citations: the answer has sources', ({ isAnswerable, answer }) =>
    isAnswerable && answer !== null ? answer.hasSources : null,
  ),
  shareMetric('citationsRight', 'citations: a cited passage holds the answer', ({ isAnswerable, answer }) =>
    isAnswerable && answer !== null ? answer.isCitedPassageRight : null,
  ),
];

function retrievalMetric(name: keyof Retrieval, label: string): EvaluationMetric {
  return metric(name, label, ({ retrieval }) => retrieval?.[name], meanOf);
}

function shareMetric(
  name: string,
  label: string,
  isSo: (outcome: QuestionOutcome) => boolean | null,
): EvaluationMetric {
  const pick = (outcome: QuestionOutcome): number | undefined => {
    const answer = isSo(outcome);
    return answer === null ? undefined : Number(answer);
  };
  return metric(name, label, pick, meanOf);
}

/** A figure of what it picks from each question; those from which it picks nothing do not count. */
function metric<Value>(
  name: string,
  label: string,
  pick: (outcome: QuestionOutcome) => Value | undefined,
  figure: (values: readonly Value[]) => number | undefined,
): EvaluationMetric {
  const figureOf = (values: readonly (Value | undefined)[]): number | undefined =>
    figure(values.filter((value) => value !== undefined));
  return {
    name,
    label,
    measure: (outcomes) => figureOf(outcomes.map(pick)),
    compare(pairs) {
      const picked = pairs.map(([base, other]) => [pick(base), pick(other)] as const);
      return pairedDifference(picked, figureOf);
    },
  };
}

function meanOf(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
}
