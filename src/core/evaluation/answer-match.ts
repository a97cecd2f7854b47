/** Scripts without spaces between words: an answer may stand anywhere in their text. */
const UNSPACED = /[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}\p{scx=Myanmar}]/u;

/** Whether one of the answers stands in the text, as whole words, whatever their case, punctuation and line breaks. */
export function holdsAnswer(text: string, answers: readonly string[]): boolean {
  const words = wordsOf(text);
  return answers.some((answer) => {
    const wanted = wordsOf(answer);
    return wanted.trim() !== '' && words.includes(UNSPACED.test(wanted) ? wanted.trim() : wanted);
  });
}

function wordsOf(text: string): string {
  return ` ${text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{M}\p{N}]+/gu, ' ')
    .trim()} `;
}
