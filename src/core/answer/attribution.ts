import type { Passage } from './passages.js';

/** Share of an answer's telling words that a passage must hold to count as its source. */
const MIN_OVERLAP = 0.5;
const TELLING_WORD_LENGTH = 4;

/**
 * The passages that an answer without citations must have come from: those that hold at least half of its telling words
 * (four letters or more), best first, at most two. None: the answer is not grounded.
 */
export function attribute(answer: string, passages: readonly Passage[]): number[] {
  const words = tellingWords(answer);
  if (words.size === 0) return [];
  return passages
    .map(({ number, text }) => {
      const known = tellingWords(text);
      return { number, overlap: [...words].filter((word) => known.has(word)).length / words.size };
    })
    .filter(({ overlap }) => overlap >= MIN_OVERLAP)
    .toSorted((a, b) => b.overlap - a.overlap)
    .slice(0, 2)
    .map(({ number }) => number);
}

function tellingWords(text: string): Set<string> {
  return new Set(
    (text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).filter((word) => word.length >= TELLING_WORD_LENGTH),
  );
}
