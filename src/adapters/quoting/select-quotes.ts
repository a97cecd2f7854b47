import type { ModelPassage } from '../../core/ports/chat-model.js';
import { termsOf } from './terms.js';
import { type Unit, unitsOf } from './units.js';

/** What is quoted of one passage: units in order. */
export interface Quote {
  readonly passageNumber: number;
  /** All units of the passage. */
  readonly units: readonly Unit[];
  /** Indexes of the quoted ones, rising. */
  readonly chosen: readonly number[];
}

const MAX_UNITS = 4;
const MAX_PASSAGES = 3;
/** A unit is quoted when it scores at least this share of the best one. */
const KEEP_FROM_BEST = 0.6;
/** Under this share of the question's terms, weighed by rarity, the passage that was found first is quoted too … */
const WEAK_COVERAGE = 0.5;
/** … and under this one alone: shared words are chance then, and it may have been found by its meaning. */
const CHANCE_COVERAGE = 0.2;
/** Items, rows or pieces of code that are quoted with the line that introduces them. */
const MAX_LISTED = 8;
/** Units that are quoted of a passage for its rank. */
const OPENING_UNITS = 2;
/** What a term counts when it stands in the headings, or in the header of a table, alone. */
const HEADING_WEIGHT = 0.5;
/** What each rank of a passage takes off. */
const RANK_DISCOUNT = 0.06;
/** The question's last sentence asks; what comes before it sets the scene. */
const LAST_SENTENCE_WEIGHT = 1.5;
/** For the kind of sentence that the question asks for. */
const KIND_BONUS = 0.1;
const OPENING_BONUS = 0.03;

const asksForNumber = /\b(?:when|how (?:many|much|long|often|old|far|big|soon)|cost|price|fee|deadline|date)\b/i;
const asksForMeaning = /^what(?:'s| is| are| does)\b/i;
const givesMeaning = /^(?:\S+\s+){1,6}?(?:is|are|means?|refers? to|describes?)\s/i;
const refersBack =
  /^(?:it|its|this|that|these|those|they|them|he|she|his|her|their|there|then|however|but|also|so|otherwise|instead)\b/i;

interface Candidate {
  readonly passage: number;
  readonly unit: number;
  readonly score: number;
}

/**
 * Picks the units that answer the question best: by the question's terms that they hold, weighed by rarity among all
 * units (as BM25 does), the headings above them, the rank of their passage and the kind of answer asked for. At most
 * four units of three passages, with what they refer back to. Where few words are shared, the first passage's opening.
 */
export function selectQuotes(question: string, passages: readonly ModelPassage[]): Quote[] {
  const parts = passages.map((passage) => ({ passage, units: unitsOf(passage.text) }));
  const weights = weighTerms(
    question,
    parts.flatMap(({ units }) => units),
  );
  const candidates = parts
    .flatMap(({ passage, units }, index) => scoreUnits(question, weights, { passage, units, index }))
    .toSorted((a, b) => b.score - a.score || a.passage - b.passage || a.unit - b.unit);
  const best = candidates[0]?.score ?? 0;
  const opening = (parts[0]?.units ?? []).slice(0, OPENING_UNITS).map((_unit, unit) => ({ passage: 0, unit }));
  const fitting = candidates.filter(({ score }) => score >= Math.max(best * KEEP_FROM_BEST, CHANCE_COVERAGE));
  const chosen = chosenUnits([...(best < WEAK_COVERAGE ? opening : []), ...fitting.slice(0, MAX_UNITS)]);
  return [...chosen].flatMap(([index, units]) => {
    const part = parts[index];
    if (part === undefined) return [];
    return [{ passageNumber: part.passage.number, units: part.units, chosen: withContext(part.units, units) }];
  });
}

/** The units by passage, in the order in which the passages come first; later passages than the third are left out. */
function chosenUnits(picks: readonly { readonly passage: number; readonly unit: number }[]): Map<number, Set<number>> {
  const chosen = new Map<number, Set<number>>();
  for (const { passage, unit } of picks) {
    if (!chosen.has(passage) && chosen.size === MAX_PASSAGES) continue;
    chosen.set(passage, (chosen.get(passage) ?? new Set()).add(unit));
  }
  return chosen;
}

/** The question's terms, each with its weight; the weights sum to 1. */
function weighTerms(question: string, units: readonly Unit[]): Map<string, number> {
  const lastSentence = question.trim().match(/[^.?!]+[.?!]*$/)?.[0] ?? question;
  const asking = new Set(termsOf(lastSentence));
  const unitTerms = units.map(({ text }) => new Set(termsOf(text)));
  const weights = new Map<string, number>();
  for (const term of termsOf(question)) {
    const holding = unitTerms.filter((terms) => terms.has(term)).length;
    const rarity = Math.log(1 + (units.length - holding + 0.5) / (holding + 0.5));
    weights.set(term, rarity * (asking.has(term) ? LAST_SENTENCE_WEIGHT : 1));
  }
  const total = [...weights.values()].reduce((sum, weight) => sum + weight, 0);
  return new Map([...weights].map(([term, weight]) => [term, weight / total]));
}

function scoreUnits(
  question: string,
  weights: ReadonlyMap<string, number>,
  {
    passage,
    units,
    index,
  }: { readonly passage: ModelPassage; readonly units: readonly Unit[]; readonly index: number },
): Candidate[] {
  const headingTerms = new Set(termsOf(passage.breadcrumb));
  const isKindAskedFor = (text: string) =>
    (asksForNumber.test(question) && /\d/.test(text)) || (asksForMeaning.test(question) && givesMeaning.test(text));
  return units.map(({ text, header = '' }, unit) => {
    const own = new Set(termsOf(text));
    const above = new Set([...headingTerms, ...termsOf(header)]);
    let coverage = 0;
    for (const [term, weight] of weights)
      coverage += own.has(term) ? weight : above.has(term) ? weight * HEADING_WEIGHT : 0;
    if (coverage === 0) return { passage: index, unit, score: 0 };
    const bonus = (isKindAskedFor(text) ? KIND_BONUS : 0) + (unit === 0 ? OPENING_BONUS : 0);
    return { passage: index, unit, score: coverage * (1 - RANK_DISCOUNT * index) + bonus };
  });
}

/** The chosen units with the sentence that one refers back to, and lists with the line that introduces them. */
function withContext(units: readonly Unit[], chosen: ReadonlySet<number>): number[] {
  const all = new Set(chosen);
  for (const index of chosen) {
    const [unit, previous, next] = [units[index], units[index - 1], units[index + 1]];
    if (unit === undefined) continue;
    if (previous !== undefined && refersBack.test(unit.text)) all.add(index - 1);
    if (next !== undefined && refersBack.test(next.text)) all.add(index + 1);
    const introduction = introductionOf(units, index);
    if (introduction !== undefined) all.add(introduction);
    if (unit.text.endsWith(':')) for (const listed of introducedBy(units, index)) all.add(listed);
  }
  return [...all].toSorted((a, b) => a - b);
}

/** The line such as "Bring these things:" above the list that the unit belongs to. */
function introductionOf(units: readonly Unit[], index: number): number | undefined {
  let above = index;
  while (above >= 0 && units[above]?.kind === 'item') above -= 1;
  return above < index && units[above]?.text.endsWith(':') === true ? above : undefined;
}

function introducedBy(units: readonly Unit[], index: number): number[] {
  const listed: number[] = [];
  for (let below = index + 1; listed.length < MAX_LISTED && units[below] !== undefined; below += 1) {
    if (units[below]?.kind === 'sentence' && listed.length > 0) break;
    listed.push(below);
    if (units[below]?.kind === 'sentence') break;
  }
  return listed;
}
