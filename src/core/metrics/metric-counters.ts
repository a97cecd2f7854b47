import type { Counters } from '../ports/metric-store.js';
import type { AnswerMetric } from './answer-metrics.js';
import { bucketOf } from './histogram.js';

/** Names of a kind that a day counts apart; later ones go to `other`. */
export const MAX_NAMES = { model: 20, document: 200, platform: 20 } as const;
/** A kind of names that is counted. */
export type NameKind = keyof typeof MAX_NAMES;

/** What names beyond the bound are counted as. */
export const OTHER = 'other';

/** Confidence is added up in thousandths, because counters are whole numbers. */
export const CONFIDENCE_SCALE = 1_000;
const MAX_NAME_CHARACTERS = 200;

/** The counters that one answer adds to; `nameOf` gives the name that a name is counted as. */
export function countersOfAnswer(metric: AnswerMetric, nameOf: (kind: NameKind, name: string) => string): Counters {
  const counters: Record<string, number> = {};
  const add = (name: string, value: number): void => {
    const whole = Math.round(value);
    if (whole > 0) counters[name] = (counters[name] ?? 0) + whole;
  };
  add(`outcome:${metric.outcome}`, 1);
  add(`rt:${bucketOf(metric.responseTimeMs)}`, 1);
  add('rt-sum', metric.responseTimeMs);
  add(`platform:${nameOf('platform', metric.platform)}`, 1);
  if (metric.model !== '') add(`model:${nameOf('model', metric.model)}`, 1);
  if (metric.outcome === 'answered') {
    add('confidence-sum', metric.confidence * CONFIDENCE_SCALE);
    add('input-tokens', metric.inputTokens);
    add('output-tokens', metric.outputTokens);
    add('chunks-retrieved', metric.chunksRetrieved);
    add('chunks-cited', metric.chunksCited);
  }
  for (const name of new Set(metric.citedDocuments)) add(`document:${nameOf('document', name)}`, 1);
  return counters;
}

/** The counters of several days added up. */
export function addCounters(days: readonly Counters[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const counters of days)
    for (const [name, value] of Object.entries(counters)) sums.set(name, (sums.get(name) ?? 0) + value);
  return sums;
}

/** The counters whose name starts with `kind:`, by the rest of the name. */
export function countersOf(sums: ReadonlyMap<string, number>, kind: string): Map<string, number> {
  return new Map(
    [...sums].flatMap(([name, value]) =>
      name.startsWith(`${kind}:`) ? [[name.slice(kind.length + 1), value] as const] : [],
    ),
  );
}

/** Keeps the number of names within bounds: a name is counted apart while it is known or there is room. */
export function boundName(known: Set<string>, kind: NameKind, name: string): string {
  const short = name.slice(0, MAX_NAME_CHARACTERS).toWellFormed();
  const key = `${kind}:${short}`;
  if (known.has(key)) return short;
  const sameKind = [...known].filter((other) => other.startsWith(`${kind}:`)).length;
  if (sameKind >= MAX_NAMES[kind]) return OTHER;
  known.add(key);
  return short;
}
