const segmenter = new Intl.Segmenter(undefined, { granularity: 'sentence' });

/** Words whose full stop does not end a sentence, where Unicode's rules (UAX #29) would end one. */
const ABBREVIATION =
  /(?:^|[\s(“"'])(?:Dr|Mr|Mrs|Ms|Prof|St|Sr|Jr|No|Nos|vs|e\.g|i\.e|cf|etc|Fig|Figs|Eq|Sec|Ch|Vol|pp?|Inc|Ltd|Co|approx|min|max|U\.S|U\.K|[A-Z])\.\s*$/;

/**
 * The sentences of a text, in order; joined they are the text again. Sentence ends are Unicode's (UAX #29), put right
 * for common abbreviations and initials.
 */
export function splitSentences(text: string): string[] {
  const sentences: string[] = [];
  for (const { segment } of segmenter.segment(text)) {
    const previous = sentences.at(-1);
    if (previous !== undefined && ABBREVIATION.test(previous)) sentences[sentences.length - 1] = previous + segment;
    else sentences.push(segment);
  }
  return sentences;
}
