import type { Counters, MetricLevel } from '../ports/metric-store.js';
import type { AnswerMetric } from './answer-metrics.js';
import { bucketOf } from './histogram.js';
import { STAGES } from './stages.js';

/** Names of a kind that a day counts apart; later ones go to `other`. */
export const MAX_NAMES = { model: 20, document: 200, platform: 20 } as const;
/** A kind of names that is counted. */
export type NameKind = keyof typeof MAX_NAMES;

/** What names beyond the bound are counted as. */
export const OTHER = 'other';

/** Confidence is added up in thousandths, because counters are whole numbers. */
export const CONFIDENCE_SCALE = 1_000;
const MAX_NAME_CHARACTERS = 200;

/**
 * The counters that one answer adds to.
 * @param hour of the UTC day, 0 to 23.
 * @param nameOf gives the name that a name is counted as.
 */
export function countersOfAnswer(
  metric: AnswerMetric,
  hour: number,
  nameOf: (kind: NameKind, name: string) => string,
): Record<MetricLevel, Counters> {
  const rollUp = totalCounters(metric);
  const detail: Record<string, number> = { ...rollUp, [`hour:${hour}`]: 1 };
  for (const stage of STAGES) {
    const time = metric.stages[stage];
    if (time !== undefined) addDuration(detail, `stage-${stage}`, time.durationMs);
  }
  add(detail, `platform:${nameOf('platform', metric.platform)}`, 1);
  if (metric.model !== '') add(detail, `model:${nameOf('model', metric.model)}`, 1);
  if (metric.outcome === 'answered') {
    add(detail, 'chunks-retrieved', metric.chunksRetrieved);
    add(detail, 'chunks-cited', metric.chunksCited);
  }
  for (const name of new Set(metric.citedDocuments)) add(detail, `document:${nameOf('document', name)}`, 1);
  return { detail, rollUp };
}

function totalCounters(metric: AnswerMetric): Counters {
  const counters: Record<string, number> = {};
  add(counters, `outcome:${metric.outcome}`, 1);
  addDuration(counters, 'rt', metric.responseTimeMs);
  if (metric.outcome === 'answered') {
    add(counters, 'confidence-sum', metric.confidence * CONFIDENCE_SCALE);
    add(counters, 'input-tokens', metric.inputTokens);
    add(counters, 'output-tokens', metric.outputTokens);
  }
  return counters;
}

function add(counters: Record<string, number>, name: string, value: number): void {
  const whole = Math.round(value);
  if (whole > 0) counters[name] = (counters[name] ?? 0) + whole;
}

function addDuration(counters: Record<string, number>, kind: string, durationMs: number): void {
  add(counters, `${kind}:${bucketOf(durationMs)}`, 1);
  add(counters, `${kind}-sum`, durationMs);
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

/** The names that a day counts apart, by kind. */
export type KnownNames = Readonly<Record<NameKind, Set<string>>>;

/** The names among a day's counters. */
export function knownNames(counters: Counters): KnownNames {
  const sums = new Map(Object.entries(counters));
  const namesOf = (kind: NameKind): Set<string> => new Set(countersOf(sums, kind).keys());
  return { model: namesOf('model'), document: namesOf('document'), platform: namesOf('platform') };
}

/** Keeps the number of names within bounds: a name is counted apart while it is known or there is room. */
export function boundName(known: KnownNames, kind: NameKind, name: string): string {
  const short = name.slice(0, MAX_NAME_CHARACTERS).toWellFormed();
  if (known[kind].has(short)) return short;
  if (known[kind].size >= MAX_NAMES[kind]) return OTHER;
  known[kind].add(short);
  return short;
}
