/** A candidate's score in one list; higher is better. */
export interface Scored<Id> {
  readonly id: Id;
  readonly score: number;
}

/** Maps scores to 0 … 1 by the list's own least and greatest; a list of equal scores maps to 1. */
export function minMax<Id>(list: readonly Scored<Id>[]): Map<Id, number> {
  const scores = list.map(({ score }) => score);
  const least = Math.min(...scores);
  const range = Math.max(...scores) - least;
  return new Map(list.map(({ id, score }) => [id, range === 0 ? 1 : (score - least) / range]));
}

/** How the two lists are weighed. */
export interface FusionOptions<Id> {
  /** Weight of the keyword list, 0 to 1; the vector list gets the rest. */
  readonly keywordWeight: number;
  /** Whether a candidate has no vector yet: its keyword score then counts alone, at full weight. */
  isPending(id: Id): boolean;
}

/**
 * Weighted min-max fusion of keyword and vector candidates, best first, ties by id so that the order is stable. Measured
 * better than equal-rank fusion with a weak embedder (nDCG@10 .915 against .888 on SQuAD with BM25 and MiniLM).
 */
export function fuse<Id extends string>(
  keyword: readonly Scored<Id>[],
  vector: readonly Scored<Id>[],
  { keywordWeight, isPending }: FusionOptions<Id>,
): Scored<Id>[] {
  const keywordScores = minMax(keyword);
  const vectorScores = minMax(vector);
  const ids = new Set([...keywordScores.keys(), ...vectorScores.keys()]);
  return [...ids]
    .map((id) => {
      const keywordScore = keywordScores.get(id) ?? 0;
      const vectorScore = vectorScores.get(id);
      if (vectorScore === undefined && isPending(id)) return { id, score: keywordScore };
      return { id, score: keywordWeight * keywordScore + (1 - keywordWeight) * (vectorScore ?? 0) };
    })
    .sort(byScore);
}

/** The constant of reciprocal rank fusion between the variants of one question. */
const RANK_CONSTANT = 50;

/** Weighted reciprocal rank fusion of ranked lists: for variants of one question, whose scores do not compare. */
export function fuseRanks<Id extends string>(lists: readonly { readonly weight: number; readonly ids: readonly Id[] }[]): Scored<Id>[] {
  const scores = new Map<Id, number>();
  for (const { weight, ids } of lists)
    for (const [rank, id] of ids.entries()) scores.set(id, (scores.get(id) ?? 0) + weight / (RANK_CONSTANT + rank + 1));
  return [...scores].map(([id, score]) => ({ id, score })).sort(byScore);
}

function byScore<Id extends string>(a: Scored<Id>, b: Scored<Id>): number {
  return b.score - a.score || (a.id < b.id ? -1 : 1);
}
