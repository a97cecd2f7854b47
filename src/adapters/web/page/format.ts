/** The page speaks English throughout, so that numbers and times do too. */
const LANGUAGE = 'en-GB';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** `1.2 MB`; bytes in thousands, as file managers show them. */
export function formatBytes(bytes: number): string {
  if (bytes < 1_000) return `${bytes} bytes`;
  const units = ['kB', 'MB', 'GB'];
  const power = Math.min(units.length, Math.floor(Math.log10(bytes) / 3));
  const amount = bytes / 1_000 ** power;
  return `${new Intl.NumberFormat(LANGUAGE, { maximumFractionDigits: amount < 10 ? 1 : 0 }).format(amount)} ${units[power - 1]}`;
}

/** `1 page`, `1,200 pages`. */
export function counted(count: number, noun: string): string {
  return `${formatNumber(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** `1,234.5`. */
export function formatNumber(value: number): string {
  return new Intl.NumberFormat(LANGUAGE, { maximumFractionDigits: 1 }).format(value);
}

/** `84%`. */
export function formatShare(share: number): string {
  return new Intl.NumberFormat(LANGUAGE, { style: 'percent', maximumFractionDigits: 0 }).format(share);
}

/** `340 ms`, `1.4 s`. */
export function formatDuration(milliseconds: number): string {
  return milliseconds < 1_000 ? `${Math.round(milliseconds)} ms` : `${formatNumber(milliseconds / 1_000)} s`;
}

/** `just now`, `5 minutes ago`, `yesterday`, `12 Nov`, `12 Nov 2025`: the further away, the rougher. */
export function formatWhen(at: number, now: number): string {
  const age = now - at;
  const relative = new Intl.RelativeTimeFormat(LANGUAGE, { numeric: 'auto' });
  if (age < MINUTE_MS) return 'just now';
  if (age < HOUR_MS) return relative.format(-Math.floor(age / MINUTE_MS), 'minute');
  const midnight = new Date(now).setHours(0, 0, 0, 0);
  if (at >= midnight) return relative.format(-Math.floor(age / HOUR_MS), 'hour');
  const daysAgo = Math.ceil((midnight - at) / DAY_MS);
  if (daysAgo <= 6) return relative.format(-daysAgo, 'day');
  const isThisYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return new Intl.DateTimeFormat(LANGUAGE, {
    day: 'numeric',
    month: 'short',
    ...(isThisYear ? {} : { year: 'numeric' }),
  }).format(at);
}

/** The whole date and time, for a tooltip. */
export function formatMoment(at: number): string {
  return new Intl.DateTimeFormat(LANGUAGE, { dateStyle: 'full', timeStyle: 'short' }).format(at);
}

/** Names in a sentence: `a`, `a and b`, `a, b and 3 more`. */
export function formatNames(names: readonly string[], total: number, most = 3): string {
  const shown = names.slice(0, most);
  const rest = total - shown.length;
  const parts = rest > 0 ? [...shown, `${formatNumber(rest)} more`] : shown;
  return new Intl.ListFormat(LANGUAGE, { type: 'conjunction' }).format(parts);
}

/** How well the passages support an answer, in words: what a number between 0 and 1 hides. The core has the same limits. */
export function supportInWords(confidence: number): 'Strong support' | 'Good support' | 'Some support' {
  if (confidence >= 0.45) return 'Strong support';
  return confidence >= 0.3 ? 'Good support' : 'Some support';
}
