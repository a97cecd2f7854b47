const MS_OF: Readonly<Record<string, number>> = { ns: 1e-6, us: 1e-3, ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };
const DEFAULT_MS = 300_000;

/** Milliseconds of a Go duration or of seconds; five minutes when unset, without end when negative. */
export function keepAliveMsOf(keepAlive: string | number | undefined): number {
  if (keepAlive === undefined) return DEFAULT_MS;
  const ms =
    typeof keepAlive === 'number'
      ? keepAlive * 1_000
      : [...keepAlive.matchAll(/(\d+(?:\.\d+)?)(ns|us|ms|s|m|h)/g)].reduce(
          (sum, [, amount, unit]) => sum + Number(amount) * (MS_OF[unit ?? ''] ?? 0),
          0,
        );
  return String(keepAlive).startsWith('-') ? Number.MAX_SAFE_INTEGER : ms;
}
