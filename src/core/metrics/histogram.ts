/**
 * A histogram with logarithmic buckets as plain counters: bucket i holds the values in (γ^(i−1), γ^i], and stands for
 * 2γ^i / (γ + 1), which is at most (γ − 1) / (γ + 1) = 2 % from each of them. Adding histograms is adding their counters
 * (after Masson, Rim and Lee, "DDSketch", VLDB 2019).
 */
const GAMMA = 1.04;
const LOG_GAMMA = Math.log(GAMMA);
/** About 100 minutes: what takes longer counts as that. */
const MAX_BUCKET = 400;

/** The bucket of a value of at least 1; smaller values count as 1. */
export function bucketOf(value: number): number {
  if (!(value > 1)) return 0;
  // Rounding keeps a power of γ in its own bucket although its logarithm is a little off.
  return Math.min(MAX_BUCKET, Math.ceil(Number((Math.log(value) / LOG_GAMMA).toFixed(9))));
}

/** The value that stands for a bucket. */
export function valueOf(bucket: number): number {
  return (2 * GAMMA ** bucket) / (GAMMA + 1);
}

/**
 * The value below which a share of all values lies, by nearest rank; 0 without values.
 * @param counts how many values each bucket holds.
 * @param share 0 to 1, such as 0.95.
 */
export function percentile(counts: ReadonlyMap<number, number>, share: number): number {
  const buckets = [...counts].filter(([, count]) => count > 0).sort(([one], [other]) => one - other);
  const total = buckets.reduce((sum, [, count]) => sum + count, 0);
  const rank = Math.max(1, Math.ceil(share * total));
  let below = 0;
  for (const [bucket, count] of buckets) {
    below += count;
    if (below >= rank) return valueOf(bucket);
  }
  return 0;
}
