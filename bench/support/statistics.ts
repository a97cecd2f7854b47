/**
 * The value below which a share of the values lies, between two of them by their distance (R's type 7, NumPy's default).
 * @param share 0 to 1. NaN for no values.
 */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)] ?? Number.NaN;
  const above = sorted[Math.ceil(place)] ?? Number.NaN;
  return below + (above - below) * (place - Math.floor(place));
}

/** Half of the values are smaller. NaN for no values. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** A span of time, in milliseconds by the process's own clock. */
export interface Span {
  readonly startedAtMs: number;
  readonly endedAtMs: number;
}

/** How long at least one of the spans lasted, in milliseconds. */
export function coveredMs(spans: readonly Span[]): number {
  let covered = 0;
  let reached = -Infinity;
  for (const { startedAtMs, endedAtMs } of spans.toSorted((a, b) => a.startedAtMs - b.startedAtMs)) {
    covered += Math.max(0, endedAtMs - Math.max(startedAtMs, reached));
    reached = Math.max(reached, endedAtMs);
  }
  return covered;
}
