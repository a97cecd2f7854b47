import { segmentsOf } from '../segments.js';
import { lazy } from '../lazy.js';

const segmenter = lazy(() => new Intl.Segmenter(undefined, { granularity: 'sentence' }));

/** Words whose full stop does not end a sentence, where Unicode's rules (UAX #29) would end one. */
const ABBREVIATION =
  /(?:^|[\s(“"'])(?:Dr|Mr|Mrs|Ms|Prof|St|Sr|Jr|No|Nos|vs|e\.g|i\.e|cf|etc|Fig|Figs|Eq|Sec|Ch|Vol|pp?|Inc|Ltd|Co|approx|min|max|U\.S|U\.K|[A-Z])\.\s*$/;

/** Whether the end of `previous` is a mark inside a web address, as in `?page=2`. */
function isInsideAddress(previous: string, next: string): boolean {
  return /[?!]$/.test(previous) && /^[\p{Ll}\p{N}=&%#_]/u.test(next);
}

/**
 * The sentences of a text, in order; joined they are the text again. Sentence ends are Unicode's (UAX #29), put right
 * for common abbreviations, initials and web addresses.
 */
export function splitSentences(text: string): string[] {
  const sentences: string[] = [];
  // Only the segment before is looked at, so that a text of nothing but abbreviations takes no longer than another.
  let previous = '';
  for (const segment of segmentsOf(segmenter(), text)) {
    const goesOn = ABBREVIATION.test(previous) || isInsideAddress(previous, segment);
    if (goesOn) sentences.push((sentences.pop() ?? '') + segment);
    else sentences.push(segment);
    previous = segment;
  }
  return sentences;
}
