import type { AnswerRecord, AnswerRecords } from '../answer/answer-records.js';
import type { CreatorId, MemberKey } from '../ids.js';
import type { Embedder } from '../ports/embedder.js';
import type { Logger } from '../ports/logger.js';
import { type Group, groupByLikeness } from './likeness.js';

/** Questions alike that found no good answer. */
export interface Gap {
  /** The one that is most like the others, as it was searched for. */
  readonly question: string;
  readonly asked: number;
  /** How many people asked. */
  readonly waiting: number;
  /** What they are called, who asked last first; a few of them. */
  readonly names: readonly string[];
  /** How many were refused; the others got 👎. */
  readonly refused: number;
  /** The document that came nearest most often; null when nothing was found. */
  readonly nearestDocument: string | null;
}

/** What people asked in vain. */
export interface Gaps {
  /**
   * Most asked first, of questions from `since` to right before `until`, both in milliseconds since 1970. The newest 500
   * questions are looked at.
   */
  between(
    creatorId: CreatorId,
    period: { readonly since: number; readonly until: number },
    signal: AbortSignal,
  ): Promise<Gap[]>;
}

const MAX_QUESTIONS = 500;
const MAX_NAMES = 3;

/** Finds gaps among the kept answers: what was refused or got 👎, questions alike together. */
export function createGaps(options: {
  readonly answers: Pick<AnswerRecords, 'unsatisfied'>;
  readonly embedder: Embedder;
  readonly logger: Logger;
}): Gaps {
  return {
    async between(creatorId, { since, until }, signal) {
      const found = await options.answers.unsatisfied(creatorId, { since, limit: MAX_QUESTIONS });
      const records = found.filter(({ createdAt }) => createdAt < until);
      const groups = await groupByLikeness(records, ({ standaloneQuestion }) => standaloneQuestion, {
        ...options,
        signal,
      });
      return groups.map(gapOf).toSorted((one, other) => other.asked - one.asked || other.waiting - one.waiting);
    },
  };
}

function gapOf({ items, representative }: Group<AnswerRecord>): Gap {
  return {
    question: representative.standaloneQuestion,
    asked: items.length,
    waiting: new Set(items.map(({ memberKey }) => memberKey)).size,
    names: namesOf(items),
    refused: items.filter(({ outcome }) => outcome === 'refused').length,
    nearestDocument: mostFrequent(items.flatMap(({ nearestDocument }) => nearestDocument ?? [])) ?? null,
  };
}

function namesOf(records: readonly AnswerRecord[]): string[] {
  const names = new Map<MemberKey, string>();
  for (const { memberKey, askedBy } of records.toSorted((one, other) => other.createdAt - one.createdAt))
    if (askedBy !== undefined && !names.has(memberKey)) names.set(memberKey, askedBy);
  return [...names.values()].slice(0, MAX_NAMES);
}

function mostFrequent(names: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].toSorted(([, one], [, other]) => other - one)[0]?.[0];
}
