import { lazy } from '../../core/lazy.js';
import { segmentsOf } from '../../core/segments.js';

const stopWords = new Set(
  `a about after again all also am an and any are as at be because been before being both but by can could did do does
  doing done for from get gets getting got had has have having he her here hers him his how i if in into is it its just let
  may me might mine more most much must my no not now of off on once one only or other our ours out over own please same
  shall she should since so some such tell than that the their theirs them then there these they this those through to too
  under until up us very was we were what when where whether which while who whom whose why will with would yes yet you
  your yours s t d ll m re ve don doesn didn isn aren wasn weren won can't`.split(/\s+/),
);

/** Longest first, so that the whole ending goes. */
const endings = /(?:ications?|ational|ations?|ments?|ness|ings?|ingly|edly|ied|ies|ers?|ed|es|ly|ion|e|s|y)$/;
const MIN_STEM = 3;

/** A run of a script that puts no space between words. */
const UNSPACED_RUN =
  /[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}\p{scx=Myanmar}]+/gu;

const segmenter = lazy(() => new Intl.Segmenter('und', { granularity: 'word' }));

/**
 * The words of a text that say something, in order, cut to a stem: `applies`, `applied` and `application` are one.
 * Words of scripts without spaces (Chinese, Japanese, Thai …) are told apart by a dictionary.
 */
export function termsOf(text: string): string[] {
  const spaced = text
    .toLowerCase()
    .normalize('NFC')
    .replace(UNSPACED_RUN, (run) => ` ${[...segmentsOf(segmenter(), run)].join(' ')} `)
    .normalize('NFKC');
  const words = spaced.match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  return words.filter((word) => !stopWords.has(word)).map(stemOf);
}

function stemOf(word: string): string {
  const stem = word.replace(endings, '');
  const kept = stem.length >= MIN_STEM ? stem : word;
  // `running` and `run`.
  return kept.length > MIN_STEM ? kept.replace(/([^aeiou\d])\1$/, '$1') : kept;
}
