/** How strong the evidence for a question was, and whether the documents answer it. */
export interface Judged {
  readonly isAnswerable: boolean;
  readonly strength: number;
}

/**
 * How well the strength of the evidence tells answerable questions from others: the chance that an answerable one has
 * the greater strength (area under the ROC curve; Mann and Whitney's U), a tie counting half. Undefined without both kinds.
 */
export function areaUnderCurve(questions: readonly Judged[]): number | undefined {
  const sorted = questions.toSorted((a, b) => a.strength - b.strength);
  const positives = sorted.filter(({ isAnswerable }) => isAnswerable).length;
  const negatives = sorted.length - positives;
  if (positives === 0 || negatives === 0) return undefined;
  let rankSum = 0;
  for (let from = 0; from < sorted.length;) {
    let to = from;
    let tiedPositives = 0;
    for (; to < sorted.length && sorted[to]?.strength === sorted[from]?.strength; to += 1)
      if (sorted[to]?.isAnswerable === true) tiedPositives += 1;
    rankSum += tiedPositives * ((from + 1 + to) / 2);
    from = to;
  }
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}

/**
 * The share of the other questions that would be refused if the gate were set so that it keeps a share of the answerable
 * ones. Undefined without both kinds.
 */
export function refusedWhenKeeping(questions: readonly Judged[], keptShare: number): number | undefined {
  const answerable = questions.filter(({ isAnswerable }) => isAnswerable).map(({ strength }) => strength);
  const others = questions.filter(({ isAnswerable }) => !isAnswerable);
  if (answerable.length === 0 || others.length === 0) return undefined;
  const kept = Math.ceil(answerable.length * keptShare);
  const threshold = answerable.toSorted((a, b) => b - a)[kept - 1] ?? 0;
  return others.filter(({ strength }) => strength < threshold).length / others.length;
}
