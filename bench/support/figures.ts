import { median, quantile } from './statistics.js';

/** What was measured, as often as it was. */
export interface Figure {
  /** Unique in its section. */
  readonly what: string;
  /** Such as `ms` or `pages/s`. */
  readonly unit: string;
  readonly values: readonly number[];
  /** The figure of the same section that this one is divided by. */
  readonly over?: string;
}

/** A figure as the table shows it. */
export interface Row {
  readonly section: string;
  readonly what: string;
  readonly unit: string;
  readonly median: number;
  readonly p95: number;
  readonly runs: number;
  /** What it is divided by, and the quotients of the medians and of the 95th percentiles; null where it stands alone. */
  readonly over: string | null;
  readonly ratio: number | null;
  readonly ratioP95: number | null;
}

/** The rows of a section. @throws Error when a figure is divided by one that the section has not, or has no values. */
export function rowsOf(section: string, figures: readonly Figure[]): Row[] {
  return figures.map(({ what, unit, values, over }) => {
    if (values.length === 0) throw new Error(`"${what}" of ${section} was never measured`);
    const base = figures.find((figure) => figure.what === over);
    if (over !== undefined && base === undefined) throw new Error(`${section} has no figure "${over}"`);
    return {
      section,
      what,
      unit,
      median: rounded(median(values)),
      p95: rounded(quantile(values, 0.95)),
      runs: values.length,
      over: over ?? null,
      ratio: base === undefined ? null : rounded(median(values) / median(base.values)),
      ratioP95: base === undefined ? null : rounded(quantile(values, 0.95) / quantile(base.values, 0.95)),
    };
  });
}

/** Three digits that tell something. */
function rounded(value: number): number {
  return Number(value.toPrecision(Math.abs(value) >= 100 ? Math.max(3, String(Math.trunc(value)).length) : 3));
}
