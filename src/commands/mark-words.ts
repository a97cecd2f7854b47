/** Where a marked word stands: UTF-16 offsets, the end exclusive. */
export type Mark = [from: number, to: number];

/** Words shorter than this, and these, tell nothing. */
const MIN_LETTERS = 3;
const COMMON = new Set(
  'the and for are was were has have had you your our his her its their they them this that these those with from into about what when where which who whom why how can could will would shall may might must does did not but any all some there here than then also just one'.split(
    ' ',
  ),
);
/** Words that begin alike up to an ending count as one: book and booking. */
const MIN_STEM = 4;
const MAX_ENDING = 3;

/** The words of a passage that are the question's, by their beginning, without case. */
export function markWords(text: string, question: string): Mark[] {
  const wanted = [...new Set(wordsOf(question).map(({ word }) => word))].filter(
    (word) => word.length >= MIN_LETTERS && !COMMON.has(word),
  );
  return wordsOf(text).flatMap(({ word, from, to }): Mark[] =>
    wanted.some((other) => isAlike(word, other)) ? [[from, to]] : [],
  );
}

function wordsOf(text: string): { word: string; from: number; to: number }[] {
  return [...text.matchAll(/[\p{L}\p{N}]+(?:['’][\p{L}]+)?/gu)].map(({ 0: found, index }) => ({
    word: found.toLowerCase(),
    from: index,
    to: index + found.length,
  }));
}

function isAlike(one: string, other: string): boolean {
  if (one === other) return true;
  const [short, long] = one.length < other.length ? [one, other] : [other, one];
  const stem = short.replace(/(?:ing|ed|es|s|e|y)$/, '');
  return stem.length >= MIN_STEM && long.startsWith(stem) && long.length - stem.length <= MAX_ENDING;
}
