/** How well a ranking found what is relevant; each is 0 to 1. */
export interface RetrievalScores {
  /** Normalised discounted cumulative gain over ten documents, with the grade itself as gain, as trec_eval has it. */
  readonly ndcgAt10: number;
  /** Share of the relevant documents among the first five. */
  readonly recallAt5: number;
  readonly recallAt20: number;
  /** One over the rank of the first relevant document; 0 when there is none. */
  readonly reciprocalRank: number;
}

/**
 * @param ranked document names, best first, each once
 * @param relevant grades of the relevant documents, at least one
 */
export function scoreRanking(ranked: readonly string[], relevant: ReadonlyMap<string, number>): RetrievalScores {
  const gains = ranked.map((name) => relevant.get(name) ?? 0);
  const ideal = [...relevant.values()].toSorted((a, b) => b - a);
  const found = (depth: number): number => gains.slice(0, depth).filter((gain) => gain > 0).length;
  const first = gains.findIndex((gain) => gain > 0);
  return {
    ndcgAt10: discounted(gains.slice(0, 10)) / discounted(ideal.slice(0, 10)),
    recallAt5: found(5) / relevant.size,
    recallAt20: found(20) / relevant.size,
    reciprocalRank: first < 0 ? 0 : 1 / (first + 1),
  };
}

function discounted(gains: readonly number[]): number {
  return gains.reduce((sum, gain, index) => sum + gain / Math.log2(index + 2), 0);
}
