/**
 * How sure an answer looks, 0 to 1: `min(1, 0.6·mean similarity + min(0.1·|{similarity > 0.8}|, 0.3)
 * + 0.1·min(words / 50, 1))`, and 0.3 when nothing was retrieved. For reports and display: the evidence gate decides
 * apart from it, because the formula tells answerable from unanswerable questions poorly (AUROC .65).
 *
 * @param similarities cosine similarities, −1 to 1, of the passages that the answer rests on: those it cites, because the
 *   others that were retrieved say nothing about it
 * @param answer the answer's text; words are runs without white space
 */
export function confidenceOf(similarities: readonly number[], answer: string): number {
  if (similarities.length === 0) return 0.3;
  const mean = similarities.reduce((sum, similarity) => sum + similarity, 0) / similarities.length;
  const strong = similarities.filter((similarity) => similarity > 0.8).length;
  const words = answer.split(/\s+/).filter((word) => word !== '').length;
  const confidence = 0.6 * mean + Math.min(0.1 * strong, 0.3) + 0.1 * Math.min(words / 50, 1);
  return Math.min(1, Math.max(0, confidence));
}
