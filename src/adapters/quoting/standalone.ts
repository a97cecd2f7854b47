import { smallTalkIn } from '../../core/chat/small-talk.js';
import { termsOf } from './terms.js';

/** Opens a question that goes on from the one before. */
const goesOn = /^(?:and|or|but|also|then|so|ok(?:ay)?|what about|how about|what if|why|why not|really|else)\b/i;
/** Stands for something that was named before. */
const pointsBack =
  /\b(?:it|its|they|them|their|that|this|these|those|he|she|him|her|there|such|former|latter|both|same|ones?)\b/i;
/** Names its own subject, however short it is. */
const defines = /^(?:what(?:'s| is| are| was| were)\s+(?!the\b|it\b|that\b|this\b)|who(?:'s| is| are| was| were)\s)/i;

const MIN_TERMS = 2;
/** Earlier questions that are looked at, newest first. */
const MAX_EARLIER = 3;
const MAX_EARLIER_CHARACTERS = 200;

/**
 * The question so that it can be searched without the thread: a follow-up is put behind the earlier questions that it
 * goes on from, back to one that stands alone. A question that stands alone stays as it is.
 */
export function standaloneQuestion(question: string, earlierQuestions: readonly string[]): string {
  if (standsAlone(question)) return question;
  const context: string[] = [];
  for (const earlier of earlierQuestions.slice(-MAX_EARLIER).toReversed()) {
    context.unshift(shortened(earlier));
    if (standsAlone(earlier)) break;
  }
  return [...context, question.trim()].join(' ');
}

function standsAlone(question: string): boolean {
  const text = question.trim();
  if (smallTalkIn(text) !== undefined) return true;
  if (goesOn.test(text)) return false;
  if (defines.test(text) && termsOf(text).length > 0) return true;
  return termsOf(text).length >= MIN_TERMS && !pointsBack.test(text);
}

/** A long question's telling words are enough. */
function shortened(question: string): string {
  const text = question.trim();
  if (text.length <= MAX_EARLIER_CHARACTERS) return /[.?!]$/.test(text) ? text : `${text}.`;
  const words = text.match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  const telling = words.filter((word) => termsOf(word).length > 0).join(' ');
  return `${telling.slice(0, MAX_EARLIER_CHARACTERS)}.`;
}
